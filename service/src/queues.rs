//! What waits to be done behind the backs of requests, and for how long: what whoever runs the service is to hear of before
//! those who wait for it do.

use chrono::{DateTime, Utc};
use entity::values::{QueueName, WebhookDeliveryStatus, WebhookStatus};
use entity::{audit_events, events, mails, webhook_deliveries as deliveries, webhook_endpoints as endpoints};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, EntityTrait, QueryFilter as _, QuerySelect as _, QueryTrait as _, Select};

use crate::core::Core;
use crate::db::uncounted;
use crate::error::Result;

/// How much waits, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Which.
    pub name: QueueName,
    /// How many wait.
    pub waiting: u64,
    /// For how many seconds the one that waits longest could have been done; 0 if nothing waits.
    pub age_seconds: u64,
}

/// Every queue.
///
/// # Errors
/// When the database is away.
pub async fn all(core: &Core) -> Result<Vec<Queue>> {
    let now = core.clock.now();
    let unchained = audit_events::Entity::find().filter(audit_events::COLUMN.seq.is_null());
    let unplaced = events::Entity::find().filter(events::COLUMN.position.is_null());
    let mail = mails::Entity::find().filter(mails::COLUMN.next_attempt_at.lte(now));
    // Those of an endpoint that is switched off wait for somebody to switch it on.
    let active = endpoints::Entity::find()
        .select_only()
        .column(endpoints::Column::Id)
        .filter(endpoints::COLUMN.status.eq(WebhookStatus::Active));
    let webhooks = deliveries::Entity::find()
        .filter(deliveries::COLUMN.endpoint_id.in_subquery(active.into_query()))
        .filter(deliveries::COLUMN.status.eq(WebhookDeliveryStatus::Pending))
        .filter(deliveries::COLUMN.next_attempt_at.lte(now));
    // Whoever watches is no request.
    uncounted(Box::pin(async {
        Ok(vec![
            queue(
                core,
                QueueName::Audit,
                unchained,
                audit_events::Column::OccurredAt,
                now,
            )
            .await?,
            queue(core, QueueName::Events, unplaced, events::Column::OccurredAt, now).await?,
            queue(core, QueueName::Mail, mail, mails::Column::NextAttemptAt, now).await?,
            queue(
                core,
                QueueName::Webhooks,
                webhooks,
                deliveries::Column::NextAttemptAt,
                now,
            )
            .await?,
        ])
    }))
    .await
}

async fn queue<E: EntityTrait>(
    core: &Core,
    name: QueueName,
    find: Select<E>,
    since: E::Column,
    now: DateTime<Utc>,
) -> Result<Queue> {
    let found: Option<(i64, Option<DateTime<Utc>>)> = find
        .select_only()
        .column_as(Expr::col(sea_orm::sea_query::Asterisk).count(), "waiting")
        .column_as(Expr::col(since).min(), "since")
        .into_tuple()
        .one(core.db.read())
        .await?;
    let (waiting, since) = found.unwrap_or_default();
    let age = since.map_or(0, |since| (now - since).num_seconds());
    Ok(Queue {
        name,
        waiting: waiting.unsigned_abs(),
        age_seconds: u64::try_from(age).unwrap_or(0),
    })
}
