//! PCTC: whom the airline calls in an emergency.

use entity::values::BookingLineKind;

use super::Facts;
use super::calling_codes::country_of;
use super::lines::Content;
use super::template::Values;
use super::text::plain;
use crate::travel::warning::{Code, Warning};

/// The line for the first contact, if there is one whose name can be written. Of the contact it says what a call needs:
/// name and number.
pub(super) fn pctc(facts: &Facts<'_>, warnings: &mut Vec<Warning>) -> Option<Content> {
    let contact = facts.traveller.emergency_contact?;
    let Some(name) = plain(contact.name.as_str(), facts.name.language) else {
        warnings.push(Warning::new(
            Code::UnsupportedCharacter,
            "The name of the emergency contact has letters that cannot be written as A to Z; the airline is not told of it.",
        ));
        return None;
    };
    let digits = contact.phone.as_str().trim_start_matches('+').to_owned();
    let mut doubts = Vec::new();
    let country = country_of(&digits);
    if country.is_none_or(|found| found.is_shared) {
        doubts.push(Warning::new(
            Code::CountryCode,
            "The country of the emergency contact's number is not certain from its calling code; look whether it is right.",
        ));
    }
    Some(Content {
        kind: BookingLineKind::Pctc,
        template: "pctc",
        values: Values::from([
            ("name", name),
            (
                "country",
                country.map_or_else(String::new, |found| found.alpha2.to_owned()),
            ),
            ("phone", digits),
        ]),
        source_fields: vec!["emergency_contact.name", "emergency_contact.phone"],
        warnings: doubts,
    })
}
