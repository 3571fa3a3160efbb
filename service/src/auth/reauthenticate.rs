//! Proving once more who one is, before what one signs in with is changed (OWASP ASVS 5.0, 7.5.1).
// A code is called a code, and a core a core.
#![allow(clippy::similar_names)]

use entity::values::Hidden;
use entity::{credentials, users};
use sea_orm::EntityTrait as _;

use super::second_factor::{self, Shown};
use super::throttle::Account;
use super::{Origin, password as rules, throttle};
use crate::core::Core;
use crate::error::{Error, FieldError, Result};
use crate::input::Secret;
use crate::policy::{ManageOwnAccess, Permit};
use crate::users::own_id;

/// Checks the caller's password, and a code where the caller has a second factor, on the budget that guesses at the
/// account have. The caller is known, so that what is wrong is a wrong field: 401 would make programs ask for tokens.
///
/// # Errors
/// `Invalid` for `/password` (`wrong_password`) or `/code` (`required`, `invalid_code`); `TooManyAttempts`.
pub async fn reauthenticate(
    core: &Core,
    by: &Permit<ManageOwnAccess>,
    from: &Origin,
    password: Secret,
    code: Option<Secret>,
) -> Result<()> {
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
    throttle::attempt(core, &account, from, async |attempt| {
        let hash = stored.as_ref().map(Hidden::expose);
        if !core.hasher.verify(password, hash).await? {
            return Err(wrong_password());
        }
        core.db
            .write(async |txn| {
                match second_factor::check(core, txn, &user, code.as_ref()).await? {
                    Shown::Nothing => return Err(missing_code()),
                    Shown::Wrong => return Err(wrong_code()),
                    Shown::NotAsked | Shown::Good => {}
                }
                attempt.succeeded(txn).await
            })
            .await
    })
    .await
}

fn wrong_password() -> Error {
    FieldError::field(
        "password",
        "wrong_password",
        "This is not the password of your account.",
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
