//! Sessions that are not kept any longer.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::SessionId;
use entity::{credentials, sessions};
use sea_orm::sea_query::{Expr, Query, SubQueryStatement};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, ExprTrait as _, QueryFilter as _};

use crate::core::Core;
use crate::error::Result;

/// Removes sessions that could not be used any more for a day, with their tokens.
///
/// # Errors
/// When the database is away.
pub async fn purge(core: &Core) -> Result<()> {
    let before = core.clock.now() - TimeDelta::days(1);
    core.db
        .write(async |txn| {
            remove(txn, sessions::COLUMN.expires_at.lt(before))
                .await
                .map(drop)
        })
        .await
}

/// Removes a session that was ended before a time, and tells whether it was.
///
/// # Errors
/// When the database is away.
pub(crate) async fn remove_ended(core: &Core, id: SessionId, before: DateTime<Utc>) -> Result<bool> {
    let is_it = sessions::COLUMN
        .id
        .eq(id)
        .and(sessions::COLUMN.ended_at.lt(before));
    core.db.write(async |txn| Ok(remove(txn, is_it).await? > 0)).await
}

/// Removes sessions, and notes when their users were last there: that outlives the session, so that nobody seems to have
/// been away who was not.
async fn remove(txn: &impl ConnectionTrait, which: Expr) -> Result<u64> {
    let of_user = || {
        Query::select()
            .expr(Expr::col((sessions::Entity, sessions::Column::LastUsedAt)).max())
            .from(sessions::Entity)
            .and_where(
                Expr::col((sessions::Entity, sessions::Column::UserId))
                    .equals((credentials::Entity, credentials::Column::UserId)),
            )
            .and_where(which.clone())
            .take()
    };
    let last_use = || Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(of_user())));
    let users = Query::select()
        .column(sessions::Column::UserId)
        .from(sessions::Entity)
        .and_where(which.clone())
        .take();
    let is_news = credentials::COLUMN.last_seen_at.is_null().or(Expr::col((
        credentials::Entity,
        credentials::Column::LastSeenAt,
    ))
    .lt(last_use()));
    credentials::Entity::update_many()
        .col_expr(credentials::Column::LastSeenAt, last_use())
        .filter(credentials::COLUMN.user_id.in_subquery(users))
        .filter(is_news)
        .exec(txn)
        .await?;
    let removed = sessions::Entity::delete_many().filter(which).exec(txn).await?;
    Ok(removed.rows_affected)
}
