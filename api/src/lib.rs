//! HTTP interface and command line of the Customer Profile API.
//!
//! A request passes [`middleware`], finds its handler through [`routes`], is read and checked by [`extract`],
//! and is answered by [`reply`] or, when it fails, by [`problem`].

pub mod account_pages;
pub mod app;
pub mod audit;
pub mod auth;
pub mod backup;
pub mod booking;
pub mod clients;
pub mod config;
pub mod demo;
pub mod docs;
pub mod error;
pub mod extract;
pub mod groups;
pub mod health;
pub mod loyalties;
pub mod loyalty_programs;
pub mod middleware;
pub mod oauth;
pub mod openapi;
pub mod page;
pub mod passports;
pub mod privacy;
pub mod problem;
pub mod reference;
pub mod reply;
pub mod routes;
pub mod telemetry;
pub mod users;
