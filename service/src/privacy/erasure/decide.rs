//! Requests to be erased, and what administrators make of them.

use entity::ids::ErasureId;
use entity::values::{AuditAction, AuditSubject, ErasureStatus, Purpose};
use entity::{erasures, users};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::{Cause, ledger, note, remove, words};
use crate::audit::{self, Event};
use crate::core::Core;
use crate::db::row_of;
use crate::error::{Conflict, Error, Result};
use crate::input::{Input, Valid, required};
use crate::page::{Page, PageRequest};
use crate::policy::{DecideErasure, Permit, ReadErasures};
use crate::users as people;

/// Why somebody is not erased.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Refusal {
    /// The ground (GDPR Article 17(3)), in a sentence that the person may read.
    #[schema(value_type = Purpose, required, example = "A booking is under way until 1 March")]
    #[validate(custom(function = "required"))]
    pub reason: Input<Purpose>,
}

/// What narrows a list of erasures.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ErasureFilter {
    /// How they stand.
    pub status: Option<ErasureStatus>,
}

/// One page of erasures, and of requests for them.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list(
    core: &Core,
    by: &Permit<ReadErasures>,
    filter: &ErasureFilter,
    page: &PageRequest,
) -> Result<Page<erasures::Model>> {
    let keyset = page.check(core, by.actor(), "erasures", filter)?;
    let mut query = erasures::Entity::find();
    if let Some(status) = filter.status {
        query = query.filter(erasures::COLUMN.status.eq(status));
    }
    if let Some(after) = keyset.after() {
        query = query.filter(erasures::COLUMN.id.gt(ErasureId::from(after)));
    }
    let rows = query
        .order_by_asc(erasures::COLUMN.id)
        .limit(keyset.fetch())
        .all(core.db.read())
        .await?;
    Ok(keyset.page(core, rows, |erasure| erasure.id.uuid()))
}

/// Reads one.
///
/// # Errors
/// `NotFound`.
pub async fn get(core: &Core, _: &Permit<ReadErasures>, id: ErasureId) -> Result<erasures::Model> {
    find(core.db.read(), id).await
}

async fn find(db: &impl ConnectionTrait, id: ErasureId) -> Result<erasures::Model> {
    erasures::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or(Error::NotFound)
}

/// Erases who has asked for it.
///
/// # Errors
/// `NotFound`, `erasure_decided`, `last_admin`.
pub async fn approve(core: &Core, by: &Permit<DecideErasure>, id: ErasureId) -> Result<erasures::Model> {
    let done = core
        .db
        .write(async |txn| {
            people::lock_admins(txn).await?;
            let (request, user) = lock(txn, by, id).await?;
            let cause = Cause {
                reason: words("requested")?,
                ..Cause::of(by.actor(), request.user_id, request.reason)
            };
            match &user {
                Some(user) => {
                    if people::is_admin_at_work(user.role, user.status) {
                        people::another_admin(txn, user.id).await?;
                    }
                    remove(core, txn, user, cause).await
                }
                // Somebody has removed the row by hand.
                None => note(core, txn, (request.user_id, None), cause, None).await,
            }
        })
        .await?;
    ledger::add(core, &done).await;
    Ok(done)
}

/// Refuses an erasure. The person may ask again.
///
/// # Errors
/// `NotFound`, `erasure_decided`.
pub async fn reject(
    core: &Core,
    by: &Permit<DecideErasure>,
    id: ErasureId,
    command: Valid<Refusal>,
) -> Result<erasures::Model> {
    let reason = command.into_inner().reason.required("reason")?;
    core.db
        .write(async |txn| {
            let (request, _) = lock(txn, by, id).await?;
            let rejected = erasures::Model {
                status: ErasureStatus::Rejected,
                decided_by: by.actor().id(),
                decided_at: Some(core.clock.now()),
                note: Some(reason),
                ..request
            };
            erasures::Entity::update_many()
                .set(row_of::<_, erasures::ActiveModel>(&rejected))
                .filter(erasures::COLUMN.id.eq(id))
                .exec(txn)
                .await?;
            let event = Event::new(AuditAction::ErasureRejected).about(AuditSubject::Erasure, id);
            audit::record(core, txn, by.actor(), event.of(rejected.user_id)).await?;
            Ok(rejected)
        })
        .await
}

/// An open request, with the person locked: whatever decides about it locks the person first.
async fn lock(
    txn: &impl ConnectionTrait,
    by: &Permit<DecideErasure>,
    id: ErasureId,
) -> Result<(erasures::Model, Option<users::Model>)> {
    let user = find(txn, id).await?.user_id;
    let user = match people::lock_row(txn, by, user).await {
        Ok(user) => Some(user),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    // Read once more: somebody else may have decided while this waited.
    let request = find(txn, id).await?;
    if request.status == ErasureStatus::Requested {
        Ok((request, user))
    } else {
        Err(Conflict::ErasureDecided.into())
    }
}
