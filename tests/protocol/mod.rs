//! What every answer has, whatever it answers.

mod compression;
mod cors;
mod docs;
mod headers;
mod health;
mod links;
mod logs;
mod metrics;
mod pages;
mod rate_limits;
