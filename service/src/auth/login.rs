//! Signing in with a password.
// A code is called a code, and a core a core.
#![allow(clippy::similar_names)]

use entity::ids::UserId;
use entity::values::{AuditAction, Email, Hidden, UserStatus};
use entity::{credentials, users};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::device::Device;
use super::second_factor::{self, Shown};
use super::sessions::{self, SignIn};
use super::throttle::Attempt;
use super::{Origin, password, throttle};
use crate::audit::{self, Event, Who};
use crate::core::Core;
use crate::error::{Error, Result, Unauthenticated};
use crate::input::{Input, Secret, Valid, not_null, opaque, required};

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
    /// Where the account has a second factor: the six digits that the app shows, or a recovery code.
    #[schema(value_type = String, format = Password, max_length = 200, example = "287082")]
    #[validate(custom(function = "not_null"), custom(function = "opaque"))]
    pub code: Input<Secret>,
    /// What the last sign-in from this device answered; browsers send it as a cookie instead. It opens nothing, but
    /// strangers who guess cannot stop a device that is known.
    #[schema(value_type = String, format = Password, max_length = 200,
        example = "cpd_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    #[validate(custom(function = "not_null"), custom(function = "opaque"))]
    pub device_token: Input<Secret>,
}

/// What signing in opens.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The tokens of the new session.
    pub tokens: SignIn,
    /// What tells the device the next time.
    pub device_token: Secret,
}

/// Signs somebody in. An unknown address, a wrong password and an account that may not sign in get the same answer
/// after the same work. Where the account has a second factor, a code is asked for once the password was right.
///
/// # Errors
/// `Unauthenticated` when e-mail and password do not belong together, `TooManyAttempts` after too many failures,
/// `Unavailable` when too many sign in at once.
pub async fn login(core: &Core, from: &Origin, command: Valid<Login>) -> Result<SignedIn> {
    let Login {
        email,
        password,
        code,
        device_token,
    } = command.into_inner();
    let (email, password) = (email.required("email")?, password.required("password")?);
    let (code, device_token) = (code.optional(), device_token.optional());
    let device = Device::recognize(core, &email, device_token.as_ref().or(from.device.as_ref()));
    let mut account = None;
    let outcome = throttle::attempt(core, &device.budget(core), from, async |attempt| {
        sign_in(core, from, attempt, &mut account, &email, password, code).await
    })
    .await;
    if let Err(Error::Unauthenticated(reason)) = &outcome {
        note_failure(core, account, *reason).await;
    }
    let tokens = outcome?;
    Ok(SignedIn {
        tokens,
        device_token: device.token(core)?,
    })
}

/// Notes whose account somebody did not get into, and never the address that was tried: people mistype, and type their
/// passwords there.
async fn note_failure(core: &Core, account: Option<UserId>, reason: Unauthenticated) {
    let event = match reason {
        Unauthenticated::SecondFactorRequired => Event::denied(AuditAction::SignInCodeAsked),
        Unauthenticated::InvalidCode => Event::denied(AuditAction::SignInFailed).detail("invalid_code"),
        _ => Event::denied(AuditAction::SignInFailed).detail("invalid_credentials"),
    };
    let event = match account {
        Some(user) => event.about_user(user),
        None => event,
    };
    audit::record_alone(core, Who::ANONYMOUS, event).await;
}

async fn sign_in(
    core: &Core,
    from: &Origin,
    attempt: &Attempt<'_>,
    account: &mut Option<UserId>,
    email: &str,
    password: Secret,
    code: Option<Secret>,
) -> Result<SignIn> {
    let unauthenticated = Error::Unauthenticated;
    let refused = || unauthenticated(Unauthenticated::InvalidCredentials);
    let (user, hash) = find(core, email).await?;
    *account = user.as_ref().map(|user| user.id);
    let password = if password.expose().len() > password::MAX_BYTES {
        Secret::new(String::new())
    } else {
        password
    };
    let matches = core
        .hasher
        .verify(password, hash.as_ref().map(Hidden::expose))
        .await?;
    let user = user.filter(|user| user.status == UserStatus::Active);
    let (Some(user), Some(hash), true) = (user, hash, matches) else {
        return Err(refused());
    };
    core.db
        .write(async |txn| {
            // What was verified may have changed since; nobody changes it while the row is locked.
            let user = users::Entity::find_by_id(user.id)
                .lock_exclusive()
                .one(txn)
                .await?;
            let user = user.filter(|user| user.status == UserStatus::Active);
            let Some(user) = user else { return Err(refused()) };
            let stored = credentials::Entity::find_by_id(user.id).one(txn).await?;
            if stored.is_none_or(|stored| stored.password_hash != hash) {
                return Err(refused());
            }
            let shown = second_factor::check(core, txn, &user, code.as_ref()).await?;
            // Without a code the try stays counted: who has the password must not guess codes without end.
            match shown {
                Shown::Nothing => return Err(unauthenticated(Unauthenticated::SecondFactorRequired)),
                Shown::Wrong => return Err(unauthenticated(Unauthenticated::InvalidCode)),
                Shown::NotAsked | Shown::Good => {}
            }
            attempt.succeeded(txn).await?;
            sessions::open(core, txn, user.id, from, shown == Shown::Good).await
        })
        .await
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
