//! The rules of entry that come with the program, as the file beside this one has them.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use entity::entry_rules::Model;
use entity::ids::EntryRuleId;
use entity::values::{
    EntryRuleKind, Places, RuleAnchor, RuleCode, RuleConfidence, RuleNote, RuleSeverity, SourceTitle,
    SourceUrl, TripPurpose,
};
use serde::Deserialize;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shipped {
    /// Raised with each change.
    pub version: String,
    /// The rules.
    pub rules: Vec<ShippedRule>,
}

/// A rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippedRule {
    /// Stays for ever: by it a row in a database finds its rule again.
    pub code: RuleCode,
    /// What it asks for.
    pub kind: EntryRuleKind,
    /// Where it holds.
    pub destinations: Places,
    /// For the holders of whose passports; for all if there is none.
    #[serde(default)]
    pub nationalities: Places,
    /// For the holders of whose passports it does not hold.
    #[serde(default)]
    pub nationalities_except: Places,
    /// For trips of which purpose; for all if there is none.
    pub purpose: Option<TripPurpose>,
    /// From which day validity is counted.
    pub anchor: Option<RuleAnchor>,
    /// For how many months after that day.
    pub min_months: Option<i16>,
    /// For how many days more.
    pub min_days: Option<i16>,
    /// How many years before the entry the passport is issued at most.
    pub max_age_years: Option<i16>,
    /// How much it matters.
    pub severity: RuleSeverity,
    /// How sure it is.
    pub confidence: RuleConfidence,
    /// Where it was read.
    pub source_url: SourceUrl,
    /// What that source is called.
    pub source_title: SourceTitle,
    /// When.
    pub checked_on: NaiveDate,
    /// What else there is to know.
    pub note: Option<RuleNote>,
}

impl ShippedRule {
    /// A new row of the rule.
    pub fn row(&self, now: DateTime<Utc>) -> Model {
        Model {
            id: EntryRuleId::new(),
            code: self.code.clone(),
            kind: self.kind,
            destinations: self.destinations.clone(),
            nationalities: self.nationalities.clone(),
            nationalities_except: self.nationalities_except.clone(),
            purpose: self.purpose,
            anchor: self.anchor,
            min_months: self.min_months,
            min_days: self.min_days,
            max_age_years: self.max_age_years,
            severity: self.severity,
            confidence: self.confidence,
            source_url: Some(self.source_url.clone()),
            source_title: self.source_title.clone(),
            checked_on: self.checked_on,
            note: self.note.clone(),
            active: true,
            shipped_hash: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

// A test reads the file; without it there is nothing to import.
/// The file.
pub static SHIPPED: LazyLock<Shipped> = LazyLock::new(|| {
    serde_json::from_str(include_str!("rules.json")).unwrap_or_else(|_| Shipped {
        version: String::new(),
        rules: Vec::new(),
    })
});
