//! Checks of documents as callers see them.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{EntryRuleId, GroupId, IdentityCardId, PassportId, UserId};
use entity::values::{
    CountryCode, EntryRuleKind, FindingCode, MemberRole, MissingItem, RuleCode, RuleConfidence, RuleSeverity,
    SourceTitle, SourceUrl, Verdict,
};
use serde::Serialize;
use service::document_checks as checks;
use service::travel::entry;
use utoipa::ToSchema;

use crate::booking::names_view::{BookingWarning, warnings};

/// What the documents of some people come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckedDocuments {
    /// Always true: what counts is what the carrier reads in Timatic.
    #[schema(example = true)]
    pub advisory: bool,
    /// When it was checked.
    pub checked_at: DateTime<Utc>,
    /// The last day on which one of the rules was compared with its source; null where there are no rules.
    #[schema(required, example = "2026-11-23")]
    pub rules_as_of: Option<NaiveDate>,
    /// The people, in the order in which they were named, or joined the group.
    #[schema(max_items = 99)]
    pub travellers: Vec<CheckedTraveller>,
    /// Whether there are others.
    #[schema(max_items = 2)]
    pub warnings: Vec<BookingWarning>,
}

/// What the documents of a person come to.
#[derive(Serialize, ToSchema)]
pub struct CheckedTraveller {
    /// Who.
    #[schema(example = "01920000-0000-7000-8000-000000000003")]
    pub user_id: UserId,
    /// The name of the profile.
    #[schema(max_length = 310, example = "Anna Maria Eriksson")]
    pub name: String,
    /// On the whole journey.
    pub verdict: Verdict,
    /// What the person lacks.
    #[schema(max_items = 20)]
    pub missing: Vec<MissingItem>,
    /// What does not depend on the country.
    #[schema(max_items = 100)]
    pub findings: Vec<DocumentFinding>,
    /// Leg by leg.
    #[schema(max_items = 10)]
    pub legs: Vec<CheckedLeg>,
}

/// What the documents of a person come to on a leg.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckedLeg {
    /// The country.
    #[schema(example = "FRA")]
    pub country: CountryCode,
    /// First day there.
    #[schema(example = "2027-06-01")]
    pub arrive: NaiveDate,
    /// Last day there.
    #[schema(example = "2027-06-14")]
    pub depart: NaiveDate,
    /// On this leg.
    pub verdict: Verdict,
    /// The passport to travel on: the one with the best verdict, then the one that is valid longest; null where there is none.
    #[schema(required, example = "01920000-0000-7000-8000-000000000101")]
    pub passport_id: Option<PassportId>,
    /// The identity card that is accepted in its place, where no passport does as well.
    #[schema(required, example = "01920000-0000-7000-8000-000000000161")]
    pub identity_card_id: Option<IdentityCardId>,
    /// Last day of its validity.
    #[schema(required, example = "2034-04-15")]
    pub valid_until: Option<NaiveDate>,
    /// What speaks against travelling on it.
    #[schema(max_items = 100)]
    pub findings: Vec<DocumentFinding>,
    /// Of what no rule is recorded for the country (`visa`, `passport_validity`), so that the verdict says nothing about it:
    /// look it up. Empty at home.
    #[schema(max_items = 4)]
    pub unchecked: Vec<EntryRuleKind>,
}

/// Something that speaks against a journey, or should be looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentFinding {
    /// What.
    pub code: FindingCode,
    /// How much it matters.
    pub severity: RuleSeverity,
    /// One sentence for people.
    #[schema(
        max_length = 300,
        example = "The passport is valid until 2027-08-01; it must be valid 3 months beyond the end of the stay, until 2027-09-14."
    )]
    pub detail: String,
    /// The rule that is not met; null where it needs no rule.
    #[schema(required)]
    pub rule: Option<FindingRule>,
    /// About which passport.
    #[schema(required, example = "01920000-0000-7000-8000-000000000101")]
    pub passport_id: Option<PassportId>,
    /// Until when the passport must be valid; the day itself counts.
    #[schema(required, example = "2027-09-14")]
    pub needed_until: Option<NaiveDate>,
    /// Until when it is.
    #[schema(required, example = "2027-08-01")]
    pub valid_until: Option<NaiveDate>,
}

/// Which rule of entry, and where it comes from.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingRule {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000001001")]
    pub id: EntryRuleId,
    /// What the rule is called.
    pub code: RuleCode,
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
}

/// Whether a group has all that it needs for a journey.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupReadiness {
    /// Always true: what counts is what the carrier reads in Timatic.
    #[schema(example = true)]
    pub advisory: bool,
    /// Which group.
    #[schema(example = "01920000-0000-7000-8000-000000000401")]
    pub group_id: GroupId,
    /// Whether nobody of those shown lacks anything, nor must expect to be turned away.
    #[schema(example = false)]
    pub ready: bool,
    /// The last day on which one of the rules was compared with its source; null where there are no rules.
    #[schema(required, example = "2026-11-23")]
    pub rules_as_of: Option<NaiveDate>,
    /// The members that the caller may see, in the order in which they joined.
    #[schema(max_items = 99)]
    pub members: Vec<MemberReadiness>,
    /// Whether there are others.
    #[schema(max_items = 2)]
    pub warnings: Vec<BookingWarning>,
}

/// Whether a member of a group has all that the journey needs.
#[derive(Serialize, ToSchema)]
pub struct MemberReadiness {
    /// Who.
    #[schema(example = "01920000-0000-7000-8000-000000000003")]
    pub user_id: UserId,
    /// The name of the profile.
    #[schema(max_length = 310, example = "Anna Maria Eriksson")]
    pub name: String,
    /// What the member is to the group.
    pub role: MemberRole,
    /// Whether the member lacks nothing, nor must expect to be turned away.
    #[schema(example = true)]
    pub ready: bool,
    /// What the documents come to.
    pub verdict: Verdict,
    /// What the member lacks.
    #[schema(max_items = 20)]
    pub missing: Vec<MissingItem>,
    /// Of what no rule is recorded, so that `ready` and `verdict` say nothing about it: look it up.
    #[schema(max_items = 10)]
    pub unchecked: Vec<UncheckedCountry>,
}

/// Of what no rule is recorded for a country.
#[derive(Debug, Serialize, ToSchema)]
pub struct UncheckedCountry {
    /// The country.
    #[schema(example = "JPN")]
    pub country: CountryCode,
    /// `visa`, `passport_validity`.
    #[schema(max_items = 4)]
    pub kinds: Vec<EntryRuleKind>,
}

impl fmt::Debug for CheckedTraveller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CheckedTraveller({})", self.user_id)
    }
}

impl fmt::Debug for MemberReadiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemberReadiness({})", self.user_id)
    }
}

impl From<checks::Checked> for CheckedDocuments {
    fn from(it: checks::Checked) -> Self {
        Self {
            advisory: true,
            checked_at: it.checked_at,
            rules_as_of: it.rules_as_of,
            travellers: it.travellers.into_iter().map(CheckedTraveller::from).collect(),
            warnings: warnings(it.warnings),
        }
    }
}

impl From<checks::CheckedTraveller> for CheckedTraveller {
    fn from(it: checks::CheckedTraveller) -> Self {
        let check = it.check;
        Self {
            user_id: it.user_id,
            name: it.name,
            verdict: check.verdict,
            missing: check.missing,
            findings: findings(check.findings),
            legs: check.legs.into_iter().map(CheckedLeg::from).collect(),
        }
    }
}

impl From<entry::LegCheck> for CheckedLeg {
    fn from(it: entry::LegCheck) -> Self {
        Self {
            country: it.leg.country,
            arrive: it.leg.arrive,
            depart: it.leg.depart,
            verdict: it.verdict,
            passport_id: it.passport_id,
            identity_card_id: it.identity_card_id,
            valid_until: it.valid_until,
            findings: findings(it.findings),
            unchecked: it.unchecked,
        }
    }
}

fn findings(findings: Vec<entry::Finding>) -> Vec<DocumentFinding> {
    let view = |it: entry::Finding| DocumentFinding {
        code: it.code,
        severity: it.severity,
        detail: it.detail.into_owned(),
        rule: it.rule.map(|rule| FindingRule {
            id: rule.id,
            code: rule.code.clone(),
            confidence: rule.confidence,
            source_url: rule.source_url.clone(),
            source_title: rule.source_title.clone(),
            checked_on: rule.checked_on,
        }),
        passport_id: it.passport_id,
        needed_until: it.needed_until,
        valid_until: it.valid_until,
    };
    findings.into_iter().map(view).collect()
}

impl From<checks::GroupReadiness> for GroupReadiness {
    fn from(it: checks::GroupReadiness) -> Self {
        let unchecked = |(country, kinds)| UncheckedCountry { country, kinds };
        let member = |it: checks::MemberReadiness| MemberReadiness {
            user_id: it.user_id,
            name: it.name,
            role: it.role,
            ready: it.ready,
            verdict: it.verdict,
            missing: it.missing,
            unchecked: it.unchecked.into_iter().map(unchecked).collect(),
        };
        Self {
            advisory: true,
            group_id: it.group_id,
            ready: it.ready,
            rules_as_of: it.rules_as_of,
            members: it.members.into_iter().map(member).collect(),
            warnings: warnings(it.warnings),
        }
    }
}
