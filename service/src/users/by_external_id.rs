//! Users by the numbers that other systems have given them.

use entity::ids::UserId;
use entity::users;
use entity::values::{ExternalId, ExternalIdChange, ExternalIdChanges, ExternalIds};
use sea_orm::{ColumnTrait as _, QueryFilter as _};

use super::{NewUser, User, UserPatch, address, create, update, visible_to};
use crate::core::Core;
use crate::error::{Conflict, Error, FieldError, Result};
use crate::external_ids;
use crate::input::{Input, Valid};
use crate::policy::{CreateUser, Permit, PutUser, Reach, ReadUser, UpdateUser};
use crate::sealing;
use crate::version::Precondition;

/// How often somebody who is added, or goes, at the same moment makes this begin anew.
const TRIES: u32 = 4;

/// Reads the user for whom a number of another system stands.
///
/// # Errors
/// `NotFound` when there is none within reach; `Erased`, which customers do not learn of.
pub async fn get_by_external_id(
    core: &Core,
    by: &Permit<ReadUser>,
    external_id: &ExternalId,
) -> Result<User> {
    let ids = external_ids::ids_of::<UserId>(core, external_id);
    let query = visible_to(by).filter(users::COLUMN.id.in_subquery(ids));
    if let Some(user) = sealing::one(core, core.db.read(), query).await? {
        return Ok(user);
    }
    if by.reach() > Reach::Own {
        external_ids::user_of(core, core.db.read(), external_id).await?;
    }
    Err(Error::NotFound)
}

/// Changes the user for whom a number of another system stands, or adds one. Whoever does the same at the same moment
/// finds the one user. Tells whether the user is new.
///
/// # Errors
/// As [`create`] and [`update`]; `Erased`; `external_id_taken` when the user is out of reach; `Stale` when there is no such
/// user and the precondition wants one.
pub async fn put_by_external_id(
    core: &Core,
    by: &Permit<PutUser>,
    external_id: &ExternalId,
    precondition: &Precondition,
    command: Valid<UserPatch>,
) -> Result<(User, bool)> {
    let patch = command.into_inner();
    let in_address = patch
        .external_ids
        .value()
        .and_then(|ids| ids.of(&external_id.system));
    if patch.external_ids == Input::Null || in_address.is_some_and(|id| id != Some(&external_id.id)) {
        return Err(FieldError::field(
            "external_ids",
            "contradicts_address",
            "The address says under which number this system knows the user; change that number with PATCH /v1/users/{id}.",
        )
        .into());
    }
    let (may_add, may_change) = (
        Permit::<CreateUser>::obtain(*by.actor())?,
        Permit::<UpdateUser>::obtain(*by.actor())?,
    );
    let mut last = Error::Stale;
    for _ in 0..TRIES {
        let found = external_ids::user_of(core, core.db.read(), external_id).await?;
        if let Some(id) = found {
            let patch = Valid::check(patch.clone())?;
            match update(core, &may_change, id, precondition, patch).await {
                Err(Error::NotFound) => last = Conflict::ExternalIdTaken.into(),
                done => return done.map(|user| (user, false)),
            }
        } else {
            precondition.check_part(false, 0)?;
            let new = Valid::check(as_new(external_id, patch.clone())?)?;
            match create(core, &may_add, new).await {
                Err(Error::Conflict(Conflict::ExternalIdTaken)) => last = Conflict::ExternalIdTaken.into(),
                done => return done.map(|user| (user, true)),
            }
        }
    }
    Err(last)
}

/// A user to add, from what would be changed of one who is there.
fn as_new(external_id: &ExternalId, patch: UserPatch) -> Result<NewUser> {
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
    if status.is_present() {
        return Err(FieldError::field(
            "status",
            "not_on_create",
            "There is no user with this number yet, and a new one has a status that follows from the e-mail; leave it out.",
        )
        .into());
    }
    let own = ExternalIdChange {
        system: external_id.system.clone(),
        id: Some(external_id.id.clone()),
    };
    let invalid =
        |error: entity::values::Invalid| FieldError::field("external_ids", error.code, error.detail);
    let named = external_ids.optional().unwrap_or_default();
    let ids = named.applied_to(&ExternalIds::default()).map_err(invalid)?;
    let own = ExternalIdChanges::new(vec![own]).map_err(invalid)?;
    Ok(NewUser {
        email,
        password: Input::Absent,
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
        address: address::as_new(address),
        role,
        external_ids: own.applied_to(&ids).map_err(invalid)?.into(),
    })
}
