//! Table `entry_rules`: what countries ask of the documents of those who come.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::EntryRuleId;
use crate::values::{
    EntryRuleKind, Places, RuleAnchor, RuleCode, RuleConfidence, RuleNote, RuleSeverity, SourceTitle,
    SourceUrl, TripPurpose,
};

/// A rule of entry. Advisory: what counts is what the carrier reads in Timatic.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "entry_rules")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EntryRuleId,
    /// What the rule is called; by it a rule that comes with the program finds its row again.
    #[sea_orm(unique)]
    pub code: RuleCode,
    /// What it asks for.
    pub kind: EntryRuleKind,
    /// Where it holds.
    #[sea_orm(column_type = "JsonBinary")]
    pub destinations: Places,
    /// For the holders of whose passports; for all if there is none.
    #[sea_orm(column_type = "JsonBinary")]
    pub nationalities: Places,
    /// For the holders of whose passports it does not hold.
    #[sea_orm(column_type = "JsonBinary")]
    pub nationalities_except: Places,
    /// From which day validity is counted.
    pub anchor: Option<RuleAnchor>,
    /// For how many months after that day the passport is valid at least.
    pub min_months: Option<i16>,
    /// For how many days more.
    pub min_days: Option<i16>,
    /// How many years before the entry the passport is issued at most.
    pub max_age_years: Option<i16>,
    /// How much it matters.
    pub severity: RuleSeverity,
    /// How sure it is.
    pub confidence: RuleConfidence,
    /// Where it can be compared.
    pub source_url: Option<SourceUrl>,
    /// What that source is called.
    pub source_title: SourceTitle,
    /// When it was last compared with its source.
    pub checked_on: NaiveDate,
    /// What else there is to know.
    pub note: Option<RuleNote>,
    /// Whether it is applied.
    pub active: bool,
    /// Fingerprint of the row as the program wrote it: another one means that somebody has edited it. Absent for the
    /// agency's own rules.
    pub shipped_hash: Option<String>,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// For trips of which purpose; for all if there is none.
    pub purpose: Option<TripPurpose>,
}

impl ActiveModelBehavior for ActiveModel {}
