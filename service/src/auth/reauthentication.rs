//! The password once more, before what somebody signs in with is changed (OWASP ASVS 5.0, 7.5.1).

use entity::ids::UserId;
use entity::values::{Hidden, UserStatus};
use entity::{credentials, users};
use sea_orm::{ConnectionTrait, EntityTrait as _, QuerySelect as _};

use super::password;
use crate::core::Core;
use crate::error::{Error, FieldError, Result};
use crate::input::Secret;

/// Proof that whoever is signed in knows the password, too.
pub struct Reauthenticated {
    user: UserId,
    hash: Hidden,
    field: &'static str,
}

/// Checks the password of somebody who is signed in. Every change of what an account signs in with begins here.
///
/// # Errors
/// `Invalid` at the field when it is wrong; `Unavailable` when too many sign in at once.
pub async fn reauthenticate(
    core: &Core,
    user: UserId,
    field: &'static str,
    password: Secret,
) -> Result<Reauthenticated> {
    let _admitted = core.hasher.admit()?;
    let stored = credentials::Entity::find_by_id(user).one(core.db.read()).await?;
    let hash = stored.map(|stored| stored.password_hash);
    let password = if password.expose().len() > password::MAX_BYTES {
        Secret::new(String::new())
    } else {
        password
    };
    let matches = core
        .hasher
        .verify(password, hash.as_ref().map(Hidden::expose))
        .await?;
    match hash {
        Some(hash) if matches => Ok(Reauthenticated { user, hash, field }),
        _ => Err(wrong(field)),
    }
}

fn wrong(field: &str) -> Error {
    FieldError::field(
        field,
        "wrong_password",
        "This is not your password; type the one that you sign in with.",
    )
    .into()
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
            _ => Err(wrong(self.field)),
        }
    }
}
