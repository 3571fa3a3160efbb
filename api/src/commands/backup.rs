//! `backup` and `restore`: what they say while they work, and when they are done.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _, stderr, stdout};
use std::path::Path;

use api::config::Config;
use service::backup::{self, KEYRING_CHECKS, Manifest, Place, Progress, Refused, Stop};
use service::db::Target;
use service::input::Secret;

use super::Failure;
use super::signal::asked_to_stop;

/// Makes a backup, until the program is asked to stop.
pub async fn run(config: &Config, file: &Path) -> Result<(), Failure> {
    let stop = Stop::default();
    unless_stopped(create(config, file, &stop), &stop).await
}

/// Restores a backup, or only reads it, until the program is asked to stop.
pub async fn run_restore(config: &Config, file: &Path, check_only: bool) -> Result<(), Failure> {
    let stop = Stop::default();
    if check_only {
        unless_stopped(check(config, file, &stop), &stop).await
    } else {
        unless_stopped(restore(config, file, &stop), &stop).await
    }
}

/// Lets the work tidy up when the terminal or the supervisor asks the program to stop.
async fn unless_stopped(work: impl Future<Output = Result<(), Refused>>, stop: &Stop) -> Result<(), Failure> {
    let mut work = std::pin::pin!(work);
    tokio::select! {
        // Listening comes first: what has begun is not to be killed.
        biased;
        () = asked_to_stop() => stop.now(),
        done = &mut work => return Ok(done?),
    }
    Ok(work.await?)
}

/// Writes a backup of the database into a new file.
///
/// # Errors
/// A sentence that says what to do.
async fn create(config: &Config, file: &Path, stop: &Stop) -> Result<(), Refused> {
    let manifest = backup::create(&place(config)?, file, progress(), stop).await?;
    say(&format!(
        "Backup written to {}\n{}It does not open without the master key and the keyring. Keep those apart from it.\n",
        file.display(),
        told(&manifest)
    ));
    Ok(())
}

/// Puts the database of a backup in place.
///
/// # Errors
/// A sentence that says what to do.
async fn restore(config: &Config, file: &Path, stop: &Stop) -> Result<(), Refused> {
    let restored = backup::restore(&place(config)?, file, progress(), stop).await?;
    say(&format!(
        "Restored from {}\n{}",
        file.display(),
        told(&restored.manifest)
    ));
    if let Some(aside) = restored.checkpoints {
        say(&format!(
            "The audit trail ends where the backup was made. Checkpoints of what came after it are kept in {}.",
            aside.display()
        ));
    }
    Ok(())
}

/// Reads a backup and writes nothing.
///
/// # Errors
/// A sentence that says what is wrong with it.
async fn check(config: &Config, file: &Path, stop: &Stop) -> Result<(), Refused> {
    let manifest = backup::check(&place(config)?, file, progress(), stop).await?;
    say(&format!(
        "{} is whole and can be restored.\n{}",
        file.display(),
        told(&manifest)
    ));
    Ok(())
}

fn place(config: &Config) -> Result<Place, Refused> {
    let replica = config.database_read_url.as_ref().map(Secret::expose);
    let target = Target::parse(config.database_url.expose(), replica).map_err(Refused)?;
    Place::new(
        target,
        &config.data_dir,
        config.master_key.as_ref().map(Secret::expose),
        config.keyring.as_ref().map(Secret::expose),
    )
}

/// The work is done; that nobody listens any more does not undo it.
fn say(text: &str) {
    let _ = stdout().write_all(text.as_bytes());
}

fn told(manifest: &Manifest) -> String {
    let made = manifest.created_at.format("%Y-%m-%d %H:%M:%S UTC");
    let (database, migrations) = (&manifest.database, &manifest.migrations);
    let last = migrations.last().map_or("none", String::as_str);
    let rows: Vec<String> = manifest
        .rows
        .iter()
        .filter(|(table, rows)| *table != "seaql_migrations" && **rows > 0)
        .map(|(table, rows)| format!("{table} {rows}"))
        .collect();
    let mut text = format!(
        "  made      {made} by version {}\n  database  {} bytes, SHA-256 {}\n  schema    {} migrations, the last {last}\n  \
         rows      {}\n",
        manifest.program,
        database.bytes,
        database.sha256,
        migrations.len(),
        rows.join(", ")
    );
    // The checks are for the program.
    let more = manifest.more.iter();
    for (name, value) in more.filter(|(name, _)| name.as_str() != KEYRING_CHECKS) {
        let _ = writeln!(text, "  {name:<9} {value}");
    }
    text
}

/// One line that changes, where somebody looks at it.
fn progress() -> Progress {
    Box::new(|what, percent| {
        if !stderr().is_terminal() {
            return;
        }
        eprint!("\r\x1b[2K{what} … {percent} %");
        if percent == 100 && matches!(what, "encrypting" | "decrypting") {
            eprint!("\r\x1b[2K");
        }
        let _ = stderr().flush();
    })
}
