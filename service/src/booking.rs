//! What a booking needs of a person: names as airlines write them.

mod names;

pub use self::names::{PassportNames, PersonNames, names};
