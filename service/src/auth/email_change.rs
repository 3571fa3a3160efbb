//! Changing the own address: the new one is proved before it counts, and the old one hears of it.

use entity::ids::SessionId;
use entity::values::{AuditAction, Email, MailPurpose};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::{MailedLink, Origin, reauthenticate};
use crate::audit::{self, Event, Who};
use crate::core::Core;
use crate::error::Result;
use crate::input::{Input, Secret, Valid, not_null, opaque, required};
use crate::mail::{
    self,
    queue::{self, Task},
};
use crate::policy::{ManageOwnAccess, Permit};
use crate::users;

/// A new address, and the password.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChangeEmail {
    /// The address that I want to sign in with.
    #[schema(value_type = Email, required, example = "anna.lindqvist@mail.example")]
    #[validate(custom(function = "required"))]
    pub email: Input<Email>,
    /// The password that I sign in with.
    #[schema(value_type = String, required, format = Password, max_length = 1024, example = "utopia-sunrise-42")]
    #[validate(custom(function = "required"))]
    pub password: Input<Secret>,
    /// Where the account has a second factor: the six digits that the app shows, or a recovery code.
    #[schema(value_type = String, format = Password, max_length = 200, example = "287082")]
    #[validate(custom(function = "not_null"), custom(function = "opaque"))]
    pub code: Input<Secret>,
}

/// Mails a link to the new address; nothing changes until it is used. Whether the address is somebody else's is not
/// told: then no mail goes out.
///
/// # Errors
/// `Invalid` when the password or the code is wrong; `TooManyAttempts`.
pub async fn change_email(
    core: &Core,
    by: &Permit<ManageOwnAccess>,
    from: &Origin,
    command: Valid<ChangeEmail>,
) -> Result<()> {
    let me = users::own_id(by.actor())?;
    let ChangeEmail {
        email,
        password,
        code,
    } = command.into_inner();
    let task = Task::ChangeEmail {
        user: me,
        to: email.required("email")?,
        session: by.actor().session_id(),
    };
    let password = ("password", password.required("password")?);
    let proof = reauthenticate(core, by, from, password, code.optional()).await?;
    core.db
        .write(async |txn| {
            proof.confirm(txn).await?;
            let event = Event::new(AuditAction::EmailChangeRequested).about_user(me);
            audit::record(core, txn, by.actor(), event).await?;
            queue::add(core, txn, &task).await
        })
        .await?;
    core.mail.wake();
    Ok(())
}

/// Takes the new address. The other sessions end, and the old address hears of it.
///
/// # Errors
/// `Invalid` when the token is not good; `email_taken` when the address has become somebody else's since.
pub async fn confirm_email(core: &Core, command: Valid<MailedLink>) -> Result<()> {
    let token = command.into_inner().token.required("token")?;
    core.db
        .write(async |txn| {
            let token = mail::take(core, txn, MailPurpose::EmailChange, &token).await?;
            let user = token.user_id.ok_or_else(mail::not_good)?;
            let session: Option<SessionId> = token.payload(core)?;
            let changed = users::change_email(core, txn, user, token.email, session).await?;
            let event = Event::new(AuditAction::EmailChanged).about_user(user);
            let event = event
                .version(changed.version)
                .touched(&["email", "email_verified"]);
            audit::record(core, txn, Who::user(user), event).await
        })
        .await?;
    core.mail.wake();
    Ok(())
}
