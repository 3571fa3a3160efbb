//! The catalogue of loyalty programmes on offer.

mod commands;

use chrono::NaiveDate;
use entity::ids::{LoyaltyProgramId, UserId};
use entity::values::{
    AuditAction, AuditSubject, ProgramName, ProgramType, SupplierCode, SupplierName, TierName,
};
use entity::{loyalties, loyalty_programs};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, ExprTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde::Serialize;

pub use self::commands::{LoyaltyProgramPatch, NewLoyaltyProgram};
use self::commands::{OUT_OF_ORDER, WRONG_ALLIANCE, misplaced_status, status_at};
use crate::audit::{self, Audited, Event, Who, field};
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Conflict, Error, FieldError, Result};
use crate::input::Valid;
use crate::page::{Page, PageRequest};
use crate::policy::{Permit, ReadLoyaltyPrograms, WriteLoyaltyPrograms};
use crate::version::Precondition;
use crate::{loyalties as memberships, text};

/// What narrows the catalogue.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LoyaltyProgramFilter {
    /// Of this kind of supplier.
    pub r#type: Option<ProgramType>,
    /// Of the supplier with this code.
    pub supplier_code: Option<SupplierCode>,
    /// On offer today, or not.
    pub on_offer: Option<bool>,
}

impl Audited for loyalty_programs::Model {
    const SUBJECT: AuditSubject = AuditSubject::LoyaltyProgram;

    fn id(&self) -> uuid::Uuid {
        self.id.uuid()
    }

    fn concerns(&self) -> Option<UserId> {
        None
    }

    fn counted(&self) -> Option<i64> {
        Some(self.version)
    }

    fn fields(&self) -> Vec<(&'static str, serde_json::Value)> {
        vec![
            field("supplier", &self.supplier),
            field("name", &self.name),
            field("type", &self.program_type),
            field("supplier_code", &self.supplier_code),
            field("tiers", &self.tiers),
            field("carriers", &self.carriers),
            field("partners", &self.partners),
            field("alliance", &self.alliance),
            field("offered_from", &self.offered_from),
            field("offered_until", &self.offered_until),
        ]
    }
}

/// Whether a programme is on offer on a day: both ends belong to the offer.
pub fn is_on_offer(program: &loyalty_programs::Model, day: NaiveDate) -> bool {
    program.offered_from.is_none_or(|from| from <= day)
        && program.offered_until.is_none_or(|until| day <= until)
}

/// Adds a programme to the catalogue.
///
/// # Errors
/// `program_exists`.
pub async fn create(
    core: &Core,
    by: &Permit<WriteLoyaltyPrograms>,
    command: Valid<NewLoyaltyProgram>,
) -> Result<loyalty_programs::Model> {
    let NewLoyaltyProgram {
        supplier,
        name,
        r#type,
        supplier_code,
        tiers,
        offered_from,
        offered_until,
        carriers,
        partners,
        alliance,
    } = command.into_inner();
    let (supplier, name) = (supplier.required("supplier")?, name.required("name")?);
    let now = core.clock.now();
    let program = loyalty_programs::Model {
        id: LoyaltyProgramId::new(),
        catalogue_key: catalogue_key(&supplier, &name),
        supplier,
        name,
        program_type: r#type.required("type")?,
        supplier_code: supplier_code.optional(),
        tiers: tiers.optional().unwrap_or_default(),
        offered_from: offered_from.optional(),
        offered_until: offered_until.optional(),
        version: 1,
        created_at: now,
        updated_at: now,
        carriers: carriers.optional().unwrap_or_default(),
        partners: partners.optional().unwrap_or_default(),
        alliance: alliance.optional(),
        catalogue_entry: None,
        catalogue_hash: None,
    };
    core.db
        .write(async |txn| {
            let row = row_of(&program);
            loyalty_programs::Entity::insert(row)
                .exec_without_returning(txn)
                .await
                .or_conflict(Conflict::ProgramExists)?;
            let event = Event::new(AuditAction::LoyaltyProgramCreated).created(&program);
            audit::record(core, txn, by.actor(), event).await
        })
        .await?;
    Ok(program)
}

/// A line break cannot be part of either name, so that two pairs never share a key.
pub(crate) fn catalogue_key(supplier: &SupplierName, name: &ProgramName) -> String {
    format!(
        "{}\n{}",
        text::name_key(supplier.as_str()),
        text::name_key(name.as_str())
    )
}

/// Reads one programme.
///
/// # Errors
/// `NotFound`.
pub async fn get(
    core: &Core,
    _by: &Permit<ReadLoyaltyPrograms>,
    id: LoyaltyProgramId,
) -> Result<loyalty_programs::Model> {
    loyalty_programs::Entity::find_by_id(id)
        .one(core.db.read())
        .await?
        .ok_or(Error::NotFound)
}

/// One page of the catalogue.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list(
    core: &Core,
    by: &Permit<ReadLoyaltyPrograms>,
    filter: &LoyaltyProgramFilter,
    page: &PageRequest,
) -> Result<Page<loyalty_programs::Model>> {
    let keyset = page.check(core, by.actor(), "loyalty-programs", filter)?;
    let LoyaltyProgramFilter {
        r#type,
        supplier_code,
        on_offer,
    } = filter;
    let column = loyalty_programs::COLUMN;
    let mut query = loyalty_programs::Entity::find();
    if let Some(kind) = r#type {
        query = query.filter(column.program_type.eq(*kind));
    }
    if let Some(code) = supplier_code {
        query = query.filter(column.supplier_code.eq(code.clone()));
    }
    if let Some(wanted) = on_offer {
        let today = core.clock.today();
        let offered = sea_orm::Condition::all()
            .add(column.offered_from.is_null().or(column.offered_from.lte(today)))
            .add(column.offered_until.is_null().or(column.offered_until.gte(today)));
        query = query.filter(if *wanted { offered } else { offered.not() });
    }
    if let Some(after) = keyset.after() {
        query = query.filter(column.id.gt(LoyaltyProgramId::from(after)));
    }
    let rows = query
        .order_by_asc(column.id)
        .limit(keyset.fetch())
        .all(core.db.read_stale())
        .await?;
    Ok(keyset.page(core, rows, |program| program.id.uuid()))
}

/// Changes a programme. Nothing is written when nothing changes.
///
/// # Errors
/// `NotFound`, `Stale`, `Invalid`, `program_exists`, `tier_in_use`.
pub async fn update(
    core: &Core,
    by: &Permit<WriteLoyaltyPrograms>,
    id: LoyaltyProgramId,
    precondition: &Precondition,
    command: Valid<LoyaltyProgramPatch>,
) -> Result<loyalty_programs::Model> {
    let patch = command.into_inner();
    core.db
        .write(async |txn| {
            let found = lock(txn, id).await?;
            precondition.check(found.version)?;
            let mut program = apply(&found, patch);
            if let (Some(from), Some(until)) = (program.offered_from, program.offered_until)
                && from > until
            {
                return Err(FieldError::field("offered_until", "out_of_order", OUT_OF_ORDER).into());
            }
            if let Some(index) = misplaced_status(&program.tiers, program.alliance) {
                return Err(FieldError::field(&status_at(index), "wrong_alliance", WRONG_ALLIANCE).into());
            }
            if program == found {
                return Ok(found);
            }
            if program.tiers != found.tiers {
                keep_held_tiers(core, txn, by.actor().into(), &program).await?;
            }
            program.version += 1;
            program.updated_at = core.clock.now();
            loyalty_programs::Entity::update_many()
                .set(row_of(&program))
                .filter(loyalty_programs::COLUMN.id.eq(id))
                .exec(txn)
                .await
                .or_conflict(Conflict::ProgramExists)?;
            let event = Event::new(AuditAction::LoyaltyProgramUpdated).changed(&found, &program);
            audit::record(core, txn, by.actor(), event).await?;
            Ok(program)
        })
        .await
}

fn apply(found: &loyalty_programs::Model, patch: LoyaltyProgramPatch) -> loyalty_programs::Model {
    let LoyaltyProgramPatch {
        supplier,
        name,
        r#type,
        supplier_code,
        tiers,
        offered_from,
        offered_until,
        carriers,
        partners,
        alliance,
    } = patch;
    let mut program = found.clone();
    supplier.patch(&mut program.supplier);
    name.patch(&mut program.name);
    program.catalogue_key = catalogue_key(&program.supplier, &program.name);
    r#type.patch(&mut program.program_type);
    supplier_code.patch_nullable(&mut program.supplier_code);
    tiers.patch(&mut program.tiers);
    offered_from.patch_nullable(&mut program.offered_from);
    offered_until.patch_nullable(&mut program.offered_until);
    carriers.patch(&mut program.carriers);
    partners.patch(&mut program.partners);
    alliance.patch_nullable(&mut program.alliance);
    program
}

/// The tiers that members hold.
pub(crate) async fn held_tiers(txn: &impl ConnectionTrait, id: LoyaltyProgramId) -> Result<Vec<TierName>> {
    let held: Vec<Option<TierName>> = loyalties::Entity::find()
        .select_only()
        .column(loyalties::Column::Tier)
        .distinct()
        .filter(loyalties::COLUMN.program_id.eq(id))
        .filter(loyalties::COLUMN.tier.is_not_null())
        .into_tuple()
        .all(txn)
        .await?;
    Ok(held.into_iter().flatten().collect())
}

/// A tier that members hold stays, and where its spelling changes, theirs does too.
pub(crate) async fn keep_held_tiers(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: Who,
    program: &loyalty_programs::Model,
) -> Result<()> {
    for tier in held_tiers(txn, program.id).await? {
        let known = program.tiers.find(&tier).ok_or(Conflict::TierInUse)?;
        if known.name != tier {
            memberships::respell_tier(core, txn, who, program.id, (&tier, &known.name)).await?;
        }
    }
    Ok(())
}

/// Removes a programme that nobody belongs to.
///
/// # Errors
/// `NotFound`, `Stale`, `program_in_use`.
pub async fn delete(
    core: &Core,
    by: &Permit<WriteLoyaltyPrograms>,
    id: LoyaltyProgramId,
    precondition: &Precondition,
) -> Result<()> {
    core.db
        .write(async |txn| {
            let program = lock(txn, id).await?;
            precondition.check(program.version)?;
            if loyalties::Entity::find()
                .filter(loyalties::COLUMN.program_id.eq(id))
                .count(txn)
                .await?
                > 0
            {
                return Err(Conflict::ProgramInUse.into());
            }
            // A membership made meanwhile is caught by the foreign key.
            loyalty_programs::Entity::delete_by_id(id)
                .exec(txn)
                .await
                .or_foreign_key(|| Conflict::ProgramInUse.into())?;
            let event = Event::new(AuditAction::LoyaltyProgramDeleted).removed(&program);
            audit::record(core, txn, by.actor(), event).await
        })
        .await
}

/// Locks a programme until the end of the transaction, so that its tiers do not change under a membership.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn lock(
    txn: &impl ConnectionTrait,
    id: LoyaltyProgramId,
) -> Result<loyalty_programs::Model> {
    loyalty_programs::Entity::find_by_id(id)
        .lock_exclusive()
        .one(txn)
        .await?
        .ok_or(Error::NotFound)
}
