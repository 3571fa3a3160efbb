//! Brings the rules of entry that come with the program (`travel/entry/rules.json`) into the database. A row that came from it has its
//! code. Whether a rule is applied is the agency's decision alone.

use chrono::{DateTime, Utc};
use entity::entry_rules::{self, Model};
use entity::values::AuditAction;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use crate::core::Core;
use crate::error::{Conflict, Error, Result};
use crate::imports::{self, Found, Import, Shipped, ShippedRow, ShippedTable};
use crate::policy::{Permit, WriteEntryRules};
use crate::travel::entry::shipped::{SHIPPED, ShippedRule};

/// Version of the rules that come with the program.
pub fn version() -> &'static str {
    &SHIPPED.version
}

/// Imports the rules into a database that has none: a fresh one, or one of a program without rules.
///
/// # Errors
/// `Unavailable` and `Internal`.
pub async fn import_if_none(core: &Core, by: &Permit<WriteEntryRules>) -> Result<()> {
    if entry_rules::Entity::find().count(core.db.read()).await? > 0 {
        return Ok(());
    }
    match import(core, by, false).await {
        // Another process was faster.
        Err(Error::Conflict(Conflict::EntryRuleExists)) => Ok(()),
        done => done.map(drop),
    }
}

/// Adds what is missing and renews what was not edited, in one transaction; removes nothing. A dry run writes nothing. Rules are named
/// by their codes.
///
/// # Errors
/// `Unavailable` and `Internal`.
pub async fn import(core: &Core, by: &Permit<WriteEntryRules>, dry_run: bool) -> Result<Import> {
    import_rules(core, by, &SHIPPED.rules, dry_run).await
}

/// The same with these rules: what may have come with the program earlier, or will.
///
/// # Errors
/// As [`import`].
pub async fn import_rules(
    core: &Core,
    by: &Permit<WriteEntryRules>,
    shipped: &[ShippedRule],
    dry_run: bool,
) -> Result<Import> {
    imports::import(core, by.actor(), shipped, dry_run).await
}

impl ShippedTable for entry_rules::Entity {
    const ID: entry_rules::Column = entry_rules::Column::Id;
    const CREATED: AuditAction = AuditAction::EntryRuleCreated;
    const UPDATED: AuditAction = AuditAction::EntryRuleUpdated;
    const DETAIL: &'static str = "rules import";
    const EXISTS: Conflict = Conflict::EntryRuleExists;
}

impl Shipped for ShippedRule {
    type Table = entry_rules::Entity;

    fn label(&self) -> String {
        self.code.as_str().to_owned()
    }

    fn find<'a>(&self, rows: &'a [Model]) -> Found<'a, Model> {
        match rows.iter().find(|row| row.code == self.code) {
            None => Found::Nothing,
            Some(row) if row.shipped_hash.is_none() => Found::Own,
            Some(row) => Found::Came(row),
        }
    }

    fn new_row(&self, now: DateTime<Utc>) -> Model {
        self.row(now)
    }

    fn onto(&self, row: Model) -> Model {
        Model {
            id: row.id,
            active: row.active,
            version: row.version,
            updated_at: row.updated_at,
            ..self.row(row.created_at)
        }
    }
}

impl ShippedRow for Model {
    fn decided(&self) -> Value {
        let mut decided = json!([
            self.kind,
            self.destinations,
            self.nationalities,
            self.nationalities_except,
            self.anchor,
            self.min_months,
            self.min_days,
            self.max_age_years,
            self.severity,
            self.confidence,
            self.source_url,
            self.source_title,
            self.checked_on,
            self.note,
        ]);
        // Rows that were written before there were purposes keep their fingerprints.
        if let (Some(purpose), Some(list)) = (self.purpose, decided.as_array_mut()) {
            list.push(json!(purpose));
        }
        decided
    }

    fn fingerprint(&mut self) -> &mut Option<String> {
        &mut self.shipped_hash
    }

    fn touch(&mut self, now: DateTime<Utc>) {
        self.version += 1;
        self.updated_at = now;
    }
}
