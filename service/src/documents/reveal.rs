//! Showing numbers to somebody who is not the holder: each time in the audit trail, and not too often.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{ClientId, UserId};
use entity::values::{AuditAction, AuditSubject, RevealPurpose};
use entity::{audit_events, clients, users};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select,
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::table::{DocumentTable, find};
use super::{Document, REVEALING, Sight};
use crate::audit::{self, Event};
use crate::core::Core;
use crate::error::{Error, Result, Unauthenticated};
use crate::input::{Input, Valid, required};
use crate::policy::{Actor, Permission, Permit};
use crate::sealing::{self, DataKey, Vaulted};

/// What the limit counts over.
const WINDOW: TimeDelta = TimeDelta::hours(1);

/// Why a number is to be shown.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Reveal {
    /// What it is for, in a sentence. The audit trail keeps it sealed, for as long as the holder is not erased.
    #[schema(value_type = RevealPurpose, required)]
    #[validate(custom(function = "required"))]
    pub purpose: Input<RevealPurpose>,
}

/// A document whose number is about to be shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    action: AuditAction,
    subject: AuditSubject,
    id: Uuid,
    holder: UserId,
}

impl About {
    /// This one.
    pub(crate) fn of<D: Document>(document: &D) -> Self {
        Self {
            action: D::ACTIONS.revealed,
            subject: D::SUBJECT,
            id: document.id(),
            holder: document.holder(),
        }
    }
}

/// Shows a document in clear.
///
/// # Errors
/// `NotFound` when there is none within reach, `TooManyReveals`.
pub(crate) async fn reveal<E: DocumentTable, P: Permission>(
    core: &Core,
    by: &Permit<P>,
    id: impl Into<Uuid>,
    command: Valid<Reveal>,
) -> Result<<<E as Vaulted>::Opened as Document>::Shown> {
    let purpose = command.into_inner().purpose.required("purpose")?;
    let (document, noted) = core
        .db
        .write(async |txn| {
            let document = find::<E, P>(core, txn, by, id).await?;
            let about = About::of(&document);
            // In the words of whoever asks, which may name the holder.
            let key = sealing::key_of(core, txn, about.holder).await?;
            let noted = note_in(core, txn, by.actor(), (purpose.as_str(), Some(&key)), &[about]).await?;
            Ok((document, noted))
        })
        .await?;
    noted?;
    Ok(document.shown(Sight::CLEAR))
}

/// Notes that numbers are about to be shown to an actor. Whoever shows them calls this first, and shows nothing when it
/// fails. Holders see their own without a note.
///
/// # Errors
/// `TooManyReveals` when the actor would have seen more than one may; then none of these is noted.
pub(crate) async fn note(
    core: &Core,
    actor: &Actor,
    purpose: &str,
    documents: impl IntoIterator<Item = About>,
) -> Result<()> {
    let shown: Vec<_> = documents.into_iter().collect();
    if shown.iter().all(|it| actor.is(it.holder)) {
        return Ok(());
    }
    core.db
        .write(async |txn| note_in(core, txn, actor, (purpose, None), &shown).await)
        .await?
}

/// Notes that numbers are shown to an actor, and lets them be seen in clear.
///
/// # Errors
/// As [`note`].
pub(crate) async fn clear_sight(
    core: &Core,
    actor: &Actor,
    purpose: &str,
    documents: impl IntoIterator<Item = About>,
) -> Result<Sight> {
    note(core, actor, purpose, documents).await?;
    Ok(Sight::CLEAR)
}

/// Whether an actor may see the numbers of so many documents more, asked before the first of many is shown. It is no
/// promise: each is noted, and counted, when it is shown.
///
/// # Errors
/// `TooManyReveals`.
pub(crate) async fn refuse_beyond_limit(core: &Core, actor: &Actor, more: u64) -> Result<()> {
    core.db
        .write(async |txn| leave(core, txn, actor, more).await)
        .await?
}

/// A purpose is sealed under a key, where there is one. The inner result is the verdict. It is no error of the transaction,
/// because the alarm has to be committed.
async fn note_in(
    core: &Core,
    txn: &impl ConnectionTrait,
    actor: &Actor,
    (purpose, key): (&str, Option<&DataKey>),
    shown: &[About],
) -> Result<Result<()>> {
    let others: Vec<_> = shown.iter().filter(|it| !actor.is(it.holder)).collect();
    if let Err(refused) = leave(core, txn, actor, others.len() as u64).await? {
        return Ok(Err(refused));
    }
    let events = others.into_iter().map(|it| {
        let event = Event::new(it.action)
            .about(it.subject, it.id)
            .of(it.holder)
            .purpose(purpose);
        match key {
            Some(key) => event.under(key),
            None => event,
        }
    });
    audit::record_all(core, txn, actor, events).await?;
    Ok(Ok(()))
}

/// Whether the actor may see so many more. What has been seen is counted in the trail itself, so that a restart or a
/// second process does not forget it.
async fn leave(core: &Core, txn: &impl ConnectionTrait, actor: &Actor, more: u64) -> Result<Result<()>> {
    let limit = u64::from(core.settings.reveals_per_hour);
    let Some(id) = actor.id().filter(|_| limit > 0 && more > 0) else {
        return Ok(Ok(()));
    };
    lock(txn, actor).await?;
    let now = core.clock.now();
    let seen = within(now, id, &REVEALING).count(txn).await?;
    if seen + more <= limit {
        return Ok(Ok(()));
    }
    if within(now, id, &[AuditAction::RevealLimited]).count(txn).await? == 0 {
        let alarm = Event::denied(AuditAction::RevealLimited).detail(format!("limit of {limit} an hour"));
        audit::record(core, txn, actor, alarm).await?;
        tracing::warn!(actor_id = %id, limit, "somebody has seen as many numbers of documents within the hour as one may");
    }
    let retry_after = room(txn, now, id, seen + more - limit).await?;
    Ok(Err(Error::TooManyReveals { retry_after }))
}

/// Holds up all other reveals of the same actor until the end of the transaction; on SQLite the single writer does the
/// same. Sign-ins and other references to the actor's record do not wait.
async fn lock(txn: &impl ConnectionTrait, actor: &Actor) -> Result<()> {
    let held = match actor {
        Actor::User { id, .. } => lock_user(txn, *id).await?,
        Actor::Client { id, .. } => lock_client(txn, *id).await?,
        Actor::Anonymous | Actor::System => return Ok(()),
    };
    // Removed since the token was looked at.
    held.ok_or(Error::Unauthenticated(Unauthenticated::InvalidToken))
}

async fn lock_user(txn: &impl ConnectionTrait, id: UserId) -> Result<Option<()>> {
    let row = users::Entity::find_by_id(id)
        .select_only()
        .column(users::Column::Version);
    let row: Option<i64> = row.lock(LockType::NoKeyUpdate).into_tuple().one(txn).await?;
    Ok(row.map(drop))
}

async fn lock_client(txn: &impl ConnectionTrait, id: ClientId) -> Result<Option<()>> {
    let row = clients::Entity::find_by_id(id)
        .select_only()
        .column(clients::Column::Version);
    let row: Option<i64> = row.lock(LockType::NoKeyUpdate).into_tuple().one(txn).await?;
    Ok(row.map(drop))
}

/// What an actor has done of some kinds within the hour.
fn within(now: DateTime<Utc>, actor: Uuid, actions: &[AuditAction]) -> Select<audit_events::Entity> {
    audit_events::Entity::find()
        .filter(audit_events::COLUMN.actor_id.eq(actor))
        .filter(
            audit_events::COLUMN
                .action
                .is_in(actions.iter().map(|it| it.as_str())),
        )
        .filter(audit_events::COLUMN.occurred_at.gt(now - WINDOW))
}

/// After how long so many of what was seen lie more than an hour back. Who wants more at once than the limit will never
/// get it, and is not told to come back sooner than everybody else.
async fn room(txn: &impl ConnectionTrait, now: DateTime<Utc>, actor: Uuid, needed: u64) -> Result<Duration> {
    let last: Option<DateTime<Utc>> = within(now, actor, &REVEALING)
        .select_only()
        .column(audit_events::Column::OccurredAt)
        .order_by_asc(audit_events::COLUMN.occurred_at)
        .offset(needed.saturating_sub(1))
        .limit(1)
        .into_tuple()
        .one(txn)
        .await?;
    let wait = last.map_or(WINDOW, |seen| seen + WINDOW - now);
    Ok(wait.to_std().unwrap_or_default())
}
