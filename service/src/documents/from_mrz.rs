//! New documents from their machine readable zone (ICAO Doc 9303): what a zone fills, and what keeps one from being recorded.

use std::borrow::Cow;
use std::str::FromStr;

use entity::values::Invalid;
use validator::{ValidationError, ValidationErrors};

use crate::core::Core;
use crate::error::{Error, FieldError, Result};
use crate::input::Input;
use crate::travel::mrz::{self, Check, Field, Fields, Format, MrzText, Verdict, Warning, WarningCode};

/// The verdict on the zone of a command.
///
/// # Errors
/// `Invalid` at `/mrz` when the text is none; one with wrong digits has a verdict.
pub(crate) fn read_mrz(core: &Core, mrz: &MrzText) -> Result<Verdict> {
    mrz::read(mrz.as_str(), core.clock.today()).map_err(|not_mrz| at_mrz("not_mrz", not_mrz.0).into())
}

/// What a zone says, taken at its word only if nothing about it is doubtful: whoever books with the record does not see the
/// document.
///
/// # Errors
/// `Invalid` at `/mrz`, naming line and position of everything that keeps it from being recorded.
pub(crate) fn undoubted(verdict: Verdict) -> Result<Fields> {
    let Verdict {
        format,
        fields,
        checks,
        warnings,
        ..
    } = verdict;
    let wrong = checks.iter().filter(|check| !check.ok);
    let doubts: Vec<_> = wrong
        .map(|check| wrong_digit(format, check))
        .chain(warnings.iter().filter_map(doubt))
        .collect();
    if doubts.is_empty() {
        Ok(fields)
    } else {
        Err(Error::Invalid(doubts))
    }
}

/// A field of a new document, from what its zone says.
///
/// # Errors
/// `Invalid` at `/mrz` when the record does not take it.
pub(crate) fn field_of_mrz<T: FromStr<Err = Invalid>>(text: Option<String>) -> Result<Input<T>, FieldError> {
    let value = text.map(|text| text.parse()).transpose();
    let value: Option<T> = value.map_err(|invalid: Invalid| at_mrz(invalid.code, invalid.detail))?;
    Ok(value.into())
}

/// Errors of the fields that came from a zone lie there.
pub(crate) fn at_source<T>(error: Error, mrz: &Input<T>, held: &[&str]) -> Error {
    match error {
        Error::Invalid(mut errors) if mrz.value().is_some() => {
            for error in &mut errors {
                let field = error.pointer.strip_prefix('/');
                if field.is_some_and(|field| held.contains(&field)) {
                    "/mrz".clone_into(&mut error.pointer);
                }
            }
            errors.dedup();
            Error::Invalid(errors)
        }
        other => other,
    }
}

/// The rule of a field that the machine readable zone holds: beside a zone, it must not be sent.
///
/// # Errors
/// `in_mrz`, and without a zone those of the rule.
pub(crate) fn unless_in_mrz<T>(
    mrz: &Input<MrzText>,
    field: &Input<T>,
    rule: fn(&Input<T>) -> Result<(), ValidationError>,
) -> Result<(), ValidationError> {
    match (mrz, field) {
        (Input::Absent | Input::Null, field) => rule(field),
        (_, Input::Absent | Input::Null) => Ok(()),
        _ => Err(ValidationError::new("in_mrz")
            .with_message("The machine readable zone holds this field; send one or the other.".into())),
    }
}

/// All that is wrong with the fields of a command.
///
/// # Errors
/// If anything is.
pub(crate) fn all_checks<const N: usize>(
    checks: [(&'static str, Result<(), ValidationError>); N],
) -> Result<(), ValidationErrors> {
    let mut errors = ValidationErrors::new();
    for (field, check) in checks {
        if let Err(error) = check {
            errors.add(field, error);
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Something that is wrong with a zone.
pub(crate) fn at_mrz(code: &'static str, detail: impl Into<Cow<'static, str>>) -> FieldError {
    FieldError::field("mrz", code, detail)
}

fn wrong_digit(format: Format, check: &Check) -> FieldError {
    let (place, expected) = (check.place, check.expected);
    let (digit, compare) = match check.field {
        Field::Composite => ("over all others".to_owned(), "line"),
        field => {
            let field = field.in_words(format);
            (format!("of the {field}"), field)
        }
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
        WarningCode::InvalidCharacter | WarningCode::RepairedName => "invalid_character",
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
        WarningCode::RepairedByCheckDigit | WarningCode::RepairedName => " Send it with the right character.",
        WarningCode::NameTruncated => " Send the fields instead of mrz, with the whole names.",
        _ => "",
    };
    Some(at_mrz(code, format!("{}{remedy}", warning.detail)))
}
