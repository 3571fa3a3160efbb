//! The audit trail: who did what to whose data, so that nobody rewrites it unnoticed.
//!
//! A command notes what it does in its own transaction ([`record`]): both are there, or neither. The entry carries a code
//! under a key that is not in the database (`entry`), so that one which was written or changed by SQL is known. A moment
//! later the worker (`chain`) gives committed entries their place in one chain of hashes, so that none can be taken out
//! or moved, and signs how far the chain has come (`checkpoint`), so that its end cannot be cut off. Commands do not
//! wait for the chain: who commits late gets a later place, and nothing is passed over. `verify` looks whether all of it
//! holds.

mod audited;
pub mod chain;
mod checkpoint;
mod context;
mod entry;
mod event;
mod names;
pub mod read;
mod refusal;
mod trail;
mod values;
pub mod verify;

use chrono::{DateTime, Utc};
use entity::audit_events;
use entity::ids::AuditEventId;
use sea_orm::{ConnectionTrait, EntityTrait as _};

pub use self::audited::{Audited, field};
pub(crate) use self::context::current;
pub use self::context::{Request, during};
pub use self::event::{Event, Who};
pub(crate) use self::names::open;
pub use self::names::{ActionName, SubjectName};
pub use self::refusal::{Refused, integrity_violated, refused};
pub(crate) use self::trail::FILE as CHECKPOINTS_FILE;
pub use self::trail::Trail;
use crate::core::Core;
use crate::db::row_of;
use crate::error::{Error, Result};
use crate::sealing::Sealer;
use crate::{events, idempotency};

/// Notes something in the transaction that does it, and publishes it in the feed of changes where it changes a record.
///
/// # Errors
/// When the database is away.
pub async fn record(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: impl Into<Who>,
    event: Event,
) -> Result<()> {
    record_all(core, txn, who, [event]).await
}

/// Notes several things at once.
///
/// # Errors
/// When the database is away.
pub async fn record_all(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: impl Into<Who>,
    events: impl IntoIterator<Item = Event>,
) -> Result<()> {
    let (who, now) = (who.into(), core.clock.now());
    let tools = (&core.audit, &core.sealer);
    let mut changes = Vec::new();
    let rows = events
        .into_iter()
        .map(|event| {
            idempotency::concerns(event.user);
            changes.extend(event.published());
            Ok(row_of::<_, audit_events::ActiveModel>(&entry_of(
                tools, now, who, event,
            )?))
        })
        .collect::<Result<Vec<_>>>()?;
    if rows.is_empty() {
        return Ok(());
    }
    audit_events::Entity::insert_many(rows)
        .exec_without_returning(txn)
        .await?;
    events::publish(core, txn, who, changes).await
}

/// Notes what no transaction of a command has done: a refusal. That it cannot be noted must not make the refusal a
/// failure of ours, which would be an answer of another kind; the log has it instead.
pub async fn record_alone(core: &Core, who: impl Into<Who>, event: Event) {
    let (who, action) = (who.into(), event.action);
    let noted = core
        .db
        .write(async |txn| record(core, txn, who, event).await)
        .await;
    if let Err(error) = noted {
        tracing::error!(%action, %error, "an entry of the audit trail could not be written");
    }
}

/// Notes what the program does before there is a [`Core`].
pub(crate) async fn record_early(
    (trail, sealer): (&Trail, &Sealer),
    txn: &impl ConnectionTrait,
    now: DateTime<Utc>,
    event: Event,
) -> Result<()> {
    let entry = entry_of((trail, sealer), now, Who::SYSTEM, event)?;
    audit_events::Entity::insert(row_of::<_, audit_events::ActiveModel>(&entry))
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

/// The entry as it is stored, without its place in the chain.
fn entry_of(
    (trail, sealer): (&Trail, &Sealer),
    now: DateTime<Utc>,
    who: Who,
    event: Event,
) -> Result<audit_events::Model> {
    let Event {
        action,
        outcome,
        subject,
        user,
        purpose,
        detail,
        changes,
        key,
        version: _,
        touched: _,
        is_published: _,
    } = event;
    let id = AuditEventId::new();
    let request = context::current();
    let (purpose, sealed_purpose) = match (purpose, &key) {
        (Some(words), Some(key)) => (None, Some(values::seal_purpose(sealer, key, id, &words)?)),
        (purpose, _) => (purpose, None),
    };
    let (changed_fields, kept) = if changes.names.is_empty() {
        (None, None)
    } else {
        let broken = |error: serde_json::Error| Error::Internal(error.to_string());
        let names = serde_json::to_string(&changes.names).map_err(broken)?;
        let values = serde_json::to_vec(&changes.values).map_err(broken)?;
        (
            Some(names),
            Some(values::seal(sealer, key.as_ref(), id, &values)?),
        )
    };
    let mut entry = audit_events::Model {
        id,
        occurred_at: now,
        action: action.as_str().to_owned(),
        outcome: outcome.as_str().to_owned(),
        actor_kind: who.kind.as_str().to_owned(),
        actor_id: who.id,
        session_id: who.session,
        subject_type: subject.map(|(kind, _)| kind.as_str().to_owned()),
        subject_id: subject.map(|(_, id)| id),
        user_id: user,
        address_class: request.as_ref().and_then(Request::address_class),
        request_id: request.map(|it| it.id),
        purpose,
        detail,
        changed_fields,
        changes: kept,
        sealed_purpose,
        mac: String::new(),
        seq: None,
        hash: None,
    };
    entry.mac = trail.mac(&entry::canonical(&entry));
    Ok(entry)
}
