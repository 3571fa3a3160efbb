//! What speaks against a journey.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::NaiveDate;
use entity::entry_rules;
use entity::ids::PassportId;
use entity::values::{FindingCode, RuleAnchor, RuleSeverity, Verdict};

use super::trip::Applied;
use crate::passports::Passport;

/// Something that speaks against a journey, or should be looked at.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What.
    pub code: FindingCode,
    /// How much it matters.
    pub severity: RuleSeverity,
    /// One sentence for people.
    pub detail: Cow<'static, str>,
    /// The rule that is not met; none where it needs no rule.
    pub rule: Option<Arc<entry_rules::Model>>,
    /// About which passport.
    pub passport_id: Option<PassportId>,
    /// Until when the passport must be valid.
    pub needed_until: Option<NaiveDate>,
    /// Until when it is.
    pub valid_until: Option<NaiveDate>,
}

impl Finding {
    pub(super) fn new(
        code: FindingCode,
        severity: RuleSeverity,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            code,
            severity,
            detail: detail.into(),
            rule: None,
            passport_id: None,
            needed_until: None,
            valid_until: None,
        }
    }

    pub(super) fn of(self, passport: &Passport) -> Self {
        Self {
            passport_id: Some(passport.id),
            valid_until: Some(passport.expiry_date),
            ..self
        }
    }

    pub(super) fn by(self, rule: &Arc<entry_rules::Model>) -> Self {
        Self {
            rule: Some(Arc::clone(rule)),
            ..self
        }
    }

    pub(super) fn until(self, needed: NaiveDate) -> Self {
        Self {
            needed_until: Some(needed),
            ..self
        }
    }
}

/// What findings come to.
pub(super) fn verdict(findings: &[Finding]) -> Verdict {
    let verdicts = findings.iter().map(|finding| match finding.severity {
        RuleSeverity::Warn => Verdict::Warn,
        RuleSeverity::Fail => Verdict::Fail,
    });
    worst(verdicts)
}

/// The worst of some verdicts.
pub(super) fn worst(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    verdicts
        .into_iter()
        .max_by_key(|it| rank(*it))
        .unwrap_or(Verdict::Ok)
}

/// The worse, the higher.
pub(super) const fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Ok => 0,
        Verdict::Warn => 1,
        Verdict::Fail => 2,
    }
}

/// What a rule of validity asks for, in words.
pub(super) fn demand(applied: &Applied<'_>) -> String {
    let rule = applied.rule();
    let many = |count: i16, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    let amounts = [(rule.min_months, "month"), (rule.min_days, "day")];
    let amounts: Vec<String> = amounts
        .into_iter()
        .filter_map(|(count, unit)| Some(many(count.filter(|it| *it > 0)?, unit)))
        .collect();
    let anchor = match rule.anchor {
        Some(RuleAnchor::Departure) => "the departure",
        Some(RuleAnchor::StayEnd) => "the end of the stay",
        Some(RuleAnchor::Arrival) | None => "the arrival",
    };
    if amounts.is_empty() {
        format!("until {anchor}")
    } else {
        format!("{} beyond {anchor}", amounts.join(" and "))
    }
}
