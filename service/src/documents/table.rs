//! Tables of documents: one way to find, change and remove a record, whatever it is.

use chrono::NaiveDate;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait, ExprTrait as _, IntoActiveModel, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select,
};
use uuid::Uuid;

use super::Document;
use crate::audit::{self, Audited, Event, Who};
use crate::belongings::{self, visible_to};
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Conflict, Error, Result};
use crate::page::{Keyset, Page};
use crate::policy::{Actor, Permission, Permit};
use crate::privacy::restriction;
use crate::sealing::{self, DataKey, Held, Vaulted};
use crate::version::Precondition;

/// A table of documents.
pub(crate) trait DocumentTable:
    Vaulted<Opened: Document, Model: IntoActiveModel<<Self as EntityTrait>::ActiveModel>>
{
    /// The id of a record.
    const ID: Self::Column;
    /// The count of its changes.
    const VERSION: Self::Column;
    /// The last day on which it is good.
    const LAST_DAY: Self::Column;
    /// What the table says when another record has the same number.
    const EXISTS: Conflict;
}

type Shown<E> = <<E as Vaulted>::Opened as Document>::Shown;

/// The record with an id, within reach.
///
/// # Errors
/// `NotFound` when there is none.
pub(crate) async fn find<E: DocumentTable, P: Permission>(
    core: &Core,
    db: &impl ConnectionTrait,
    by: &Permit<P>,
    id: impl Into<Uuid>,
) -> Result<E::Opened> {
    let query = visible_to::<E, P>(by).filter(E::ID.eq(id.into()));
    sealing::one(core, db, query).await?.ok_or(Error::NotFound)
}

/// The same as the caller may see it.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub(crate) async fn get<E: DocumentTable, P: Permission>(
    core: &Core,
    by: &Permit<P>,
    id: impl Into<Uuid>,
) -> Result<Shown<E>> {
    let found = find::<E, P>(core, core.db.read(), by, id).await?;
    Ok(found.shown_to(by.actor()))
}

/// One page of what a query finds, in the order in which it was recorded.
///
/// # Errors
/// Those of the database.
pub(crate) async fn page<E: DocumentTable>(
    core: &Core,
    to: &Actor,
    mut query: Select<E>,
    keyset: &Keyset,
) -> Result<Page<Shown<E>>> {
    if let Some(after) = keyset.after() {
        query = query.filter(E::ID.gt(after));
    }
    let query = query.order_by_asc(E::ID).limit(keyset.fetch());
    let rows = sealing::all(core, core.db.read_stale(), query).await?;
    let page = keyset.page(core, rows, audit::Audited::id);
    Ok(page.map(|it| it.shown_to(to)))
}

/// What a query finds that finds one record at the most: a page of it.
///
/// # Errors
/// Those of the database.
pub(crate) async fn one_page<E: DocumentTable>(
    core: &Core,
    to: &Actor,
    query: Select<E>,
) -> Result<Page<Shown<E>>> {
    let found = sealing::all(core, core.db.read(), query).await?;
    Ok(Page {
        data: found.into_iter().map(|it| it.shown_to(to)).collect(),
        next_cursor: None,
    })
}

/// All records of a person, the oldest first.
///
/// # Errors
/// Those of the database.
pub(crate) async fn all<E: DocumentTable>(
    core: &Core,
    db: &impl ConnectionTrait,
    holder: entity::ids::UserId,
) -> Result<Vec<E::Opened>> {
    let query = E::find().filter(E::PERSON.eq(holder)).order_by_asc(E::ID);
    sealing::all(core, db, query).await
}

/// A record within reach that is about to be changed, with its holder locked.
///
/// # Errors
/// `NotFound`; `restricted`.
pub(crate) async fn lock<E: DocumentTable, P: Permission>(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Permit<P>,
    id: impl Into<Uuid>,
) -> Result<Held<E::Opened>> {
    let query = visible_to::<E, P>(by).filter(E::ID.eq(id.into()));
    belongings::lock_person(core, txn, by, query.clone()).await?;
    sealing::held(core, txn, query).await?.ok_or(Error::NotFound)
}

/// Writes a new record of a locked holder, and notes it.
///
/// # Errors
/// The conflict of the table.
pub(crate) async fn insert<E: DocumentTable>(
    core: &Core,
    txn: &impl ConnectionTrait,
    actor: &Actor,
    key: &DataKey,
    record: &E::Opened,
) -> Result<()> {
    let row = E::seal(record, key, &core.vault)?;
    E::insert(row_of::<E::Model, E::ActiveModel>(&row))
        .exec_without_returning(txn)
        .await
        .or_conflict(E::EXISTS)?;
    let event = Event::new(E::Opened::ACTIONS.created).created(record);
    audit::record(core, txn, actor, event.under(key)).await
}

/// Writes a changed record as the next version.
///
/// # Errors
/// `Stale`; the conflict of the table.
pub(crate) async fn save<E: DocumentTable>(
    core: &Core,
    txn: &impl ConnectionTrait,
    key: &DataKey,
    mut record: E::Opened,
) -> Result<E::Opened> {
    let seen = record.version();
    record.touch(core.clock.now());
    let row = E::seal(&record, key, &core.vault)?;
    let changed = E::update_many()
        .set(row_of::<E::Model, E::ActiveModel>(&row))
        .filter(E::ID.eq(record.id()))
        .filter(E::VERSION.eq(seen))
        .exec(txn)
        .await
        .or_conflict(E::EXISTS)?;
    if changed.rows_affected == 0 {
        Err(Error::Stale)
    } else {
        Ok(record)
    }
}

/// Writes a changed record and notes it. Nothing is written when nothing changes.
///
/// # Errors
/// `Stale`; the conflict of the table.
pub(crate) async fn update<E: DocumentTable>(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: impl Into<Who>,
    found: &Held<E::Opened>,
    changed: E::Opened,
) -> Result<E::Opened> {
    if changed == found.record {
        return Ok(changed);
    }
    let changed = save::<E>(core, txn, &found.key, changed).await?;
    let event = Event::new(E::Opened::ACTIONS.updated).changed(&found.record, &changed);
    audit::record(core, txn, who, event.under(&found.key)).await?;
    Ok(changed)
}

/// Removes a record.
///
/// # Errors
/// `NotFound`, `Stale`, `restricted`.
pub(crate) async fn delete<E: DocumentTable, P: Permission>(
    core: &Core,
    by: &Permit<P>,
    id: impl Into<Uuid>,
    precondition: &Precondition,
) -> Result<()> {
    core.db
        .write(async |txn| {
            let found = lock::<E, P>(core, txn, by, id).await?;
            precondition.check(found.record.version())?;
            let event = Event::new(E::Opened::ACTIONS.deleted);
            remove::<E>(core, txn, by.actor(), &found, event).await
        })
        .await
}

/// What finds the records of some people that are good on a day or never end, the oldest record first. What has another
/// reason to be of no use is for the caller to leave out.
pub(crate) fn good_on<E: DocumentTable>(people: &[entity::ids::UserId], day: NaiveDate) -> Select<E> {
    E::find()
        .filter(E::PERSON.is_in(people.iter().copied()))
        .filter(E::LAST_DAY.is_null().or(E::LAST_DAY.gte(day)))
        .order_by_asc(E::ID)
}

/// The records that have expired before a day and are nobody's who is restricted: that data may be needed, and is kept.
///
/// # Errors
/// Those of the database.
pub(crate) async fn expired<E: DocumentTable>(core: &Core, before: NaiveDate) -> Result<Vec<Uuid>> {
    let mut query = E::find()
        .select_only()
        .column(E::ID)
        .filter(E::LAST_DAY.lt(before))
        .order_by_asc(E::ID);
    if let Some(restricted) = restriction::hidden_ids(&Actor::Anonymous) {
        query = query.filter(E::PERSON.not_in_subquery(restricted));
    }
    Ok(query.into_tuple().all(core.db.read()).await?)
}

/// Removes a record that has expired before a day, and tells whether it had.
///
/// # Errors
/// `NotFound`, `restricted`.
pub(crate) async fn remove_expired<E: DocumentTable, P: Permission>(
    core: &Core,
    by: &Permit<P>,
    id: Uuid,
    before: NaiveDate,
) -> Result<bool> {
    core.db
        .write(async |txn| {
            let found = lock::<E, P>(core, txn, by, id).await?;
            if found.record.last_day().is_none_or(|day| day >= before) {
                return Ok(false);
            }
            let event = Event::new(E::Opened::ACTIONS.deleted).detail("retention");
            remove::<E>(core, txn, Who::SYSTEM, &found, event).await?;
            Ok(true)
        })
        .await
}

async fn remove<E: DocumentTable>(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: impl Into<Who>,
    found: &Held<E::Opened>,
    event: Event,
) -> Result<()> {
    E::delete_many()
        .filter(E::ID.eq(found.record.id()))
        .exec(txn)
        .await?;
    let event = event.removed(&found.record).under(&found.key);
    audit::record(core, txn, who, event).await
}
