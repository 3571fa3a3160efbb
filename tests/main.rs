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

mod audit;
mod auth;
mod authorization;
mod backup;
mod bad_input;
mod booking;
mod clients;
mod command_line;
mod groups;
mod loyalty;
mod mail;
mod oauth;
mod openapi;
mod passports;
mod privacy;
mod protocol;
mod reference;
mod sealing;
mod sessions;
mod storage;
mod support;
mod users;
