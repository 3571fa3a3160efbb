//! What travel documents and bookings must obey: pure rules without database and clock, tested against the vectors of
//! the standards.

pub mod booking;
pub mod check_digit;
pub mod entry;
pub mod loyalty;
pub mod manifest;
pub mod mrz;
pub mod names;
pub mod special_services;
pub mod transliteration;
pub mod traveller_number;
pub mod warning;
