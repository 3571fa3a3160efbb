//! A new password for who has forgotten the old one, by a mailed link.

use entity::values::{AuditAction, MailPurpose, UserStatus};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::throttle::{self, Account};
use super::verification::MyAddress;
use super::{password, sessions, store_password};
use crate::audit::{self, Event, Who};
use crate::core::Core;
use crate::error::Result;
use crate::input::{Input, Secret, Valid, required};
use crate::mail::{
    self,
    queue::{self, Task},
};
use crate::users;

/// A password, chosen by whoever holds the token of a mailed link.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[validate(schema(function = "choosable_password", skip_on_field_errors = false))]
pub struct ChoosePassword {
    /// The token in the link, which is good once.
    #[schema(value_type = String, required, format = Password, max_length = 200,
        example = "cpm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    #[validate(custom(function = "required"))]
    pub token: Input<Secret>,
    /// At least 12 characters, at most 1024 bytes; not a common one, and without the name in the e-mail address.
    #[schema(value_type = String, required, format = Password, min_length = 12, max_length = 1024, example = "fjord-and-ferry-7")]
    #[validate(custom(function = "required"))]
    pub password: Input<Secret>,
}

fn choosable_password(command: &ChoosePassword) -> Result<(), ValidationError> {
    password::choosable_at("password", &command.password, None)
}

/// A token with the password that its holder has chosen, hashed.
pub(super) struct Chosen {
    pub(super) token: Secret,
    pub(super) hash: String,
}

/// Checks the password against the address of the account before it is hashed: neither does a refused password use up
/// the token, nor a wrong token the processor.
pub(super) async fn chosen(
    core: &Core,
    purpose: MailPurpose,
    command: Valid<ChoosePassword>,
) -> Result<Chosen> {
    let ChoosePassword { token, password } = command.into_inner();
    let (token, password) = (token.required("token")?, password.required("password")?);
    let seen = mail::peek(core, purpose, &token).await?;
    password::check_for("password", &password, Some(&seen.email))?;
    let hash = core.hasher.hash(password).await?;
    Ok(Chosen { token, hash })
}

/// Mails a link to choose a new password, or an invitation again, if the address is a user's. That the answer comes
/// says nothing about it: it is looked up later.
///
/// # Errors
/// When the database is away.
pub async fn forgot_password(core: &Core, command: Valid<MyAddress>) -> Result<()> {
    let email = command.into_inner().email.required("email")?;
    queue::add_alone(core, &Task::ResetIfKnown(email)).await
}

/// Sets a new password. All sessions end, links that were mailed before are void, failed tries are forgotten, and a
/// mail tells of it. Nobody is signed in by it.
///
/// # Errors
/// `Invalid` when the token is not good, or the password cannot be chosen.
pub async fn reset_password(core: &Core, command: Valid<ChoosePassword>) -> Result<()> {
    let Chosen { token, hash } = chosen(core, MailPurpose::PasswordReset, command).await?;
    core.db
        .write(async |txn| {
            let token = mail::take(core, txn, MailPurpose::PasswordReset, &token).await?;
            let found = users::account_of(core, txn, &token, UserStatus::Active).await?;
            let (id, now) = (found.id, core.clock.now());
            store_password(txn, id, hash, now).await?;
            sessions::end_all(core, txn, id, None).await?;
            mail::void_all(txn, id).await?;
            throttle::clear(txn, &Account::of(core, id, found.email.as_ref())).await?;
            // Whose data is restricted gets in again, and is not changed.
            let mut event = Event::new(AuditAction::PasswordReset)
                .about_user(id)
                .unpublished();
            if found.email_verified_at.is_none() && found.restricted_at.is_none() {
                let mut user = found.record.clone();
                users::mark_verified(&mut user, now);
                let user = users::save(core, txn, &found, user).await?;
                event = event.version(user.version).touched(&["email_verified"]);
            }
            audit::record(core, txn, Who::user(id), event).await?;
            queue::add(core, txn, &Task::TellPasswordChanged(id)).await
        })
        .await?;
    core.mail.wake();
    Ok(())
}
