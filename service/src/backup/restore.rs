//! Puts a backup in place once all of it is known to be good.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use chrono::{DateTime, Utc};

use super::archive::{self, damaged};
use super::draft::{self, Draft};
use super::snapshot::Snapshot;
use super::{Manifest, Place, Progress, Refused, Stop, Watched, hex, stoppable};
use crate::audit::CHECKPOINTS_FILE;
use crate::core::private_folder;
use crate::migrations;

/// Reads all of a backup and writes nothing.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub async fn check(place: &Place, file: &Path, progress: Progress, stop: &Stop) -> Result<Manifest, Refused> {
    let (secret, file, stop) = (place.secret(), file.to_owned(), stop.clone());
    let read = move || unpack(&file, &secret, |_| Ok(()), &mut stoppable(progress, stop));
    let manifest = interrupted(tokio::task::spawn_blocking(read).await)?;
    place.check_keyring(&manifest)?;
    Ok(manifest)
}

/// Makes the database that a backup holds.
///
/// # Errors
/// A sentence that says what to do. There is no database then, as before.
pub async fn restore(
    place: &Place,
    file: &Path,
    progress: Progress,
    stop: &Stop,
) -> Result<Restored, Refused> {
    let database = place.database();
    for ending in ["", "-wal", "-shm"] {
        let mut there = database.clone().into_os_string();
        there.push(ending);
        let there = Path::new(&there);
        if there.exists() {
            return Err(Refused(format!(
                "{} is there. Stop the service and move it away; nothing is overwritten.",
                there.display()
            )));
        }
    }
    private_folder(&place.data_dir)
        .map_err(|error| Refused::io("cannot be made", &place.data_dir, &error))?;
    let draft = Draft::create(draft::beside(&database))?;
    let (secret, file, stopped) = (place.secret(), file.to_owned(), stop.clone());
    let unpacked = move || {
        let mut out = BufWriter::new(draft.file());
        let written = |error| Refused::io("cannot be written", draft.path(), &error);
        let write = |bytes: &[u8]| out.write_all(bytes).map_err(written);
        let manifest = unpack(&file, &secret, write, &mut stoppable(progress, stopped))?;
        out.flush().map_err(written)?;
        drop(out);
        Ok((draft, manifest))
    };
    let (draft, manifest) = interrupted(tokio::task::spawn_blocking(unpacked).await)?;
    place.check_keyring(&manifest)?;
    let mut snapshot = Snapshot::open(draft.path(), stop).await?;
    let described = snapshot.describe().await;
    snapshot.close().await;
    let (migrations, rows, _) = described?;
    if (&migrations, &rows) != (&manifest.migrations, &manifest.rows) {
        return Err(damaged());
    }
    // Erasures since the backup are not in it. They are carried out again, from a ledger outside the database, when the
    // service starts the next time, before it listens.
    draft.publish(&database)?;
    let checkpoints = set_checkpoints_aside(&place.data_dir, Utc::now())?;
    Ok(Restored {
        manifest,
        checkpoints,
    })
}

/// What has been restored.
#[derive(Debug)]
pub struct Restored {
    /// What the backup says of itself.
    pub manifest: Manifest,
    /// Where the checkpoints of the audit trail are now that go beyond the backup, if there are any.
    pub checkpoints: Option<PathBuf>,
}

/// The trail of the restored database ends where the backup was made. Held against checkpoints of later entries it would
/// look cut off for ever; they are kept as evidence of what was lost.
fn set_checkpoints_aside(data_dir: &Path, now: DateTime<Utc>) -> Result<Option<PathBuf>, Refused> {
    let before = data_dir.join(CHECKPOINTS_FILE);
    if !before.exists() {
        return Ok(None);
    }
    let aside = data_dir.join(format!(
        "audit-checkpoints-before-{}.log",
        now.format("%Y%m%dT%H%M%SZ")
    ));
    fs::rename(&before, &aside).map_err(|error| Refused::io("cannot be set aside", &before, &error))?;
    Ok(Some(aside))
}

/// Hands on the database of a backup that is whole, made with our key, and not newer than this program.
fn unpack(
    file: &Path,
    secret: &[u8],
    mut take: impl FnMut(&[u8]) -> Result<(), Refused>,
    progress: &mut Watched,
) -> Result<Manifest, Refused> {
    let unreadable = |error: std::io::Error| Refused::io("cannot be read", file, &error);
    let input = File::open(file).map_err(unreadable)?;
    let bytes = input.metadata().map_err(unreadable)?.len();
    let opened = archive::open(BufReader::new(input), bytes, secret)?;
    let manifest = Manifest::from_bytes(&opened.manifest)?;
    let known = migrations::names();
    if let Some(later) = manifest.migrations.iter().find(|name| !known.contains(name)) {
        return Err(Refused(format!(
            "The backup was made by version {} of the program, whose migration {later} this one ({}) does not know. \
             Restore it with that version or a later one.",
            manifest.program,
            env!("CARGO_PKG_VERSION")
        )));
    }
    let (mut context, mut length) = (digest::Context::new(&digest::SHA256), 0);
    let hashed = |piece: &[u8]| {
        context.update(piece);
        length += piece.len() as u64;
        take(piece)
    };
    opened.read(hashed, progress)?;
    if length != manifest.database.bytes || hex(context.finish().as_ref()) != manifest.database.sha256 {
        return Err(damaged());
    }
    Ok(manifest)
}

fn interrupted<T>(result: Result<Result<T, Refused>, tokio::task::JoinError>) -> Result<T, Refused> {
    result.unwrap_or_else(|_| Err(Refused("It was interrupted.".into())))
}
