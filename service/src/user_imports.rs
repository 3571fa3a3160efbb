//! Imports: users from a file of another system, some hundred in one transaction.
//!
//! A file is not kept. Its rows are taken as they arrive, and what has become of them is counted in the transaction that
//! takes them. When the connection breaks or the process dies, the same file is sent again: the rows that were taken are known
//! by their number and a keyed hash over all of them, and are passed over.
//!
//! Every row goes through the rules of [`users`] that a single request goes through: it is parsed as the same command, and
//! composed, changed, sealed and noted by the same functions.

mod batch;
mod commands;
mod known;
mod rows;

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::ImportId;
use entity::imports;
use entity::values::{AuditAction, ExistingRecords, Hidden, ImportStatus};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde::{Deserialize, Serialize};

pub use self::commands::{ImportColumn, NewImport};
pub use self::rows::ImportFormat;
use self::rows::{Mapping, Row, Rows};
use crate::audit::{self, Event};
use crate::core::Core;
use crate::db::row_of;
use crate::error::{Conflict, Error, Result};
use crate::input::Valid;
use crate::policy::{ImportUsers, Permit, Reach};

/// Rows that are taken in one transaction.
const BATCH: usize = 500;
/// Problems that are kept: who has more mends those, and sends the file to a new import.
const MAX_PROBLEMS: usize = 1000;
/// How long it is remembered what has become of a file.
const KEPT: TimeDelta = TimeDelta::days(30);

/// An import, and what has become of its rows so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// UUIDv7.
    pub id: ImportId,
    /// What happens to rows about somebody who is known.
    pub existing: ExistingRecords,
    /// Whether nothing is written.
    pub dry_run: bool,
    /// Whether all rows have been looked at.
    pub status: ImportStatus,
    /// How many rows have been looked at.
    pub rows: u64,
    /// How many of them have added somebody.
    pub added: u64,
    /// How many have changed somebody.
    pub updated: u64,
    /// How many were about somebody who is known, and have changed nothing.
    pub skipped: u64,
    /// How many could not be taken.
    pub failed: u64,
    /// What is wrong with the first of those.
    pub problems: Vec<RowProblem>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When rows were last looked at.
    pub updated_at: DateTime<Utc>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowProblem {
    /// Place of the row in the file, from 1; a header row is none.
    pub row: u64,
    /// The field, as a JSON Pointer; empty for the row as a whole.
    pub field: String,
    /// Stable `snake_case` code.
    pub code: String,
    /// One sentence for people, without the value.
    pub detail: String,
}

impl TryFrom<imports::Model> for Import {
    type Error = Error;

    fn try_from(row: imports::Model) -> Result<Self> {
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        Ok(Self {
            id: row.id,
            existing: row.existing,
            dry_run: row.dry_run,
            status: row.status,
            rows: count(row.rows),
            added: count(row.added),
            updated: count(row.updated),
            skipped: count(row.skipped),
            failed: count(row.failed),
            problems: problems_of(&row)?,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

fn problems_of(row: &imports::Model) -> Result<Vec<RowProblem>> {
    match &row.problems {
        None => Ok(Vec::new()),
        Some(problems) => serde_json::from_str(problems).map_err(unreadable),
    }
}

#[allow(clippy::needless_pass_by_value)] // As `map_err` hands it over.
fn unreadable(_: serde_json::Error) -> Error {
    Error::Internal("an import cannot be kept, or not be read again".into())
}

/// Opens an import; its rows follow.
///
/// # Errors
/// `Invalid`.
pub async fn open(core: &Core, by: &Permit<ImportUsers>, command: Valid<NewImport>) -> Result<Import> {
    let NewImport {
        existing,
        dry_run,
        columns,
    } = command.into_inner();
    let mapping = commands::mapping(columns)?;
    let now = core.clock.now();
    let row = imports::Model {
        id: ImportId::new(),
        actor_id: by.actor().id(),
        existing: existing.optional().unwrap_or(ExistingRecords::Skip),
        dry_run: dry_run.optional().unwrap_or(false),
        columns: serde_json::to_string(&mapping).map_err(unreadable)?,
        status: ImportStatus::Open,
        rows: 0,
        added: 0,
        updated: 0,
        skipped: 0,
        failed: 0,
        problems: None,
        digest: None,
        created_at: now,
        updated_at: now,
    };
    core.db
        .write(async |txn| {
            imports::Entity::insert(row_of::<_, imports::ActiveModel>(&row))
                .exec_without_returning(txn)
                .await?;
            Ok(())
        })
        .await?;
    row.try_into()
}

/// Reads an import. Administrators read all, everybody else their own.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub async fn get(core: &Core, by: &Permit<ImportUsers>, id: ImportId) -> Result<Import> {
    find(core.db.read(), by, id).await?.try_into()
}

async fn find(db: &impl ConnectionTrait, by: &Permit<ImportUsers>, id: ImportId) -> Result<imports::Model> {
    let found = imports::Entity::find_by_id(id).one(db).await?;
    found
        .filter(|it| by.reach() == Reach::All || it.actor_id == by.actor().id())
        .ok_or(Error::NotFound)
}

async fn locked(txn: &impl ConnectionTrait, id: ImportId) -> Result<imports::Model> {
    let found = imports::Entity::find_by_id(id).lock_exclusive().one(txn).await?;
    found.ok_or(Error::NotFound)
}

/// Removes what nobody has asked about for long.
///
/// # Errors
/// When the database is away.
pub async fn purge(core: &Core) -> Result<()> {
    let before = core.clock.now() - KEPT;
    core.db
        .write(async |txn| {
            imports::Entity::delete_many()
                .filter(imports::COLUMN.updated_at.lt(before))
                .exec(txn)
                .await?;
            Ok(())
        })
        .await
}

/// The rows of an import, as they arrive.
pub struct Feed {
    core: Core,
    by: Permit<ImportUsers>,
    import: imports::Model,
    rows: Rows,
    waiting: Vec<Row>,
    digest: Digest,
}

/// A keyed hash over all rows up to one: tells whether a file is the one that was begun, and tells nobody what is in it.
struct Digest {
    key: hmac::Key,
    value: Vec<u8>,
}

impl Digest {
    fn new(core: &Core) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &core.keys.derive("imports")),
            value: Vec::new(),
        }
    }

    fn written(&self) -> Hidden {
        URL_SAFE_NO_PAD.encode(&self.value).into()
    }

    fn add(&mut self, row: &Row) {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(&self.value);
        context.update(&row.bytes);
        self.value = context.sign().as_ref().to_vec();
    }
}

impl Feed {
    /// Begins to take the file of an import, or goes on.
    ///
    /// # Errors
    /// `NotFound` when there is none within reach.
    pub async fn begin(
        core: &Core,
        by: &Permit<ImportUsers>,
        id: ImportId,
        format: ImportFormat,
    ) -> Result<Self> {
        let import = find(core.db.read(), by, id).await?;
        let mapping: Mapping = serde_json::from_str(&import.columns).map_err(unreadable)?;
        Ok(Self {
            core: core.clone(),
            by: *by,
            import,
            rows: Rows::new(format, mapping),
            waiting: Vec::new(),
            digest: Digest::new(core),
        })
    }

    /// Takes the next piece of the file.
    ///
    /// # Errors
    /// `import_differs` when it is another file than the one that was begun, `import_in_progress` when somebody else sends
    /// it too; `Invalid` when it is no file of rows; those of the database. Then nothing more is taken; what has been, stays.
    pub async fn push(&mut self, piece: &[u8]) -> Result<()> {
        let mut arrived = Vec::new();
        let read = self.rows.push(piece, &mut arrived);
        self.accept(arrived).await?;
        read
    }

    /// Takes what is left, at the end of the file.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub async fn finish(mut self) -> Result<Import> {
        let mut arrived = Vec::new();
        self.rows.finish(&mut arrived)?;
        self.accept(arrived).await?;
        let rest = std::mem::take(&mut self.waiting);
        self.take(rest).await?;
        if self.rows.number() < self.done() {
            return Err(Conflict::ImportDiffers.into());
        }
        if self.import.status == ImportStatus::Open {
            self.close().await?;
        }
        self.import.try_into()
    }

    /// How many rows have been looked at.
    pub fn done(&self) -> u64 {
        u64::try_from(self.import.rows).unwrap_or_default()
    }

    async fn accept(&mut self, arrived: Vec<Row>) -> Result<()> {
        for row in arrived {
            if row.number > self.done() {
                if self.import.status == ImportStatus::Done {
                    return Err(Conflict::ImportDiffers.into());
                }
                self.waiting.push(row);
                continue;
            }
            // Taken before.
            self.digest.add(&row);
            if row.number == self.done() && self.import.digest.as_ref() != Some(&self.digest.written()) {
                return Err(Conflict::ImportDiffers.into());
            }
        }
        while self.waiting.len() >= BATCH {
            let batch = self.waiting.drain(..BATCH).collect();
            self.take(batch).await?;
        }
        Ok(())
    }

    async fn take(&mut self, batch: Vec<Row>) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        for row in &batch {
            self.digest.add(row);
        }
        let digest = self.digest.written();
        self.import = batch::take(&self.core, &self.by, &self.import, &batch, &digest).await?;
        Ok(())
    }

    async fn close(&mut self) -> Result<()> {
        let (core, by) = (&self.core, &self.by);
        let id = self.import.id;
        self.import = core
            .db
            .write(async |txn| {
                let mut row = locked(txn, id).await?;
                row.status = ImportStatus::Done;
                row.updated_at = core.clock.now();
                imports::Entity::update_many()
                    .set(row_of(&row))
                    .filter(imports::COLUMN.id.eq(id))
                    .exec(txn)
                    .await?;
                let what = if row.dry_run { "tried" } else { "taken" };
                let event = Event::new(AuditAction::DataImported).detail(format!(
                    "import {id}: {} rows {what}, {} added, {} updated, {} skipped, {} failed",
                    row.rows, row.added, row.updated, row.skipped, row.failed
                ));
                audit::record(core, txn, by.actor(), event).await?;
                Ok(row)
            })
            .await?;
        Ok(())
    }
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed")
            .field("import", &self.import.id)
            .finish_non_exhaustive()
    }
}
