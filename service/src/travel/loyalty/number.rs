//! What is doubtful about a membership. Nothing of it refuses anything: programmes change how they number.

use chrono::NaiveDate;
use entity::loyalty_programs;
use entity::values::SupplierCode;
use serde::Deserialize;

use super::catalogue::entry;
use super::rank::is_expired;
use crate::loyalties::Loyalty;
use crate::travel::warning::{Code, Warning};

/// What the numbers of a programme look like.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberRule {
    /// Of what they consist.
    pub characters: Characters,
    /// How long they are, without spaces and the airline before them.
    pub lengths: Vec<usize>,
}

/// Of what numbers consist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Characters {
    /// Digits.
    Digits,
    /// Letters A to Z and digits.
    LettersAndDigits,
}

impl NumberRule {
    /// Whether the number could be one of the programme; `number` is normalized.
    pub fn is_likely(&self, number: &str) -> bool {
        self.lengths.contains(&number.len())
            && (self.characters == Characters::LettersAndDigits || number.chars().all(|c| c.is_ascii_digit()))
    }

    /// "7 or 9 digits".
    fn words(&self) -> String {
        let lengths: Vec<_> = self.lengths.iter().map(ToString::to_string).collect();
        let characters = match self.characters {
            Characters::Digits => "digits",
            Characters::LettersAndDigits => "letters and digits",
        };
        format!("{} {characters}", lengths.join(" or "))
    }
}

/// What a person should look at before relying on the membership on a day.
pub fn doubts(loyalty: &Loyalty, program: &loyalty_programs::Model, day: NaiveDate) -> Vec<Warning> {
    let mut found = Vec::new();
    if loyalty.tier.is_some() && is_expired(loyalty, day) {
        found.push(Warning::new(
            Code::TierExpired,
            "The tier is no longer valid on that day and counts for nothing; record its new last day.",
        ));
    }
    let rule = program
        .catalogue_entry
        .as_deref()
        .and_then(entry)
        .and_then(|it| it.number.as_ref());
    if let Some(rule) = rule {
        let number = loyalty.membership_number.normalized();
        let carrier = program.supplier_code.as_ref().map_or("", SupplierCode::as_str);
        let bare = number.strip_prefix(carrier).unwrap_or(&number);
        if !rule.is_likely(&number) && !rule.is_likely(bare) {
            let detail = format!(
                "The number does not look like one of the programme, which have {}; compare it with the card.",
                rule.words()
            );
            found.push(Warning::new(Code::UnlikelyNumber, detail));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::CATALOGUE;
    use super::*;

    #[test]
    fn numbers_are_judged_by_length_and_characters() {
        let digits = NumberRule {
            characters: Characters::Digits,
            lengths: vec![7, 9],
        };
        assert_eq!(digits.words(), "7 or 9 digits");
        for (number, likely) in [
            ("1234567", true),
            ("123456789", true),
            ("12345678", false),
            ("A234567", false),
            ("", false),
        ] {
            assert_eq!(digits.is_likely(number), likely, "{number}");
        }
        let any = NumberRule {
            characters: Characters::LettersAndDigits,
            lengths: vec![7],
        };
        assert!(any.is_likely("1A2B3C4") && !any.is_likely("1A2B3C"));
    }

    #[test]
    fn rules_of_the_catalogue_can_be_kept() {
        let rules = CATALOGUE.programs.iter().filter_map(|it| it.number.as_ref());
        let lengths: Vec<_> = rules.flat_map(|rule| &rule.lengths).collect();
        assert!(lengths.len() > 15 && lengths.iter().all(|length| (1..=25).contains(*length)));
    }
}
