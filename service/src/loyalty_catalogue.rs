//! Brings the catalogue that comes with the program (`travel/loyalty/programs.json`) into the database.
//!
//! Each row that came from it remembers its entry and a fingerprint of what was written. A row whose fields have another
//! fingerprint was edited by the agency, and stays as it is. The period on offer is the agency's alone.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use entity::ids::LoyaltyProgramId;
use entity::loyalty_programs::{self, Model};
use entity::values::AuditAction;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde_json::json;

use crate::audit::{self, Event};
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Conflict, Result};
use crate::loyalty_programs::{catalogue_key, held_tiers, keep_held_tiers};
use crate::policy::{Permit, WriteLoyaltyPrograms};
use crate::travel::loyalty::catalogue::{CATALOGUE, Entry};

/// What an import did, or would do. Programmes are named as `supplier: name`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// Those that were missing.
    pub added: Vec<String>,
    /// Those that came from an older catalogue and were not edited since.
    pub updated: Vec<String>,
    /// Those that differ from the catalogue and stay as they are.
    pub kept: Vec<(String, Kept)>,
    /// How many are as the catalogue has them.
    pub unchanged: usize,
}

/// Why a programme stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The agency has edited it.
    Edited,
    /// The agency has added one of that name itself.
    Own,
    /// The catalogue has renamed it, and there is another one of the new name.
    NameTaken,
    /// Members hold a tier that the catalogue does not have any more.
    TierInUse,
}

impl Kept {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edited => "edited by the agency",
            Self::Own => "the agency's own",
            Self::NameTaken => "another one has the new name",
            Self::TierInUse => "members hold a tier that the catalogue does not have any more",
        }
    }
}

/// Version of the catalogue that comes with the program.
pub fn version() -> &'static str {
    &CATALOGUE.version
}

/// Adds what is missing and renews what was not edited, in one transaction; removes nothing. A dry run writes nothing.
///
/// # Errors
/// `Unavailable` and `Internal`.
pub async fn import(core: &Core, by: &Permit<WriteLoyaltyPrograms>, dry_run: bool) -> Result<Import> {
    import_entries(core, by, &CATALOGUE.programs, dry_run).await
}

/// The same with these entries: what the catalogue may have been, or will be.
///
/// # Errors
/// As [`import`].
pub async fn import_entries(
    core: &Core,
    by: &Permit<WriteLoyaltyPrograms>,
    entries: &[Entry],
    dry_run: bool,
) -> Result<Import> {
    core.db
        .write(async |txn| {
            let mut import = Import::default();
            let mut rows: Vec<Model> = loyalty_programs::Entity::find().lock_exclusive().all(txn).await?;
            for entry in entries {
                let step = step(core, txn, &rows, entry).await?;
                let label = format!("{}: {}", entry.supplier, entry.name);
                match step {
                    Step::Add(program) => {
                        if !dry_run {
                            loyalty_programs::Entity::insert(row_of(&program))
                                .exec_without_returning(txn)
                                .await
                                .or_conflict(Conflict::ProgramExists)?;
                            let event = Event::new(AuditAction::LoyaltyProgramCreated).created(&program);
                            audit::record(core, txn, by.actor(), event.detail(DETAIL)).await?;
                        }
                        rows.push(program);
                        import.added.push(label);
                    }
                    Step::Update(program) => {
                        if !dry_run {
                            keep_held_tiers(core, txn, &program).await?;
                            save(txn, &program).await?;
                            let event = Event::new(AuditAction::LoyaltyProgramUpdated);
                            let event = match rows.iter().find(|row| row.id == program.id) {
                                Some(before) => event.changed(before, &program),
                                None => event.created(&program),
                            };
                            audit::record(core, txn, by.actor(), event.detail(DETAIL)).await?;
                        }
                        rows.retain(|row| row.id != program.id);
                        rows.push(program);
                        import.updated.push(label);
                    }
                    Step::Keep(why) => import.kept.push((label, why)),
                    Step::Nothing => import.unchanged += 1,
                }
            }
            Ok(import)
        })
        .await
}

/// What the audit trail adds to the changes of an import.
const DETAIL: &str = "catalogue";

/// What is to be done about an entry.
enum Step {
    Add(Model),
    Update(Model),
    Keep(Kept),
    Nothing,
}

async fn step(core: &Core, txn: &impl ConnectionTrait, rows: &[Model], entry: &Entry) -> Result<Step> {
    let key = catalogue_key(&entry.supplier, &entry.name);
    let of_that_name = rows.iter().find(|row| row.catalogue_key == key);
    let came_from_here = rows
        .iter()
        .find(|row| row.catalogue_entry.as_deref() == Some(&entry.id));
    let now = core.clock.now();
    let Some(row) = came_from_here else {
        return Ok(if of_that_name.is_some() {
            Step::Keep(Kept::Own)
        } else {
            Step::Add(as_entry_says(new_row(entry, now), entry))
        });
    };
    let mut program = as_entry_says(row.clone(), entry);
    if program == *row {
        return Ok(Step::Nothing);
    }
    if row.catalogue_hash.as_ref() != Some(&fingerprint(row)) && !is_same(row, &program) {
        return Ok(Step::Keep(Kept::Edited));
    }
    if of_that_name.is_some_and(|other| other.id != row.id) {
        return Ok(Step::Keep(Kept::NameTaken));
    }
    if held_tiers(txn, row.id)
        .await?
        .iter()
        .any(|tier| !program.tiers.contains(tier))
    {
        return Ok(Step::Keep(Kept::TierInUse));
    }
    program.version += 1;
    program.updated_at = now;
    Ok(Step::Update(program))
}

fn new_row(entry: &Entry, now: DateTime<Utc>) -> Model {
    Model {
        id: LoyaltyProgramId::new(),
        supplier: entry.supplier.clone(),
        name: entry.name.clone(),
        catalogue_key: String::new(),
        program_type: entry.r#type,
        supplier_code: None,
        tiers: entry.tiers.clone(),
        offered_from: None,
        offered_until: None,
        version: 1,
        created_at: now,
        updated_at: now,
        carriers: entry.carriers.clone(),
        partners: entry.partners.clone(),
        alliance: None,
        catalogue_entry: None,
        catalogue_hash: None,
    }
}

/// The row with all that the catalogue says.
fn as_entry_says(row: Model, entry: &Entry) -> Model {
    let mut program = Model {
        supplier: entry.supplier.clone(),
        name: entry.name.clone(),
        catalogue_key: catalogue_key(&entry.supplier, &entry.name),
        program_type: entry.r#type,
        supplier_code: entry.supplier_code.clone(),
        tiers: entry.tiers.clone(),
        carriers: entry.carriers.clone(),
        partners: entry.partners.clone(),
        alliance: entry.alliance,
        catalogue_entry: Some(entry.id.clone()),
        ..row
    };
    program.catalogue_hash = Some(fingerprint(&program));
    program
}

/// What the catalogue decides of a row, in one short text.
fn fingerprint(program: &Model) -> String {
    let decided = json!([
        program.supplier,
        program.name,
        program.program_type,
        program.supplier_code,
        program.tiers,
        program.carriers,
        program.partners,
        program.alliance,
    ]);
    URL_SAFE_NO_PAD.encode(digest(&SHA256, decided.to_string().as_bytes()))
}

/// Whether two rows differ in nothing that the catalogue decides.
fn is_same(one: &Model, other: &Model) -> bool {
    fingerprint(one) == fingerprint(other)
}

async fn save(txn: &impl ConnectionTrait, program: &Model) -> Result<()> {
    loyalty_programs::Entity::update_many()
        .set(row_of(program))
        .filter(loyalty_programs::COLUMN.id.eq(program.id))
        .exec(txn)
        .await
        .or_conflict(Conflict::ProgramExists)?;
    Ok(())
}
