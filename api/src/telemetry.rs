//! The log: to standard error, for people or for programs.

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{LevelFilter, ParseError};
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

/// Why the log does not start. Displays as a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter cannot be read.
    #[error(
        "LOG_LEVEL cannot be read ({0}); write error, warn, info, debug or trace, or a filter such as info,access=off."
    )]
    Level(#[from] ParseError),
    /// A word that is no level would be taken for the name of a part of the program, and silence all others.
    #[error(
        "LOG_LEVEL names no level; write error, warn, info, debug or trace, or a filter such as info,access=off."
    )]
    UnknownLevel,
    /// The log has been started before.
    #[error(transparent)]
    Started(#[from] TryInitError),
}

/// Starts the log. `level` is a level or a filter such as `info,access=off`.
///
/// # Errors
/// When the filter cannot be read.
///
/// Lines are written by a thread of their own: a worker that waited for its turn to write one line for each request
/// would answer a quarter fewer. What is still unwritten is written when the guard is dropped.
pub fn start(format: LogFormat, level: &str) -> Result<WorkerGuard, LogError> {
    let mut levels = level
        .split(',')
        .map(str::trim)
        .filter(|part| !part.contains(['=', '[']));
    if level.trim().is_empty() || levels.any(|level| level.parse::<LevelFilter>().is_err()) {
        return Err(LogError::UnknownLevel);
    }
    let quiet = QUIET.iter().filter_map(|quiet| quiet.parse().ok());
    let filter = quiet.fold(EnvFilter::try_new(level)?, EnvFilter::add_directive);
    let registry = tracing_subscriber::registry().with(filter);
    // No line is dropped: when the thread cannot keep up, the workers wait for it.
    let (writer, guard) = NonBlockingBuilder::default()
        .lossy(false)
        .finish(std::io::stderr());
    let layer = tracing_subscriber::fmt::layer().with_writer(writer);
    match format {
        LogFormat::Text => registry.with(layer).try_init()?,
        LogFormat::Json => registry
            .with(layer.json().flatten_event(true).with_span_list(false))
            .try_init()?,
    }
    std::panic::set_hook(Box::new(|panic| {
        // The place alone: the message of a panic can hold the value that caused it.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
    Ok(guard)
}
