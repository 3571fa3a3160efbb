//! Proving an address: the token of a link comes back that only its mailbox has seen.

use entity::values::{AuditAction, Email, MailPurpose, UserStatus};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::registration;
use crate::audit::{self, Event, Who};
use crate::core::Core;
use crate::error::Result;
use crate::input::{Input, Secret, Valid, required};
use crate::mail::{
    self,
    queue::{self, Task},
};
use crate::users;

/// The token of a mailed link.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MailedLink {
    /// The token in the link, which is good once.
    #[schema(value_type = String, required, format = Password, max_length = 200,
        example = "cpm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    #[validate(custom(function = "required"))]
    pub token: Input<Secret>,
}

/// The address of somebody who asks for a mail.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MyAddress {
    /// The address that I sign in with.
    #[schema(value_type = Email, required, example = "anna.eriksson@mail.example")]
    #[validate(custom(function = "required"))]
    pub email: Input<Email>,
}

/// Mails a link that proves the address, if it is that of a user who has not proved it. That the answer comes says
/// nothing about it: it is looked up later.
///
/// # Errors
/// When the database is away.
pub async fn request_verification(core: &Core, command: Valid<MyAddress>) -> Result<()> {
    let email = command.into_inner().email.required("email")?;
    queue::add_alone(core, &Task::VerifyIfKnown(email)).await
}

/// Notes that an address is proved, or makes the account of the registration that the link was mailed for.
///
/// # Errors
/// `Invalid` when the token is not good; `email_taken` when the address of a registration has become a user's since.
pub async fn verify_email(core: &Core, command: Valid<MailedLink>) -> Result<()> {
    let token = command.into_inner().token.required("token")?;
    core.db
        .write(async |txn| {
            let token = mail::take(core, txn, MailPurpose::EmailVerification, &token).await?;
            if token.is_registration() {
                return registration::finish(core, txn, token.payload(core)?).await;
            }
            let found = users::account_of(core, txn, &token, UserStatus::Active).await?;
            let mut user = found.record.clone();
            users::mark_verified(&mut user, core.clock.now());
            if user == *found {
                return Ok(());
            }
            let user = users::save(core, txn, &found, user).await?;
            let event = Event::new(AuditAction::EmailVerified).about_user(found.id);
            let event = event.version(user.version).touched(&["email_verified"]);
            audit::record(core, txn, Who::user(found.id), event).await
        })
        .await
}
