//! Integration tests: the real server, started in this process on a free port, over a real database.
//!
//! Each test body runs on SQLite and, where `TEST_POSTGRES_URL` names a server, on PostgreSQL. The folders mirror the
//! routes; `support` holds what all of them use.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::similar_names,
    clippy::large_futures,
    clippy::format_collect,
    clippy::too_many_lines
)]

mod alerts;
mod audit;
mod auth;
mod authorization;
mod backup;
mod bad_input;
mod booking;
mod calendar_feeds;
mod clients;
mod command_line;
mod document_checks;
mod emergency_contacts;
mod entry_rules;
mod events;
mod exports;
mod external_ids;
mod groups;
mod idempotency;
mod identity_cards;
mod imports;
mod loyalty;
mod mail;
mod oauth;
mod openapi;
mod passports;
mod preferences;
mod privacy;
mod protocol;
mod reference;
mod sealing;
mod sessions;
mod storage;
mod support;
mod traveller_numbers;
mod users;
mod visas;
mod webhooks;
