//! Backup and restore of an SQLite database: one encrypted file, taken while the service runs.
//!
//! Keys are not in it. What opens it is derived from the master key, so that a backup that is lost or stolen tells nothing,
//! and a key that is lost cannot be found in it.

mod archive;
mod draft;
mod manifest;
mod restore;
mod snapshot;

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_lc_rs::digest;
use serde_json::{Map, Value};
use uuid::Uuid;

use self::draft::Draft;
pub use self::manifest::{Database, Manifest};
pub use self::restore::{check, restore};
use self::snapshot::Snapshot;
use crate::auth::signing_keys;
use crate::clock::Clock;
use crate::db::{Db, PoolSizes, Target};
use crate::error::Error;
use crate::keys::Keys;
use crate::sealing::keyring::{self, Keyring};
use crate::sealing::{Sealer, Vault};

/// Why a backup cannot be made or restored: a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

impl Refused {
    fn io(what: &str, path: &Path, error: &std::io::Error) -> Self {
        Self(format!("{} {what}: {error}.", path.display()))
    }
}

/// What to say to somebody whose database is on a server.
const POSTGRES: &str = "The database is on a PostgreSQL server: back it up with pg_dump and restore it with pg_restore, \
                        as docs/OPERATIONS.md shows under \"Backup and restore\".";

/// Beginning and end of the name of the copy that is made of the database on the way.
const COPY: (&str, &str) = ("backup-", ".tmp");

/// Under what a manifest names the keys of the keyring that its database needs.
const KEYRING: &str = "keyring";
/// Under what it tells these keys from others of the same names.
pub const KEYRING_CHECKS: &str = "keyring_checks";

/// Told now and then what is being done, and how far it is, in percent.
pub type Progress = Box<dyn FnMut(&'static str, u64) + Send>;

/// Where everything is.
pub struct Place {
    target: Target,
    data_dir: PathBuf,
    keys: Keys,
    keyring: Option<String>,
}

impl Place {
    /// Reads the settings. The master key has to be there: another one would be of no use.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub fn new(
        target: Target,
        data_dir: &Path,
        master_key: Option<&str>,
        keyring: Option<&str>,
    ) -> Result<Self, Refused> {
        if target.file().is_none() {
            return Err(Refused(POSTGRES.into()));
        }
        Ok(Self {
            target,
            data_dir: data_dir.to_owned(),
            keys: Keys::existing(data_dir, master_key).map_err(Refused)?,
            keyring: keyring.map(str::to_owned),
        })
    }

    /// What the keyring lacks of what a database needs. Without it nobody could read what is sealed.
    fn check_keyring(&self, manifest: &Manifest) -> Result<(), Refused> {
        let needed = manifest.more.get(KEYRING).and_then(Value::as_array);
        let needed: Vec<&str> = needed.into_iter().flatten().filter_map(Value::as_str).collect();
        let keyring = Keyring::load(&self.data_dir, self.keyring.as_deref()).map_err(Refused)?;
        let checks = manifest.more.get(KEYRING_CHECKS);
        let has = |id: &str| {
            let Some(found) = keyring.as_ref().and_then(|keyring| keyring.check(id)) else {
                return false;
            };
            // Backups of before tell no more than the names.
            let check = checks.and_then(|checks| checks.get(id));
            check.is_none_or(|check| check.as_str() == Some(&found))
        };
        if needed.into_iter().all(has) {
            return Ok(());
        }
        Err(Refused(format!(
            "What is sealed in the backup needs keys that are not here. Put the keyring that belongs to it there ({}), or \
             set KEYRING.",
            self.data_dir.join(keyring::FILE).display()
        )))
    }

    /// What tells the keys that a database needs from others of the same names, of those that are here.
    fn keyring_checks(&self, more: &Map<String, Value>) -> Map<String, Value> {
        let needed = more.get(KEYRING).and_then(Value::as_array).into_iter().flatten();
        let Ok(Some(keyring)) = Keyring::load(&self.data_dir, self.keyring.as_deref()) else {
            return Map::new();
        };
        needed
            .filter_map(Value::as_str)
            .filter_map(|id| Some((id.to_owned(), keyring.check(id)?.into())))
            .collect()
    }

    /// Looks whether the database was sealed under the keys that are here: a backup that names others would be refused by
    /// whoever has the right ones.
    async fn check_keys(&self) -> Result<(), Refused> {
        let db = Db::open(self.target.clone(), PoolSizes { read: 1, write: 1 });
        let checked = self.check_keys_of(&db).await;
        db.close().await;
        checked
    }

    async fn check_keys_of(&self, db: &Db) -> Result<(), Refused> {
        let unreadable = |error: Error| Refused(format!("The database cannot be read: {error}."));
        let sealer = Sealer::new(&self.keys, "secrets").map_err(Refused)?;
        let stored = signing_keys::sealed(db).await.map_err(unreadable)?;
        signing_keys::check(&sealer, &stored).map_err(|error| Refused(error.0))?;
        match Keyring::load(&self.data_dir, self.keyring.as_deref()).map_err(Refused)? {
            Some(keyring) => Vault::with(keyring).check(db).await.map_err(Refused),
            // It may be kept elsewhere; a backup is better than none.
            None => Ok(()),
        }
    }

    fn database(&self) -> PathBuf {
        self.target.file().unwrap_or_default()
    }

    fn secret(&self) -> Vec<u8> {
        self.keys.derive("backup")
    }
}

/// Writes a backup of the database, which may be in use, into a new file.
///
/// # Errors
/// A sentence that says what to do. No part of the file is left then.
pub async fn create(
    place: &Place,
    file: &Path,
    mut progress: Progress,
    stop: &Stop,
) -> Result<Manifest, Refused> {
    if file.exists() {
        return Err(Refused(format!(
            "{} is there already; name a new file.",
            file.display()
        )));
    }
    let database = place.database();
    if !database.exists() {
        return Err(Refused(format!(
            "There is no database at {}. Check DATABASE_URL and DATA_DIR.",
            database.display()
        )));
    }
    draft::remove_leftovers(&place.data_dir, COPY);
    let name = format!("{}{}{}", COPY.0, Uuid::now_v7().simple(), COPY.1);
    let copy = Draft::create(place.data_dir.join(name))?;
    progress("copying", 0);
    snapshot::copy(&place.target, copy.path(), stop).await?;
    let mut snapshot = Snapshot::open(copy.path(), stop).await?;
    progress("checking", 0);
    let described = snapshot.describe().await;
    snapshot.close().await;
    let (migrations, rows, mut more) = described?;
    place.check_keys().await?;
    more.insert(KEYRING_CHECKS.to_owned(), place.keyring_checks(&more).into());
    let opened =
        File::open(copy.path()).map_err(|error| Refused::io("cannot be read", copy.path(), &error))?;
    // From here on the copy has no name, and is gone with this process, however it ends.
    #[cfg(unix)]
    drop(copy);

    let (secret, file, stop) = (place.secret(), file.to_owned(), stop.clone());
    let write = move || {
        let mut progress = stoppable(progress, stop);
        let bytes = opened
            .metadata()
            .map_err(|error| Refused::io("cannot be written", &file, &error))?
            .len();
        let manifest = Manifest {
            created_at: Clock::default().now(),
            program: env!("CARGO_PKG_VERSION").into(),
            database: Database {
                bytes,
                sha256: hash(&opened, bytes, &mut progress)?,
            },
            migrations,
            rows,
            more,
        };
        let archive = Draft::create(draft::beside(&file))?;
        let mut out = BufWriter::new(archive.file());
        archive::write(
            &mut out,
            &secret,
            &manifest.to_bytes()?,
            &opened,
            bytes,
            &mut progress,
        )?;
        drop(out);
        archive.publish(&file)?;
        Ok(manifest)
    };
    let written = tokio::task::spawn_blocking(write).await;
    written.map_err(|_| Refused("The backup was interrupted.".into()))?
}

/// Ends a backup or a restore that nobody waits for any more, so that it can tidy up.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks it to end.
    pub fn now(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn check(&self) -> Result<(), Refused> {
        if self.is_asked() {
            return Err(Refused("Stopped.".into()));
        }
        Ok(())
    }
}

/// What is told how many bytes are done, and refuses to go on when nobody waits for them.
type Watched = dyn FnMut(&'static str, u64, u64) -> Result<(), Refused> + Send;

fn stoppable(mut progress: Progress, stop: Stop) -> Box<Watched> {
    let mut told = None;
    Box::new(move |what, done, all| {
        stop.check()?;
        let percent = done.saturating_mul(100) / all.max(1);
        if told.replace((what, percent)) != Some((what, percent)) {
            progress(what, percent);
        }
        Ok(())
    })
}

/// SHA-256 in hexadecimal. The file is read from its beginning, and left there.
fn hash(mut file: &File, bytes: u64, progress: &mut Watched) -> Result<String, Refused> {
    let broken =
        |error: std::io::Error| Refused(format!("The copy of the database cannot be read: {error}."));
    let mut context = digest::Context::new(&digest::SHA256);
    let mut reader = BufReader::new(file);
    let (mut chunk, mut done) = (vec![0; archive::CHUNK], 0);
    loop {
        let length = reader.read(&mut chunk).map_err(broken)?;
        if length == 0 {
            break;
        }
        context.update(chunk.get(..length).unwrap_or_default());
        done += length as u64;
        progress("hashing", done, bytes)?;
    }
    file.rewind().map_err(broken)?;
    Ok(hex(context.finish().as_ref()))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
