//! Invitations: how somebody whom staff have added comes to a password.

use entity::ids::UserId;
use entity::values::{AuditAction, MailPurpose, UserStatus};

use super::password_reset::{ChoosePassword, Chosen, chosen};
use super::{sessions, store_password};
use crate::audit::{self, Event, Who};
use crate::core::Core;
use crate::error::{Conflict, Result};
use crate::input::Valid;
use crate::mail::{
    self,
    queue::{self, Task},
};
use crate::policy::{InviteUser, Permit};
use crate::users;

/// Mails an invitation again; the link of the one before is void.
///
/// # Errors
/// `NotFound` when the user is out of reach; `not_invited`.
pub async fn send_invitation(core: &Core, by: &Permit<InviteUser>, id: UserId) -> Result<()> {
    core.db
        .write(async |txn| {
            let user = users::lock(core, txn, by, id).await?;
            if user.status != UserStatus::Invited || user.email.is_none() {
                return Err(Conflict::NotInvited.into());
            }
            let event = Event::new(AuditAction::InvitationSent).about_user(id);
            audit::record(core, txn, by.actor(), event).await?;
            queue::add(core, txn, &Task::Invite(id)).await
        })
        .await?;
    core.mail.wake();
    Ok(())
}

/// Sets the first password of somebody who is invited; from here on they sign in. The link has proved the address.
///
/// # Errors
/// `Invalid` when the token is not good, or the password cannot be chosen.
pub async fn accept_invitation(core: &Core, command: Valid<ChoosePassword>) -> Result<()> {
    let Chosen { token, hash } = chosen(core, MailPurpose::Invitation, command).await?;
    core.db
        .write(async |txn| {
            let token = mail::take(core, txn, MailPurpose::Invitation, &token).await?;
            let found = users::account_of(core, txn, &token, UserStatus::Invited).await?;
            let now = core.clock.now();
            let mut user = found.record.clone();
            user.status = UserStatus::Active;
            users::mark_verified(&mut user, now);
            store_password(txn, found.id, hash, now).await?;
            // Of a time when the user had been active before.
            sessions::end_all(core, txn, found.id, None).await?;
            mail::void_all(txn, found.id).await?;
            let user = users::save(core, txn, &found, user).await?;
            let event = Event::new(AuditAction::InvitationAccepted).about_user(found.id);
            let event = event.version(user.version).touched(&["status", "email_verified"]);
            audit::record(core, txn, Who::user(found.id), event).await
        })
        .await
}
