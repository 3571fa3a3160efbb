//! What people can ask of those who keep their data (GDPR Articles 7, 15 to 18, 20), and how long it is kept.

pub mod consents;
pub mod erasure;
pub mod export;
pub mod ledger;
pub mod restriction;
pub mod retention;
