//! The ledger of erasures: a file that no backup of the database takes back.
//!
//! A database that is restored from yesterday's backup has people again who were erased since. The ledger in `DATA_DIR`
//! names them by id; before the service listens, it erases them once more. It follows the table `erasures`, never leads:
//! an entry without a committed erasure would erase somebody at the next start.

mod file;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{ErasureId, UserId};
use entity::values::ErasureStatus;
use entity::{erasures, users};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};

use self::file::LedgerFile;
use super::erasure;
use crate::core::{Core, StartError};
use crate::error::{Error, Result};
use crate::keys::Keys;

/// How far back a look for what other processes have erased goes: longer than a transaction and the clocks can be off.
const OVERLAP: TimeDelta = TimeDelta::hours(1);
/// How many people are looked up at once.
const CHUNK: usize = 500;

/// Somebody who is erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Who.
    pub user_id: UserId,
    /// The row of the table that says so.
    pub erasure_id: ErasureId,
    /// When.
    pub erased_at: DateTime<Utc>,
}

impl Erased {
    /// What there is to note of a row, if it says that somebody is erased.
    fn of(row: &erasures::Model) -> Option<Self> {
        let erased_at = row.decided_at.filter(|_| row.status == ErasureStatus::Done)?;
        Some(Self {
            user_id: row.user_id,
            erasure_id: row.id,
            erased_at,
        })
    }
}

/// The ledger of this process. Cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    file: Arc<Mutex<LedgerFile>>,
}

impl Ledger {
    /// Opens the ledger, which may not be there yet.
    ///
    /// # Errors
    /// A sentence that says what to do, when the ledger has been changed by somebody else.
    pub fn open(data_dir: &Path, keys: &Keys) -> Result<Self, String> {
        let mut file = LedgerFile::new(data_dir, &keys.derive("erasure-ledger"));
        file.read_on()?;
        Ok(Self {
            file: Arc::new(Mutex::new(file)),
        })
    }

    fn entries(&self) -> Vec<Erased> {
        self.file
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entries()
            .to_vec()
    }

    /// How many are erased.
    pub(crate) fn len(&self) -> usize {
        self.file
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entries()
            .len()
    }

    /// Adds those who are not in it yet, and waits until the disk has them.
    async fn append(&self, new: Vec<Erased>) -> Result<()> {
        let file = Arc::clone(&self.file);
        let written = tokio::task::spawn_blocking(move || {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            file.append(&new)
        });
        written
            .await
            .map_err(|_| Error::Internal("the ledger of erasures was not written".into()))?
            .map_err(|sentence| {
                Error::Internal(format!("the ledger of erasures was not written: {sentence}"))
            })
    }
}

/// Notes an erasure that is committed. One that cannot be noted now is noted later, by [`complete`].
pub(super) async fn add(core: &Core, done: &erasures::Model) {
    let Some(erased) = Erased::of(done) else { return };
    if let Err(error) = core.ledger.append(vec![erased]).await {
        tracing::error!(%error, "an erasure is not in the ledger yet; it will be tried again");
    }
}

/// Notes what other processes have erased of late, and what this one could not note at once.
///
/// # Errors
/// When the database is away, or the file cannot be written.
pub async fn complete(core: &Core) -> Result<()> {
    complete_since(core, Some(core.clock.now() - OVERLAP)).await
}

async fn complete_since(core: &Core, since: Option<DateTime<Utc>>) -> Result<()> {
    let mut query = erasures::Entity::find().filter(erasures::COLUMN.status.eq(ErasureStatus::Done));
    if let Some(since) = since {
        query = query.filter(erasures::COLUMN.decided_at.gte(since));
    }
    let done = query.all(core.db.read()).await?;
    if done.is_empty() {
        return Ok(());
    }
    core.ledger
        .append(done.iter().filter_map(Erased::of).collect())
        .await
}

/// Erases once more who has come back with a backup, and lets table and ledger have the same entries. To be called
/// before anybody is served.
///
/// # Errors
/// A sentence.
pub(crate) async fn settle(core: &Core) -> Result<(), StartError> {
    let sentence = |error: Error| {
        StartError(format!(
            "The ledger of erasures cannot be honoured: {error}. Start again."
        ))
    };
    let mut again = 0_u32;
    for chunk in core.ledger.entries().chunks(CHUNK) {
        let open = unsettled(core, chunk).await.map_err(sentence)?;
        for entry in chunk.iter().filter(|entry| open.contains(&entry.user_id)) {
            if erasure::repeat(core, entry).await.map_err(sentence)? {
                again += 1;
            }
        }
    }
    if again > 0 {
        tracing::warn!(
            people = again,
            "people who had been erased were in the database again, and are erased once more"
        );
    }
    complete_since(core, None).await.map_err(sentence)
}

/// Who of these is in the database, or is missing in the table of erasures.
async fn unsettled(core: &Core, chunk: &[Erased]) -> Result<BTreeSet<UserId>> {
    let ids = || chunk.iter().map(|entry| entry.user_id);
    let back: Vec<UserId> = users::Entity::find()
        .select_only()
        .column(users::Column::Id)
        .filter(users::COLUMN.id.is_in(ids()))
        .into_tuple()
        .all(core.db.read())
        .await?;
    let noted: Vec<UserId> = erasures::Entity::find()
        .select_only()
        .column(erasures::Column::UserId)
        .filter(erasures::COLUMN.user_id.is_in(ids()))
        .filter(erasures::COLUMN.status.eq(ErasureStatus::Done))
        .into_tuple()
        .all(core.db.read())
        .await?;
    Ok(ids()
        .filter(|id| !noted.contains(id))
        .chain(back.iter().copied())
        .collect())
}
