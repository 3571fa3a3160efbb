//! The commands of the command line, a file for each family: what it takes, and what it does. The doc comments of what is taken are
//! the texts of `--help`.

pub mod admin;
pub mod audit;
pub mod backup;
pub mod data_keys;
pub mod data_model;
pub mod demo;
pub mod events;
pub mod export;
pub mod import;
pub mod imports;
pub mod keys;
pub mod migrate;
pub mod openapi;
pub mod problems;
mod progress;
pub mod retention;
pub mod serve;
mod signal;

use api::config::Config;
use service::Core;
use service::core::Options;

/// Why a command has failed: a sentence for whoever has started it.
pub type Failure = Box<dyn std::error::Error>;

/// What the rules need, for a command that serves nothing.
///
/// # Errors
/// A sentence that says what to do about the settings, or about the database.
async fn open(config: &Config) -> Result<Core, Failure> {
    Ok(Core::open(options(config)).await?)
}

/// No server, no address: what the options need of it is the issuer of tokens, of which none are made here.
fn options(config: &Config) -> Options {
    config.options(([127, 0, 0, 1], 0).into())
}
