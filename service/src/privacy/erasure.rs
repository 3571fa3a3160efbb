//! Erasure (GDPR Article 17): a person goes, with all that hangs on it, and does not come back with a backup.
//!
//! What is erased is noted in the table `erasures` by the same transaction, and after it in the [`ledger`], which is kept
//! apart from the database.

mod decide;

use entity::ids::{ErasureId, UserId};
use entity::values::{AuditAction, AuditSubject, ErasureStatus, EventType, Purpose, Requester};
use entity::{erasures, users};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

pub use self::decide::{ErasureFilter, Refusal, approve, get, list, reject};
use super::ledger;
use crate::audit::{self, Event, Who};
use crate::auth::throttle::{self, Account};
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Conflict, Error, Result};
use crate::events::{self, Change};
use crate::input::{Input, Valid, required};
use crate::policy::{Actor, DeleteUser, EraseUser, Permission, Permit, Reach};
use crate::users as people;
use crate::version::Precondition;
use crate::{groups, idempotency, mail};

/// Why somebody is to be erased.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewErasure {
    /// The ground (GDPR Article 17(1)), in a sentence. It stays when the person has gone: name nobody in it. What people
    /// write for themselves is dropped with them.
    #[schema(value_type = Purpose, required, example = "The customer has asked for it by letter")]
    #[validate(custom(function = "required"))]
    pub reason: Input<Purpose>,
}

/// What came of asking for an erasure.
#[derive(Debug, Clone)]
pub enum Asked {
    /// The person is erased.
    Done(erasures::Model),
    /// An administrator decides.
    Requested(erasures::Model),
}

/// Erases a person, or asks for it: administrators erase, everybody else asks for themselves. Who asks twice has asked
/// once.
///
/// # Errors
/// `NotFound`, `last_admin`.
pub async fn erase(
    core: &Core,
    by: &Permit<EraseUser>,
    id: UserId,
    command: Valid<NewErasure>,
) -> Result<Asked> {
    let reason = command.into_inner().reason.required("reason")?;
    if by.reach() < Reach::All {
        return request(core, by, id, reason).await.map(Asked::Requested);
    }
    let cause = Cause::of(by.actor(), id, reason);
    let done = core
        .db
        .write(async |txn| {
            let user = lock(txn, by, id).await?;
            remove(core, txn, &user, cause).await
        })
        .await?;
    ledger::add(core, &done).await;
    Ok(Asked::Done(done))
}

/// Removes a user with all that hangs on it, and the groups that are left with fewer than two: the same, by another
/// name.
///
/// # Errors
/// `NotFound`, `Stale`, `last_admin`.
pub async fn delete(
    core: &Core,
    by: &Permit<DeleteUser>,
    id: UserId,
    precondition: &Precondition,
) -> Result<()> {
    let cause = Cause {
        action: AuditAction::UserDeleted,
        ..Cause::of(by.actor(), id, words("deleted")?)
    };
    let done = core
        .db
        .write(async |txn| {
            let user = lock(txn, by, id).await?;
            precondition.check(user.version)?;
            remove(core, txn, &user, cause).await
        })
        .await?;
    ledger::add(core, &done).await;
    Ok(())
}

async fn request(
    core: &Core,
    by: &Permit<EraseUser>,
    user_id: UserId,
    reason: Purpose,
) -> Result<erasures::Model> {
    core.db
        .write(async |txn| {
            people::lock_row(txn, by, user_id).await?;
            if let Some(open) = with_status(txn, user_id, ErasureStatus::Requested).await? {
                return Ok(open);
            }
            let request = erasures::Model {
                id: ErasureId::new(),
                user_id,
                status: ErasureStatus::Requested,
                reason,
                requested_by_kind: Requester::Customer,
                requested_by: by.actor().id(),
                requested_at: core.clock.now(),
                decided_by: None,
                decided_at: None,
                note: None,
            };
            insert(txn, &request).await?;
            let event = Event::new(AuditAction::ErasureRequested).about(AuditSubject::Erasure, request.id);
            audit::record(core, txn, by.actor(), event.of(user_id)).await?;
            Ok(request)
        })
        .await
}

/// What there is one of at the most: an open request, or the end.
async fn with_status(
    txn: &impl ConnectionTrait,
    user: UserId,
    status: ErasureStatus,
) -> Result<Option<erasures::Model>> {
    Ok(erasures::Entity::find()
        .filter(erasures::COLUMN.user_id.eq(user))
        .filter(erasures::COLUMN.status.eq(status))
        .one(txn)
        .await?)
}

async fn insert(txn: &impl ConnectionTrait, erasure: &erasures::Model) -> Result<()> {
    erasures::Entity::insert(row_of::<_, erasures::ActiveModel>(erasure))
        .exec_without_returning(txn)
        .await
        .or_conflict(Conflict::ErasureDecided)?;
    Ok(())
}

/// Who wants a person erased, and why.
#[derive(Debug, Clone)]
pub(super) struct Cause {
    reason: Purpose,
    kind: Requester,
    by: Option<Uuid>,
    who: Who,
    action: AuditAction,
}

impl Cause {
    fn of(actor: &Actor, user: UserId, reason: Purpose) -> Self {
        let kind = match actor {
            Actor::Client { .. } => Requester::Client,
            Actor::System | Actor::Anonymous => Requester::System,
            actor if actor.is(user) => Requester::Customer,
            Actor::User { .. } => Requester::Staff,
        };
        Self {
            reason,
            kind,
            by: actor.id(),
            who: Who::from(actor),
            action: AuditAction::UserErased,
        }
    }

    /// The service itself, for one of the reasons that it knows.
    pub(super) fn system(reason: &str) -> Result<Self> {
        Ok(Self {
            reason: words(reason)?,
            kind: Requester::System,
            by: None,
            who: Who::SYSTEM,
            action: AuditAction::UserErased,
        })
    }
}

/// A reason that is no sentence of a person's.
fn words(reason: &str) -> Result<Purpose> {
    reason
        .parse()
        .map_err(|_| Error::Internal("a reason is no text".into()))
}

/// Locks who is to be erased, and makes sure that an administrator is left. The administrators come first: the order in
/// which everything else locks them.
async fn lock<P: Permission>(txn: &impl ConnectionTrait, by: &Permit<P>, id: UserId) -> Result<users::Model> {
    people::lock_admins(txn).await?;
    let user = people::lock_row(txn, by, id).await?;
    if people::is_admin_at_work(user.role, user.status) {
        people::another_admin(txn, id).await?;
    }
    Ok(user)
}

/// Removes a locked person, and answers what is kept of it. Rows that refer to the person go by their foreign keys, the key
/// of what is sealed about them elsewhere among them; here goes what refers to them in other ways.
///
/// Recipients of the data (Article 19) are to be told by the same transaction: this is the place.
pub(super) async fn remove(
    core: &Core,
    txn: &impl ConnectionTrait,
    user: &users::Model,
    cause: Cause,
) -> Result<erasures::Model> {
    take_away(core, txn, user, cause.who).await?;
    note(core, txn, (user.id, Some(user.version)), cause, None).await
}

async fn take_away(core: &Core, txn: &impl ConnectionTrait, user: &users::Model, by: Who) -> Result<()> {
    groups::forget_member(core, txn, by, user.id).await?;
    events::forget_belongings(core, txn, by, user.id).await?;
    mail::forget(core, txn, user).await?;
    idempotency::forget_shared(txn).await?;
    throttle::clear(txn, &Account::of(core, user.id, user.email.as_ref())).await?;
    users::Entity::delete_by_id(user.id).exec(txn).await?;
    Ok(())
}

/// Notes that somebody is erased, now or `before`: in the request that was open, if one was. No word of the person's stays.
async fn note(
    core: &Core,
    txn: &impl ConnectionTrait,
    (user, version): (UserId, Option<i64>),
    cause: Cause,
    before: Option<&ledger::Erased>,
) -> Result<erasures::Model> {
    let now = before.map_or_else(|| core.clock.now(), |entry| entry.erased_at);
    erasures::Entity::update_many()
        .col_expr(erasures::Column::Reason, Expr::value(words("requested")?))
        .col_expr(erasures::Column::Note, Expr::value(None::<Purpose>))
        .filter(erasures::COLUMN.user_id.eq(user))
        .filter(erasures::COLUMN.status.eq(ErasureStatus::Rejected))
        .exec(txn)
        .await?;
    let Cause {
        reason,
        kind,
        by,
        who,
        action,
    } = cause;
    // Whoever erases themselves writes a reason of their own.
    let reason = if kind == Requester::Customer {
        words("requested")?
    } else {
        reason
    };
    if let Some(open) = with_status(txn, user, ErasureStatus::Requested).await? {
        let done = erasures::Model {
            status: ErasureStatus::Done,
            reason,
            decided_by: by,
            decided_at: Some(now),
            ..open
        };
        erasures::Entity::update_many()
            .set(row_of::<_, erasures::ActiveModel>(&done))
            .filter(erasures::COLUMN.id.eq(done.id))
            .exec(txn)
            .await?;
        return recorded(core, txn, (who, action), version, done).await;
    }
    let done = erasures::Model {
        id: before.map_or_else(ErasureId::new, |entry| entry.erasure_id),
        user_id: user,
        status: ErasureStatus::Done,
        reason,
        requested_by_kind: kind,
        requested_by: by,
        requested_at: now,
        decided_by: by,
        decided_at: Some(now),
        note: None,
    };
    insert(txn, &done).await?;
    recorded(core, txn, (who, action), version, done).await
}

/// Without values: what is erased is not kept in the trail either.
async fn recorded(
    core: &Core,
    txn: &impl ConnectionTrait,
    (who, action): (Who, AuditAction),
    version: Option<i64>,
    done: erasures::Model,
) -> Result<erasures::Model> {
    let mut event = Event::new(action)
        .about_user(done.user_id)
        .purpose(done.reason.as_str());
    if let Some(version) = version {
        event = event.version(version);
    }
    audit::record(core, txn, who, event).await?;
    Ok(done)
}

/// Erases somebody whom a backup has brought back, and restores the row of the table that the backup lacks. Tells
/// whether the person was there.
pub(super) async fn repeat(core: &Core, entry: &ledger::Erased) -> Result<bool> {
    let cause = Cause::system("restored")?;
    let id = entry.user_id;
    let repeated = core
        .db
        .write(async |txn| {
            // Not held up by the rule that an administrator stays: what was decided then counts.
            let user = users::Entity::find_by_id(id).lock_exclusive().one(txn).await?;
            if let Some(user) = &user {
                take_away(core, txn, user, Who::SYSTEM).await?;
            }
            let version = user.as_ref().map(|user| user.version);
            if with_status(txn, id, ErasureStatus::Done).await?.is_none() {
                note(core, txn, (id, version), cause, Some(entry)).await?;
            } else if user.is_some() {
                let change = Change {
                    kind: EventType::UserErased,
                    subject: id.uuid(),
                    user: Some(id),
                    version,
                    fields: Vec::new(),
                };
                events::publish(core, txn, Who::SYSTEM, [change]).await?;
            }
            Ok(user.is_some())
        })
        .await;
    match repeated {
        // Another process, which starts at the same time, was faster.
        Err(Error::Conflict(_)) => Ok(false),
        repeated => repeated,
    }
}
