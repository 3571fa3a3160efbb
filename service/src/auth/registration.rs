//! Registration: how people become customers without staff.

use entity::users;
use entity::values::{Email, PersonName, UserStatus};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::password;
use crate::core::{Core, Registration};
use crate::error::{Conflict, Denial, Error, Result};
use crate::input::{Input, Secret, Valid, optional, required};
use crate::policy::Permit;
use crate::users::{self as rules, NewUser};

/// A person who becomes a customer without staff.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[validate(schema(function = "choosable_password", skip_on_field_errors = false))]
pub struct Register {
    /// Address to sign in with; nobody else may have it.
    #[schema(value_type = Email, required)]
    #[validate(custom(function = "required"))]
    pub email: Input<Email>,
    /// At least 12 characters, at most 1024 bytes; not a common one, and without the name in the e-mail address.
    #[schema(value_type = String, required, format = Password, min_length = 12, max_length = 1024, example = "utopia-sunrise-42")]
    #[validate(custom(function = "required"))]
    pub password: Input<Secret>,
    /// First name, or the only name.
    #[schema(value_type = PersonName, required, example = "Anna")]
    #[validate(custom(function = "required"))]
    pub first_name: Input<PersonName>,
    /// Family name; leave it out for a single name.
    #[schema(value_type = Option<PersonName>, example = "Eriksson")]
    #[validate(custom(function = "optional"))]
    pub last_name: Input<PersonName>,
}

fn choosable_password(new: &Register) -> Result<(), ValidationError> {
    password::choosable(&new.password, &new.email)
}

/// What came of a registration.
#[derive(Debug, Clone)]
pub enum Registered {
    /// The account is there and can be signed in to.
    User(Box<users::Model>),
    /// The account works once the address is confirmed. Says nothing about whether the address was known.
    Accepted,
}

/// Registers a customer, as far as the setting REGISTRATION allows.
///
/// # Errors
/// `Denied` when registration is closed; `Invalid` for the password; `email_taken` when registration is open.
pub async fn register(core: &Core, command: Valid<Register>) -> Result<Registered> {
    let Register {
        email,
        password,
        first_name,
        last_name,
    } = command.into_inner();
    let status = match core.settings.registration {
        Registration::Open => UserStatus::Active,
        Registration::VerifyEmail => UserStatus::Invited,
        Registration::Closed => return Err(Error::Denied(Denial::RegistrationClosed)),
    };
    let new = NewUser {
        email,
        password,
        first_name,
        last_name,
        ..NewUser::default()
    };
    let made = rules::create_as(core, &Permit::system(), Valid::check(new)?, Some(status)).await;
    match (core.settings.registration, made) {
        (Registration::Open, made) => made.map(|user| Registered::User(Box::new(user))),
        // Known or not, the work has been the same: the password was hashed before the address was looked up.
        (_, Ok(_) | Err(Error::Conflict(Conflict::EmailTaken))) => Ok(Registered::Accepted),
        (_, Err(error)) => Err(error),
    }
}
