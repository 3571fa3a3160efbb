//! Whether people may enter countries on the passports that they hold, as far as rules can tell. Advisory: what counts is
//! what the carrier reads in Timatic.

mod areas;
mod check;
mod days;
mod finding;
mod rulebook;
pub mod shipped;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::too_many_lines)]
mod tests;
mod trip;

pub use self::areas::is_in;
pub use self::check::{LegCheck, Person, PersonCheck, check, is_minor};
pub use self::finding::Finding;
pub use self::rulebook::Rulebook;
pub use self::trip::{Leg, Trip};
