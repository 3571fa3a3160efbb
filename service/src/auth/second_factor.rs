//! Second factors: an authenticator app (RFC 6238) beside the password, and recovery codes for when it is lost.
// A code is called a code, and a core a core.
#![allow(clippy::similar_names)]

mod codes;
mod totp;

use chrono::{DateTime, Utc};
use entity::ids::UserId;
use entity::values::AuditAction;
use entity::{recovery_codes, second_factors, users};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _,
};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use self::totp::App;
use super::password::possible;
use super::reauthenticate::{Reauthenticated, reauthenticate, wrong_code};
use super::throttle::Account;
use super::{Origin, sessions, throttle};
use crate::audit::{self, Event, Who};
use crate::core::{Core, StartError};
use crate::error::{Conflict, Denial, Error, Result};
use crate::input::{Input, Secret, Valid, opaque, required};
use crate::policy::{ManageOwnAccess, Permit, ResetSecondFactor};
use crate::sealing::{self, Place};
use crate::users as rules;

/// The password once more, before an authenticator app is set up.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewSecondFactor {
    /// The password of the account.
    #[schema(value_type = String, required, format = Password, max_length = 1024, example = "utopia-sunrise-42")]
    #[validate(custom(function = "required"), custom(function = "possible"))]
    pub password: Input<Secret>,
}

/// A first code of the app.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SecondFactorConfirmation {
    /// The six digits that the app shows.
    #[schema(value_type = String, required, format = Password, max_length = 200, example = "287082")]
    #[validate(custom(function = "required"), custom(function = "opaque"))]
    pub code: Input<Secret>,
}

/// Password and code once more, before the second factor is changed.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SecondFactorProof {
    /// The password of the account.
    #[schema(value_type = String, required, format = Password, max_length = 1024, example = "utopia-sunrise-42")]
    #[validate(custom(function = "required"), custom(function = "possible"))]
    pub password: Input<Secret>,
    /// The six digits that the app shows, or a recovery code.
    #[schema(value_type = String, required, format = Password, max_length = 200, example = "287082")]
    #[validate(custom(function = "required"), custom(function = "opaque"))]
    pub code: Input<Secret>,
}

/// How the second factor of a user stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Since when codes are asked for; nothing when they are not.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// How many recovery codes have not been used.
    pub recovery_codes_left: u64,
}

/// What an authenticator app needs.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The secret as people type it (base32).
    pub secret: Secret,
    /// The secret as apps read it.
    pub otpauth_uri: Secret,
    /// The same as a QR code, drawn as SVG.
    pub qr_svg: Secret,
}

/// How the caller's second factor stands.
///
/// # Errors
/// When the database is away.
pub async fn status(core: &Core, by: &Permit<ManageOwnAccess>) -> Result<Status> {
    let user = rules::own_id(by.actor())?;
    let confirmed_at = match confirmed(core.db.read(), user).await? {
        Some(factor) => factor.confirmed_at,
        None => None,
    };
    let recovery_codes_left = recovery_codes::Entity::find()
        .filter(recovery_codes::COLUMN.user_id.eq(user))
        .count(core.db.read())
        .await?;
    Ok(Status {
        confirmed_at,
        recovery_codes_left,
    })
}

/// Makes a secret for the caller's app. Nothing is asked for until a code has confirmed it; until then it can be made
/// anew.
///
/// # Errors
/// `second_factor_enabled`; `Invalid` for the password; `TooManyAttempts`.
pub async fn create(
    core: &Core,
    by: &Permit<ManageOwnAccess>,
    from: &Origin,
    command: Valid<NewSecondFactor>,
) -> Result<Enrolment> {
    let user = rules::own_id(by.actor())?;
    if confirmed(core.db.read(), user).await?.is_some() {
        return Err(Conflict::SecondFactorEnabled.into());
    }
    let password = command.into_inner().password.required("password")?;
    let proof = reauthenticate(core, by, from, ("password", password), None).await?;
    core.db
        .write(async |txn| {
            let user = proof.confirm(txn).await?;
            if confirmed(txn, user.id).await?.is_some() {
                return Err(Conflict::SecondFactorEnabled.into());
            }
            let app = App::generate(&name_of(&user))?;
            second_factors::Entity::delete_by_id(user.id).exec(txn).await?;
            let row = second_factors::ActiveModel {
                user_id: Set(user.id),
                secret: Set(sealing::key_of(core, txn, user.id)
                    .await?
                    .seal(place(user.id), app.secret())?),
                last_step: Set(None),
                confirmed_at: Set(None),
                created_at: Set(core.clock.now()),
            };
            second_factors::Entity::insert(row)
                .exec_without_returning(txn)
                .await?;
            note(core, txn, by.actor(), AuditAction::SecondFactorCreated, user.id).await?;
            let otpauth_uri = app.uri()?;
            Ok(Enrolment {
                secret: app.base32(),
                qr_svg: totp::qr_svg(&otpauth_uri)?,
                otpauth_uri,
            })
        })
        .await
}

/// Takes the first code of the app. From here on every sign-in asks for one; the caller's other sessions end, and this
/// one has shown it.
///
/// # Errors
/// `second_factor_enabled`, `second_factor_not_set_up`; `Invalid` for the code; `TooManyAttempts`.
pub async fn confirm(
    core: &Core,
    by: &Permit<ManageOwnAccess>,
    from: &Origin,
    command: Valid<SecondFactorConfirmation>,
) -> Result<Vec<Secret>> {
    let code = command.into_inner().code.required("code")?;
    let user = users::Entity::find_by_id(rules::own_id(by.actor())?)
        .one(core.db.read())
        .await?
        .ok_or(Error::NotFound)?;
    pending(core.db.read(), user.id).await?;
    let account = Account::from_device(core, &user, from);
    throttle::attempt(core, &account, from, async |attempt| {
        core.db
            .write(async |txn| {
                let user = locked(txn, user.id).await?;
                let factor = pending(txn, user.id).await?;
                if !take_step(core, txn, &user, &factor, code.expose()).await? {
                    return Err(wrong_code());
                }
                second_factors::Entity::update_many()
                    .col_expr(second_factors::Column::ConfirmedAt, Expr::value(core.clock.now()))
                    .filter(second_factors::COLUMN.user_id.eq(user.id))
                    .exec(txn)
                    .await?;
                let here = by.actor().session_id();
                sessions::end_all(core, txn, user.id, here).await?;
                sessions::set_second_factor(txn, here, true).await?;
                attempt.succeeded(txn).await?;
                note(core, txn, by.actor(), AuditAction::SecondFactorConfirmed, user.id).await?;
                codes::renew(txn, user.id).await
            })
            .await
    })
    .await
}

/// Makes new recovery codes; the old ones are good for nothing.
///
/// # Errors
/// `second_factor_not_set_up`; `Invalid` for password or code; `TooManyAttempts`.
pub async fn renew_recovery_codes(
    core: &Core,
    by: &Permit<ManageOwnAccess>,
    from: &Origin,
    command: Valid<SecondFactorProof>,
) -> Result<Vec<Secret>> {
    let proof = prove(core, by, from, command).await?;
    core.db
        .write(async |txn| {
            let user = proof.confirm(txn).await?;
            note(core, txn, by.actor(), AuditAction::RecoveryCodesRenewed, user.id).await?;
            codes::renew(txn, user.id).await
        })
        .await
}

/// Asks for no codes any more. The caller's other sessions end.
///
/// # Errors
/// `second_factor_not_set_up`, `second_factor_demanded`; `Invalid` for password or code; `TooManyAttempts`.
pub async fn disable(
    core: &Core,
    by: &Permit<ManageOwnAccess>,
    from: &Origin,
    command: Valid<SecondFactorProof>,
) -> Result<()> {
    if let crate::policy::Actor::User { role, .. } = by.actor()
        && core.settings.second_factor.is_asked_of(*role)
    {
        return Err(Conflict::SecondFactorDemanded.into());
    }
    let proof = prove(core, by, from, command).await?;
    core.db
        .write(async |txn| {
            let user = proof.confirm(txn).await?;
            remove(txn, user.id).await?;
            let here = by.actor().session_id();
            sessions::set_second_factor(txn, here, false).await?;
            note(core, txn, by.actor(), AuditAction::SecondFactorRemoved, user.id).await?;
            sessions::end_all(core, txn, user.id, here).await
        })
        .await
}

/// Removes the second factor of somebody else, who has lost app and recovery codes, and ends that user's sessions.
///
/// # Errors
/// `NotFound` when the user is out of reach; `Denied` for the caller's own.
pub async fn reset(core: &Core, by: &Permit<ResetSecondFactor>, user: UserId) -> Result<()> {
    // Whoever finds an unlocked screen must not get rid of the factor without password and code.
    if by.actor().is(user) {
        return Err(Error::Denied(Denial::Role));
    }
    core.db
        .write(async |txn| {
            rules::lock_row(txn, by, user).await?;
            if remove(txn, user).await? {
                sessions::end_all(core, txn, user, None).await?;
                note(core, txn, by.actor(), AuditAction::SecondFactorReset, user).await?;
            }
            Ok(())
        })
        .await
}

/// The same from the command line, for the last administrator.
///
/// # Errors
/// A sentence that says what to do.
pub async fn reset_of(core: &Core, email: &str) -> Result<(), StartError> {
    let email: entity::values::Email = email
        .parse()
        .map_err(|error: entity::values::Invalid| StartError(error.to_string()))?;
    let key = entity::values::Hidden::from(email.normalized());
    let sentence = |error: Error| StartError(error.to_string());
    let user = users::Entity::find()
        .filter(users::COLUMN.email_key.eq(key))
        .one(core.db.read())
        .await
        .map_err(|error| sentence(error.into()))?
        .ok_or_else(|| StartError("Nobody has this e-mail address; check how it is written.".into()))?;
    reset(core, &Permit::system(), user.id).await.map_err(sentence)
}

/// Whether the user is asked for codes, and whether this is a good one, which it is once.
///
/// # Errors
/// When the database is away.
pub(super) async fn check(
    core: &Core,
    txn: &impl ConnectionTrait,
    user: &users::Model,
    code: Option<&Secret>,
) -> Result<Shown> {
    let Some(factor) = confirmed(txn, user.id).await? else {
        return Ok(Shown::NotAsked);
    };
    let Some(code) = code else {
        return Ok(Shown::Nothing);
    };
    let code = code.expose();
    if take_step(core, txn, user, &factor, code).await? {
        return Ok(Shown::Good);
    }
    if !codes::take(txn, user.id, code).await? {
        return Ok(Shown::Wrong);
    }
    note(
        core,
        txn,
        Who::user(user.id),
        AuditAction::RecoveryCodeUsed,
        user.id,
    )
    .await?;
    Ok(Shown::Good)
}

/// Notes what became of a user's second factor.
async fn note(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: impl Into<Who>,
    action: AuditAction,
    user: UserId,
) -> Result<()> {
    audit::record(core, txn, who, Event::new(action).about_user(user)).await
}

/// What a second factor has to say to a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// The user has none.
    NotAsked,
    /// The user has one, and no code was sent.
    Nothing,
    /// The code is not good, or no longer.
    Wrong,
    /// The code is good, and used up.
    Good,
}

/// Password and code of a user who has a second factor.
async fn prove(
    core: &Core,
    by: &Permit<ManageOwnAccess>,
    from: &Origin,
    command: Valid<SecondFactorProof>,
) -> Result<Reauthenticated> {
    let SecondFactorProof { password, code } = command.into_inner();
    let (password, code) = (password.required("password")?, code.required("code")?);
    let user = rules::own_id(by.actor())?;
    if confirmed(core.db.read(), user).await?.is_none() {
        return Err(Conflict::SecondFactorNotSetUp.into());
    }
    reauthenticate(core, by, from, ("password", password), Some(code)).await
}

/// Takes a code of the app, in one statement: no code of the same or an earlier step is taken again (RFC 6238 §5.2).
async fn take_step(
    core: &Core,
    txn: &impl ConnectionTrait,
    user: &users::Model,
    factor: &second_factors::Model,
    code: &str,
) -> Result<bool> {
    let secret = sealing::key_of(core, txn, user.id)
        .await?
        .open(place(user.id), &factor.secret)?;
    let app = App::of(secret, &name_of(user))?;
    // Apps show the digits in two groups.
    let digits: String = code.split_whitespace().collect();
    let Some(step) = app.step_of(&digits, core.clock.now()) else {
        return Ok(false);
    };
    let is_new = Condition::any()
        .add(second_factors::COLUMN.last_step.is_null())
        .add(second_factors::COLUMN.last_step.lt(step));
    let taken = second_factors::Entity::update_many()
        .col_expr(second_factors::Column::LastStep, Expr::value(step))
        .filter(second_factors::COLUMN.user_id.eq(user.id))
        .filter(is_new)
        .exec(txn)
        .await?;
    Ok(taken.rows_affected == 1)
}

async fn confirmed(db: &impl ConnectionTrait, user: UserId) -> Result<Option<second_factors::Model>> {
    let found = second_factors::Entity::find_by_id(user)
        .filter(second_factors::COLUMN.confirmed_at.is_not_null())
        .one(db)
        .await?;
    Ok(found)
}

/// Whether a user shows a second factor when signing in.
///
/// # Errors
/// When the database is away.
pub(crate) async fn is_confirmed(db: &impl ConnectionTrait, user: UserId) -> Result<bool> {
    Ok(confirmed(db, user).await?.is_some())
}

async fn pending(db: &impl ConnectionTrait, user: UserId) -> Result<second_factors::Model> {
    let found = second_factors::Entity::find_by_id(user).one(db).await?;
    match found {
        Some(factor) if factor.confirmed_at.is_some() => Err(Conflict::SecondFactorEnabled.into()),
        Some(factor) => Ok(factor),
        None => Err(Conflict::SecondFactorNotSetUp.into()),
    }
}

/// Removes app and recovery codes; false when there was nothing.
async fn remove(txn: &impl ConnectionTrait, user: UserId) -> Result<bool> {
    codes::remove(txn, user).await?;
    let removed = second_factors::Entity::delete_by_id(user).exec(txn).await?;
    Ok(removed.rows_affected > 0)
}

async fn locked(txn: &impl ConnectionTrait, user: UserId) -> Result<users::Model> {
    use sea_orm::QuerySelect as _;
    users::Entity::find_by_id(user)
        .lock_exclusive()
        .one(txn)
        .await?
        .ok_or(Error::NotFound)
}

/// What the app calls the account.
fn name_of(user: &users::Model) -> String {
    user.email
        .as_ref()
        .map_or_else(|| user.id.to_string(), |email| email.as_str().to_owned())
}

/// Where the secret is sealed for.
const fn place(user: UserId) -> Place {
    Place {
        table: "second_factors",
        column: "secret",
        row: user.uuid(),
    }
}
