//! Writes the machine readable zone of a passport.

use std::fmt;

use chrono::{Datelike as _, NaiveDate};
use entity::values::{CountryCode, Sex};

use super::layout::Format;
use super::verdict::{Warning, WarningCode};
use crate::travel::check_digit;
use crate::travel::transliteration::{Language, transliterate};

mod truncation;

use self::truncation::names;

/// What a machine readable zone says of a passport.
#[derive(Clone, Copy)]
pub struct Passport<'a> {
    /// `P`, or `P` and a second letter.
    pub document_code: &'a str,
    /// Issuing state or organisation.
    pub issuing_country: CountryCode,
    /// Nationality of the holder.
    pub nationality: CountryCode,
    /// Letters A to Z and digits.
    pub passport_number: &'a str,
    /// Letters A to Z and digits, 14 at the most.
    pub personal_number: Option<&'a str>,
    /// Primary identifier, or the only name.
    pub surname: &'a str,
    /// Secondary identifier.
    pub given_names: Option<&'a str>,
    /// Date of birth.
    pub date_of_birth: NaiveDate,
    /// Sex.
    pub sex: Sex,
    /// Last day of validity.
    pub expiry_date: NaiveDate,
}

impl fmt::Debug for Passport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passport(***)")
    }
}

/// A machine readable zone that was written.
#[derive(Clone, PartialEq, Eq)]
pub struct Composed {
    /// Always TD3.
    pub format: Format,
    /// The lines, without line breaks.
    pub lines: Vec<String>,
    /// Where the issuer may have written it differently.
    pub warnings: Vec<Warning>,
}

impl fmt::Debug for Composed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Composed(***)")
    }
}

/// Why there is no machine readable zone of the size of a passport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotComposable {
    /// The number has more than nine characters.
    #[error("the number is too long")]
    NumberTooLong,
    /// The standard has no letters for a name.
    #[error("a name has no transliteration")]
    NoTransliteration,
}

/// Characters for the names.
const NAME_LENGTH: usize = 39;

/// Writes the two lines of a TD3 document (ICAO Doc 9303-4 §4.2). Fillers stand for a personal number that is not known.
///
/// # Errors
/// When the number or a name does not go into the zone.
pub fn compose(passport: &Passport<'_>) -> Result<Composed, NotComposable> {
    let number = passport.passport_number;
    if number.len() > 9 {
        return Err(NotComposable::NumberTooLong);
    }
    let mut warnings = Vec::new();
    let names = name_field(passport, &mut warnings)?;
    let upper = format!(
        "{:<<2}{:<<3}{names:<<NAME_LENGTH$}",
        passport.document_code,
        passport.issuing_country.as_str()
    );
    let number = checked(&format!("{number:<<9}"));
    let birth = checked(&six_digits(passport.date_of_birth));
    let expiry = checked(&six_digits(passport.expiry_date));
    let sex = match passport.sex {
        Sex::F => "F",
        Sex::M => "M",
        Sex::X => "<",
    };
    // Without a number the check digit may be a filler too.
    let personal = match passport.personal_number {
        Some(number) => checked(&format!("{number:<<14}")),
        None => "<".repeat(15),
    };
    let composite = check_digit::of(format!("{number}{birth}{expiry}{personal}").bytes());
    let nationality = passport.nationality.as_str();
    let lower = format!(
        "{number}{nationality:<<3}{birth}{sex}{expiry}{personal}{}",
        char::from(composite)
    );
    Ok(Composed {
        format: Format::Td3,
        lines: vec![upper, lower],
        warnings,
    })
}

fn name_field(passport: &Passport<'_>, warnings: &mut Vec<Warning>) -> Result<String, NotComposable> {
    let language = Language::of_issuer(passport.issuing_country);
    let write = |name| transliterate(name, language).map_err(|_| NotComposable::NoTransliteration);
    let surname = write(passport.surname)?;
    let given_names = passport.given_names.map(write).transpose()?;
    let in_words = [("surname", Some(&surname)), ("given names", given_names.as_ref())];
    for (name, written) in in_words {
        if written.is_some_and(|written| written.changed) {
            warnings.push(Warning::new(
                WarningCode::NameTransliterated,
                format!("Letters of the {name} were replaced by A to Z; the issuer may have chosen others."),
            ));
        }
    }
    let given_names = given_names.map(|names| names.components).unwrap_or_default();
    let (field, is_truncated) = names(&surname.components, &given_names, NAME_LENGTH);
    if is_truncated {
        warnings.push(Warning::new(
            WarningCode::NameTruncated,
            "The names are longer than the line and were cut; the issuer may have cut them differently.",
        ));
    }
    Ok(field)
}

/// The names as line 1 of a passport has them, with fillers to its end, and whether they were cut (ICAO Doc 9303-4
/// §4.2.3).
pub(in crate::travel) fn name_line(surname: &[String], given_names: &[String]) -> (String, bool) {
    let (field, is_truncated) = names(surname, given_names, NAME_LENGTH);
    (format!("{field:<<NAME_LENGTH$}"), is_truncated)
}

/// The characters with their check digit.
fn checked(characters: &str) -> String {
    let digit = check_digit::of(characters.bytes());
    format!("{characters}{}", char::from(digit))
}

fn six_digits(date: NaiveDate) -> String {
    let (year, month, day) = (date.year().rem_euclid(100), date.month(), date.day());
    format!("{year:02}{month:02}{day:02}")
}
