//! Exports: all records of a kind that a caller may see, as of one moment, batch by batch and in the order of their ids.
//!
//! An export reads one [`Snapshot`], so that its records belong together. A snapshot keeps the database from tidying up, and
//! is therefore bounded: an export that takes longer than the setting ends, and goes on with another one that begins after
//! the last record which has arrived, on a snapshot of its own.

mod kinds;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::values::{AuditAction, ExportFormat, RevealPurpose, Scope};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use uuid::Uuid;

pub use self::kinds::{Groups, Loyalties, Passports, Users};
use crate::audit::{self, Event, Request};
use crate::core::Core;
use crate::db::Snapshot;
use crate::documents::refuse_beyond_limit;
use crate::error::{Error, Result};
use crate::policy::{Permission, Permit};

/// Records that are read at once.
const BATCH: u64 = 250;

/// A kind of record that is exported, and how it is read.
pub trait Exported: Sized + 'static {
    /// What somebody needs who takes all of them.
    type Permission: Permission;
    /// The table that they stand in.
    type Entity: EntityTrait<Model: Send + Sync>;
    /// A record as the caller may see it.
    type Record;
    /// What they are called, in the plural.
    const NAME: &'static str;
    /// The column of their ids.
    const ID: <Self::Entity as EntityTrait>::Column;

    /// All that the caller may see.
    fn visible(by: &Permit<Self::Permission>) -> Select<Self::Entity>;

    /// Those that come after an id.
    fn after(by: &Permit<Self::Permission>, after: Option<Uuid>) -> Select<Self::Entity> {
        let all = Self::visible(by);
        match after {
            Some(after) => all.filter(Self::ID.gt(after)),
            None => all,
        }
    }

    /// The rows of the next of them.
    fn next(by: &Permit<Self::Permission>, batch: &Batch<'_>) -> Select<Self::Entity> {
        Self::after(by, batch.after).order_by_asc(Self::ID).limit(BATCH)
    }

    /// The next of them.
    fn batch(
        core: &Core,
        db: &impl ConnectionTrait,
        by: &Permit<Self::Permission>,
        batch: &Batch<'_>,
    ) -> impl Future<Output = Result<Vec<Self::Record>>>;

    /// The id of a record.
    fn id(record: &Self::Record) -> Uuid;
}

/// Which records are read at once.
#[derive(Debug)]
pub struct Batch<'a> {
    after: Option<Uuid>,
    purpose: Option<&'a RevealPurpose>,
}

/// What is to be exported.
#[derive(Debug, Clone)]
pub struct ExportRequest {
    /// The last record that has arrived, to go on after it.
    pub after: Option<Uuid>,
    /// In which form, for the audit trail.
    pub format: ExportFormat,
    /// What numbers of documents are shown in clear for; they are masked when it is not said.
    pub reveal: Option<RevealPurpose>,
}

/// How many exports may run at once. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Slots(Arc<Semaphore>);

impl Slots {
    /// So many.
    pub(crate) fn new(most: u32) -> Self {
        Self(Arc::new(Semaphore::new(most as usize)))
    }

    fn take(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.0)
            .try_acquire_owned()
            .map_err(|_| Error::Unavailable("as many exports run as may at once"))
    }
}

/// An export under way.
pub struct Export<K: Exported> {
    core: Core,
    by: Permit<K::Permission>,
    snapshot: Snapshot,
    reveal: Option<RevealPurpose>,
    after: Option<Uuid>,
    is_continued: bool,
    total: u64,
    as_of: DateTime<Utc>,
    until: Instant,
    request: Option<Request>,
    _slot: OwnedSemaphorePermit,
}

impl<K: Exported> Export<K> {
    /// Begins an export, and notes it. It may take as long as the setting says, or as `at_most` says instead.
    ///
    /// # Errors
    /// `Denied` when another system may not see numbers; `TooManyReveals`, and then nothing is shown; `Unavailable` when too
    /// many exports run, or the database is away.
    pub async fn begin(
        core: &Core,
        by: &Permit<K::Permission>,
        request: ExportRequest,
        at_most: Option<Duration>,
    ) -> Result<Self> {
        let ExportRequest {
            after,
            format,
            reveal,
        } = request;
        if reveal.is_some() {
            by.also_needs([Scope::PassportsReveal])?;
        }
        let slot = core.exports.take()?;
        let as_of = core.clock.now();
        let snapshot = core.db.snapshot().await?;
        let total = K::after(by, after).count(snapshot.reader()).await?;
        if reveal.is_some() {
            refuse_beyond_limit(core, by.actor(), total).await?;
        }
        let numbers = if reveal.is_some() { "in clear" } else { "masked" };
        let mut event = Event::new(AuditAction::DataExported).detail(format!(
            "{} as {format}: {total}, numbers of documents {numbers}",
            K::NAME
        ));
        if let Some(purpose) = &reveal {
            event = event.purpose(purpose.as_str());
        }
        // Before anything is handed out.
        core.db
            .write(async |txn| audit::record(core, txn, by.actor(), event).await)
            .await?;
        Ok(Self {
            core: core.clone(),
            by: *by,
            snapshot,
            reveal,
            is_continued: after.is_some(),
            after,
            total,
            as_of,
            until: Instant::now() + at_most.unwrap_or(core.settings.export_timeout),
            request: audit::current(),
            _slot: slot,
        })
    }

    /// What it works with.
    pub const fn core(&self) -> &Core {
        &self.core
    }

    /// Whether it goes on where another one has ended.
    pub const fn is_continued(&self) -> bool {
        self.is_continued
    }

    /// The last record that was read.
    pub const fn last(&self) -> Option<Uuid> {
        self.after
    }

    /// How many records it has.
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// As of when: what was committed before is in it.
    pub const fn as_of(&self) -> DateTime<Utc> {
        self.as_of
    }

    /// The next records; none when there are no more.
    ///
    /// # Errors
    /// `Unavailable` when it has taken too long; `TooManyReveals` when the caller has seen other numbers meanwhile; those of
    /// the database.
    pub async fn next(&mut self) -> Result<Vec<K::Record>> {
        if Instant::now() > self.until {
            return Err(Error::Unavailable("the export has taken longer than it may"));
        }
        let batch = Batch {
            after: self.after,
            purpose: self.reveal.as_ref(),
        };
        let read = K::batch(&self.core, self.snapshot.reader(), &self.by, &batch);
        // What is noted of revealed numbers names the request, although this runs beside it.
        let records = match &self.request {
            Some(request) => audit::during(request.clone(), read).await?,
            None => read.await?,
        };
        if let Some(last) = records.last() {
            self.after = Some(K::id(last));
        }
        Ok(records)
    }

    /// Lets go of the database.
    pub async fn close(self) {
        self.snapshot.close().await;
    }
}

impl<K: Exported> fmt::Debug for Export<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Export")
            .field("of", &K::NAME)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}
