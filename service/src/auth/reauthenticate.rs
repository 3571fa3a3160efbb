//! Proving once more who one is, before what one signs in with is changed (OWASP ASVS 5.0, 7.5.1).
// A code is called a code, and a core a core.
#![allow(clippy::similar_names)]

use entity::ids::UserId;
use entity::values::{AuditAction, Hidden, UserStatus};
use entity::{credentials, users};
use sea_orm::{ConnectionTrait, EntityTrait as _, QuerySelect as _};

use super::second_factor::{self, Shown};
use super::throttle::Account;
use super::{Origin, password as rules, throttle};
use crate::audit::{self, Event};
use crate::core::Core;
use crate::error::{Error, FieldError, Result};
use crate::input::Secret;
use crate::policy::{ManageOwnAccess, Permit};
use crate::users::own_id;

/// Proof that whoever is signed in knows the password, too, and has the second factor, if there is one.
pub struct Reauthenticated {
    user: UserId,
    hash: Hidden,
    field: &'static str,
}

/// Checks the caller's password, sent in `field`, and a code where the caller has a second factor, on the budget that
/// guesses at the account have. The caller is known, so that what is wrong is a wrong field: 401 would make programs
/// ask for tokens.
///
/// # Errors
/// `Invalid` for the field (`wrong_password`) or for `/code` (`required`, `invalid_code`); `TooManyAttempts`.
pub async fn reauthenticate(
    core: &Core,
    by: &Permit<ManageOwnAccess>,
    from: &Origin,
    (field, password): (&'static str, Secret),
    code: Option<Secret>,
) -> Result<Reauthenticated> {
    let (user, stored) = users::Entity::find_by_id(own_id(by.actor())?)
        .find_also_related(credentials::Entity)
        .one(core.db.read())
        .await?
        .ok_or(Error::NotFound)?;
    let stored = stored.map(|stored| stored.password_hash);
    let password = if password.expose().len() > rules::MAX_BYTES {
        Secret::new(String::new())
    } else {
        password
    };
    let account = Account::from_device(core, &user, from);
    let outcome = throttle::attempt(core, &account, from, async |attempt| {
        let matches = core
            .hasher
            .verify(password, stored.as_ref().map(Hidden::expose))
            .await?;
        let Some(hash) = stored.filter(|_| matches) else {
            return Err(wrong_password(field));
        };
        core.db
            .write(async |txn| {
                match second_factor::check(core, txn, &user, code.as_ref()).await? {
                    Shown::Nothing => return Err(missing_code()),
                    Shown::Wrong => return Err(wrong_code()),
                    Shown::NotAsked | Shown::Good => {}
                }
                attempt.succeeded(txn).await
            })
            .await?;
        Ok(Reauthenticated {
            user: user.id,
            hash,
            field,
        })
    })
    .await;
    if let Err(Error::Invalid(_)) = &outcome {
        let event = Event::denied(AuditAction::ReauthenticationFailed).about_user(user.id);
        audit::record_alone(core, by.actor(), event).await;
    }
    outcome
}

impl Reauthenticated {
    /// Locks the account, if the password still is the one that was shown.
    ///
    /// # Errors
    /// `Invalid` when somebody has changed it, or disabled the account, in the meantime.
    pub(super) async fn confirm(&self, txn: &impl ConnectionTrait) -> Result<users::Model> {
        let user = users::Entity::find_by_id(self.user)
            .lock_exclusive()
            .one(txn)
            .await?
            .filter(|user| user.status == UserStatus::Active);
        let stored = credentials::Entity::find_by_id(self.user).one(txn).await?;
        match (user, stored) {
            (Some(user), Some(stored)) if stored.password_hash == self.hash => Ok(user),
            _ => Err(wrong_password(self.field)),
        }
    }
}

fn wrong_password(field: &str) -> Error {
    FieldError::field(
        field,
        "wrong_password",
        "This is not your password; type the one that you sign in with.",
    )
    .into()
}

fn missing_code() -> Error {
    FieldError::field(
        "code",
        "required",
        "Your account has a second factor; give a code of the app, or a recovery code.",
    )
    .into()
}

/// A code that is not good, or not any more.
pub(super) fn wrong_code() -> Error {
    FieldError::field(
        "code",
        "invalid_code",
        "The code is wrong or has been used; wait for the next one.",
    )
    .into()
}
