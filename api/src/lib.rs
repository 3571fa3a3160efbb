//! HTTP interface and command line of the Customer Profile API.
//!
//! A request passes [`middleware`], finds its handler through [`routes`], is read and checked by [`extract`],
//! and is answered by [`reply`] or, when it fails, by [`problem`].

pub mod alerts;
pub mod app;
pub mod audit;
pub mod auth;
pub mod booking;
pub mod calendar_feeds;
pub mod clients;
pub mod config;
pub mod cors;
pub mod demo;
pub mod docs;
pub mod document_checks;
pub mod emergency_contacts;
pub mod entry_rules;
pub mod error;
pub mod events;
pub mod exports;
pub mod external_ids;
pub mod extract;
pub mod groups;
pub mod health;
pub mod identity_cards;
pub mod imports;
pub mod loyalties;
pub mod loyalty_programs;
pub mod metrics;
pub mod middleware;
pub mod oauth;
pub mod openapi;
pub mod page;
pub mod pages;
pub mod passports;
pub mod preferences;
pub mod privacy;
pub mod problem;
pub mod rate_limit;
pub mod reference;
pub mod reply;
pub mod routes;
pub mod telemetry;
pub mod traveller_numbers;
pub mod users;
pub mod visas;
pub mod webhooks;
