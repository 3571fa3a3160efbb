//! Signing in: registration, passwords, sessions with their tokens, and who a request comes from.

mod admins;
pub mod blocklist;
pub mod device;
mod email_change;
pub mod hasher;
mod invitation;
mod login;
mod origin;
pub mod password;
mod password_change;
mod password_reset;
mod reauthenticate;
mod refresh;
mod registration;
pub mod second_factor;
pub mod sessions;
pub mod signing_keys;
pub mod throttle;
pub mod tokens;
mod verification;

use entity::ids::{SessionId, UserId};
use entity::values::{Role, UserStatus};
use entity::{credentials, sessions as session_rows, users};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QuerySelect as _,
    RelationTrait as _,
};

pub use self::admins::{FirstAdmin, create_admin, first_admin, random_password};
pub use self::email_change::{ChangeEmail, change_email, confirm_email};
pub use self::invitation::{accept_invitation, send_invitation};
pub use self::login::{Login, SignedIn, login};
pub use self::origin::Origin;
pub use self::password_change::{ChangePassword, change_password};
pub use self::password_reset::{ChoosePassword, forgot_password, reset_password};
pub use self::reauthenticate::{Reauthenticated, reauthenticate};
pub use self::refresh::{Logout, Refresh, logout, refresh};
pub use self::registration::{Register, Registered, register};
pub use self::sessions::SignIn;
use self::tokens::{Claims, Subject, Verified};
pub use self::verification::{MailedLink, MyAddress, request_verification, verify_email};
use crate::audit::Who;
use crate::core::Core;
use crate::error::{Error, Result, Unauthenticated};
use crate::oauth;
use crate::policy::Actor;

/// Whom a bearer token stands for, as of now. Session, role and status come from the primary database for every
/// request, so that ending a session or disabling a user counts at once, on every process.
///
/// # Errors
/// `Unauthenticated` when the token is not ours, has expired, or its session or user may no longer be used.
pub async fn authenticate(core: &Core, bearer_token: &str) -> Result<Actor> {
    let claims = read_token(core, bearer_token).await?;
    let actor = match claims.as_ref().and_then(Claims::subject) {
        Some(Subject::Session { user, session }) => session_actor(core, user, session).await?,
        Some(Subject::Client {
            client,
            token,
            scopes,
        }) => {
            let grant = oauth::living_grant(core, client, token).await?;
            if grant.is_none() {
                // Signed by us and not expired: the client has lost it, or its right to it.
                oauth::note_refusal(core, Who::client(client), Some(client), "ended_token").await;
            }
            grant.map(|grant| Actor::Client {
                id: client,
                scopes: grant.scopes.and(scopes),
            })
        }
        None => None,
    };
    actor.ok_or(Error::Unauthenticated(Unauthenticated::InvalidToken))
}

/// What a token says, if it is one of ours and has not expired. Whether its session or client may still be used is for
/// the caller to ask.
pub(crate) async fn read_token(core: &Core, token: &str) -> Result<Option<Claims>> {
    let now = core.clock.now();
    let verified = match core.tokens.read(token, now) {
        // Another process may have begun to sign with a new key.
        Verified::UnknownKey if signing_keys::reload_if_due(core).await? => core.tokens.read(token, now),
        verified => verified,
    };
    Ok(match verified {
        Verified::Good(claims) => Some(claims),
        Verified::UnknownKey | Verified::Bad => None,
    })
}

/// The person of a session, unless session or user may no longer be used.
pub(crate) async fn session_actor(core: &Core, id: UserId, session: SessionId) -> Result<Option<Actor>> {
    let found: Option<(Role, UserStatus, bool)> = session_rows::Entity::find_by_id(session)
        .select_only()
        .column(users::Column::Role)
        .column(users::Column::Status)
        .column(session_rows::Column::SecondFactor)
        .join(JoinType::InnerJoin, session_rows::Relation::Users.def())
        .filter(session_rows::COLUMN.user_id.eq(id))
        .filter(session_rows::COLUMN.ended_at.is_null())
        .filter(session_rows::COLUMN.expires_at.gt(core.clock.now()))
        .into_tuple()
        .one(core.db.read())
        .await?;
    Ok(match found {
        Some((role, UserStatus::Active, second_factor)) => Some(Actor::User {
            id,
            role,
            session,
            enrolling: core.settings.second_factor.is_asked_of(role) && !second_factor,
        }),
        _ => None,
    })
}

/// Sets a user's password, in the transaction of what allows it.
pub(crate) async fn store_password(
    txn: &impl sea_orm::ConnectionTrait,
    user: UserId,
    password_hash: String,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<()> {
    use credentials::Column;
    let row = credentials::ActiveModel {
        user_id: Set(user),
        password_hash: Set(password_hash.into()),
        password_changed_at: Set(now),
        ..Default::default()
    };
    let replace = OnConflict::column(Column::UserId)
        .update_columns([Column::PasswordHash, Column::PasswordChangedAt])
        .to_owned();
    credentials::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(txn)
        .await?;
    Ok(())
}
