//! Brings the catalogue that comes with the program (`travel/loyalty/programs.json`) into the database. A row that came from it
//! remembers its entry. The period on offer is the agency's alone.

use chrono::{DateTime, Utc};
use entity::ids::LoyaltyProgramId;
use entity::loyalty_programs::{self, Model};
use entity::values::AuditAction;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::audit::Who;
use crate::core::Core;
use crate::error::{Conflict, Result};
use crate::imports::{self, Found, Import, Kept, Shipped, ShippedRow, ShippedTable};
use crate::loyalty_programs::{catalogue_key, held_tiers, keep_held_tiers};
use crate::policy::{Permit, WriteLoyaltyPrograms};
use crate::travel::loyalty::catalogue::{CATALOGUE, Entry, entry};

/// Version of the catalogue that comes with the program.
pub fn version() -> &'static str {
    &CATALOGUE.version
}

/// Where a programme of the catalogue comes from.
#[derive(Debug, Clone, Copy)]
pub struct Origin {
    /// The entry.
    pub entry: &'static Entry,
    /// Whether the agency has changed the programme since.
    pub edited: bool,
}

/// Where a programme comes from; none of one that the agency has added itself.
pub fn origin(program: &Model) -> Option<Origin> {
    let entry = entry(program.catalogue_entry.as_deref()?)?;
    Some(Origin {
        entry,
        edited: imports::is_edited(program),
    })
}

/// Adds what is missing and renews what was not edited, in one transaction; removes nothing. A dry run writes nothing. Programmes are
/// named as `supplier: name`.
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
    imports::import(core, by.actor(), entries, dry_run).await
}

impl ShippedTable for loyalty_programs::Entity {
    const ID: loyalty_programs::Column = loyalty_programs::Column::Id;
    const CREATED: AuditAction = AuditAction::LoyaltyProgramCreated;
    const UPDATED: AuditAction = AuditAction::LoyaltyProgramUpdated;
    const DETAIL: &'static str = "catalogue";
    const EXISTS: Conflict = Conflict::ProgramExists;
}

impl Entry {
    fn of_that_name<'a>(&self, rows: &'a [Model]) -> Option<&'a Model> {
        let key = catalogue_key(&self.supplier, &self.name);
        rows.iter().find(|row| row.catalogue_key == key)
    }
}

impl Shipped for Entry {
    type Table = loyalty_programs::Entity;

    fn label(&self) -> String {
        format!("{}: {}", self.supplier, self.name)
    }

    fn find<'a>(&self, rows: &'a [Model]) -> Found<'a, Model> {
        let came = |row: &&Model| row.catalogue_entry.as_deref() == Some(&self.id);
        match rows.iter().find(came) {
            Some(row) => Found::Came(row),
            None if self.of_that_name(rows).is_some() => Found::Own,
            None => Found::Nothing,
        }
    }

    fn new_row(&self, now: DateTime<Utc>) -> Model {
        Model {
            id: LoyaltyProgramId::new(),
            supplier: self.supplier.clone(),
            name: self.name.clone(),
            catalogue_key: String::new(),
            program_type: self.r#type,
            supplier_code: None,
            tiers: self.tiers.clone(),
            offered_from: None,
            offered_until: None,
            version: 1,
            created_at: now,
            updated_at: now,
            carriers: self.carriers.clone(),
            partners: self.partners.clone(),
            alliance: None,
            catalogue_entry: None,
            catalogue_hash: None,
        }
    }

    fn onto(&self, row: Model) -> Model {
        Model {
            supplier: self.supplier.clone(),
            name: self.name.clone(),
            catalogue_key: catalogue_key(&self.supplier, &self.name),
            program_type: self.r#type,
            supplier_code: self.supplier_code.clone(),
            tiers: self.tiers.clone(),
            carriers: self.carriers.clone(),
            partners: self.partners.clone(),
            alliance: self.alliance,
            catalogue_entry: Some(self.id.clone()),
            ..row
        }
    }

    async fn obstacle(
        &self,
        txn: &impl ConnectionTrait,
        rows: &[Model],
        renewed: &Model,
    ) -> Result<Option<Kept>> {
        if self
            .of_that_name(rows)
            .is_some_and(|other| other.id != renewed.id)
        {
            return Ok(Some(Kept::NameTaken));
        }
        let held = held_tiers(txn, renewed.id).await?;
        let is_lost = held.iter().any(|tier| !renewed.tiers.contains(tier));
        Ok(is_lost.then_some(Kept::TierInUse))
    }

    async fn before(core: &Core, txn: &impl ConnectionTrait, who: Who, renewed: &Model) -> Result<()> {
        keep_held_tiers(core, txn, who, renewed).await
    }
}

impl ShippedRow for Model {
    fn decided(&self) -> Value {
        json!([
            self.supplier,
            self.name,
            self.program_type,
            self.supplier_code,
            self.tiers,
            self.carriers,
            self.partners,
            self.alliance,
        ])
    }

    fn fingerprint(&mut self) -> &mut Option<String> {
        &mut self.catalogue_hash
    }

    fn touch(&mut self, now: DateTime<Utc>) {
        self.version += 1;
        self.updated_at = now;
    }
}
