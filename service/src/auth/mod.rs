//! Signing in: registration, passwords, access tokens, and who a request comes from.

pub mod blocklist;
pub mod hasher;
pub mod password;
pub mod tokens;

use std::path::{Path, PathBuf};

use entity::ids::UserId;
use entity::values::{Email, Hidden, PersonName, Role, UserStatus};
use entity::{credentials, users};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::core::{Core, Registration, StartError};
use crate::error::{Conflict, Denial, Error, FieldError, Result, Unauthenticated};
use crate::input::{Input, Secret, Valid, optional, required};
use crate::keys::write_secret;
use crate::policy::{Actor, Permit};
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

/// A successful sign-in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// JWT for the `Authorization: Bearer` header.
    pub access_token: String,
    /// Seconds for which the token is good.
    pub expires_in: u64,
    /// Who has signed in.
    pub user_id: UserId,
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

/// Signs somebody in. An unknown address, a wrong password and an account that may not sign in get the same answer
/// after the same work.
///
/// # Errors
/// `Unauthenticated` when e-mail and password do not belong together, `Unavailable` when too many sign in at once.
pub async fn login(core: &Core, command: Valid<Login>) -> Result<SignIn> {
    let _admitted = core.hasher.admit()?;
    let Login { email, password } = command.into_inner();
    let (email, password) = (email.required("email")?, password.required("password")?);
    let refused = Error::Unauthenticated(Unauthenticated::InvalidCredentials);
    // An address that is no address is looked up all the same, so that the time tells nothing.
    let key = email
        .parse::<Email>()
        .map_or_else(|_| String::from("\n"), |email| email.normalized());
    let found = users::Entity::find()
        .filter(users::COLUMN.email_key.eq(Hidden::from(key)))
        .find_also_related(credentials::Entity)
        .one(core.db.read())
        .await?;
    let (user, hash) = match found {
        Some((user, credentials)) => (Some(user), credentials.map(|it| it.password_hash)),
        None => (None, None),
    };
    let password = if password.expose().len() > password::MAX_BYTES {
        Secret::new(String::new())
    } else {
        password
    };
    let matches = core
        .hasher
        .verify(password, hash.as_ref().map(Hidden::expose))
        .await?;
    match user {
        Some(user) if matches && user.status == UserStatus::Active => Ok(SignIn {
            access_token: core.tokens.issue(user.id, core.clock.now())?,
            expires_in: core.tokens.ttl().as_secs(),
            user_id: user.id,
        }),
        _ => Err(refused),
    }
}

/// Whom a bearer token stands for, as of now: role and status come from the primary database, so that disabling a
/// user ends the user's tokens at once.
///
/// # Errors
/// `Unauthenticated` when the token is not ours, has expired, or its user may no longer sign in.
pub async fn authenticate(core: &Core, bearer_token: &str) -> Result<Actor> {
    let id = core.tokens.verify(bearer_token, core.clock.now())?;
    let found: Option<(Role, UserStatus)> = users::Entity::find_by_id(id)
        .select_only()
        .column(users::Column::Role)
        .column(users::Column::Status)
        .into_tuple()
        .one(core.db.read())
        .await?;
    match found {
        Some((role, UserStatus::Active)) => Ok(Actor::User { id, role }),
        _ => Err(Error::Unauthenticated(Unauthenticated::InvalidToken)),
    }
}

/// Sets a user's password inside the transaction that makes the user.
pub(crate) async fn store_password(
    txn: &impl sea_orm::ConnectionTrait,
    user: UserId,
    password_hash: String,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<()> {
    let row = credentials::ActiveModel {
        user_id: Set(user),
        password_hash: Set(password_hash.into()),
        password_changed_at: Set(now),
    };
    credentials::Entity::insert(row)
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

/// What came of looking for the first administrator.
#[derive(Debug)]
pub enum FirstAdmin {
    /// There are users already; nothing was done.
    NotNeeded,
    /// Made with the password of the setting.
    Made,
    /// Made with a random password, which is in this file.
    PasswordIn(PathBuf),
}

/// Makes the first administrator of an empty database.
///
/// # Errors
/// A sentence that says what to do.
pub async fn first_admin(
    core: &Core,
    email: &str,
    password: Option<&str>,
    data_dir: &Path,
) -> Result<FirstAdmin, StartError> {
    if has_users(core).await? {
        return Ok(FirstAdmin::NotNeeded);
    }
    let made = match password {
        Some(password) => create_admin(core, email, password)
            .await
            .map(|_| FirstAdmin::Made),
        None => with_random_password(core, email, &data_dir.join("initial-admin-password")).await,
    };
    match made {
        // Of processes that start at once, one makes the administrator.
        Err(_) if has_users(core).await? => Ok(FirstAdmin::NotNeeded),
        made => made,
    }
}

async fn has_users(core: &Core) -> Result<bool, StartError> {
    let any = users::Entity::find()
        .select_only()
        .column(users::Column::Id)
        .into_tuple::<UserId>()
        .one(core.db.read());
    Ok(any
        .await
        .map_err(|error| StartError(Error::from(error).to_string()))?
        .is_some())
}

/// The password is in a file before it is anybody's, and under its final name once it is: a crash in between leaves
/// no administrator whose password nobody knows.
async fn with_random_password(core: &Core, email: &str, file: &Path) -> Result<FirstAdmin, StartError> {
    let password =
        random_password().ok_or_else(|| StartError("The system gives no random numbers.".into()))?;
    let draft = file.with_extension(std::process::id().to_string());
    write_secret(&draft, &password).map_err(StartError)?;
    if let Err(error) = create_admin(core, email, &password).await {
        let _ = std::fs::remove_file(&draft);
        return Err(error);
    }
    std::fs::rename(&draft, file).map_err(|error| {
        StartError(format!(
            "{} cannot be written: {error}. The password is in {}.",
            file.display(),
            draft.display()
        ))
    })?;
    Ok(FirstAdmin::PasswordIn(file.to_owned()))
}

/// Adds an administrator from the command line.
///
/// # Errors
/// A sentence that says what to do.
pub async fn create_admin(core: &Core, email: &str, password: &str) -> Result<UserId, StartError> {
    let email: Email = email
        .parse()
        .map_err(|error: entity::values::Invalid| StartError(format!("ADMIN_EMAIL: {error}")))?;
    let name: PersonName = "Administrator"
        .parse()
        .map_err(|error: entity::values::Invalid| StartError(error.to_string()))?;
    let new = NewUser {
        email: email.into(),
        password: Secret::new(password.to_owned()).into(),
        first_name: name.into(),
        role: Role::Admin.into(),
        ..NewUser::default()
    };
    let sentence = |error: Error| {
        StartError(match error {
            Error::Invalid(errors) => errors
                .into_iter()
                .map(|FieldError { pointer, detail, .. }| match pointer.as_str() {
                    "/email" => format!("ADMIN_EMAIL: {detail}"),
                    "/password" => format!("ADMIN_PASSWORD: {detail}"),
                    other => format!("{other}: {detail}"),
                })
                .collect::<Vec<_>>()
                .join(" "),
            Error::Conflict(conflict) => conflict.detail().to_owned(),
            other => other.to_string(),
        })
    };
    let made = rules::create_as(
        core,
        &Permit::system(),
        Valid::check(new).map_err(sentence)?,
        None,
    )
    .await
    .map_err(sentence)?;
    Ok(made.id)
}

/// 128 random bits, as text.
pub fn random_password() -> Option<String> {
    use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
    use base64::Engine as _;
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}
