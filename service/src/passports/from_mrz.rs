//! New passports from their machine readable zone (ICAO Doc 9303).

use std::borrow::Cow;
use std::str::FromStr;

use entity::values::Invalid;

use super::NewPassport;
use super::mrz::read;
use crate::core::Core;
use crate::error::{Error, FieldError, Result};
use crate::input::Input;
use crate::travel::mrz::{Check, Field, Warning, WarningCode};

/// Takes the fields of a new passport from its machine readable zone, if it came with one.
///
/// A zone is taken at its word only if nothing about it is doubtful: whoever books with the record does not see the
/// document.
///
/// # Errors
/// `Invalid` at `/mrz`, naming line and position of everything that keeps it from being recorded.
pub(super) fn fill(core: &Core, new: NewPassport) -> Result<NewPassport> {
    let Some(mrz) = new.mrz.value() else {
        return Ok(new);
    };
    let verdict = read(core, mrz)?;
    let doubts: Vec<_> = verdict
        .checks
        .iter()
        .filter(|check| !check.ok)
        .map(wrong_digit)
        .chain(verdict.warnings.iter().filter_map(doubt))
        .collect();
    if !doubts.is_empty() {
        return Err(Error::Invalid(doubts));
    }
    let fields = verdict.fields;
    Ok(NewPassport {
        document_code: value(fields.document_code)?,
        issuing_country: value(fields.issuing_country)?,
        nationality: value(fields.nationality)?,
        passport_number: value(fields.passport_number)?,
        // The issuer writes what it likes there; what is no number is left out.
        personal_number: fields.personal_number.and_then(|text| text.parse().ok()).into(),
        surname: value(fields.surname)?,
        given_names: value(fields.given_names)?,
        date_of_birth: fields.date_of_birth.into(),
        sex: fields.sex.into(),
        expiry_date: fields.expiry_date.into(),
        ..new
    })
}

/// Errors of fields that came from the machine readable zone lie there.
pub(super) fn at_source(error: Error, is_from_mrz: bool) -> Error {
    match error {
        Error::Invalid(mut errors) if is_from_mrz => {
            for error in &mut errors {
                if HELD
                    .iter()
                    .any(|field| error.pointer.strip_prefix('/') == Some(field))
                {
                    "/mrz".clone_into(&mut error.pointer);
                }
            }
            errors.dedup();
            Error::Invalid(errors)
        }
        other => other,
    }
}

/// The fields of a passport that its machine readable zone holds.
const HELD: [&str; 10] = [
    "document_code",
    "issuing_country",
    "nationality",
    "passport_number",
    "personal_number",
    "surname",
    "given_names",
    "date_of_birth",
    "sex",
    "expiry_date",
];

fn at_mrz(code: &'static str, detail: impl Into<Cow<'static, str>>) -> FieldError {
    FieldError::field("mrz", code, detail)
}

fn wrong_digit(check: &Check) -> FieldError {
    let (place, expected) = (check.place, check.expected);
    let (digit, compare) = match check.field {
        Field::Composite => ("over all others".to_owned(), "line"),
        field => (format!("of the {}", field.in_words()), field.in_words()),
    };
    at_mrz(
        "check_digit",
        format!(
            "{place}: the check digit {digit} does not fit, {expected} is expected; compare the {compare} with the document."
        ),
    )
}

/// What may be looked over in a verdict, but not in a record.
fn doubt(warning: &Warning) -> Option<FieldError> {
    let code = match warning.code {
        WarningCode::RepairedByCheckDigit => "check_digit",
        WarningCode::ImpossibleDate | WarningCode::UnknownDate => "invalid_date",
        WarningCode::InvalidCharacter => "invalid_character",
        WarningCode::UnknownCode => "unknown_code",
        WarningCode::MissingField => "required",
        WarningCode::NameTruncated => "too_long",
        WarningCode::Repaired
        | WarningCode::LineLength
        | WarningCode::OptionalCheckDigit
        | WarningCode::OnlyName
        | WarningCode::NameTransliterated
        | WarningCode::OtherCode
        | WarningCode::LegacyDocumentCode
        | WarningCode::YearRead => return None,
    };
    let remedy = match warning.code {
        WarningCode::RepairedByCheckDigit => " Send it with the right character.",
        WarningCode::NameTruncated => " Send the fields instead of mrz, with the whole names.",
        _ => "",
    };
    Some(at_mrz(code, format!("{}{remedy}", warning.detail)))
}

fn value<T: FromStr<Err = Invalid>>(text: Option<String>) -> Result<Input<T>, FieldError> {
    let value = text.map(|text| text.parse()).transpose();
    let value: Option<T> = value.map_err(|invalid: Invalid| at_mrz(invalid.code, invalid.detail))?;
    Ok(value.into())
}
