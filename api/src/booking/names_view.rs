//! Names as callers see them.

use std::fmt;

use chrono::NaiveDate;
use entity::ids::{PassportId, UserId};
use entity::values::CarrierCode;
use serde::Serialize;
use service::booking;
use service::travel::{names, warning};
use utoipa::ToSchema;

/// The names of a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonNames {
    /// Whose.
    #[schema(example = "01920000-0000-7000-8000-000000000003")]
    pub user_id: UserId,
    /// The airline that was asked about.
    #[schema(required)]
    pub carrier: Option<CarrierCode>,
    /// By which rule names that do not fit a ticket were written.
    pub rule: NameRule,
    /// The name of the profile.
    pub profile: NameForms,
    /// The name in the primary passport; null, with a warning, where there is none or the caller may not read it.
    #[schema(required)]
    pub passport: Option<PassportName>,
    /// Whether the two names may be one; null without a passport.
    #[schema(required)]
    pub comparison: Option<NameComparison>,
    /// Why there is no name of a passport.
    #[schema(max_items = 2)]
    pub warnings: Vec<BookingWarning>,
}

/// How an airline wants names that do not fit its systems.
#[derive(Debug, Serialize, ToSchema)]
pub struct NameRule {
    /// The airline; null for the recommendation to all.
    #[schema(required, min_length = 2, max_length = 2, example = "VS")]
    pub carrier: Option<&'static str>,
    /// Where the rule was read.
    #[schema(
        max_length = 300,
        example = "https://flywith.virginatlantic.com/gb/en/partner-hub/knowledge-base/Names_In_Bookings.html"
    )]
    pub source: &'static str,
    /// When it was last compared with its source.
    #[schema(example = "2026-11-22")]
    pub checked_on: NaiveDate,
}

/// One name in all its forms.
#[derive(Debug, Serialize, ToSchema)]
pub struct NameForms {
    /// As its owner or the document writes it.
    pub legal: LegalName,
    /// As a machine readable zone has it; null where the standard has no letters for it.
    #[schema(required)]
    pub mrz: Option<MrzName>,
    /// As a ticket has it; null where the standard has no letters for it.
    #[schema(required)]
    pub ticket: Option<TicketName>,
    /// What was changed.
    #[schema(max_items = 10)]
    pub warnings: Vec<BookingWarning>,
}

/// The name in a passport.
#[derive(Debug, Serialize, ToSchema)]
pub struct PassportName {
    /// Which passport.
    #[schema(example = "01920000-0000-7000-8000-000000000101")]
    pub passport_id: PassportId,
    /// The name.
    pub names: NameForms,
}

/// A name as its owner or the document writes it.
#[derive(Serialize, ToSchema)]
pub struct LegalName {
    /// Family name; null for a profile with one name.
    #[schema(required, max_length = 100, example = "Eriksson")]
    pub surname: Option<String>,
    /// First and middle names; null for a passport with one name.
    #[schema(required, max_length = 201, example = "Anna Maria")]
    pub given_names: Option<String>,
    /// The whole name, given names first.
    #[schema(max_length = 302, example = "Anna Maria Eriksson")]
    pub full: String,
}

/// A name in the letters of a machine readable zone (ICAO Doc 9303-3 §4.6 and §6).
#[derive(Serialize, ToSchema)]
pub struct MrzName {
    /// Primary identifier, or the only name.
    #[schema(max_length = 1000, example = "ERIKSSON")]
    pub surname: String,
    /// Secondary identifier.
    #[schema(required, max_length = 1000, example = "ANNA MARIA")]
    pub given_names: Option<String>,
    /// Both as line 1 of a passport has them, cut where they are too long (ICAO Doc 9303-4 §4.2.3).
    #[schema(
        min_length = 39,
        max_length = 39,
        example = "ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
    )]
    pub line: String,
}

/// A name as tickets and bookings write it.
#[derive(Serialize, ToSchema)]
pub struct TicketName {
    /// Family name, or the only name.
    #[schema(max_length = 60, example = "ERIKSSON")]
    pub surname: String,
    /// Given names, or what stands in for them: `FNU`, `LNU`, a letter.
    #[schema(max_length = 60, example = "ANNA MARIA")]
    pub given_names: String,
    /// Title, if it is one that airlines take.
    #[schema(required, max_length = 20, example = "MRS")]
    pub title: Option<String>,
    /// All of it.
    #[schema(max_length = 60, example = "ERIKSSON/ANNA MARIA MRS")]
    pub text: String,
}

/// Whether the name of the profile and that of the passport may be one.
#[derive(Debug, Serialize, ToSchema)]
pub struct NameComparison {
    /// On the whole.
    pub verdict: NameMatch,
    /// The surnames, or the only names.
    pub surname: NameMatch,
    /// The given names.
    pub given_names: NameMatch,
    /// One sentence for people.
    #[schema(max_length = 300, example = "Profile and passport have the same name.")]
    pub explanation: &'static str,
}

/// How alike two names are: `same` letters A to Z; `variant` spellings between which issuers may choose (ICAO Doc 9303-3
/// §6); `abridged`, one leaves out given names; `moved`, not the same of them are the surname; `different`; `unknown`
/// where the standard has no letters A to Z.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NameMatch {
    /// The same letters A to Z.
    Same,
    /// Spellings between which issuers may choose.
    Variant,
    /// One has given names that the other leaves out.
    Abridged,
    /// The same names, but not the same of them are the surname.
    Moved,
    /// Other names.
    Different,
    /// The standard has no letters A to Z for one of them.
    Unknown,
}

/// Something that was changed, is missing, or has to be looked at before it goes to an airline.
#[derive(Serialize, ToSchema)]
pub struct BookingWarning {
    /// Stable name of the kind of warning.
    #[schema(max_length = 40, example = "transliterated")]
    pub code: &'static str,
    /// One sentence for people.
    #[schema(
        max_length = 300,
        example = "Letters were replaced by A to Z (ICAO Doc 9303-3 §6); compare with the machine readable zone of the passport."
    )]
    pub detail: String,
}

macro_rules! hidden {
    ($($name:ident),+) => {
        $(impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        })+
    };
}

pub(super) use hidden;

hidden!(LegalName, MrzName, TicketName);

impl fmt::Debug for BookingWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BookingWarning({})", self.code)
    }
}

/// All of them as callers see them.
pub(crate) fn warnings(warnings: Vec<warning::Warning>) -> Vec<BookingWarning> {
    let view = |it: warning::Warning| BookingWarning {
        code: it.code.as_str(),
        detail: it.detail.into_owned(),
    };
    warnings.into_iter().map(view).collect()
}

impl From<booking::PersonNames> for PersonNames {
    fn from(it: booking::PersonNames) -> Self {
        Self {
            user_id: it.user_id,
            carrier: it.carrier,
            rule: it.rule.into(),
            profile: it.profile.into(),
            passport: it.passport.map(|it| PassportName {
                passport_id: it.passport_id,
                names: it.names.into(),
            }),
            comparison: it.comparison.map(NameComparison::from),
            warnings: warnings(it.warnings),
        }
    }
}

impl From<&'static names::CarrierRule> for NameRule {
    fn from(rule: &'static names::CarrierRule) -> Self {
        Self {
            carrier: rule.carrier.as_deref(),
            source: &rule.source,
            checked_on: rule.checked_on,
        }
    }
}

impl From<names::Renderings> for NameForms {
    fn from(it: names::Renderings) -> Self {
        Self {
            legal: it.legal.into(),
            mrz: it.mrz.map(MrzName::from),
            ticket: it.ticket.map(|it| TicketName {
                text: it.text(),
                surname: it.surname,
                given_names: it.given_names,
                title: it.title,
            }),
            warnings: warnings(it.warnings),
        }
    }
}

impl From<names::Name> for LegalName {
    fn from(it: names::Name) -> Self {
        Self {
            full: it.full(),
            surname: it.surname,
            given_names: it.given_names,
        }
    }
}

impl From<names::MrzName> for MrzName {
    fn from(it: names::MrzName) -> Self {
        Self {
            surname: it.surname,
            given_names: it.given_names,
            line: it.line,
        }
    }
}

impl From<names::Comparison> for NameComparison {
    fn from(it: names::Comparison) -> Self {
        Self {
            verdict: it.verdict.into(),
            surname: it.surname.into(),
            given_names: it.given_names.into(),
            explanation: it.explanation,
        }
    }
}

impl From<names::Match> for NameMatch {
    fn from(it: names::Match) -> Self {
        match it {
            names::Match::Same => Self::Same,
            names::Match::Variant => Self::Variant,
            names::Match::Abridged => Self::Abridged,
            names::Match::Moved => Self::Moved,
            names::Match::Different => Self::Different,
            names::Match::Unknown => Self::Unknown,
        }
    }
}
