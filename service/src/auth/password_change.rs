//! Changing the password while signed in.

use entity::values::AuditAction;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::{Origin, password, reauthenticate, sessions, store_password};
use crate::audit::{self, Event};
use crate::core::Core;
use crate::error::Result;
use crate::input::{Input, Secret, Valid, not_null, opaque, required};
use crate::mail::{
    self,
    queue::{self, Task},
};
use crate::policy::{ManageOwnAccess, Permit};
use crate::users;

/// The password that is, and the one that is to be.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[validate(schema(function = "choosable_password", skip_on_field_errors = false))]
pub struct ChangePassword {
    /// The password that I sign in with now.
    #[schema(value_type = String, required, format = Password, max_length = 1024, example = "utopia-sunrise-42")]
    #[validate(custom(function = "required"))]
    pub current_password: Input<Secret>,
    /// At least 12 characters, at most 1024 bytes; not a common one, and without the name in the e-mail address.
    #[schema(value_type = String, required, format = Password, min_length = 12, max_length = 1024, example = "fjord-and-ferry-7")]
    #[validate(custom(function = "required"))]
    pub new_password: Input<Secret>,
    /// Where the account has a second factor: the six digits that the app shows, or a recovery code.
    #[schema(value_type = String, format = Password, max_length = 200, example = "287082")]
    #[validate(custom(function = "not_null"), custom(function = "opaque"))]
    pub code: Input<Secret>,
}

fn choosable_password(command: &ChangePassword) -> Result<(), ValidationError> {
    password::choosable_at("new_password", &command.new_password, None)
}

/// Changes the caller's password. The caller's other sessions end, links that were mailed before are void, and a mail
/// tells of it.
///
/// # Errors
/// `Invalid` when the current password or the code is wrong, or the new one cannot be chosen; `TooManyAttempts`.
pub async fn change_password(
    core: &Core,
    by: &Permit<ManageOwnAccess>,
    from: &Origin,
    command: Valid<ChangePassword>,
) -> Result<()> {
    let me = users::own_id(by.actor())?;
    let ChangePassword {
        current_password,
        new_password,
        code,
    } = command.into_inner();
    let current = current_password.required("current_password")?;
    let proof = reauthenticate(core, by, from, ("current_password", current), code.optional()).await?;
    let new = new_password.required("new_password")?;
    let hash = core.hasher.hash(new.clone()).await?;
    core.db
        .write(async |txn| {
            let user = proof.confirm(txn).await?;
            password::check_for("new_password", &new, user.email.as_ref())?;
            store_password(txn, me, hash, core.clock.now()).await?;
            sessions::end_all(core, txn, me, by.actor().session_id()).await?;
            mail::void_all(txn, me).await?;
            let event = Event::new(AuditAction::PasswordChanged).about_user(me);
            audit::record(core, txn, by.actor(), event).await?;
            queue::add(core, txn, &Task::TellPasswordChanged(me)).await
        })
        .await?;
    core.mail.wake();
    Ok(())
}
