//! Registration: how people become customers without staff.

use entity::values::{AuditAction, Email, PersonName, UserStatus};
use sea_orm::ConnectionTrait;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::password;
use crate::audit::{self, Event, Who};
use crate::core::{Core, Registration};
use crate::error::{Denial, Error, Result};
use crate::input::{Input, Secret, Valid, optional, required};
use crate::mail::queue::{self, PendingRegistration, Task};
use crate::policy::Permit;
use crate::users::{self as rules, NewUser, User};

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
    User(Box<User>),
    /// A mail is on its way. Says nothing about whether the address was known.
    Accepted,
}

/// How the audit trail has it: whoever registers is nobody yet.
const NOTED: (Who, AuditAction) = (Who::ANONYMOUS, AuditAction::UserRegistered);

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
    match core.settings.registration {
        Registration::Open => {
            let new = NewUser {
                email,
                password,
                first_name,
                last_name,
                ..NewUser::default()
            };
            let mail = |user: &User| Some(Task::VerifyEmail(user.id));
            let user = rules::create_and(core, &Permit::system(), NOTED, Valid::check(new)?, mail).await?;
            Ok(Registered::User(Box::new(user)))
        }
        Registration::VerifyEmail => {
            let hash = core.hasher.hash(password.required("password")?);
            let pending = PendingRegistration {
                email: email.required("email")?,
                first_name: first_name.required("first_name")?,
                last_name: last_name.optional(),
                password_hash: hash.await?,
            };
            // Whose the address is, the worker finds out: the work here is the same for all.
            queue::add_alone(core, &Task::Register(pending)).await?;
            Ok(Registered::Accepted)
        }
        Registration::Closed => Err(Error::Denied(Denial::RegistrationClosed)),
    }
}

/// Makes the account of somebody who has followed the link of their registration.
///
/// # Errors
/// `email_taken` when the address has become a user's since.
pub(super) async fn finish(
    core: &Core,
    txn: &impl ConnectionTrait,
    pending: PendingRegistration,
) -> Result<()> {
    let PendingRegistration {
        email,
        first_name,
        last_name,
        password_hash,
    } = pending;
    let new = NewUser {
        email: email.into(),
        first_name: first_name.into(),
        last_name: last_name.into(),
        ..NewUser::default()
    };
    let (mut user, _) = rules::compose(core, &Permit::system(), Valid::check(new)?)?;
    user.status = UserStatus::Active;
    rules::mark_verified(&mut user, core.clock.now());
    let key = rules::insert(core, txn, &user, Some(password_hash)).await?;
    let (who, action) = NOTED;
    let event = Event::new(action).created(&user).under(&key);
    audit::record(core, txn, who, event).await
}
