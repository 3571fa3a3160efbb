//! Rules of entry as callers see them.

use chrono::{DateTime, NaiveDate, Utc};
use entity::entry_rules;
use entity::ids::EntryRuleId;
use entity::values::{
    EntryRuleKind, Places, RuleAnchor, RuleCode, RuleConfidence, RuleNote, RuleSeverity, SourceTitle,
    SourceUrl, TripPurpose,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::page::page_view;

/// A rule of entry: what countries ask of the documents of those who come. Advisory.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryRule {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000001001")]
    pub id: EntryRuleId,
    /// What the rule is called.
    pub code: RuleCode,
    /// What it asks for.
    pub kind: EntryRuleKind,
    /// Where it holds.
    pub destinations: Places,
    /// For the holders of whose passports; for all if there is none.
    pub nationalities: Places,
    /// For the holders of whose passports it does not hold.
    pub nationalities_except: Places,
    /// For trips of which purpose; null for all.
    #[schema(required)]
    pub purpose: Option<TripPurpose>,
    /// From which day validity is counted; null for rules of other kinds.
    #[schema(required)]
    pub anchor: Option<RuleAnchor>,
    /// For how many months after that day the passport is valid at least. The day itself counts.
    #[schema(required, minimum = 0, maximum = 120, example = 3)]
    pub min_months: Option<i16>,
    /// For how many days more.
    #[schema(required, minimum = 0, maximum = 366, example = 0)]
    pub min_days: Option<i16>,
    /// On entry fewer than so many years have passed since the passport was issued.
    #[schema(required, minimum = 1, maximum = 50, example = 10)]
    pub max_age_years: Option<i16>,
    /// How much it matters.
    pub severity: RuleSeverity,
    /// How sure it is.
    pub confidence: RuleConfidence,
    /// Where it was read.
    #[schema(required)]
    pub source_url: Option<SourceUrl>,
    /// What that source is called.
    pub source_title: SourceTitle,
    /// When it was last compared with its source.
    #[schema(example = "2026-11-23")]
    pub checked_on: NaiveDate,
    /// What else there is to know.
    #[schema(required)]
    pub note: Option<RuleNote>,
    /// Whether it is applied.
    #[schema(example = true)]
    pub active: bool,
    /// Whether it came with the program, edited or not; the agency's own did not.
    #[schema(example = true)]
    pub shipped: bool,
    /// Counts the changes; the ETag in quotes.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl From<entry_rules::Model> for EntryRule {
    fn from(rule: entry_rules::Model) -> Self {
        Self {
            id: rule.id,
            code: rule.code,
            kind: rule.kind,
            destinations: rule.destinations,
            nationalities: rule.nationalities,
            nationalities_except: rule.nationalities_except,
            purpose: rule.purpose,
            anchor: rule.anchor,
            min_months: rule.min_months,
            min_days: rule.min_days,
            max_age_years: rule.max_age_years,
            severity: rule.severity,
            confidence: rule.confidence,
            source_url: rule.source_url,
            source_title: rule.source_title,
            checked_on: rule.checked_on,
            note: rule.note,
            active: rule.active,
            shipped: rule.shipped_hash.is_some(),
            version: rule.version,
            created_at: rule.created_at,
            updated_at: rule.updated_at,
        }
    }
}

page_view! {
    /// A page of rules of entry.
    EntryRulePage of EntryRule from entry_rules::Model
}
