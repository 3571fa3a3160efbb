//! Signing in with a password.

use entity::values::{Email, Hidden, UserStatus};
use entity::{credentials, users};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::sessions::{self, SignIn};
use super::{Origin, password};
use crate::core::Core;
use crate::error::{Error, Result, Unauthenticated};
use crate::input::{Input, Secret, Valid, required};

/// E-mail address and password.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Login {
    /// The address that the account was made with.
    #[schema(value_type = String, required, max_length = 254, example = "agent@utopia-travel.example")]
    #[validate(custom(function = "required"))]
    pub email: Input<String>,
    /// The password, exactly as it was chosen.
    #[schema(value_type = String, required, format = Password, max_length = 1024, example = "utopia-sunrise-42")]
    #[validate(custom(function = "required"))]
    pub password: Input<Secret>,
}

/// Signs somebody in. An unknown address, a wrong password and an account that may not sign in get the same answer
/// after the same work.
///
/// # Errors
/// `Unauthenticated` when e-mail and password do not belong together, `Unavailable` when too many sign in at once.
pub async fn login(core: &Core, from: &Origin, command: Valid<Login>) -> Result<SignIn> {
    let _admitted = core.hasher.admit()?;
    let Login { email, password } = command.into_inner();
    let (email, password) = (email.required("email")?, password.required("password")?);
    let refused = Error::Unauthenticated(Unauthenticated::InvalidCredentials);
    let (user, hash) = find(core, &email).await?;
    let password = if password.expose().len() > password::MAX_BYTES {
        Secret::new(String::new())
    } else {
        password
    };
    let matches = core
        .hasher
        .verify(password, hash.as_ref().map(Hidden::expose))
        .await?;
    match (user, hash) {
        (Some(user), Some(hash)) if matches && user.status == UserStatus::Active => {
            core.db
                .write(async |txn| {
                    // What was verified may have changed since; nobody changes it while the row is locked.
                    let user = users::Entity::find_by_id(user.id)
                        .lock_exclusive()
                        .one(txn)
                        .await?;
                    let user = user.filter(|user| user.status == UserStatus::Active);
                    let Some(user) = user else { return Err(refused) };
                    let stored = credentials::Entity::find_by_id(user.id).one(txn).await?;
                    if stored.is_none_or(|stored| stored.password_hash != hash) {
                        return Err(refused);
                    }
                    sessions::open(core, txn, user.id, from, false).await
                })
                .await
        }
        _ => Err(refused),
    }
}

/// The account of an address, and the hash of its password.
async fn find(core: &Core, email: &str) -> Result<(Option<users::Model>, Option<Hidden>)> {
    // An address that is no address is looked up all the same, so that the time tells nothing.
    let key = email
        .parse::<Email>()
        .map_or_else(|_| String::from("\n"), |email| email.normalized());
    let found = users::Entity::find()
        .filter(users::COLUMN.email_key.eq(Hidden::from(key)))
        .find_also_related(credentials::Entity)
        .one(core.db.read())
        .await?;
    Ok(match found {
        Some((user, credentials)) => (Some(user), credentials.map(|it| it.password_hash)),
        None => (None, None),
    })
}
