//! The rules of entry: data that administrators edit, some of which comes with the program.

mod commands;
pub mod import;

use entity::entry_rules::{self, Model};
use entity::ids::{EntryRuleId, UserId};
use entity::values::{AuditAction, AuditSubject, CountryCode, EntryRuleKind};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde::Serialize;

use self::commands::check_shape;
pub use self::commands::{EntryRulePatch, NewEntryRule};
use crate::audit::{self, Audited, Event, field};
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Conflict, Error, Result};
use crate::input::Valid;
use crate::page::{Page, PageRequest};
use crate::policy::{Permit, ReadEntryRules, WriteEntryRules};
use crate::travel::entry::{Rulebook, is_in};
use crate::version::Precondition;

/// What narrows the rules.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EntryRuleFilter {
    /// Of this kind.
    pub kind: Option<EntryRuleKind>,
    /// That hold in this country, those for anywhere included.
    pub destination: Option<CountryCode>,
    /// Applied, or not.
    pub active: Option<bool>,
}

impl Audited for Model {
    const SUBJECT: AuditSubject = AuditSubject::EntryRule;

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
            field("code", &self.code),
            field("kind", &self.kind),
            field("destinations", &self.destinations),
            field("nationalities", &self.nationalities),
            field("nationalities_except", &self.nationalities_except),
            field("purpose", &self.purpose),
            field("anchor", &self.anchor),
            field("min_months", &self.min_months),
            field("min_days", &self.min_days),
            field("max_age_years", &self.max_age_years),
            field("severity", &self.severity),
            field("confidence", &self.confidence),
            field("source_url", &self.source_url),
            field("source_title", &self.source_title),
            field("checked_on", &self.checked_on),
            field("note", &self.note),
            field("active", &self.active),
        ]
    }
}

/// Adds a rule of the agency's own.
///
/// # Errors
/// `Invalid` when the fields do not make a rule of its kind; `entry_rule_exists`.
pub async fn create(
    core: &Core,
    by: &Permit<WriteEntryRules>,
    command: Valid<NewEntryRule>,
) -> Result<Model> {
    let rule = compose(core, command.into_inner())?;
    core.db
        .write(async |txn| {
            entry_rules::Entity::insert(row_of(&rule))
                .exec_without_returning(txn)
                .await
                .or_conflict(Conflict::EntryRuleExists)?;
            let event = Event::new(AuditAction::EntryRuleCreated).created(&rule);
            audit::record(core, txn, by.actor(), event).await
        })
        .await?;
    Ok(rule)
}

fn compose(core: &Core, command: NewEntryRule) -> Result<Model> {
    let NewEntryRule {
        code,
        kind,
        destinations,
        nationalities,
        nationalities_except,
        purpose,
        anchor,
        min_months,
        min_days,
        max_age_years,
        severity,
        confidence,
        source_url,
        source_title,
        checked_on,
        note,
        active,
    } = command;
    let now = core.clock.now();
    let rule = Model {
        id: EntryRuleId::new(),
        code: code.required("code")?,
        kind: kind.required("kind")?,
        destinations: destinations.required("destinations")?,
        nationalities: nationalities.optional().unwrap_or_default(),
        nationalities_except: nationalities_except.optional().unwrap_or_default(),
        purpose: purpose.optional(),
        anchor: anchor.optional(),
        min_months: min_months.optional(),
        min_days: min_days.optional(),
        max_age_years: max_age_years.optional(),
        severity: severity.required("severity")?,
        confidence: confidence.required("confidence")?,
        source_url: source_url.optional(),
        source_title: source_title.required("source_title")?,
        checked_on: checked_on.required("checked_on")?,
        note: note.optional(),
        active: active.optional().unwrap_or(true),
        shipped_hash: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    check_shape(&rule, core.clock.today())?;
    Ok(rule)
}

/// Reads one rule.
///
/// # Errors
/// `NotFound`.
pub async fn get(core: &Core, _by: &Permit<ReadEntryRules>, id: EntryRuleId) -> Result<Model> {
    entry_rules::Entity::find_by_id(id)
        .one(core.db.read())
        .await?
        .ok_or(Error::NotFound)
}

/// One page of the rules.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list(
    core: &Core,
    by: &Permit<ReadEntryRules>,
    filter: &EntryRuleFilter,
    page: &PageRequest,
) -> Result<Page<Model>> {
    let keyset = page.check(core, by.actor(), "entry-rules", filter)?;
    let EntryRuleFilter {
        kind,
        destination,
        active,
    } = filter;
    let column = entry_rules::COLUMN;
    let mut query = entry_rules::Entity::find();
    if let Some(kind) = kind {
        query = query.filter(column.kind.eq(*kind));
    }
    if let Some(active) = active {
        query = query.filter(column.active.eq(*active));
    }
    if let Some(after) = keyset.after() {
        query = query.filter(column.id.gt(EntryRuleId::from(after)));
    }
    query = query.order_by_asc(column.id);
    // Where a rule holds is a list with areas in it, that no query can look into. There are some hundreds of rules at most.
    if destination.is_none() {
        query = query.limit(keyset.fetch());
    }
    let mut rows = query.all(core.db.read_stale()).await?;
    if let Some(country) = destination {
        rows.retain(|rule| {
            rule.destinations
                .as_slice()
                .iter()
                .any(|place| is_in(*country, place))
        });
        rows.truncate(usize::try_from(keyset.fetch()).unwrap_or(usize::MAX));
    }
    Ok(keyset.page(core, rows, |rule| rule.id.uuid()))
}

/// The rules that are applied, in one statement.
///
/// # Errors
/// `Unavailable` and `Internal`.
pub(crate) async fn rulebook(core: &Core) -> Result<Rulebook> {
    let rules = entry_rules::Entity::find()
        .filter(entry_rules::COLUMN.active.eq(true))
        .order_by_asc(entry_rules::COLUMN.code)
        .all(core.db.read())
        .await?;
    Ok(Rulebook::new(rules))
}

/// Changes a rule. Nothing is written when nothing changes.
///
/// # Errors
/// `NotFound`, `Stale`; `Invalid` when the fields do not make a rule of its kind any more.
pub async fn update(
    core: &Core,
    by: &Permit<WriteEntryRules>,
    id: EntryRuleId,
    precondition: &Precondition,
    command: Valid<EntryRulePatch>,
) -> Result<Model> {
    let patch = command.into_inner();
    core.db
        .write(async |txn| {
            let found = lock(txn, id).await?;
            precondition.check(found.version)?;
            let mut rule = apply(&found, patch);
            check_shape(&rule, core.clock.today())?;
            if rule == found {
                return Ok(found);
            }
            rule.version += 1;
            rule.updated_at = core.clock.now();
            save(txn, &rule).await?;
            let event = Event::new(AuditAction::EntryRuleUpdated).changed(&found, &rule);
            audit::record(core, txn, by.actor(), event).await?;
            Ok(rule)
        })
        .await
}

fn apply(found: &Model, patch: EntryRulePatch) -> Model {
    let EntryRulePatch {
        destinations,
        nationalities,
        nationalities_except,
        purpose,
        anchor,
        min_months,
        min_days,
        max_age_years,
        severity,
        confidence,
        source_url,
        source_title,
        checked_on,
        note,
        active,
    } = patch;
    let mut rule = found.clone();
    destinations.patch(&mut rule.destinations);
    nationalities.patch(&mut rule.nationalities);
    nationalities_except.patch(&mut rule.nationalities_except);
    purpose.patch_nullable(&mut rule.purpose);
    anchor.patch_nullable(&mut rule.anchor);
    min_months.patch_nullable(&mut rule.min_months);
    min_days.patch_nullable(&mut rule.min_days);
    max_age_years.patch_nullable(&mut rule.max_age_years);
    severity.patch(&mut rule.severity);
    confidence.patch(&mut rule.confidence);
    source_url.patch_nullable(&mut rule.source_url);
    source_title.patch(&mut rule.source_title);
    checked_on.patch(&mut rule.checked_on);
    note.patch_nullable(&mut rule.note);
    active.patch(&mut rule.active);
    rule
}

/// Removes a rule. One that came with the program comes back with the next import; switch it off instead.
///
/// # Errors
/// `NotFound`, `Stale`.
pub async fn delete(
    core: &Core,
    by: &Permit<WriteEntryRules>,
    id: EntryRuleId,
    precondition: &Precondition,
) -> Result<()> {
    core.db
        .write(async |txn| {
            let rule = lock(txn, id).await?;
            precondition.check(rule.version)?;
            entry_rules::Entity::delete_by_id(id).exec(txn).await?;
            let event = Event::new(AuditAction::EntryRuleDeleted).removed(&rule);
            audit::record(core, txn, by.actor(), event).await
        })
        .await
}

async fn save(txn: &impl ConnectionTrait, rule: &Model) -> Result<()> {
    entry_rules::Entity::update_many()
        .set(row_of(rule))
        .filter(entry_rules::COLUMN.id.eq(rule.id))
        .exec(txn)
        .await?;
    Ok(())
}

async fn lock(txn: &impl ConnectionTrait, id: EntryRuleId) -> Result<Model> {
    entry_rules::Entity::find_by_id(id)
        .lock_exclusive()
        .one(txn)
        .await?
        .ok_or(Error::NotFound)
}
