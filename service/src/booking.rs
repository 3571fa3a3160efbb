//! What a booking needs of a person: names as airlines write them, and lines or fields for booking systems.

mod data;
mod group;
mod loyalties;
mod manifest;
mod names;
mod needs;
mod particulars;

pub use self::data::{BookingData, BookingRequest, data};
pub use self::group::{GroupBookingData, group_data};
pub use self::loyalties::{ApplicableLoyalties, ApplicableLoyalty, FlightToCredit, applicable_loyalties};
pub use self::manifest::{Manifest, ManifestPassenger, manifest};
pub use self::names::{PassportNames, PersonNames, names};
