//! Messages: made of events, given out to be sent, and kept as a log.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{WebhookDeliveryId, WebhookEndpointId};
use entity::values::{
    AuditAction, AuditSubject, EventType, WebhookDeliveryStatus, WebhookFailure, WebhookStatus, WebhookStop,
};
use entity::webhook_deliveries::{ActiveModel, COLUMN, Column, Entity, Model};
use entity::{event_head, events, webhook_endpoints};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, LockBehavior, LockType, Query};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::endpoints::{self, get, patterns};
use super::{ReplayWebhooks, retry};
use crate::audit::{self, Event, Who};
use crate::core::Core;
use crate::db::row_of;
use crate::error::{Error, Result};
use crate::events::{Position, sequence};
use crate::input::Valid;
use crate::page::{Page, PageRequest};
use crate::policy::{Permit, ReadWebhooks, WriteWebhooks};

/// Most events that become messages in one transaction.
const BATCH: u64 = 200;
/// How long a process has a message to itself: longer than sending takes.
const LEASE: TimeDelta = TimeDelta::seconds(30);

/// What narrows a log.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DeliveryFilter {
    /// With this status.
    pub status: Option<WebhookDeliveryStatus>,
}

/// Makes messages of the next events that an endpoint has not seen, and tells whether there may be more. Nobody waits: who
/// finds another process at it leaves it to that.
pub(super) async fn fill(core: &Core, endpoint: &webhook_endpoints::Model) -> Result<bool> {
    let id = endpoint.id;
    // Asked first, because on SQLite a transaction is in the way of commands.
    if sequence::head(core.db.read()).await?.position <= endpoint.place {
        return Ok(false);
    }
    core.db
        .write(async |txn| {
            let endpoint = webhook_endpoints::Entity::find_by_id(id)
                .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
                .one(txn)
                .await?;
            let Some(endpoint) = endpoint.filter(|it| it.status == WebhookStatus::Active) else {
                return Ok(false);
            };
            let ends = sequence::head(txn).await?;
            // What is not kept any longer is passed over.
            let from = Ord::max(endpoint.place, ends.pruned);
            let until = Ord::min(ends.position, from.saturating_add(BATCH.cast_signed()));
            if until <= endpoint.place {
                return Ok(false);
            }
            let mut query = events::Entity::find()
                .filter(events::COLUMN.position.gt(endpoint.place))
                .filter(events::COLUMN.position.lte(until));
            let wanted = patterns(&endpoint);
            if !wanted.is_empty() {
                let types = wanted.iter().flat_map(|pattern| pattern.types());
                query = query.filter(events::COLUMN.event_type.is_in(types.map(EventType::as_str)));
            }
            let found = query.order_by_asc(events::COLUMN.position).all(txn).await?;
            let now = core.clock.now();
            let rows: Vec<_> = found
                .iter()
                .map(|event| row_of::<_, ActiveModel>(&message(id, event, now)))
                .collect();
            if !rows.is_empty() {
                Entity::insert_many(rows).exec_without_returning(txn).await?;
            }
            webhook_endpoints::Entity::update_many()
                .col_expr(webhook_endpoints::Column::Place, Expr::value(until))
                .filter(webhook_endpoints::COLUMN.id.eq(id))
                .exec(txn)
                .await?;
            Ok(until < ends.position)
        })
        .await
}

/// The endpoints that have something to do now: events that they have not seen, messages that are due, or messages that wait
/// for a receiver that was away. Asked often, and so in one query.
pub(super) async fn busy(core: &Core) -> Result<Vec<WebhookEndpointId>> {
    use webhook_endpoints::{COLUMN as OF, Column as Of, Entity as Endpoints};
    let now = core.clock.now();
    let head = Query::select()
        .column(event_head::Column::Position)
        .from(event_head::Entity)
        .to_owned();
    let was_away = Expr::col((Endpoints, Of::Failures)).gt(0);
    let waiting = Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(Expr::col((Entity, Column::EndpointId)).equals((Endpoints, Of::Id)))
        .and_where(Expr::col((Entity, Column::Status)).eq(WebhookDeliveryStatus::Pending.as_str()))
        .and_where(is_free(now))
        .and_where(Expr::col((Entity, Column::NextAttemptAt)).lte(now).or(was_away))
        .to_owned();
    let has_unseen = Expr::col((Endpoints, Of::Place)).lt(head);
    Ok(Endpoints::find()
        .select_only()
        .column(Of::Id)
        .filter(OF.status.eq(WebhookStatus::Active))
        .filter(OF.paused_until.is_null().or(OF.paused_until.lte(now)))
        .filter(has_unseen.or(Expr::exists(waiting)))
        .order_by_asc(OF.id)
        .into_tuple()
        .all(core.db.read())
        .await?)
}

/// Nobody has it in hand, or not any longer.
fn is_free(now: DateTime<Utc>) -> Expr {
    let until = || Expr::col((Entity, Column::ClaimedUntil));
    until().is_null().or(until().lte(now))
}

fn message(endpoint: WebhookEndpointId, event: &events::Model, now: DateTime<Utc>) -> Model {
    let fields: Value = serde_json::from_str(&event.changed_fields).unwrap_or_default();
    let position = event
        .position
        .map(|place| Position::of(place, event.id).to_string());
    let data = json!({
        "id": event.id,
        "position": position,
        "type": event.event_type,
        "occurred_at": event.occurred_at,
        "subject": {"type": event.subject_type, "id": event.subject_id},
        "user_id": event.user_id,
        "version": event.version,
        "changed_fields": fields,
        "actor": {"kind": event.actor_kind, "id": event.actor_id},
    });
    Model {
        subject_id: Some(event.subject_id),
        place: event.position,
        ..blank(
            endpoint,
            event.id.uuid(),
            &event.event_type,
            (event.occurred_at, now),
            &data,
        )
    }
}

/// A message that has not been sent yet.
fn blank(
    endpoint_id: WebhookEndpointId,
    id: Uuid,
    event_type: &str,
    (occurred_at, now): (DateTime<Utc>, DateTime<Utc>),
    data: &Value,
) -> Model {
    let payload = json!({"type": event_type, "timestamp": occurred_at, "data": data});
    Model {
        id: WebhookDeliveryId::new(),
        endpoint_id,
        message_id: format!("msg_{}", id.simple()),
        event_type: event_type.to_owned(),
        subject_id: None,
        place: None,
        payload: payload.to_string(),
        status: WebhookDeliveryStatus::Pending,
        attempts: 0,
        next_attempt_at: now,
        claimed_until: None,
        last_attempt_at: None,
        response_status: None,
        failure: None,
        delivered_at: None,
        occurred_at,
    }
}

/// A message that says nothing, in the hands of whoever asked for it.
pub(super) async fn ping(core: &Core, endpoint: &webhook_endpoints::Model) -> Result<Claimed> {
    let now = core.clock.now();
    let data = json!({"endpoint_id": endpoint.id});
    let message = Model {
        attempts: 1,
        claimed_until: Some(now + LEASE),
        // Never tried again: it was asked for now.
        status: WebhookDeliveryStatus::Failed,
        ..blank(endpoint.id, Uuid::now_v7(), "webhook.ping", (now, now), &data)
    };
    core.db
        .write(async |txn| {
            // Somebody may have removed it meanwhile.
            endpoints::lock(txn, endpoint.id).await?;
            Entity::insert(row_of::<_, ActiveModel>(&message))
                .exec_without_returning(txn)
                .await?;
            Ok(())
        })
        .await?;
    Ok(Claimed {
        message,
        is_probe: false,
    })
}

/// Takes the messages of an endpoint that have been due for the longest, for as long as the lease; after that another process
/// may. Of one record it is the first that has not got through. The attempt is counted before it is made, so that a message
/// which brings its process down comes to an end too.
///
/// Of a receiver that was away it is a single message, which shows whether it is back, also before its time: otherwise
/// everything would wait for hours after it is. Such a probe costs a message nothing of its patience.
pub(super) async fn claim(
    core: &Core,
    endpoint: &webhook_endpoints::Model,
    most: u64,
) -> Result<Vec<Claimed>> {
    let (endpoint, is_away) = (endpoint.id, endpoint.failures > 0);
    let now = core.clock.now();
    let query = || {
        let earlier = Alias::new("earlier");
        let of_earlier = |column: Column| Expr::col((earlier.clone(), column));
        let before = Query::select()
            .expr(Expr::val(1))
            .from_as(Entity, earlier.clone())
            .and_where(of_earlier(Column::EndpointId).equals((Entity, Column::EndpointId)))
            .and_where(of_earlier(Column::SubjectId).equals((Entity, Column::SubjectId)))
            .and_where(of_earlier(Column::Status).eq(WebhookDeliveryStatus::Pending.as_str()))
            .and_where(of_earlier(Column::Place).lt(Expr::col((Entity, Column::Place))))
            .to_owned();
        let found = Entity::find()
            .filter(COLUMN.endpoint_id.eq(endpoint))
            .filter(COLUMN.status.eq(WebhookDeliveryStatus::Pending))
            .filter(is_free(now))
            .filter(Expr::exists(before).not());
        if is_away {
            found.order_by_asc(COLUMN.next_attempt_at).limit(1)
        } else {
            found
                .filter(COLUMN.next_attempt_at.lte(now))
                .order_by_asc(COLUMN.place)
                .limit(most)
        }
    };
    // On SQLite a claim takes the one writer: not for nothing.
    if query().one(core.db.read()).await?.is_none() {
        return Ok(Vec::new());
    }
    core.db
        .write(async |txn| {
            let mut found = query()
                .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
                .all(txn)
                .await?;
            for message in &mut found {
                message.attempts += 1;
                message.claimed_until = Some(now + LEASE);
            }
            Entity::update_many()
                .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
                .col_expr(Column::ClaimedUntil, Expr::value(now + LEASE))
                .filter(COLUMN.id.is_in(found.iter().map(|message| message.id)))
                .exec(txn)
                .await?;
            let claimed = found.into_iter().map(|message| Claimed {
                is_probe: message.next_attempt_at > now,
                message,
            });
            Ok(claimed.collect())
        })
        .await
}

/// A message in the hands of this process.
#[derive(Debug, Clone)]
pub(super) struct Claimed {
    /// The message, with the attempt counted.
    pub(super) message: Model,
    /// Whether it is sent before its time, to see whether the receiver is back.
    pub(super) is_probe: bool,
}

/// What became of an attempt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    /// What the receiver answered.
    pub(super) response: Option<u16>,
    /// Why it did not get through, if it did not.
    pub(super) failure: Option<WebhookFailure>,
    /// For how long the receiver wants to be left alone.
    pub(super) retry_after: Option<std::time::Duration>,
}

impl Outcome {
    /// Whether the receiver does not want any more (Standard Webhooks: 410 disables the endpoint).
    fn is_gone(self) -> bool {
        self.response == Some(410)
    }

    /// Whether it is the receiver as a whole that is away or overloaded, rather than this message that it does not like.
    fn is_away(self) -> bool {
        match self.response {
            Some(status) => matches!(status, 429 | 502 | 503 | 504),
            None => self.failure.is_some(),
        }
    }
}

/// Notes what became of an attempt, and what follows for the message and for its endpoint.
pub(super) async fn note(core: &Core, claimed: &Claimed, outcome: Outcome) -> Result<Model> {
    let message = &claimed.message;
    let now = core.clock.now();
    let mut noted = Model {
        claimed_until: None,
        last_attempt_at: Some(now),
        response_status: outcome.response.map(i64::from),
        failure: outcome.failure,
        ..message.clone()
    };
    match (
        outcome.failure,
        retry::pause(message.attempts, outcome.retry_after),
    ) {
        (None, _) => {
            noted.status = WebhookDeliveryStatus::Delivered;
            noted.delivered_at = Some(now);
        }
        (Some(_), _) if claimed.is_probe && outcome.is_away() => noted.attempts -= 1,
        (Some(_), Some(pause)) if !outcome.is_gone() => noted.next_attempt_at = now + pause,
        (Some(_), _) => noted.status = WebhookDeliveryStatus::Failed,
    }
    core.db
        .write(async |txn| {
            // The endpoint first: whoever removes it locks it before its messages.
            let Some(endpoint) = webhook_endpoints::Entity::find_by_id(message.endpoint_id)
                .lock_exclusive()
                .one(txn)
                .await?
            else {
                return Ok(());
            };
            let changed = Entity::update_many()
                .set(row_of::<_, ActiveModel>(&noted))
                .filter(COLUMN.id.eq(message.id))
                // Whoever has taken it since, because the lease had run out, is not to be disturbed.
                .filter(COLUMN.attempts.eq(message.attempts))
                .exec(txn)
                .await?;
            if changed.rows_affected > 0 {
                follow(core, txn, &endpoint, outcome).await?;
            }
            Ok(())
        })
        .await?;
    Ok(noted)
}

async fn follow(
    core: &Core,
    txn: &impl ConnectionTrait,
    endpoint: &webhook_endpoints::Model,
    outcome: Outcome,
) -> Result<()> {
    let now = core.clock.now();
    if outcome.is_gone() && endpoint.status == WebhookStatus::Active {
        let stopped = webhook_endpoints::Model {
            status: WebhookStatus::Disabled,
            stopped_because: Some(WebhookStop::Gone),
            ..endpoint.clone()
        };
        let stopped = endpoints::save(core, txn, stopped).await?;
        let event = Event::new(AuditAction::WebhookEndpointUpdated).changed(endpoint, &stopped);
        return audit::record(core, txn, Who::SYSTEM, event.detail("gone")).await;
    }
    let (failures, paused_until) = if outcome.is_away() {
        // What was sent at the same time fails together, and counts once; the longest pause that was asked for holds.
        let is_counted = endpoint.paused_until.is_some_and(|until| until > now);
        let failures = endpoint.failures + i64::from(!is_counted);
        let until = now + retry::rest(failures, outcome.retry_after);
        (failures, Ord::max(endpoint.paused_until, Some(until)))
    } else if endpoint.failures > 0 {
        // It is back: what was put off because it was away goes now.
        Entity::update_many()
            .col_expr(Column::NextAttemptAt, Expr::value(now))
            .filter(COLUMN.endpoint_id.eq(endpoint.id))
            .filter(COLUMN.status.eq(WebhookDeliveryStatus::Pending))
            .filter(COLUMN.next_attempt_at.gt(now))
            .exec(txn)
            .await?;
        (0, None)
    } else {
        return Ok(());
    };
    webhook_endpoints::Entity::update_many()
        .col_expr(webhook_endpoints::Column::Failures, Expr::value(failures))
        .col_expr(webhook_endpoints::Column::PausedUntil, Expr::value(paused_until))
        .filter(webhook_endpoints::COLUMN.id.eq(endpoint.id))
        .exec(txn)
        .await?;
    Ok(())
}

/// One page of what was sent to an endpoint and what is to be sent, the newest first.
///
/// # Errors
/// `NotFound`; `InvalidParameter` for the cursor.
pub async fn deliveries(
    core: &Core,
    by: &Permit<ReadWebhooks>,
    id: WebhookEndpointId,
    filter: &DeliveryFilter,
    page: &PageRequest,
) -> Result<Page<Model>> {
    get(core, by, id).await?;
    let keyset = page.check(core, by.actor(), "webhook-deliveries", &(id, filter))?;
    let mut query = Entity::find().filter(COLUMN.endpoint_id.eq(id));
    if let Some(status) = filter.status {
        query = query.filter(COLUMN.status.eq(status));
    }
    if let Some(after) = keyset.after() {
        query = query.filter(COLUMN.id.lt(WebhookDeliveryId::from(after)));
    }
    let rows = query
        .order_by_desc(COLUMN.id)
        .limit(keyset.fetch())
        .all(core.db.read())
        .await?;
    Ok(keyset.page(core, rows, |message| message.id.uuid()))
}

/// Sends a message once more, under the id that it had. What is on its way already is not held up.
///
/// # Errors
/// `NotFound` for the endpoint or the message.
pub async fn replay(
    core: &Core,
    by: &Permit<WriteWebhooks>,
    id: WebhookEndpointId,
    delivery: WebhookDeliveryId,
) -> Result<Model> {
    core.db
        .write(async |txn| {
            endpoints::lock(txn, id).await?;
            let found = again(core, txn, id, Expr::col(Column::Id).eq(delivery)).await?;
            let message = Entity::find_by_id(delivery)
                .filter(COLUMN.endpoint_id.eq(id))
                .one(txn)
                .await?
                .ok_or(Error::NotFound)?;
            noted(core, txn, by, id, found).await?;
            Ok(message)
        })
        .await
}

/// Sends messages of a time once more, and tells how many.
///
/// # Errors
/// `NotFound`, `Invalid`.
pub async fn replay_range(
    core: &Core,
    by: &Permit<WriteWebhooks>,
    id: WebhookEndpointId,
    command: Valid<ReplayWebhooks>,
) -> Result<u64> {
    let ReplayWebhooks {
        since,
        until,
        failed_only,
    } = command.into_inner();
    let since = since.required("since")?;
    let mut of_time = Expr::col(Column::OccurredAt).gte(since);
    if let Some(until) = until.optional() {
        of_time = of_time.and(Expr::col(Column::OccurredAt).lt(until));
    }
    if failed_only.optional() == Some(true) {
        of_time = of_time.and(Expr::col(Column::Status).eq(WebhookDeliveryStatus::Failed.as_str()));
    }
    core.db
        .write(async |txn| {
            endpoints::lock(txn, id).await?;
            let count = again(core, txn, id, of_time).await?;
            noted(core, txn, by, id, count).await?;
            Ok(count)
        })
        .await
}

async fn again(core: &Core, txn: &impl ConnectionTrait, id: WebhookEndpointId, which: Expr) -> Result<u64> {
    let now = core.clock.now();
    let replayed = Entity::update_many()
        .col_expr(
            Column::Status,
            Expr::value(WebhookDeliveryStatus::Pending.as_str()),
        )
        .col_expr(Column::Attempts, Expr::value(0_i64))
        .col_expr(Column::NextAttemptAt, Expr::value(now))
        .col_expr(Column::ClaimedUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::DeliveredAt, Expr::value(None::<DateTime<Utc>>))
        .filter(COLUMN.endpoint_id.eq(id))
        .filter(COLUMN.status.ne(WebhookDeliveryStatus::Pending))
        .filter(which)
        .exec(txn)
        .await?;
    Ok(replayed.rows_affected)
}

async fn noted(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Permit<WriteWebhooks>,
    id: WebhookEndpointId,
    count: u64,
) -> Result<()> {
    let event = Event::new(AuditAction::WebhooksReplayed)
        .about(AuditSubject::WebhookEndpoint, id)
        .detail(count.to_string());
    audit::record(core, txn, by.actor(), event).await
}

/// Removes what is over and happened before a time, and what waits for an endpoint that is disabled.
///
/// # Errors
/// When the database is away.
pub(crate) async fn purge(core: &Core, before: DateTime<Utc>) -> Result<()> {
    core.db
        .write(async |txn| {
            let disabled = Query::select()
                .column(webhook_endpoints::Column::Id)
                .from(webhook_endpoints::Entity)
                .and_where(Expr::col(webhook_endpoints::Column::Status).eq(WebhookStatus::Disabled.as_str()))
                .to_owned();
            let is_over = Expr::col(Column::Status)
                .ne(WebhookDeliveryStatus::Pending.as_str())
                .or(Expr::col(Column::EndpointId).in_subquery(disabled));
            Entity::delete_many()
                .filter(is_over)
                .filter(COLUMN.occurred_at.lt(before))
                .exec(txn)
                .await?;
            Ok(())
        })
        .await
}
