//! Business rules of the Customer Profile API. Knows no HTTP; nothing above it touches a database connection.

pub mod auth;
pub mod clock;
pub mod core;
pub mod db;
pub mod error;
pub mod input;
pub mod page;
pub mod policy;

pub use crate::core::Core;
pub use crate::error::{Error, Result};
