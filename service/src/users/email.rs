//! The address of a user: what changes with it, and who is told.

use chrono::{DateTime, Utc};
use entity::ids::{SessionId, UserId};
use entity::users;
use entity::values::{Email, UserStatus};
use sea_orm::{ConnectionTrait, EntityTrait as _};

use super::{User, save};
use crate::auth::sessions;
use crate::core::Core;
use crate::error::Result;
use crate::mail::queue::{self, Task};
use crate::mail::{self, MailToken};
use crate::sealing::{self, Held};

/// Derives what hangs on the address, if it is not the one before: nobody has proved the new one yet.
pub(super) fn set(user: &mut User, before: Option<&Email>) {
    if user.email.as_ref() != before {
        user.email_key = user.email.as_ref().map(|email| email.normalized().into());
        user.email_verified_at = None;
    }
}

/// What follows when staff change an address or a status: links that were mailed before are void, the old address
/// hears of it, and who is invited is invited at the new one.
pub(super) async fn follow_change(
    core: &Core,
    txn: &impl ConnectionTrait,
    found: &User,
    user: &User,
) -> Result<()> {
    let has_moved = user.email != found.email;
    if has_moved || user.status != found.status {
        mail::void_all(txn, user.id).await?;
    }
    if !has_moved {
        return Ok(());
    }
    if user.status == UserStatus::Invited && user.email.is_some() {
        return queue::add(core, txn, &Task::Invite(user.id)).await;
    }
    tell_old(core, txn, found).await
}

async fn tell_old(core: &Core, txn: &impl ConnectionTrait, found: &User) -> Result<()> {
    match &found.email {
        // An invitation that went astray is no business of who got it.
        Some(old) if found.status != UserStatus::Invited => {
            let (user, old) = (found.id, old.clone());
            queue::add(core, txn, &Task::TellEmailChanged { user, old }).await
        }
        _ => Ok(()),
    }
}

/// The account that a mailed link is about, locked: of this user, with this status, and still at the very address that
/// the link was mailed to.
pub(crate) async fn account_of(
    core: &Core,
    txn: &impl ConnectionTrait,
    token: &MailToken,
    status: UserStatus,
) -> Result<Held<User>> {
    let Some(id) = token.user_id else {
        return Err(mail::not_good());
    };
    let found = sealing::locked(core, txn, users::Entity::find_by_id(id)).await?;
    found
        .filter(|user| user.status == status && user.email.as_ref() == Some(&token.email))
        .ok_or_else(mail::not_good)
}

/// Notes that the address is proved.
pub(crate) fn mark_verified(user: &mut User, now: DateTime<Utc>) {
    user.email_verified_at.get_or_insert(now);
}

/// Gives a user the address that they have proved to be theirs. All sessions end, except the one that asked for it, and
/// the old address hears of it.
///
/// # Errors
/// `Invalid` when the user may not sign in any more; `email_taken`.
pub(crate) async fn change(
    core: &Core,
    txn: &impl ConnectionTrait,
    id: UserId,
    to: Email,
    asked_for_it: Option<SessionId>,
) -> Result<User> {
    let found = sealing::locked(core, txn, users::Entity::find_by_id(id)).await?;
    let active = found.filter(|user| user.status == UserStatus::Active);
    let found = active.ok_or_else(mail::not_good)?;
    let mut user = found.record.clone();
    user.email = Some(to);
    set(&mut user, found.email.as_ref());
    mark_verified(&mut user, core.clock.now());
    let has_moved = user.email != found.email;
    let user = save(core, txn, &found, user).await?;
    mail::void_all(txn, id).await?;
    if has_moved {
        sessions::end_all(core, txn, id, asked_for_it).await?;
        tell_old(core, txn, &found).await?;
    }
    Ok(user)
}
