//! Passports as somebody may see them: the one place that decides who sees a number.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{PassportId, UserId};
use entity::values::{CountryCode, DocumentCode, MASK, PassportStatus, PersonName, PlaceOfBirth, Sex};
use serde::Serialize;
use utoipa::ToSchema;

use super::Passport;
use crate::policy::Actor;

/// How many bullets stand for what is hidden, however long it is.
const BULLETS: usize = 4;
/// How many characters at the end are shown: enough to tell the passports of a family apart.
const SHOWN: usize = 4;

/// The fields that are masked, by the names that the API and the audit trail have for them.
pub(crate) const MASKED_FIELDS: [&str; 2] = ["passport_number", "personal_number"];

/// A passport as somebody may see it: its holder in clear, everybody else with masked numbers. There is no way from here
/// to a number that is masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// UUIDv7.
    pub id: PassportId,
    /// The holder.
    pub user_id: UserId,
    /// Document code (Doc 9303-4 §4.4).
    pub document_code: DocumentCode,
    /// Issuing state or organisation.
    pub issuing_country: CountryCode,
    /// Nationality of the holder.
    pub nationality: CountryCode,
    /// Number of the document.
    pub passport_number: ShownNumber,
    /// Personal number or other optional data of the issuer.
    pub personal_number: Option<ShownNumber>,
    /// Whether the two numbers are masked.
    pub masked: bool,
    /// Primary identifier.
    pub surname: PersonName,
    /// Secondary identifier.
    pub given_names: Option<PersonName>,
    /// Date of birth in the document.
    pub date_of_birth: NaiveDate,
    /// Sex in the document.
    pub sex: Sex,
    /// Country of birth.
    pub birth_country: Option<CountryCode>,
    /// Place of birth as printed.
    pub place_of_birth: Option<PlaceOfBirth>,
    /// Date of issue.
    pub issue_date: Option<NaiveDate>,
    /// Last day of validity.
    pub expiry_date: NaiveDate,
    /// Whether it can be travelled on.
    pub status: PassportStatus,
    /// Whether it is the one to book with.
    pub primary: bool,
    /// Counts the changes.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Number of a passport as the caller may see it: in clear, or masked: four bullets (U+2022) and the last four
/// characters, of a short number fewer. `masked` beside it says which.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(
    value_type = String, min_length = 1, max_length = 15, example = "\u{2022}\u{2022}\u{2022}\u{2022}02C3",
    pattern = "^([A-Z0-9]{1,15}|\u{2022}{4}[A-Z0-9]{0,4})$"
)]
pub struct ShownNumber(String);

impl ShownNumber {
    fn new(number: &str, masked: bool) -> Self {
        Self(if masked { mask(number) } else { number.to_owned() })
    }

    /// The text to show.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ShownNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShownNumber(***)")
    }
}

/// What is shown of a number to somebody who may not see it. How long it is stays hidden too.
pub(crate) fn mask(number: &str) -> String {
    let length = number.chars().count();
    let shown = match length {
        0 | 1 => 0,
        2..=5 => 1,
        _ => SHOWN,
    };
    let end = number.chars().skip(length - shown);
    std::iter::repeat_n(MASK, BULLETS).chain(end).collect()
}

impl Passport {
    /// The passport as an actor may see it.
    pub fn shown_to(self, actor: &Actor) -> Shown {
        let masked = !actor.is(self.user_id);
        self.shown(masked)
    }

    /// The passport in clear. Only for its holder, and for who is in the audit trail for it.
    pub(super) fn in_clear(self) -> Shown {
        self.shown(false)
    }

    fn shown(self, masked: bool) -> Shown {
        let Self {
            id,
            user_id,
            document_code,
            issuing_country,
            nationality,
            passport_number,
            personal_number,
            surname,
            given_names,
            date_of_birth,
            sex,
            birth_country,
            place_of_birth,
            issue_date,
            expiry_date,
            status,
            primary,
            version,
            created_at,
            updated_at,
        } = self;
        Shown {
            id,
            user_id,
            document_code,
            issuing_country,
            nationality,
            passport_number: ShownNumber::new(passport_number.as_str(), masked),
            personal_number: personal_number.map(|number| ShownNumber::new(number.as_str(), masked)),
            masked,
            surname,
            given_names,
            date_of_birth,
            sex,
            birth_country,
            place_of_birth,
            issue_date,
            expiry_date,
            status,
            primary,
            version,
            created_at,
            updated_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_shows_four_characters_or_one() {
        for (number, shown) in [
            ("L898902C3", "\u{2022}\u{2022}\u{2022}\u{2022}02C3"),
            ("123456", "\u{2022}\u{2022}\u{2022}\u{2022}3456"),
            ("12345", "\u{2022}\u{2022}\u{2022}\u{2022}5"),
            ("12", "\u{2022}\u{2022}\u{2022}\u{2022}2"),
            ("1", "\u{2022}\u{2022}\u{2022}\u{2022}"),
        ] {
            assert_eq!(mask(number), shown);
        }
        assert_eq!(
            format!("{:?}", ShownNumber::new("L898902C3", false)),
            "ShownNumber(***)"
        );
    }
}
