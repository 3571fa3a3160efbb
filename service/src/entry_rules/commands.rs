//! What can be asked of the rules of entry.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use entity::entry_rules::Model;
use entity::values::{
    EntryRuleKind, Places, RuleAnchor, RuleCode, RuleConfidence, RuleNote, RuleSeverity, SourceTitle,
    SourceUrl, TripPurpose,
};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::error::{Error, FieldError, Result};
use crate::input::{Input, not_null, optional, required};

/// A rule of entry to add.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewEntryRule {
    /// What the rule is called; no other has this code, and it never changes.
    #[schema(value_type = RuleCode, required, example = "house-iceland-reserve")]
    #[validate(custom(function = "required"))]
    pub code: Input<RuleCode>,
    /// What it asks for.
    #[schema(value_type = EntryRuleKind, required)]
    #[validate(custom(function = "required"))]
    pub kind: Input<EntryRuleKind>,
    /// Where it holds: countries and areas, at least one.
    #[schema(value_type = Vec<entity::values::Place>, required, min_items = 1, max_items = 200, example = json!(["ISL"]))]
    #[validate(custom(function = "some_places"))]
    pub destinations: Input<Places>,
    /// For the holders of whose passports; for all if none is named.
    #[schema(value_type = Places, max_items = 200, example = json!([]))]
    #[validate(custom(function = "not_null"))]
    pub nationalities: Input<Places>,
    /// For the holders of whose passports it does not hold.
    #[schema(value_type = Places, max_items = 200, example = json!(["EU_EEA_CH"]))]
    #[validate(custom(function = "not_null"))]
    pub nationalities_except: Input<Places>,
    /// For trips of which purpose; for all if not said. A check that names no purpose leaves it out.
    #[schema(value_type = Option<TripPurpose>, example = "business")]
    #[validate(custom(function = "optional"))]
    pub purpose: Input<TripPurpose>,
    /// From which day validity is counted; rules of validity have it, others do not.
    #[schema(value_type = RuleAnchor)]
    #[validate(custom(function = "not_null"))]
    pub anchor: Input<RuleAnchor>,
    /// For how many months after that day the passport is valid at least; 0 if not said. The day itself counts.
    #[schema(value_type = Option<i16>, minimum = 0, maximum = 120, example = 3)]
    #[validate(custom(function = "months"))]
    pub min_months: Input<i16>,
    /// For how many days more.
    #[schema(value_type = Option<i16>, minimum = 0, maximum = 366, example = 14)]
    #[validate(custom(function = "days"))]
    pub min_days: Input<i16>,
    /// On entry fewer than so many years have passed since the passport was issued; rules of age have it, others do not.
    #[schema(value_type = i16, minimum = 1, maximum = 50, example = 10)]
    #[validate(custom(function = "years"))]
    pub max_age_years: Input<i16>,
    /// How much it matters.
    #[schema(value_type = RuleSeverity, required)]
    #[validate(custom(function = "required"))]
    pub severity: Input<RuleSeverity>,
    /// How sure it is.
    #[schema(value_type = RuleConfidence, required)]
    #[validate(custom(function = "required"))]
    pub confidence: Input<RuleConfidence>,
    /// Where it was read, if that is a page.
    #[schema(value_type = Option<SourceUrl>)]
    #[validate(custom(function = "optional"))]
    pub source_url: Input<SourceUrl>,
    /// What that source is called.
    #[schema(value_type = SourceTitle, required, example = "House rule of the agency")]
    #[validate(custom(function = "required"))]
    pub source_title: Input<SourceTitle>,
    /// When it was last compared with its source; not in the future.
    #[schema(value_type = NaiveDate, required, example = "2026-11-23")]
    #[validate(custom(function = "required"))]
    pub checked_on: Input<NaiveDate>,
    /// What else there is to know.
    #[schema(value_type = Option<RuleNote>)]
    #[validate(custom(function = "optional"))]
    pub note: Input<RuleNote>,
    /// Whether it is applied; true if not said.
    #[schema(value_type = bool, example = true)]
    #[validate(custom(function = "not_null"))]
    pub active: Input<bool>,
}

/// A change of a rule of entry, as a JSON Merge Patch (RFC 7396): absent leaves, null clears, a list replaces.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EntryRulePatch {
    /// Where it holds: countries and areas, at least one.
    #[schema(value_type = Vec<entity::values::Place>, min_items = 1, max_items = 200, example = json!(["ISL"]))]
    #[validate(custom(function = "some_places_or_absent"))]
    pub destinations: Input<Places>,
    /// For the holders of whose passports; for all if none is named.
    #[schema(value_type = Places, max_items = 200, example = json!([]))]
    #[validate(custom(function = "not_null"))]
    pub nationalities: Input<Places>,
    /// For the holders of whose passports it does not hold.
    #[schema(value_type = Places, max_items = 200, example = json!(["EU_EEA_CH"]))]
    #[validate(custom(function = "not_null"))]
    pub nationalities_except: Input<Places>,
    /// For trips of which purpose; null for all. A check that names no purpose leaves it out.
    #[schema(value_type = Option<TripPurpose>, example = "business")]
    #[validate(custom(function = "optional"))]
    pub purpose: Input<TripPurpose>,
    /// From which day validity is counted.
    #[schema(value_type = RuleAnchor)]
    #[validate(custom(function = "not_null"))]
    pub anchor: Input<RuleAnchor>,
    /// For how many months after that day the passport is valid at least.
    #[schema(value_type = Option<i16>, minimum = 0, maximum = 120, example = 3)]
    #[validate(custom(function = "months"))]
    pub min_months: Input<i16>,
    /// For how many days more.
    #[schema(value_type = Option<i16>, minimum = 0, maximum = 366, example = 14)]
    #[validate(custom(function = "days"))]
    pub min_days: Input<i16>,
    /// On entry fewer than so many years have passed since the passport was issued.
    #[schema(value_type = i16, minimum = 1, maximum = 50, example = 10)]
    #[validate(custom(function = "years"))]
    pub max_age_years: Input<i16>,
    /// How much it matters.
    #[schema(value_type = RuleSeverity)]
    #[validate(custom(function = "not_null"))]
    pub severity: Input<RuleSeverity>,
    /// How sure it is.
    #[schema(value_type = RuleConfidence)]
    #[validate(custom(function = "not_null"))]
    pub confidence: Input<RuleConfidence>,
    /// Where it was read, if that is a page.
    #[schema(value_type = Option<SourceUrl>)]
    #[validate(custom(function = "optional"))]
    pub source_url: Input<SourceUrl>,
    /// What that source is called.
    #[schema(value_type = SourceTitle)]
    #[validate(custom(function = "not_null"))]
    pub source_title: Input<SourceTitle>,
    /// When it was last compared with its source; not in the future.
    #[schema(value_type = NaiveDate, example = "2026-11-23")]
    #[validate(custom(function = "not_null"))]
    pub checked_on: Input<NaiveDate>,
    /// What else there is to know.
    #[schema(value_type = Option<RuleNote>)]
    #[validate(custom(function = "optional"))]
    pub note: Input<RuleNote>,
    /// Whether it is applied.
    #[schema(value_type = bool, example = true)]
    #[validate(custom(function = "not_null"))]
    pub active: Input<bool>,
}

fn some_places(input: &Input<Places>) -> Result<(), ValidationError> {
    required(input)?;
    not_empty(input)
}

fn some_places_or_absent(input: &Input<Places>) -> Result<(), ValidationError> {
    not_null(input)?;
    not_empty(input)
}

fn not_empty(input: &Input<Places>) -> Result<(), ValidationError> {
    if input.value().is_some_and(Places::is_empty) {
        return Err(ValidationError::new("too_few").with_message("Name at least one place.".into()));
    }
    Ok(())
}

fn months(input: &Input<i16>) -> Result<(), ValidationError> {
    within(input, 0..=120)
}

fn days(input: &Input<i16>) -> Result<(), ValidationError> {
    within(input, 0..=366)
}

fn years(input: &Input<i16>) -> Result<(), ValidationError> {
    not_null(input)?;
    within(input, 1..=50)
}

fn within(input: &Input<i16>, range: RangeInclusive<i16>) -> Result<(), ValidationError> {
    optional(input)?;
    if input.value().is_some_and(|value| !range.contains(value)) {
        let detail = format!(
            "The value must lie between {} and {}.",
            range.start(),
            range.end()
        );
        return Err(ValidationError::new("out_of_range").with_message(detail.into()));
    }
    Ok(())
}

/// Whether the fields make a rule of its kind, all errors at once: what the kind needs is there, and what it has no use
/// for is not.
pub(super) fn check_shape(rule: &Model, today: NaiveDate) -> Result<()> {
    let mut errors = Vec::new();
    let mut demand = |field: &str, is_there: bool, wanted: Option<bool>| match (is_there, wanted) {
        (false, Some(true)) => errors.push(FieldError::field(
            field,
            "required",
            "A rule of this kind needs this field.",
        )),
        (true, Some(false)) => errors.push(FieldError::field(
            field,
            "not_of_this_kind",
            "A rule of this kind has no use for this field; leave it out or clear it.",
        )),
        _ => {}
    };
    let (is_validity, is_age) = (
        rule.kind == EntryRuleKind::PassportValidity,
        rule.kind == EntryRuleKind::PassportAge,
    );
    demand("anchor", rule.anchor.is_some(), Some(is_validity));
    let may_count = (!is_validity).then_some(false);
    demand("min_months", rule.min_months.is_some(), may_count);
    demand("min_days", rule.min_days.is_some(), may_count);
    demand("max_age_years", rule.max_age_years.is_some(), Some(is_age));
    if rule.checked_on > today {
        errors.push(FieldError::field(
            "checked_on",
            "in_the_future",
            "The day of the comparison cannot lie in the future.",
        ));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(errors))
    }
}
