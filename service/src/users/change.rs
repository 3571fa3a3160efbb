//! Changes of a user: who may change what, and what follows.

use entity::credentials;
use entity::ids::UserId;
use entity::values::{AuditAction, Role, UserStatus};
use sea_orm::{ConnectionTrait, EntityTrait as _, PaginatorTrait as _};

use super::commands::UserPatch;
use super::user::User;
use super::{
    address, another_admin, check_profile, denied_field, email, is_active_admin, lock, lock_admins,
    refuse_specimen, save,
};
use crate::audit::{self, Event};
use crate::auth::sessions;
use crate::calendar_feeds;
use crate::core::Core;
use crate::error::{Conflict, Denial, Error, Result};
use crate::external_ids;
use crate::input::Valid;
use crate::policy::{Actor, Permission, Permit, Reach, ReadUser, UpdateUser};
use crate::version::Precondition;

/// Changes a user. Nothing is written when nothing changes.
///
/// # Errors
/// `NotFound`, `Stale`, `Invalid`; `Denied` for a user or a field that the caller may not change; `email_taken`,
/// `email_required`, `last_admin`.
pub async fn update<P: ChangesUsers>(
    core: &Core,
    by: &Permit<P>,
    id: UserId,
    precondition: &Precondition,
    command: Valid<UserPatch>,
) -> Result<User> {
    let patch = command.into_inner();
    let concerns_email = patch.email.is_present();
    core.db
        .write(async |txn| {
            // On the heap, so that not every caller carries its state about.
            let (user, _) = Box::pin(update_within(core, txn, by, id, precondition, patch)).await?;
            Ok(user)
        })
        .await
        .inspect(|_| {
            if concerns_email {
                core.mail.wake();
            }
        })
}

/// The same within a transaction that changes more; tells whether anything has changed.
///
/// # Errors
/// As [`update`].
pub(crate) async fn update_within<P: ChangesUsers>(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Permit<P>,
    id: UserId,
    precondition: &Precondition,
    patch: UserPatch,
) -> Result<(User, bool)> {
    let own_only = by.reach() < Reach::All && (by.reach() == Reach::Own || by.actor().is(id));
    if patch.role.is_present() || patch.status.is_present() {
        lock_admins(txn).await?;
    }
    // Who may be read is found, so that an agent learns why it cannot be changed.
    let found = match (by.reach(), by.actor()) {
        (Reach::Customers, Actor::User { .. }) => {
            lock(core, txn, &Permit::<ReadUser>::obtain(*by.actor())?, id).await?
        }
        _ => lock(core, txn, by, id).await?,
    };
    if by.reach() == Reach::Customers && found.role != Role::Customer && !own_only {
        return Err(Error::Denied(Denial::Role));
    }
    check_fields(by.reach(), own_only, &patch)?;
    precondition.check(found.version)?;
    let user = apply(core, &found, patch)?;
    if user == *found {
        return Ok((user, false));
    }
    check_sign_in(txn, &found, &user).await?;
    end_sessions(core, txn, by.actor(), &found, &user).await?;
    email::follow_change(core, txn, &found, &user).await?;
    let user = save(core, txn, &found, user).await?;
    let event = Event::new(AuditAction::UserUpdated).changed(&found.record, &user);
    audit::record(core, txn, by.actor(), event.under(&found.key)).await?;
    Ok((user, true))
}

/// The permissions under which [`update`] runs.
pub trait ChangesUsers: Permission {}
impl ChangesUsers for UpdateUser {}
impl ChangesUsers for crate::policy::UpdateMe {}

fn check_fields(reach: Reach, own_only: bool, patch: &UserPatch) -> Result<()> {
    let mut errors = Vec::new();
    if own_only {
        let sent = [
            ("email", patch.email.is_present()),
            ("role", patch.role.is_present()),
            ("status", patch.status.is_present()),
            ("external_ids", patch.external_ids.is_present()),
        ];
        errors.extend(
            sent.iter()
                .filter(|(_, sent)| *sent)
                .map(|(field, _)| denied_field(field)),
        );
    } else if reach < Reach::All && patch.role.value().is_some_and(|role| *role != Role::Customer) {
        errors.push(denied_field("role"));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Denied(Denial::Fields(errors)))
    }
}

fn apply(core: &Core, found: &User, patch: UserPatch) -> Result<User> {
    let UserPatch {
        email,
        first_name,
        last_name,
        middle_names,
        preferred_name,
        title,
        date_of_birth,
        gender,
        nationality,
        phone,
        language,
        address,
        role,
        status,
        external_ids,
    } = patch;
    let mut user = found.clone();
    email.patch_nullable(&mut user.email);
    email::set(&mut user, found.email.as_ref());
    first_name.patch(&mut user.first_name);
    last_name.patch_nullable(&mut user.last_name);
    middle_names.patch_nullable(&mut user.middle_names);
    preferred_name.patch_nullable(&mut user.preferred_name);
    title.patch_nullable(&mut user.title);
    date_of_birth.patch_nullable(&mut user.date_of_birth);
    gender.patch_nullable(&mut user.gender);
    nationality.patch_nullable(&mut user.nationality);
    phone.patch_nullable(&mut user.phone);
    language.patch_nullable(&mut user.language);
    user.address = address::patched(found.address.as_ref(), address)?;
    role.patch(&mut user.role);
    status.patch(&mut user.status);
    external_ids::patch(&mut user.external_ids, external_ids)?;
    // What is stored passed the rules of its time; only what changes is held against those of today.
    let born = user
        .date_of_birth
        .filter(|_| user.date_of_birth != found.date_of_birth);
    let nationality = user.nationality.filter(|_| user.nationality != found.nationality);
    let mut errors = Vec::new();
    check_profile(core, born, nationality.as_ref(), &mut errors);
    let lives_in = user.address.as_ref().map(|it| it.country);
    if lives_in != found.address.as_ref().map(|it| it.country) {
        errors.extend(lives_in.and_then(|code| refuse_specimen(core, "address/country", &code)));
    }
    if errors.is_empty() {
        Ok(user)
    } else {
        Err(Error::Invalid(errors))
    }
}

/// The rules that keep everybody able to sign in who has to.
async fn check_sign_in(txn: &impl ConnectionTrait, found: &User, user: &User) -> Result<()> {
    if user.email.is_none() {
        let signs_in = credentials::Entity::find_by_id(user.id).count(txn).await? > 0;
        if signs_in || user.role != Role::Customer {
            return Err(Conflict::EmailRequired.into());
        }
    }
    if is_active_admin(found) && !is_active_admin(user) {
        another_admin(txn, user.id).await?;
    }
    Ok(())
}

/// Whoever may do something else from here on, or signs in otherwise, signs in again. The one who makes the change
/// stays where they are, unless they disable themselves.
async fn end_sessions(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Actor,
    found: &User,
    user: &User,
) -> Result<()> {
    let is_out = user.status != found.status && user.status != UserStatus::Active;
    if is_out || user.role != found.role || user.email_key != found.email_key {
        let here = by.session_id().filter(|_| by.is(user.id) && !is_out);
        sessions::end_all(core, txn, user.id, here).await?;
    }
    if is_out {
        calendar_feeds::end_all(core, txn, by, user.id).await?;
    }
    Ok(())
}
