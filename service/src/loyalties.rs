//! Memberships in loyalty programmes: one for each user and programme.

mod loyalty;
mod search;

use chrono::NaiveDate;
use entity::ids::{LoyaltyId, LoyaltyProgramId, UserId};
use entity::values::{
    AuditAction, ExternalId, ExternalIdChange, ExternalIdChanges, ExternalIds, LoyaltyStatus,
    MembershipNumber, TierName,
};
use entity::{loyalties, loyalty_programs};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Select,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

pub use self::loyalty::Loyalty;
pub use self::search::{LoyaltySearch, search};
use crate::audit::{self, Event, Who};
use crate::belongings::{self, visible_to};
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Conflict, Error, FieldError, Result};
use crate::input::{Input, Valid, not_null, optional, required};
use crate::page::{Page, PageRequest};
use crate::policy::{Permit, ReadLoyalties, WriteLoyalties};
use crate::sealing::{self, DataKey, Held, Keyed, Vaulted as _};
use crate::version::Precondition;
use crate::{external_ids, loyalty_programs as programs, users};

/// Memberships that are read at once where a programme changes all of its members'.
const BATCH: u64 = 500;

/// A membership to record.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewLoyalty {
    /// The member. Customers record their own.
    #[schema(value_type = UserId, required)]
    #[validate(custom(function = "required"))]
    pub user_id: Input<UserId>,
    /// The programme, one on offer today.
    #[schema(value_type = LoyaltyProgramId, required)]
    #[validate(custom(function = "required"))]
    pub program_id: Input<LoyaltyProgramId>,
    /// Number on the card.
    #[schema(value_type = MembershipNumber, required, example = "U0 1234-5678")]
    #[validate(custom(function = "required"))]
    pub membership_number: Input<MembershipNumber>,
    /// Name of one of the programme's tiers.
    #[schema(value_type = Option<TierName>)]
    #[validate(custom(function = "optional"))]
    pub tier: Input<TierName>,
    /// `active` if not said.
    #[schema(value_type = LoyaltyStatus)]
    #[validate(custom(function = "not_null"))]
    pub status: Input<LoyaltyStatus>,
    /// Last day of the membership or its tier.
    #[schema(value_type = Option<NaiveDate>, example = "2028-03-31")]
    #[validate(custom(function = "optional"))]
    pub expiry_date: Input<NaiveDate>,
    /// Whether it is the member's favourite, in place of the one before; `false` if not said.
    #[schema(value_type = bool)]
    #[validate(custom(function = "not_null"))]
    pub primary: Input<bool>,
    /// Its numbers in other systems; none if not said. Staff and other systems give them.
    #[schema(value_type = Vec<ExternalId>, max_items = 20)]
    #[validate(custom(function = "not_null"))]
    pub external_ids: Input<ExternalIds>,
}

/// A change of a membership, as a JSON Merge Patch (RFC 7396): absent leaves, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LoyaltyPatch {
    /// Number on the card.
    #[schema(value_type = MembershipNumber)]
    #[validate(custom(function = "not_null"))]
    pub membership_number: Input<MembershipNumber>,
    /// Name of one of the programme's tiers.
    #[schema(value_type = Option<TierName>, example = "Gold")]
    #[validate(custom(function = "optional"))]
    pub tier: Input<TierName>,
    /// Whether it earns and burns.
    #[schema(value_type = LoyaltyStatus)]
    #[validate(custom(function = "not_null"))]
    pub status: Input<LoyaltyStatus>,
    /// Last day of the membership or its tier.
    #[schema(value_type = Option<NaiveDate>)]
    #[validate(custom(function = "optional"))]
    pub expiry_date: Input<NaiveDate>,
    /// Whether it is the member's favourite, in place of the one before.
    #[schema(value_type = bool)]
    #[validate(custom(function = "not_null"))]
    pub primary: Input<bool>,
    /// Its numbers in other systems, changed system by system: `id` null takes the number of that system away, a system that
    /// is not named keeps its number, null for the whole takes all away. Staff and other systems change them.
    #[schema(value_type = Option<Vec<ExternalIdChange>>, max_items = 20)]
    #[validate(custom(function = "optional"))]
    pub external_ids: Input<ExternalIdChanges>,
}

/// What narrows a list of memberships.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LoyaltyFilter {
    /// Of this user.
    pub user_id: Option<UserId>,
    /// In this programme.
    pub program_id: Option<LoyaltyProgramId>,
    /// With this status.
    pub status: Option<LoyaltyStatus>,
}

/// Records a membership.
///
/// # Errors
/// `Invalid` when user, programme or tier do not exist, `program_not_offered`, `loyalty_exists`.
pub async fn create(core: &Core, by: &Permit<WriteLoyalties>, command: Valid<NewLoyalty>) -> Result<Loyalty> {
    let NewLoyalty {
        user_id,
        program_id,
        membership_number,
        tier,
        status,
        expiry_date,
        primary,
        external_ids,
    } = command.into_inner();
    external_ids::check_rights(by.reach(), external_ids.is_present())?;
    let now = core.clock.now();
    let mut loyalty = Loyalty {
        id: LoyaltyId::new(),
        user_id: user_id.required("user_id")?,
        program_id: program_id.required("program_id")?,
        membership_number: membership_number.required("membership_number")?,
        tier: tier.optional(),
        status: status.optional().unwrap_or(LoyaltyStatus::Active),
        expiry_date: expiry_date.optional(),
        primary: primary.optional().unwrap_or(false),
        version: 1,
        created_at: now,
        updated_at: now,
        external_ids: external_ids.optional().unwrap_or_default(),
    };
    core.db
        .write(async |txn| {
            let member = users::lock(core, txn, by, loyalty.user_id)
                .await
                .map_err(|error| error.at_field("user_id"))?;
            let program = programs::lock(txn, loyalty.program_id)
                .await
                .map_err(|error| error.at_field("program_id"))?;
            if !programs::is_on_offer(&program, core.clock.today()) {
                return Err(Conflict::ProgramNotOffered.into());
            }
            settle_tier(&program, &mut loyalty)?;
            if loyalty.primary {
                demote_others(core, txn, by.actor().into(), &loyalty, &member.key).await?;
            }
            let row = loyalties::Entity::seal(&loyalty, &member.key, &core.vault)?;
            loyalties::Entity::insert(row_of(&row))
                .exec_without_returning(txn)
                .await
                .or_conflict(Conflict::LoyaltyExists)?;
            external_ids::add(core, txn, loyalty.id.into(), &loyalty.external_ids).await?;
            let event = Event::new(AuditAction::LoyaltyCreated).created(&loyalty);
            audit::record(core, txn, by.actor(), event.under(&member.key)).await?;
            Ok(loyalty)
        })
        .await
}

/// A tier is one of the programme's, in the programme's spelling.
pub(crate) fn settle_tier(program: &loyalty_programs::Model, loyalty: &mut Loyalty) -> Result<()> {
    let Some(tier) = &loyalty.tier else { return Ok(()) };
    match program.tiers.find(tier) {
        Some(known) => {
            loyalty.tier = Some(known.name.clone());
            Ok(())
        }
        None => Err(FieldError::field(
            "tier",
            "unknown_tier",
            "The programme has no such tier; read the programme for its tiers.",
        )
        .into()),
    }
}

/// Reads one membership.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub async fn get(core: &Core, by: &Permit<ReadLoyalties>, id: LoyaltyId) -> Result<Loyalty> {
    let query = visible_to::<loyalties::Entity, _>(by).filter(loyalties::COLUMN.id.eq(id));
    sealing::one(core, core.db.read(), query)
        .await?
        .ok_or(Error::NotFound)
}

/// Reads the membership that a number of another system stands for.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub async fn get_by_external_id(
    core: &Core,
    by: &Permit<ReadLoyalties>,
    external_id: &ExternalId,
) -> Result<Loyalty> {
    let ids = external_ids::ids_of::<LoyaltyId>(core, external_id);
    let query = visible_to::<loyalties::Entity, _>(by).filter(loyalties::COLUMN.id.in_subquery(ids));
    sealing::one(core, core.db.read(), query)
        .await?
        .ok_or(Error::NotFound)
}

/// One page of memberships.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list(
    core: &Core,
    by: &Permit<ReadLoyalties>,
    filter: &LoyaltyFilter,
    page: &PageRequest,
) -> Result<Page<Loyalty>> {
    let keyset = page.check(core, by.actor(), "loyalties", filter)?;
    let LoyaltyFilter {
        user_id,
        program_id,
        status,
    } = filter;
    let mut query = visible_to::<loyalties::Entity, _>(by);
    if let Some(user) = user_id {
        query = query.filter(loyalties::COLUMN.user_id.eq(*user));
    }
    if let Some(program) = program_id {
        query = query.filter(loyalties::COLUMN.program_id.eq(*program));
    }
    if let Some(status) = status {
        query = query.filter(loyalties::COLUMN.status.eq(*status));
    }
    if let Some(after) = keyset.after() {
        query = query.filter(loyalties::COLUMN.id.gt(LoyaltyId::from(after)));
    }
    let query = query.order_by_asc(loyalties::COLUMN.id).limit(keyset.fetch());
    let rows = sealing::all(core, core.db.read_stale(), query).await?;
    Ok(keyset.page(core, rows, |loyalty| loyalty.id.uuid()))
}

/// Changes a membership. Nothing is written when nothing changes.
///
/// # Errors
/// `NotFound`, `Stale`, `Invalid` when the programme has no such tier.
pub async fn update(
    core: &Core,
    by: &Permit<WriteLoyalties>,
    id: LoyaltyId,
    precondition: &Precondition,
    command: Valid<LoyaltyPatch>,
) -> Result<Loyalty> {
    let LoyaltyPatch {
        membership_number,
        tier,
        status,
        expiry_date,
        primary,
        external_ids,
    } = command.into_inner();
    external_ids::check_rights(by.reach(), external_ids.is_present())?;
    core.db
        .write(async |txn| {
            let found = lock(core, txn, by, id).await?;
            precondition.check(found.version)?;
            let mut loyalty = found.record.clone();
            membership_number.patch(&mut loyalty.membership_number);
            tier.patch_nullable(&mut loyalty.tier);
            status.patch(&mut loyalty.status);
            expiry_date.patch_nullable(&mut loyalty.expiry_date);
            primary.patch(&mut loyalty.primary);
            external_ids::patch(&mut loyalty.external_ids, external_ids)?;
            if loyalty.tier != found.tier {
                settle_tier(&programs::lock(txn, loyalty.program_id).await?, &mut loyalty)?;
            }
            if loyalty == found.record {
                return Ok(loyalty);
            }
            if loyalty.primary && !found.primary {
                demote_others(core, txn, by.actor().into(), &loyalty, &found.key).await?;
            }
            external_ids::follow(core, txn, id.into(), &found.external_ids, &loyalty.external_ids).await?;
            save(core, txn, by.actor().into(), &found, loyalty).await
        })
        .await
}

/// Writes a changed membership as the next version, and notes it.
async fn save(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: Who,
    found: &Held<Loyalty>,
    mut loyalty: Loyalty,
) -> Result<Loyalty> {
    loyalty.version += 1;
    loyalty.updated_at = core.clock.now();
    let row = loyalties::Entity::seal(&loyalty, &found.key, &core.vault)?;
    let changed = loyalties::Entity::update_many()
        .set(row_of(&row))
        .filter(loyalties::COLUMN.id.eq(loyalty.id))
        .filter(loyalties::COLUMN.version.eq(found.version))
        .exec(txn)
        .await?;
    // The programme's tiers are locked by another order: a new spelling may have come in between.
    if changed.rows_affected == 0 {
        return Err(Error::Stale);
    }
    let event = Event::new(AuditAction::LoyaltyUpdated).changed(&found.record, &loyalty);
    audit::record(core, txn, who, event.under(&found.key)).await?;
    Ok(loyalty)
}

/// Removes a membership.
///
/// # Errors
/// `NotFound`, `Stale`.
pub async fn delete(
    core: &Core,
    by: &Permit<WriteLoyalties>,
    id: LoyaltyId,
    precondition: &Precondition,
) -> Result<()> {
    core.db
        .write(async |txn| {
            let found = lock(core, txn, by, id).await?;
            precondition.check(found.version)?;
            loyalties::Entity::delete_by_id(id).exec(txn).await?;
            let event = Event::new(AuditAction::LoyaltyDeleted).removed(&found.record);
            audit::record(core, txn, by.actor(), event.under(&found.key)).await
        })
        .await
}

/// The memberships of a query with their programmes, in one statement; the oldest record first.
pub(crate) async fn with_programs(
    core: &Core,
    db: &impl ConnectionTrait,
    query: Select<loyalties::Entity>,
) -> Result<Vec<(Loyalty, loyalty_programs::Model)>> {
    let found = sealing::with_key::<loyalties::Entity, _>(query, "")
        .find_also_related(loyalty_programs::Entity)
        .order_by_asc(loyalties::COLUMN.id)
        .into_model::<Keyed<loyalties::Model>, loyalty_programs::Model>()
        .all(db)
        .await?;
    let mut all = Vec::with_capacity(found.len());
    for (loyalty, program) in found {
        if let Some(program) = program {
            let loyalty = loyalty.open::<loyalties::Entity>(core).await?;
            all.push((loyalty.record, program));
        }
    }
    Ok(all)
}

/// A membership, with its user locked first: which one is the favourite is a rule over all of the user's.
async fn lock(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Permit<WriteLoyalties>,
    id: LoyaltyId,
) -> Result<Held<Loyalty>> {
    let query = visible_to::<loyalties::Entity, _>(by).filter(loyalties::COLUMN.id.eq(id));
    belongings::lock_person(core, txn, by, query.clone()).await?;
    sealing::held(core, txn, query).await?.ok_or(Error::NotFound)
}

/// Takes the favourite's place from the other memberships of the same person, whose row is locked.
async fn demote_others(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: Who,
    loyalty: &Loyalty,
    key: &DataKey,
) -> Result<()> {
    let others = loyalties::Entity::find()
        .filter(loyalties::COLUMN.user_id.eq(loyalty.user_id))
        .filter(loyalties::COLUMN.primary.eq(true))
        .filter(loyalties::COLUMN.id.ne(loyalty.id));
    for record in sealing::all(core, txn, others).await? {
        let other = Loyalty {
            primary: false,
            ..record.clone()
        };
        let key = key.clone();
        save(core, txn, who, &Held { record, key }, other).await?;
    }
    Ok(())
}

/// Members hold a tier in the spelling of their programme, which is locked: where that changes, theirs does too.
pub(crate) async fn respell_tier(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: Who,
    program: LoyaltyProgramId,
    (from, to): (&TierName, &TierName),
) -> Result<()> {
    // Batch by batch: a large programme has more members than there should be in memory.
    let mut after: Option<LoyaltyId> = None;
    loop {
        let mut holding = loyalties::Entity::find()
            .filter(loyalties::COLUMN.program_id.eq(program))
            .filter(loyalties::COLUMN.tier.eq(from.clone()))
            .order_by_asc(loyalties::COLUMN.id)
            .limit(BATCH);
        if let Some(after) = after {
            holding = holding.filter(loyalties::COLUMN.id.gt(after));
        }
        let found = sealing::with_key::<loyalties::Entity, _>(holding, "")
            .into_model::<Keyed<loyalties::Model>>()
            .all(txn)
            .await?;
        if found.is_empty() {
            return Ok(());
        }
        for loyalty in found {
            let found = loyalty.open::<loyalties::Entity>(core).await?;
            after = Some(found.record.id);
            let respelled = Loyalty {
                tier: Some(to.clone()),
                ..found.record.clone()
            };
            save(core, txn, who, &found, respelled).await?;
        }
    }
}
