//! What travel documents and bookings must obey: pure rules without database and clock, tested against the vectors of
//! the standards.

pub mod booking;
pub mod check_digit;
pub mod loyalty;
pub mod mrz;
pub mod names;
pub mod transliteration;
pub mod warning;
