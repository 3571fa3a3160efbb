//! Brings what comes with the program into the database, where the agency may edit it.
//!
//! Each row that came from the program remembers a fingerprint of what was written. A row whose fields have another fingerprint was
//! edited by the agency, and stays as it is.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use entity::values::AuditAction;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter as _,
    QuerySelect as _,
};
use serde_json::Value;

use crate::audit::{self, Audited, Event, Who};
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Conflict, Result};

/// What an import did, or would do. Things are named by their labels.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// Those that were missing.
    pub added: Vec<String>,
    /// Those that came with an older program and were not edited since.
    pub updated: Vec<String>,
    /// Those that differ from what comes with the program and stay as they are.
    pub kept: Vec<(String, Kept)>,
    /// How many are as they come with the program.
    pub unchanged: usize,
}

/// Why something stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The agency has edited it.
    Edited,
    /// The agency has added one of that name or code itself.
    Own,
    /// It was renamed, and there is another one of the new name.
    NameTaken,
    /// Members hold a tier that it does not have any more.
    TierInUse,
}

impl Kept {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edited => "edited by the agency",
            Self::Own => "the agency's own",
            Self::NameTaken => "another one has the new name",
            Self::TierInUse => "members hold a tier that the catalogue does not have any more",
        }
    }
}

/// A table that things come into.
pub(crate) trait ShippedTable:
    EntityTrait<Model: ShippedRow + IntoActiveModel<<Self as EntityTrait>::ActiveModel>>
{
    /// The id of a row.
    const ID: Self::Column;
    /// What it is called to add a row.
    const CREATED: AuditAction;
    /// What it is called to change one.
    const UPDATED: AuditAction;
    /// What the audit trail adds to the changes of an import.
    const DETAIL: &'static str;
    /// What the table says when another row has the same name.
    const EXISTS: Conflict;
}

/// A row that may have come with the program.
pub(crate) trait ShippedRow: Audited + Clone + PartialEq + FromQueryResult + Send + Sync {
    /// All that the program decides of it.
    fn decided(&self) -> Value;

    /// The fingerprint of what the program wrote.
    fn fingerprint(&mut self) -> &mut Option<String>;

    /// Counts a change.
    fn touch(&mut self, now: DateTime<Utc>);
}

/// Something that comes with the program.
pub(crate) trait Shipped {
    /// Where it goes.
    type Table: ShippedTable;

    /// What people call it.
    fn label(&self) -> String;

    /// Whether it is there.
    fn find<'a>(&self, rows: &'a [Row<Self>]) -> Found<'a, Row<Self>>;

    /// A row of it.
    fn new_row(&self, now: DateTime<Utc>) -> Row<Self>;

    /// The row with all that the program decides.
    fn onto(&self, row: Row<Self>) -> Row<Self>;

    /// What speaks against renewing a row.
    async fn obstacle(
        &self,
        _txn: &impl ConnectionTrait,
        _rows: &[Row<Self>],
        _renewed: &Row<Self>,
    ) -> Result<Option<Kept>> {
        Ok(None)
    }

    /// What has to be done before a row is renewed.
    async fn before(
        _core: &Core,
        _txn: &impl ConnectionTrait,
        _who: Who,
        _renewed: &Row<Self>,
    ) -> Result<()> {
        Ok(())
    }
}

/// A row of something that comes with the program.
pub(crate) type Row<S> = <<S as Shipped>::Table as EntityTrait>::Model;

/// What is there of something.
pub(crate) enum Found<'a, R> {
    /// Nothing.
    Nothing,
    /// One that the agency has added itself.
    Own,
    /// One that came with the program.
    Came(&'a R),
}

/// What is to be done about something.
enum Step<R> {
    Add(R),
    Update { before: R, after: R },
    Keep(Kept),
    Nothing,
}

/// Adds what is missing and renews what was not edited, in one transaction; removes nothing. A dry run writes nothing.
///
/// # Errors
/// `Unavailable` and `Internal`; the conflict of the table, when somebody adds the same at that moment.
pub(crate) async fn import<S: Shipped>(
    core: &Core,
    who: impl Into<Who>,
    shipped: &[S],
    dry_run: bool,
) -> Result<Import> {
    let who = who.into();
    core.db
        .write(async |txn| {
            let (mut import, mut added, mut events) = (Import::default(), Vec::new(), Vec::new());
            let mut rows = S::Table::find().lock_exclusive().all(txn).await?;
            for it in shipped {
                match step(core, txn, &rows, it).await? {
                    Step::Add(row) => {
                        events.push(Event::new(S::Table::CREATED).created(&row));
                        rows.push(row.clone());
                        added.push(row);
                        import.added.push(it.label());
                    }
                    Step::Update { before, after } => {
                        events.push(Event::new(S::Table::UPDATED).changed(&before, &after));
                        if !dry_run {
                            S::before(core, txn, who, &after).await?;
                            save::<S::Table>(txn, &after).await?;
                        }
                        // What comes later is compared with what is there by then.
                        rows.retain(|row| row.id() != after.id());
                        rows.push(after);
                        import.updated.push(it.label());
                    }
                    Step::Keep(why) => import.kept.push((it.label(), why)),
                    Step::Nothing => import.unchanged += 1,
                }
            }
            if dry_run {
                return Ok(import);
            }
            if !added.is_empty() {
                S::Table::insert_many(added.iter().map(row_of))
                    .exec_without_returning(txn)
                    .await
                    .or_conflict(S::Table::EXISTS)?;
            }
            let events = events.into_iter().map(|event| event.detail(S::Table::DETAIL));
            audit::record_all(core, txn, who, events).await?;
            Ok(import)
        })
        .await
}

async fn step<S: Shipped>(
    core: &Core,
    txn: &impl ConnectionTrait,
    rows: &[Row<S>],
    it: &S,
) -> Result<Step<Row<S>>> {
    let now = core.clock.now();
    let before = match it.find(rows) {
        Found::Nothing => return Ok(Step::Add(marked(it.onto(it.new_row(now))))),
        Found::Own => return Ok(Step::Keep(Kept::Own)),
        Found::Came(row) => row.clone(),
    };
    let mut after = marked(it.onto(before.clone()));
    if after == before {
        return Ok(Step::Nothing);
    }
    // What the agency has edited into what comes now is as it comes.
    if is_edited(&before) && digest_of(&before) != digest_of(&after) {
        return Ok(Step::Keep(Kept::Edited));
    }
    if let Some(why) = it.obstacle(txn, rows, &after).await? {
        return Ok(Step::Keep(why));
    }
    after.touch(now);
    Ok(Step::Update { before, after })
}

/// Whether the agency has changed what the program wrote of a row.
pub(crate) fn is_edited<R: ShippedRow>(row: &R) -> bool {
    row.clone().fingerprint().as_ref() != Some(&digest_of(row))
}

/// The row with the fingerprint of what the program decides of it.
fn marked<R: ShippedRow>(mut row: R) -> R {
    let fingerprint = digest_of(&row);
    *row.fingerprint() = Some(fingerprint);
    row
}

/// What the program decides of a row, in one short text.
fn digest_of(row: &impl ShippedRow) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, row.decided().to_string().as_bytes()))
}

async fn save<T: ShippedTable>(txn: &impl ConnectionTrait, row: &T::Model) -> Result<()> {
    T::update_many()
        .set(row_of::<T::Model, T::ActiveModel>(row))
        .filter(T::ID.eq(row.id()))
        .exec(txn)
        .await
        .or_conflict(T::EXISTS)?;
    Ok(())
}
