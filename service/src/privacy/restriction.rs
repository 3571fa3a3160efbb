//! Restriction (GDPR Article 18): data that is kept, and used by nobody.
//!
//! Agents and other systems do not find a restricted person; administrators and the person itself read on. Nobody changes
//! the person, or what hangs on it, except its consents.

use chrono::{DateTime, Utc};
use entity::ids::UserId;
use entity::users;
use entity::values::{AuditAction, Purpose, Role};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QuerySelect as _, QueryTrait as _,
};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::audit::{self, Event};
use crate::core::Core;
use crate::error::{Conflict, Result};
use crate::input::{Input, Valid, required};
use crate::policy::{Actor, Permit, RestrictUser};
use crate::users::{self as people, User};
use crate::version::Precondition;

/// Why the data of a person is not to be used.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Restriction {
    /// The ground (GDPR Article 18(1)), in a sentence.
    #[schema(value_type = Purpose, required, example = "The customer contests the date of birth")]
    #[validate(custom(function = "required"))]
    pub reason: Input<Purpose>,
}

/// Puts a person out of use. Who is restricted already stays so, with the reason that was given first.
///
/// # Errors
/// `NotFound`, `Stale`.
pub async fn restrict(
    core: &Core,
    by: &Permit<RestrictUser>,
    id: UserId,
    precondition: &Precondition,
    command: Valid<Restriction>,
) -> Result<User> {
    let reason = command.into_inner().reason.required("reason")?;
    core.db
        .write(async |txn| {
            let found = people::lock_restricted_too(core, txn, by, id).await?;
            precondition.check(found.version)?;
            if found.restricted_at.is_some() {
                return Ok(found.record);
            }
            let mut user = found.record.clone();
            user.restricted_at = Some(core.clock.now());
            user.restriction_reason = Some(reason.clone());
            let user = people::save(core, txn, &found, user).await?;
            // The user's row forgets why with the restriction.
            let event = Event::new(AuditAction::UserRestricted).about_user(id);
            let event = event.version(user.version).touched(&["restricted"]);
            let event = event.purpose(reason.as_str()).under(&found.key);
            audit::record(core, txn, by.actor(), event).await?;
            Ok(user)
        })
        .await
}

/// Puts a person back into use. Nothing is written for who is in use already.
///
/// # Errors
/// `NotFound`, `Stale`.
pub async fn unrestrict(
    core: &Core,
    by: &Permit<RestrictUser>,
    id: UserId,
    precondition: &Precondition,
) -> Result<User> {
    core.db
        .write(async |txn| {
            let found = people::lock_restricted_too(core, txn, by, id).await?;
            precondition.check(found.version)?;
            if found.restricted_at.is_none() {
                return Ok(found.record);
            }
            let mut user = found.record.clone();
            user.restricted_at = None;
            user.restriction_reason = None;
            let user = people::save(core, txn, &found, user).await?;
            let event = Event::new(AuditAction::UserUnrestricted).about_user(id);
            let event = event.version(user.version).touched(&["restricted"]);
            audit::record(core, txn, by.actor(), event).await?;
            Ok(user)
        })
        .await
}

/// Whether the actor finds people who are restricted.
const fn finds_restricted(actor: &Actor) -> bool {
    matches!(
        actor,
        Actor::System
            | Actor::User {
                role: Role::Admin,
                ..
            }
    )
}

/// Whether the actor is not to see this person, whom a query has found beside others.
pub(crate) fn is_hidden(user: UserId, restricted_at: Option<DateTime<Utc>>, from: &Actor) -> bool {
    restricted_at.is_some() && !finds_restricted(from) && !from.is(user)
}

/// That a user is not one who is not to be found by the actor.
pub(crate) fn not_hidden(from: &Actor) -> Condition {
    match from.user_id() {
        _ if finds_restricted(from) => Condition::all(),
        Some(me) => Condition::any()
            .add(users::COLUMN.restricted_at.is_null())
            .add(users::COLUMN.id.eq(me)),
        None => Condition::all().add(users::COLUMN.restricted_at.is_null()),
    }
}

/// The ids of those who are not to be found by the actor, if there can be any: few, in an index of their own.
pub(crate) fn hidden_ids(from: &Actor) -> Option<SelectStatement> {
    if finds_restricted(from) {
        return None;
    }
    let hidden = users::Entity::find()
        .select_only()
        .column(users::Column::Id)
        .filter(users::COLUMN.restricted_at.is_not_null());
    Some(match from.user_id() {
        Some(me) => hidden.filter(users::COLUMN.id.ne(me)).into_query(),
        None => hidden.into_query(),
    })
}

/// Refuses to change a person who is restricted.
///
/// # Errors
/// `restricted`.
pub(crate) fn refuse(restricted_at: Option<DateTime<Utc>>) -> Result<()> {
    match restricted_at {
        None => Ok(()),
        Some(_) => Err(Conflict::Restricted.into()),
    }
}

/// Refuses to change what belongs to several people, if one of them is restricted.
///
/// # Errors
/// `restricted`.
pub(crate) async fn refuse_any(
    txn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<()> {
    let restricted = users::Entity::find()
        .filter(users::COLUMN.id.is_in(ids))
        .filter(users::COLUMN.restricted_at.is_not_null())
        .count(txn)
        .await?;
    if restricted == 0 {
        Ok(())
    } else {
        Err(Conflict::Restricted.into())
    }
}
