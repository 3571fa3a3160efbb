//! Sessions: what a sign-in opens, and what ends it.

mod remove;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{SessionId, UserId};
use entity::values::{AuditAction, AuditSubject, Hidden};
use entity::{refresh_tokens, sessions};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

pub use self::remove::purge;
pub(crate) use self::remove::remove_ended;
use super::Origin;
use crate::audit::{self, Event, Who};
use crate::core::Core;
use crate::db::row_of;
use crate::error::{Error, Result};
use crate::input::Secret;
use crate::opaque::{self, OpaqueKind};
use crate::page::{Page, PageRequest};
use crate::policy::{ManageOwnAccess, ManageSessions, Permission, Permit};
use crate::users;

/// The tokens of a session (RFC 6749 §5.1).
#[derive(Debug, Clone)]
pub struct SignIn {
    /// JWT for the `Authorization: Bearer` header.
    pub access_token: Secret,
    /// Seconds for which the access token is good.
    pub expires_in: u64,
    /// What gets the next access token, once.
    pub refresh_token: Secret,
    /// Seconds for which the refresh token is good.
    pub refresh_expires_in: u64,
    /// Who has signed in.
    pub user_id: UserId,
}

/// Opens a session of a user who has proved to be that user.
pub(super) async fn open(
    core: &Core,
    txn: &impl ConnectionTrait,
    user: UserId,
    from: &Origin,
    second_factor: bool,
) -> Result<SignIn> {
    let now = core.clock.now();
    let session = sessions::Model {
        id: SessionId::new(),
        user_id: user,
        device_name: from.device_name().map(Hidden::from),
        address_class: from.address_class().map(Hidden::from),
        second_factor,
        created_at: now,
        last_used_at: now,
        expires_at: now + delta(core.settings.session_ttl),
        ended_at: None,
    };
    sessions::Entity::insert(row_of::<_, sessions::ActiveModel>(&session))
        .exec_without_returning(txn)
        .await?;
    let event = Event::new(AuditAction::SessionStarted)
        .about(AuditSubject::Session, session.id)
        .of(user);
    let event = if second_factor {
        event.detail("second_factor")
    } else {
        event
    };
    audit::record(core, txn, Who::user(user).in_session(session.id), event).await?;
    carry_on(core, txn, &session, None, now).await
}

/// Hands out tokens of a session: the first ones, or those that take the place of a predecessor.
pub(super) async fn carry_on(
    core: &Core,
    txn: &impl ConnectionTrait,
    session: &sessions::Model,
    predecessor: Option<Hidden>,
    now: DateTime<Utc>,
) -> Result<SignIn> {
    let (refresh_token, token_hash) = opaque::generate(OpaqueKind::Refresh)?;
    let expires_at = session
        .expires_at
        .min(now + delta(core.settings.refresh_token_ttl));
    let row = refresh_tokens::Model {
        token_hash,
        session_id: session.id,
        predecessor,
        created_at: now,
        expires_at,
        used_at: None,
    };
    refresh_tokens::Entity::insert(row_of::<_, refresh_tokens::ActiveModel>(&row))
        .exec_without_returning(txn)
        .await?;
    Ok(SignIn {
        access_token: core.tokens.issue_for_session(session.user_id, session.id, now)?,
        expires_in: core.tokens.ttl().as_secs(),
        refresh_token,
        refresh_expires_in: u64::try_from((expires_at - now).num_seconds()).unwrap_or(0),
        user_id: session.user_id,
    })
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

/// The caller's sessions that have not ended, the oldest first.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list_own(
    core: &Core,
    by: &Permit<ManageOwnAccess>,
    page: &PageRequest,
) -> Result<Page<sessions::Model>> {
    list(core, by, users::own_id(by.actor())?, page).await
}

/// The sessions of a user that have not ended, the oldest first.
///
/// # Errors
/// `NotFound` when the user is out of reach; `InvalidParameter` for the cursor.
pub async fn list_of(
    core: &Core,
    by: &Permit<ManageSessions>,
    user: UserId,
    page: &PageRequest,
) -> Result<Page<sessions::Model>> {
    users::get(core, by, user).await?;
    list(core, by, user, page).await
}

async fn list<P: Permission>(
    core: &Core,
    by: &Permit<P>,
    user: UserId,
    page: &PageRequest,
) -> Result<Page<sessions::Model>> {
    let keyset = page.check(core, by.actor(), "sessions", &user)?;
    let mut query = sessions::Entity::find()
        .filter(sessions::COLUMN.user_id.eq(user))
        .filter(sessions::COLUMN.ended_at.is_null())
        .filter(sessions::COLUMN.expires_at.gt(core.clock.now()));
    if let Some(after) = keyset.after() {
        query = query.filter(sessions::COLUMN.id.gt(SessionId::from(after)));
    }
    let rows = query
        .order_by_asc(sessions::COLUMN.id)
        .limit(keyset.fetch())
        .all(core.db.read())
        .await?;
    Ok(keyset.page(core, rows, |session| session.id.uuid()))
}

/// Ends one of the caller's sessions; its tokens are good for nothing from here on.
///
/// # Errors
/// `NotFound` when it is not the caller's, or has ended.
pub async fn end_own(core: &Core, by: &Permit<ManageOwnAccess>, id: SessionId) -> Result<()> {
    let user = users::own_id(by.actor())?;
    core.db
        .write(async |txn| {
            let found = sessions::Entity::find_by_id(id)
                .filter(sessions::COLUMN.user_id.eq(user))
                .one(txn)
                .await?;
            match found {
                Some(_) if end(core, txn, id).await? => {
                    audit::record(core, txn, by.actor(), ended(id, user)).await
                }
                _ => Err(Error::NotFound),
            }
        })
        .await
}

/// What the trail says of a session that somebody ended.
pub(super) fn ended(session: SessionId, user: UserId) -> Event {
    Event::new(AuditAction::SessionEnded)
        .about(AuditSubject::Session, session)
        .of(user)
}

/// The same of all sessions of a user, or all but one.
fn all_ended(user: UserId, which: &'static str) -> Event {
    Event::new(AuditAction::SessionEnded)
        .about_user(user)
        .detail(which)
}

/// Ends a session; false when it had ended before.
pub(super) async fn end(core: &Core, txn: &impl ConnectionTrait, id: SessionId) -> Result<bool> {
    let ended = sessions::Entity::update_many()
        .col_expr(sessions::Column::EndedAt, Expr::value(core.clock.now()))
        .filter(sessions::COLUMN.id.eq(id))
        .filter(sessions::COLUMN.ended_at.is_null())
        .exec(txn)
        .await?;
    Ok(ended.rows_affected > 0)
}

/// Ends the caller's other sessions: everywhere else, somebody has to sign in again.
///
/// # Errors
/// When the database is away.
pub async fn end_own_others(core: &Core, by: &Permit<ManageOwnAccess>) -> Result<()> {
    let user = users::own_id(by.actor())?;
    let here = by.actor().session_id();
    core.db
        .write(async |txn| {
            end_all(core, txn, user, here).await?;
            audit::record(core, txn, by.actor(), all_ended(user, "others")).await
        })
        .await
}

/// Ends all sessions of a user.
///
/// # Errors
/// `NotFound` when the user is out of reach.
pub async fn end_of(core: &Core, by: &Permit<ManageSessions>, user: UserId) -> Result<()> {
    core.db
        .write(async |txn| {
            users::lock_row(txn, by, user).await?;
            end_all(core, txn, user, None).await?;
            audit::record(core, txn, by.actor(), all_ended(user, "all")).await
        })
        .await
}

/// Ends all sessions of a user, except one: whatever changes how somebody signs in, or what they may do, calls this in
/// the same transaction.
pub(crate) async fn end_all(
    core: &Core,
    txn: &impl ConnectionTrait,
    user: UserId,
    except: Option<SessionId>,
) -> Result<()> {
    let mut ending = sessions::Entity::update_many()
        .col_expr(sessions::Column::EndedAt, Expr::value(core.clock.now()))
        .filter(sessions::COLUMN.user_id.eq(user))
        .filter(sessions::COLUMN.ended_at.is_null());
    if let Some(here) = except {
        ending = ending.filter(sessions::COLUMN.id.ne(here));
    }
    ending.exec(txn).await?;
    Ok(())
}

/// Notes in a session that a second factor was shown, or that there is none any more.
pub(super) async fn set_second_factor(
    txn: &impl ConnectionTrait,
    session: Option<SessionId>,
    shown: bool,
) -> Result<()> {
    let Some(session) = session else { return Ok(()) };
    sessions::Entity::update_many()
        .col_expr(sessions::Column::SecondFactor, Expr::value(shown))
        .filter(sessions::COLUMN.id.eq(session))
        .exec(txn)
        .await?;
    Ok(())
}
