//! What has stood in the feed for long enough goes.

use chrono::{DateTime, Utc};
use entity::{event_head, events};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use uuid::Uuid;

use super::sequence::{head, no_head};
use crate::core::Core;
use crate::error::Result;

/// Most places of one transaction.
const BATCH: i64 = 5000;

/// Removes the events from before a time, and tells their ids; a dry run only tells. The last event stays, however old it is:
/// who has read all can see by it that nothing is missing.
///
/// # Errors
/// When the database is away. What was removed until then stays so.
pub(crate) async fn prune(core: &Core, before: DateTime<Utc>, dry: bool) -> Result<Vec<Uuid>> {
    let db = core.db.read();
    let ends = head(db).await?;
    // Times hardly go back from place to place; what is kept begins with the first event that is young enough.
    let first_kept: Option<Option<i64>> = events::Entity::find()
        .select_only()
        .column(events::Column::Position)
        .filter(events::COLUMN.position.is_not_null())
        .filter(events::COLUMN.occurred_at.gte(before))
        .order_by_asc(events::COLUMN.position)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    let end = first_kept.flatten().unwrap_or(ends.position).min(ends.position) - 1;
    let mut ids = Vec::new();
    let mut from = ends.pruned + 1;
    while from <= end {
        let to = end.min(from + BATCH - 1);
        ids.extend(
            events::Entity::find()
                .select_only()
                .column(events::Column::Id)
                .filter(events::COLUMN.position.between(from, to))
                .order_by_asc(events::COLUMN.position)
                .into_tuple::<Uuid>()
                .all(db)
                .await?,
        );
        if !dry {
            remove(core, to).await?;
        }
        from = to + 1;
    }
    Ok(ids)
}

async fn remove(core: &Core, to: i64) -> Result<()> {
    core.db
        .write(async |txn| {
            let ends = event_head::Entity::find_by_id(1)
                .lock_exclusive()
                .one(txn)
                .await?
                .ok_or_else(no_head)?;
            events::Entity::delete_many()
                .filter(events::COLUMN.position.lte(to))
                .exec(txn)
                .await?;
            event_head::Entity::update_many()
                .col_expr(event_head::Column::Pruned, Expr::value(to.max(ends.pruned)))
                .filter(event_head::COLUMN.id.eq(1))
                .exec(txn)
                .await?;
            Ok(())
        })
        .await
}
