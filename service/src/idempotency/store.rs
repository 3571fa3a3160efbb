//! The rows of what has been done.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::idempotency_keys::{self, COLUMN, Column, Model};
use entity::ids::UserId;
use entity::values::{Hidden, Sealed};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, TryInsertResult};

use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Error, Repeated, Result};

/// Claims a key. Tells whether it was free; a transaction that has claimed it and has not ended is waited for.
///
/// # Errors
/// `Repeated` when the other transaction takes too long.
pub(super) async fn claim(txn: &impl ConnectionTrait, row: &Model) -> Result<bool> {
    let inserted = idempotency_keys::Entity::insert(row_of::<_, idempotency_keys::ActiveModel>(row))
        .on_conflict_do_nothing()
        .exec_without_returning(txn)
        .await
        .or_busy(|| Error::Repeated(Repeated::InProgress))?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1..)))
}

/// What is known of a key.
pub(super) async fn find(db: &impl ConnectionTrait, key: &Hidden) -> Result<Option<Model>> {
    Ok(idempotency_keys::Entity::find_by_id(key.clone()).one(db).await?)
}

/// Removes what has been done under a key whose time is over.
pub(super) async fn remove(txn: &impl ConnectionTrait, key: &Hidden, now: DateTime<Utc>) -> Result<()> {
    idempotency_keys::Entity::delete_many()
        .filter(COLUMN.key.eq(key.clone()))
        .filter(COLUMN.expires_at.lte(now))
        .exec(txn)
        .await?;
    Ok(())
}

/// Keeps the answer to a claimed key, and whom it concerns.
pub(super) async fn keep(
    txn: &impl ConnectionTrait,
    key: &Hidden,
    answer: Sealed,
    people: &BTreeSet<UserId>,
) -> Result<()> {
    let shared = people.len() > 1;
    idempotency_keys::Entity::update_many()
        .col_expr(Column::Answer, Expr::value(answer))
        .col_expr(Column::Shared, Expr::value(shared))
        .col_expr(
            Column::UserId,
            Expr::value(people.first().copied().filter(|_| !shared)),
        )
        .filter(COLUMN.key.eq(key.clone()))
        .exec(txn)
        .await?;
    Ok(())
}

/// Removes answers that concern several people when one of them goes: whom, the row does not say, and to answer again is
/// worth less than to forget. What concerns one person goes by its foreign key.
///
/// # Errors
/// When the database is away.
pub(crate) async fn forget_shared(txn: &impl ConnectionTrait) -> Result<()> {
    idempotency_keys::Entity::delete_many()
        .filter(COLUMN.shared.eq(true))
        .exec(txn)
        .await?;
    Ok(())
}

/// Removes the answers whose time is over.
///
/// # Errors
/// When the database is away.
pub async fn purge(core: &Core) -> Result<()> {
    let now = core.clock.now();
    core.db
        .write(async |txn| {
            idempotency_keys::Entity::delete_many()
                .filter(COLUMN.expires_at.lte(now))
                .exec(txn)
                .await?;
            Ok(())
        })
        .await
}
