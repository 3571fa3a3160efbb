//! Administrators: the first one of an empty database, and those of the command line.

use std::path::{Path, PathBuf};

use entity::ids::UserId;
use entity::users;
use entity::values::{Email, PersonName, Role};
use sea_orm::{EntityTrait as _, QuerySelect as _};

use crate::core::{Core, StartError};
use crate::error::{Error, FieldError, Result};
use crate::input::{Secret, Valid};
use crate::keys::write_secret;
use crate::policy::Permit;
use crate::users::{self as rules, NewUser};

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
    let new = Valid::check(new).map_err(sentence)?;
    let made = rules::create(core, &Permit::system(), new)
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
