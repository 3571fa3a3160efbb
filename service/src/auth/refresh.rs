//! Refresh tokens: each carries its session on once (RFC 9700 §4.14.2).

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{SessionId, UserId};
use entity::values::{AuditAction, AuditSubject, Hidden, UserStatus};
use entity::{refresh_tokens, sessions as session_rows, users};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::sessions::{self, SignIn, carry_on};
use crate::audit::{self, Event, Who};
use crate::core::Core;
use crate::error::{Error, Result, Unauthenticated};
use crate::input::{Input, Secret, Valid, not_null, opaque, required};
use crate::opaque as secrets;
use crate::policy::Actor;

/// How long a request waits for others with the same token. Two pages of one browser do not ask in the same instant,
/// but a little after each other; whoever comes while the first still waits has lost the race, rather than asked again.
const SETTLING: Duration = Duration::from_millis(100);
/// For how long after its use a token may be shown once more, by a caller whom the answer did not reach.
const GRACE: TimeDelta = TimeDelta::seconds(10);

/// A refresh token.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Refresh {
    /// The refresh token of the last answer; it is good once.
    #[schema(value_type = String, required, format = Password, max_length = 200,
        example = "cpr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    #[validate(custom(function = "required"), custom(function = "opaque"))]
    pub refresh_token: Input<Secret>,
}

/// What to sign out of.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Logout {
    /// A refresh token of the session to end; without one it is the session of the access token.
    #[schema(value_type = String, format = Password, max_length = 200,
        example = "cpr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    #[validate(custom(function = "not_null"), custom(function = "opaque"))]
    pub refresh_token: Input<Secret>,
}

/// Ends a session: the one of the refresh token, or else the one of the access token that was shown. A token that is
/// not known has nothing to end, which is what was asked for.
///
/// # Errors
/// `Unauthenticated` when there is neither.
pub async fn logout(core: &Core, actor: &Actor, command: Valid<Logout>) -> Result<()> {
    let token = command.into_inner().refresh_token.optional();
    let here = actor.session_id();
    if token.is_none() && here.is_none() {
        return Err(Error::Unauthenticated(Unauthenticated::Missing));
    }
    core.db
        .write(async |txn| {
            let session = match token {
                Some(token) => refresh_tokens::Entity::find_by_id(secrets::hash(token.expose()))
                    .one(txn)
                    .await?
                    .map(|token| token.session_id),
                None => here,
            };
            let Some(session) = session else { return Ok(()) };
            if !sessions::end(core, txn, session).await? {
                return Ok(());
            }
            let user = owner(txn, session).await?;
            // Whoever holds a token of the session is whoever it was opened for.
            let who = user.map_or(Who::ANONYMOUS, |user| Who::user(user).in_session(session));
            let event = Event::new(AuditAction::SessionEnded).about(AuditSubject::Session, session);
            audit::record(core, txn, who, event.of(user)).await
        })
        .await
}

/// Whose session it is.
async fn owner(txn: &impl ConnectionTrait, session: SessionId) -> Result<Option<UserId>> {
    let found = session_rows::Entity::find_by_id(session).one(txn).await?;
    Ok(found.map(|session| session.user_id))
}

/// What is to be done about a token that has been used before.
enum Reuse {
    /// The answer got lost: its token is taken back, and another handed out.
    Retry,
    /// Another request with the same token was faster; nothing is wrong with the session.
    Late,
    /// Two hold the token, and one of them is a thief.
    Theft,
}

/// Takes a refresh token and hands out new tokens of its session.
///
/// A token that was used before ends the session, for it may have been stolen. One exception: for ten seconds the
/// token before the last may be shown again while the last is unused, because the answer may have got lost.
///
/// # Errors
/// `Unauthenticated` when the token is not good, or its session or user may no longer be used.
pub async fn refresh(core: &Core, command: Valid<Refresh>) -> Result<SignIn> {
    // Before anything is waited for: tells a request that lost a race from one that was sent again.
    let begun = core.clock.now();
    let token = command.into_inner().refresh_token.required("refresh_token")?;
    let hash = secrets::hash(token.expose());
    let refused = Error::Unauthenticated(Unauthenticated::InvalidRefreshToken);
    tokio::time::sleep(SETTLING).await;
    // The end of a stolen session is committed, so that it is no error inside the transaction.
    let outcome = core
        .db
        .write(async |txn| match take(txn, &hash, core.clock.now()).await? {
            Some(session) => renew(core, txn, session, hash).await,
            None => again(core, txn, hash, begun).await,
        })
        .await?;
    outcome.ok_or(refused)
}

/// Uses a token up, in one statement: of any number of requests with the same token, one gets the session.
async fn take(txn: &impl ConnectionTrait, hash: &Hidden, now: DateTime<Utc>) -> Result<Option<SessionId>> {
    let taken = refresh_tokens::Entity::update_many()
        .col_expr(refresh_tokens::Column::UsedAt, Expr::value(now))
        .filter(refresh_tokens::COLUMN.token_hash.eq(hash.clone()))
        .filter(refresh_tokens::COLUMN.used_at.is_null())
        .filter(refresh_tokens::COLUMN.expires_at.gt(now))
        .exec_with_returning(txn)
        .await?;
    Ok(taken.into_iter().next().map(|token| token.session_id))
}

/// Hands out the successor of a token, if the session still may be used.
async fn renew(
    core: &Core,
    txn: &impl ConnectionTrait,
    session: SessionId,
    predecessor: Hidden,
) -> Result<Option<SignIn>> {
    let now = core.clock.now();
    let found = session_rows::Entity::find_by_id(session)
        .filter(session_rows::COLUMN.ended_at.is_null())
        .filter(session_rows::COLUMN.expires_at.gt(now))
        .find_also_related(users::Entity)
        .one(txn)
        .await?;
    let Some((session, Some(user))) = found else {
        return Ok(None);
    };
    if user.status != UserStatus::Active {
        return Ok(None);
    }
    session_rows::Entity::update_many()
        .col_expr(session_rows::Column::LastUsedAt, Expr::value(now))
        .filter(session_rows::COLUMN.id.eq(session.id))
        .exec(txn)
        .await?;
    carry_on(core, txn, &session, Some(predecessor), now)
        .await
        .map(Some)
}

/// Deals with a token that cannot be taken: unknown, expired, or used before.
async fn again(
    core: &Core,
    txn: &impl ConnectionTrait,
    hash: Hidden,
    begun: DateTime<Utc>,
) -> Result<Option<SignIn>> {
    // Locked, so that of several retries each sees what the one before has done.
    let found = refresh_tokens::Entity::find_by_id(hash.clone())
        .lock_exclusive()
        .one(txn)
        .await?;
    let Some(token) = found else { return Ok(None) };
    let Some(used_at) = token.used_at else {
        return Ok(None);
    };
    let successor = refresh_tokens::Entity::find()
        .filter(refresh_tokens::COLUMN.predecessor.eq(hash.clone()))
        .filter(refresh_tokens::COLUMN.used_at.is_null())
        .one(txn)
        .await?;
    let now = core.clock.now();
    let reuse = match &successor {
        _ if used_at >= begun => Reuse::Late,
        Some(successor) if successor.created_at >= begun => Reuse::Late,
        Some(_) if now <= used_at + GRACE => Reuse::Retry,
        _ => Reuse::Theft,
    };
    match (reuse, successor) {
        (Reuse::Retry, Some(successor)) => match take(txn, &successor.token_hash, now).await? {
            Some(session) => renew(core, txn, session, hash).await,
            None => Ok(None),
        },
        (Reuse::Theft, _) => {
            if sessions::end(core, txn, token.session_id).await? {
                let event = Event::denied(AuditAction::SessionReuseDetected)
                    .about(AuditSubject::Session, token.session_id)
                    .of(owner(txn, token.session_id).await?);
                audit::record(core, txn, Who::ANONYMOUS, event).await?;
                tracing::warn!(session_id = %token.session_id, "a refresh token was used twice; its session has been ended");
            }
            Ok(None)
        }
        _ => Ok(None),
    }
}
