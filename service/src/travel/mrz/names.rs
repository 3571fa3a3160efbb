//! The names of a zone (ICAO Doc 9303-3 §4.6).

use super::verdict::{Field, Fields, Warning, WarningCode};
use super::zone::Zone;
use crate::travel::check_digit::FILLER;

/// Primary identifier, `<<`, secondary identifier; parts of each are separated by one filler.
pub(super) fn read(zone: &Zone, fields: &mut Fields, warnings: &mut Vec<Warning>) {
    let span = zone.layout().name;
    let characters = zone.slice(span);
    let place = |offset: usize| zone.place(zone.start(span) + offset);
    if let Some(offset) = characters.iter().position(u8::is_ascii_digit) {
        warnings.push(Warning::new(
            WarningCode::InvalidCharacter,
            format!("{}: names have no digits.", place(offset)),
        ));
    }
    if characters.last().is_some_and(|last| *last != FILLER) {
        warnings.push(Warning::new(
            WarningCode::NameTruncated,
            format!(
                "{} holds a letter: the names fill the line and may have been cut; compare them with the document.",
                place(characters.len().saturating_sub(1))
            ),
        ));
    }
    let text: String = characters.iter().copied().map(char::from).collect();
    let (primary, secondary) = text.split_once("<<").unwrap_or((&text, ""));
    match (components(primary), components(secondary)) {
        (None, None) => warnings.push(Warning::new(
            WarningCode::MissingField,
            format!(
                "Line {}: the {} is missing.",
                span.line,
                Field::Name.in_words(zone.format)
            ),
        )),
        (None, only @ Some(_)) => {
            warnings.push(Warning::new(
                WarningCode::OnlyName,
                format!(
                    "{}: the primary identifier is empty; the only name was taken as the surname.",
                    place(0)
                ),
            ));
            fields.surname = only;
        }
        (surname, given_names) => {
            fields.surname = surname;
            fields.given_names = given_names;
        }
    }
}

fn components(identifier: &str) -> Option<String> {
    let parts: Vec<&str> = identifier.split('<').filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}
