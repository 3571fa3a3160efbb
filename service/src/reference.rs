//! Lists of codes that forms and other systems need.

use entity::values::CountryCode;

pub use crate::travel::special_services::{SpecialService, all as special_services};

use crate::core::Core;

/// Every code that is taken as a country or nationality (ICAO Doc 9303-3 §5); that of specimen documents only where they
/// are taken.
pub fn countries(core: &Core) -> impl Iterator<Item = CountryCode> {
    let allow_specimen = core.settings.allow_specimen;
    CountryCode::all().filter(move |code| allow_specimen || !code.is_specimen())
}
