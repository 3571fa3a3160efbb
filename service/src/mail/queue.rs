//! The queue of mail: what to send to whom, never a token.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{MailId, SessionId, UserId};
use entity::mails;
use entity::values::{Email, Hidden, MailKind, PersonName};
use sea_orm::sea_query::{Expr, LockBehavior, LockType, Query, SubQueryStatement};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, ExprTrait as _, QueryFilter as _, QuerySelect as _,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::core::Core;
use crate::db::row_of;
use crate::error::{Error, Result};

/// How long the process that has claimed a mail has it to itself: longer than sending can take.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// How long sending is tried.
const PATIENCE: TimeDelta = TimeDelta::days(3);
/// The delay after the first failure; each further one is four times as long.
const FIRST_DELAY: TimeDelta = TimeDelta::seconds(5);
/// The longest delay.
const LONGEST_DELAY: TimeDelta = TimeDelta::hours(1);

/// A registration that waits until its address is proved.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PendingRegistration {
    pub(crate) email: Email,
    pub(crate) first_name: PersonName,
    pub(crate) last_name: Option<PersonName>,
    pub(crate) password_hash: String,
}

/// What is to be mailed.
pub(crate) enum Task {
    /// An invitation to choose a password.
    Invite(UserId),
    /// A link that proves the address.
    VerifyEmail(UserId),
    /// The same, if the address is a user's.
    VerifyIfKnown(Email),
    /// A link that finishes the registration, if the address is nobody's.
    Register(PendingRegistration),
    /// A link to choose a new password, if the address is a user's.
    ResetIfKnown(Email),
    /// A notice that the password has changed.
    TellPasswordChanged(UserId),
    /// A link to the new address, on behalf of a session.
    ChangeEmail {
        user: UserId,
        to: Email,
        session: Option<SessionId>,
    },
    /// A notice to the old address.
    TellEmailChanged { user: UserId, old: Email },
}

/// The sealed part of a change of address.
#[derive(Serialize, Deserialize)]
struct Change {
    to: Email,
    session: Option<SessionId>,
}

impl Task {
    fn parts(&self) -> Result<(MailKind, Option<UserId>, Option<Value>)> {
        let unwritable = |_| Error::Internal("a mail cannot be written as JSON".into());
        Ok(match self {
            Self::Invite(user) => (MailKind::Invitation, Some(*user), None),
            Self::VerifyEmail(user) => (MailKind::EmailVerification, Some(*user), None),
            Self::VerifyIfKnown(email) => (MailKind::VerificationRequest, None, Some(json!(email))),
            Self::Register(pending) => {
                let pending = serde_json::to_value(pending).map_err(unwritable)?;
                (MailKind::Registration, None, Some(pending))
            }
            Self::ResetIfKnown(email) => (MailKind::PasswordReset, None, Some(json!(email))),
            Self::TellPasswordChanged(user) => (MailKind::PasswordChanged, Some(*user), None),
            Self::ChangeEmail { user, to, session } => {
                let change = Change {
                    to: to.clone(),
                    session: *session,
                };
                let change = serde_json::to_value(change).map_err(unwritable)?;
                (MailKind::EmailChange, Some(*user), Some(change))
            }
            Self::TellEmailChanged { user, old } => (MailKind::EmailChanged, Some(*user), Some(json!(old))),
        })
    }

    /// Whether it is for whoever has this address, in its normalized form.
    pub(super) fn is_to(&self, normalized: &str) -> bool {
        match self {
            Self::VerifyIfKnown(email) | Self::ResetIfKnown(email) => email.normalized() == normalized,
            Self::Register(pending) => pending.email.normalized() == normalized,
            Self::Invite(_)
            | Self::VerifyEmail(_)
            | Self::TellPasswordChanged(_)
            | Self::ChangeEmail { .. }
            | Self::TellEmailChanged { .. } => false,
        }
    }

    /// Reads what is to be mailed.
    ///
    /// # Errors
    /// `Internal` when it was sealed under another master key.
    pub(super) fn of(core: &Core, mail: &mails::Model) -> Result<Self> {
        let unreadable = || Error::Internal("a mail in the queue cannot be read".into());
        let payload = || mail.payload.as_ref().ok_or_else(unreadable);
        let user = || mail.user_id.ok_or_else(unreadable);
        Ok(match mail.kind {
            MailKind::Invitation => Self::Invite(user()?),
            MailKind::EmailVerification => Self::VerifyEmail(user()?),
            MailKind::VerificationRequest => {
                Self::VerifyIfKnown(unsealed(core, &place(mail.id), payload()?)?)
            }
            MailKind::Registration => Self::Register(unsealed(core, &place(mail.id), payload()?)?),
            MailKind::PasswordReset => Self::ResetIfKnown(unsealed(core, &place(mail.id), payload()?)?),
            MailKind::PasswordChanged => Self::TellPasswordChanged(user()?),
            MailKind::EmailChange => {
                let Change { to, session } = unsealed(core, &place(mail.id), payload()?)?;
                let user = user()?;
                Self::ChangeEmail { user, to, session }
            }
            MailKind::EmailChanged => Self::TellEmailChanged {
                user: user()?,
                old: unsealed(core, &place(mail.id), payload()?)?,
            },
        })
    }
}

fn place(id: MailId) -> String {
    format!("mails/payload/{id}")
}

/// Seals a value as JSON.
pub(super) fn sealed(core: &Core, place: &str, value: &impl Serialize) -> Result<Hidden> {
    let json =
        serde_json::to_vec(value).map_err(|_| Error::Internal("a value cannot be written as JSON".into()))?;
    core.sealer.seal(place, &json)
}

/// Opens what [`sealed`] has sealed. What serde says of it would repeat values.
pub(super) fn unsealed<T: for<'de> Deserialize<'de>>(core: &Core, place: &str, value: &Hidden) -> Result<T> {
    serde_json::from_slice(&core.sealer.open(place, value)?)
        .map_err(|_| Error::Internal("a sealed value is not what it should be".into()))
}

/// Queues a mail in the transaction of what it is about. Whoever calls it wakes the worker afterwards.
pub(crate) async fn add(core: &Core, txn: &impl ConnectionTrait, task: &Task) -> Result<()> {
    let (id, now) = (MailId::new(), core.clock.now());
    let (kind, user_id, payload) = task.parts()?;
    let payload = payload
        .map(|payload| sealed(core, &place(id), &payload))
        .transpose()?;
    let mail = mails::Model {
        id,
        kind,
        user_id,
        payload,
        attempts: 0,
        created_at: now,
        next_attempt_at: now,
        claimed_until: None,
    };
    mails::Entity::insert(row_of::<_, mails::ActiveModel>(&mail))
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

/// Queues a mail by itself, and wakes the worker.
pub(crate) async fn add_alone(core: &Core, task: &Task) -> Result<()> {
    core.db.write(async |txn| add(core, txn, task).await).await?;
    core.mail.wake();
    Ok(())
}

/// Takes the mail that has been due for the longest, for as long as the lease; after that another process may. The
/// attempt is counted before it is made, so that a mail which brings its process down is tried ever more seldom, too.
///
/// One at a time: a process that dies holds up one mail, and a slow server no lease of another.
pub(super) async fn claim(core: &Core) -> Result<Option<mails::Model>> {
    let now = core.clock.now();
    let is_due = || {
        let is_free = mails::COLUMN
            .claimed_until
            .is_null()
            .or(mails::COLUMN.claimed_until.lte(now));
        mails::COLUMN.next_attempt_at.lte(now).and(is_free)
    };
    // On SQLite a claim takes the one writer: not for nothing.
    let any = mails::Entity::find()
        .select_only()
        .column(mails::Column::Id)
        .filter(is_due())
        .limit(1)
        .into_tuple::<MailId>()
        .one(core.db.read())
        .await?;
    if any.is_none() {
        return Ok(None);
    }
    let longest_due = Query::select()
        .column(mails::Column::Id)
        .from(mails::Entity)
        .cond_where(is_due())
        .order_by(mails::Column::NextAttemptAt, sea_orm::Order::Asc)
        .limit(1)
        // Several processes share the queue without waiting for each other. SQLite has one writer, and no locks.
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .to_owned();
    let claimed = core
        .db
        .write(async |txn| {
            let claimed = mails::Entity::update_many()
                .col_expr(mails::Column::ClaimedUntil, Expr::value(now + LEASE))
                .col_expr(mails::Column::Attempts, Expr::col(mails::Column::Attempts).add(1))
                .filter(Expr::col(mails::Column::Id).eq(Expr::SubQuery(
                    None,
                    Box::new(SubQueryStatement::SelectStatement(longest_due)),
                )))
                .exec_with_returning(txn)
                .await?;
            Ok(claimed)
        })
        .await?;
    Ok(claimed.into_iter().next())
}

/// Takes a mail out of the queue: it is sent, or nobody is to get it.
pub(super) async fn remove(txn: &impl ConnectionTrait, id: MailId) -> Result<()> {
    mails::Entity::delete_by_id(id).exec(txn).await?;
    Ok(())
}

/// Gives a mail back that was claimed and not sent: for a later attempt, or up.
pub(super) async fn put_back(core: &Core, mail: &mails::Model) -> Result<()> {
    let now = core.clock.now();
    if now >= mail.created_at + PATIENCE {
        tracing::error!(mail_id = %mail.id, kind = %mail.kind, "a mail could not be sent for three days and is given up");
        return core.db.write(async |txn| remove(txn, mail.id).await).await;
    }
    reschedule(core, mail, now + delay(mail.attempts)).await
}

/// Gives a mail back that nobody has tried to send yet.
pub(super) async fn release(core: &Core, mail: &mails::Model) -> Result<()> {
    reschedule(core, mail, core.clock.now()).await
}

async fn reschedule(core: &Core, mail: &mails::Model, next: DateTime<Utc>) -> Result<()> {
    core.db
        .write(async |txn| {
            mails::Entity::update_many()
                .col_expr(mails::Column::NextAttemptAt, Expr::value(next))
                .col_expr(mails::Column::ClaimedUntil, Expr::value(None::<DateTime<Utc>>))
                .filter(mails::COLUMN.id.eq(mail.id))
                // Whoever has claimed it since, because the lease had run out, is not to be disturbed.
                .filter(mails::COLUMN.attempts.eq(mail.attempts))
                .exec(txn)
                .await?;
            Ok(())
        })
        .await
}

fn delay(attempts: i64) -> TimeDelta {
    (1..attempts).fold(FIRST_DELAY, |delay, _| (delay * 4).min(LONGEST_DELAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_up_to_an_hour() {
        let delays: Vec<_> = [1, 2, 3, 4, 5, 6, 7, 1000]
            .map(|it| delay(it).num_seconds())
            .into();
        assert_eq!(delays, [5, 20, 80, 320, 1280, 3600, 3600, 3600]);
    }
}
