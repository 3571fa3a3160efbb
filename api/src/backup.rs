//! The commands `backup` and `restore` of the command line: what they say while they work, and when they are done.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::{IsTerminal as _, Write as _, stderr};
use std::path::Path;

use service::backup::{self, Manifest, Place, Progress, Refused, Stop};
use service::db::Target;
use service::input::Secret;

use crate::config::Config;

/// Writes a backup of the database into a new file.
///
/// # Errors
/// A sentence that says what to do.
pub async fn create(config: &Config, file: &Path, stop: &Stop) -> Result<(), Refused> {
    let manifest = backup::create(&place(config)?, file, progress(), stop).await?;
    println!("Backup written to {}", file.display());
    tell(&manifest);
    println!("It does not open without the master key and the keyring. Keep those apart from it.");
    Ok(())
}

/// Puts the database of a backup in place.
///
/// # Errors
/// A sentence that says what to do.
pub async fn restore(config: &Config, file: &Path, stop: &Stop) -> Result<(), Refused> {
    let manifest = backup::restore(&place(config)?, file, progress(), stop).await?;
    println!("Restored from {}", file.display());
    tell(&manifest);
    Ok(())
}

/// Reads a backup and writes nothing.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub async fn check(config: &Config, file: &Path, stop: &Stop) -> Result<(), Refused> {
    let manifest = backup::check(&place(config)?, file, progress(), stop).await?;
    println!("{} is whole and can be restored.", file.display());
    tell(&manifest);
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

fn tell(manifest: &Manifest) {
    let made = manifest.created_at.format("%Y-%m-%d %H:%M:%S UTC");
    println!("  made      {made} by version {}", manifest.program);
    println!(
        "  database  {} bytes, SHA-256 {}",
        manifest.database.bytes, manifest.database.sha256
    );
    if let Some(last) = manifest.migrations.last() {
        println!(
            "  schema    {} migrations, the last {last}",
            manifest.migrations.len()
        );
    }
    let rows: Vec<String> = manifest
        .rows
        .iter()
        .filter(|(table, rows)| *table != "seaql_migrations" && **rows > 0)
        .map(|(table, rows)| format!("{table} {rows}"))
        .collect();
    println!("  rows      {}", rows.join(", "));
    for (name, value) in &manifest.more {
        println!("  {name:<9} {value}");
    }
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
