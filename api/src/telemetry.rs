//! The log: to standard error, for people or for programs.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use crate::config::LogFormat;

/// What libraries say at the level of the service would repeat what users sent: statements, URLs, header fields.
const QUIET: [&str; 5] = [
    "sqlx=warn",
    "sea_orm=warn",
    "sea_orm_migration=warn",
    "actix_http=warn",
    "h2=warn",
];

/// Starts the log. `level` is a level or a filter such as `info,access=off`.
///
/// # Errors
/// When the log has been started before.
pub fn start(format: LogFormat, level: &str) -> Result<(), TryInitError> {
    let filter = QUIET
        .iter()
        .filter_map(|quiet| quiet.parse().ok())
        .fold(EnvFilter::new(level), EnvFilter::add_directive);
    let registry = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Text => registry.with(layer).try_init()?,
        LogFormat::Json => registry.with(layer.json().flatten_event(true)).try_init()?,
    }
    std::panic::set_hook(Box::new(|panic| {
        // The place alone: the message of a panic can hold the value that caused it.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
    Ok(())
}
