//! What a zone says, field by field.

use chrono::{Datelike as _, NaiveDate};
use entity::values::{CountryCode, Sex};

use super::dates::{self, Reading};
use super::layout::{Format, Span};
use super::verdict::{Field, Fields, Warning, WarningCode};
use super::zone::{Zone, text};
use super::{check, names};
use crate::travel::check_digit::FILLER;

/// Second letters of document codes of passports (ICAO Doc 9303-4 §4.4, `U` in 9303-8).
const PASSPORT_KINDS: &[u8] = b"PEDORTSLMU";

pub(super) fn read(zone: &Zone, today: NaiveDate, warnings: &mut Vec<Warning>) -> Fields {
    let layout = zone.layout();
    let mut fields = Fields {
        document_code: document_code(zone, warnings),
        issuing_country: country(zone, layout.issuing_country, Field::IssuingCountry, warnings),
        nationality: country(zone, layout.nationality, Field::Nationality, warnings),
        passport_number: number(zone, warnings),
        sex: sex(zone, warnings),
        ..Fields::default()
    };
    names::read(zone, &mut fields, warnings);
    let birth = dates::birth(zone.slice(layout.birth), today);
    fields.date_of_birth = date(zone, layout.birth, Field::DateOfBirth, birth, warnings);
    let expiry = dates::expiry(zone.slice(layout.expiry), today);
    fields.expiry_date = date(zone, layout.expiry, Field::ExpiryDate, expiry, warnings);
    if let (Some(birth), Some(expiry)) = (fields.date_of_birth, fields.expiry_date)
        && birth >= expiry
    {
        warnings.push(Warning::new(
            WarningCode::ImpossibleDate,
            format!(
                "{}: the expiry date lies before the date of birth.",
                positions(layout.expiry)
            ),
        ));
    }
    optional(zone, &mut fields);
    fields
}

/// Nothing in the personal number of a TD3 document: its check digit says nothing (ICAO Doc 9303-4 §4.2.2.2).
pub(super) fn optional_check_digit(zone: &Zone, warnings: &mut Vec<Warning>) {
    let layout = zone.layout();
    let is_empty = layout
        .optional
        .iter()
        .all(|span| zone.slice(*span).iter().all(|character| *character == FILLER));
    if let Some(digit) = layout.optional_check
        && is_empty
    {
        let index = zone.start(digit);
        let found = char::from(zone.at(index));
        if matches!(found, '<' | '0') {
            warnings.push(Warning::new(
                WarningCode::OptionalCheckDigit,
                format!(
                    "{} holds {found}: there is no personal number, and the issuer may put < or 0.",
                    zone.place(index)
                ),
            ));
        }
    }
}

fn document_code(zone: &Zone, warnings: &mut Vec<Warning>) -> Option<String> {
    let span = zone.layout().document_code;
    let characters = zone.slice(span);
    let (first, second) = match characters {
        [first, second] => (*first, *second),
        _ => (FILLER, FILLER),
    };
    if !first.is_ascii_alphabetic() || second.is_ascii_digit() {
        warnings.push(Warning::new(
            WarningCode::InvalidCharacter,
            format!("{}: the document code has only letters.", positions(span)),
        ));
        return text(characters);
    }
    match (zone.format, first) {
        (Format::Td3, b'P') if second == FILLER => warnings.push(Warning::new(
            WarningCode::LegacyDocumentCode,
            format!(
                "{}: P< is the code of passports from before 2028; new ones have a second letter, such as PP.",
                positions(span)
            ),
        )),
        (Format::Td3, b'P') if !PASSPORT_KINDS.contains(&second) => warnings.push(Warning::new(
            WarningCode::LegacyDocumentCode,
            format!(
                "{}: the second letter is a choice of the issuer from before 2026.",
                positions(span)
            ),
        )),
        (Format::Td3, b'P') | (Format::Td1 | Format::Td2, b'A' | b'C' | b'I') | (Format::MrvA | Format::MrvB, _) => {}
        _ => warnings.push(Warning::new(
            WarningCode::UnknownCode,
            format!(
                "{}: this is not the code of a {} document.",
                positions(span),
                zone.format.as_str()
            ),
        )),
    }
    text(characters)
}

fn country(zone: &Zone, span: Span, field: Field, warnings: &mut Vec<Warning>) -> Option<String> {
    let Some(printed) = zone.text(span) else {
        warnings.push(missing(zone, span, field));
        return None;
    };
    let known: Option<CountryCode> = printed.parse().ok();
    let (code, detail) = match known {
        Some(known) if known.as_str() == printed => return Some(printed),
        Some(known) => (
            WarningCode::OtherCode,
            format!("the code of {} in passports is {known}", known.name()),
        ),
        None => (
            WarningCode::UnknownCode,
            format!(
                "this {} is not in the list of ICAO Doc 9303-3",
                field.in_words(zone.format)
            ),
        ),
    };
    warnings.push(Warning::new(code, format!("{}: {detail}.", positions(span))));
    Some(known.map_or(printed, |known| known.as_str().to_owned()))
}

fn number(zone: &Zone, warnings: &mut Vec<Warning>) -> Option<String> {
    let block = check::number(zone);
    let characters: Vec<u8> = block.characters.iter().map(|index| zone.at(*index)).collect();
    let number = text(&characters);
    if number.is_none() {
        warnings.push(missing(zone, zone.layout().number, Field::PassportNumber));
    }
    // A filler stands for what the number has other than letters and digits.
    number.map(|number| number.replace('<', " "))
}

fn sex(zone: &Zone, warnings: &mut Vec<Warning>) -> Option<Sex> {
    let span = zone.layout().sex;
    match zone.slice(span) {
        b"F" => Some(Sex::F),
        b"M" => Some(Sex::M),
        b"<" => Some(Sex::X),
        found => {
            let (code, sex, detail) = if found == b"X" {
                (
                    WarningCode::OtherCode,
                    Some(Sex::X),
                    "X was read as unspecified, which is printed as <",
                )
            } else {
                (WarningCode::InvalidCharacter, None, "the sex is F, M or <")
            };
            warnings.push(Warning::new(code, format!("{}: {detail}.", positions(span))));
            sex
        }
    }
}

fn date(
    zone: &Zone,
    span: Span,
    field: Field,
    reading: Reading,
    warnings: &mut Vec<Warning>,
) -> Option<NaiveDate> {
    let place = positions(span);
    let name = field.in_words(zone.format);
    let (code, detail) = match reading {
        Reading::Day(day) => {
            let digits: String = zone.slice(span).iter().take(2).copied().map(char::from).collect();
            (
                WarningCode::YearRead,
                format!(
                    "{place}: the year {digits} of the {name} was read as {}.",
                    day.year()
                ),
            )
        }
        Reading::Unknown => (
            WarningCode::UnknownDate,
            format!("{place}: parts of the {name} are not known."),
        ),
        Reading::Impossible => (
            WarningCode::ImpossibleDate,
            format!("{place}: the {name} is no date that exists."),
        ),
    };
    warnings.push(Warning::new(code, detail));
    match reading {
        Reading::Day(day) => Some(day),
        Reading::Unknown | Reading::Impossible => None,
    }
}

/// What the number of the document left of the optional data.
fn optional(zone: &Zone, fields: &mut Fields) {
    let layout = zone.layout();
    let number_ends = check::number(zone).digit + 1;
    let parts = layout.optional.iter().filter_map(|span| {
        let characters = zone.slice(*span);
        let taken = number_ends.saturating_sub(zone.start(*span));
        text(characters.get(taken..).unwrap_or_default())
    });
    let text = parts
        .map(|part| part.trim_start_matches('<').to_owned())
        .collect::<Vec<_>>()
        .join(" ");
    let text = (!text.is_empty()).then_some(text);
    if zone.format == Format::Td3 {
        fields.personal_number = text;
    } else {
        fields.optional_data = text;
    }
}

fn missing(zone: &Zone, span: Span, field: Field) -> Warning {
    Warning::new(
        WarningCode::MissingField,
        format!(
            "{}: the {} is missing.",
            positions(span),
            field.in_words(zone.format)
        ),
    )
}

fn positions(span: Span) -> String {
    if span.from == span.to {
        format!("Line {}, position {}", span.line, span.from)
    } else {
        format!("Line {}, positions {} to {}", span.line, span.from, span.to)
    }
}
