//! Numbers as somebody may see them: the one place that decides who sees one.

use std::fmt;

use entity::ids::UserId;
use entity::values::MASK;
use serde::Serialize;
use utoipa::ToSchema;

use crate::policy::Actor;

/// How many bullets stand for what is hidden, however long it is.
const BULLETS: usize = 4;
/// How many characters at the end are shown: enough to tell the documents of a family apart.
const SHOWN: usize = 4;

/// The fields that are masked, by the names that the API and the audit trail have for them.
pub(crate) const MASKED_FIELDS: [&str; 5] = [
    "passport_number",
    "personal_number",
    "visa_number",
    "document_number",
    "number",
];

/// How much of a document somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sight {
    masked: bool,
}

impl Sight {
    /// Everything. Only for who is in the audit trail for it.
    pub(super) const CLEAR: Self = Self { masked: false };

    /// What an actor sees of a document that is not revealed.
    pub(crate) fn of(actor: &Actor, holder: UserId) -> Self {
        Self {
            masked: !actor.is(holder),
        }
    }

    /// A number of the document.
    pub(crate) fn number(self, number: &str) -> ShownNumber {
        ShownNumber(if self.masked {
            mask(number)
        } else {
            number.to_owned()
        })
    }

    /// Whether numbers are masked.
    pub(crate) const fn is_masked(self) -> bool {
        self.masked
    }
}

/// Number of a document as the caller may see it: in clear, or masked: four bullets (U+2022) and the last four
/// characters, of a short number fewer. `masked` beside it says which. There is no way from here to a number that is
/// masked.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(
    value_type = String, min_length = 1, max_length = 25, example = "\u{2022}\u{2022}\u{2022}\u{2022}02C3",
    pattern = "^([A-Z0-9]{1,25}|\u{2022}{4}[A-Z0-9]{0,4})$"
)]
pub struct ShownNumber(String);

impl ShownNumber {
    /// The text to show.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is masked: a bullet is never part of a number.
    pub fn is_masked(&self) -> bool {
        self.0.contains(MASK)
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
            let masked = Sight { masked: true }.number(number);
            assert!(masked.is_masked());
            assert_eq!(masked.as_str(), shown);
            let clear = Sight::CLEAR.number(number);
            assert!(!clear.is_masked());
            assert_eq!(clear.as_str(), number);
            assert_eq!(format!("{clear:?}"), "ShownNumber(***)");
        }
    }
}
