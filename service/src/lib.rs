//! Business rules of the Customer Profile API. Knows no HTTP; nothing above it touches a database connection.

pub mod audit;
pub mod auth;
pub mod backup;
pub mod booking;
pub mod classification;
pub mod clients;
pub mod clock;
pub mod core;
pub mod data_model;
pub mod db;
pub mod demo;
pub mod error;
pub mod groups;
pub mod input;
pub mod keys;
pub mod loyalties;
pub mod loyalty_catalogue;
pub mod loyalty_programs;
pub mod mail;
pub mod migrations;
pub mod oauth;
pub mod opaque;
pub mod page;
pub mod passports;
pub mod policy;
pub mod privacy;
pub mod profile;
pub mod reference;
pub mod sealing;
mod text;
pub mod travel;
pub mod users;
pub mod version;
pub mod worker;

pub use crate::core::Core;
pub use crate::error::{Error, Result};
