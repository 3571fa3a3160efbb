//! The numbers and the kind of a passport, and what the numbers of all documents have in common.

use super::Invalid;
use super::text::{self, text_type};

/// Length of the number in the message DOCS that carries it to the airline; the machine readable zone of a
/// passport holds 9 (ICAO Doc 9303-4 §4.2.2), but numbers of other documents are longer.
const MAX_NUMBER_LENGTH: usize = 15;
/// Length of the personal number in the machine readable zone (ICAO Doc 9303-4 §4.2.2).
const MAX_PERSONAL_NUMBER_LENGTH: usize = 14;

/// Stands for what is hidden of a number where it is shown; never part of one.
pub const MASK: char = '\u{2022}';

text_type! {
    /// Number of a passport: 1 to 15 letters A to Z and digits. Spaces and `-` are accepted between them, and
    /// dropped; letters are stored in upper case.
    pub struct PassportNumber(String);
    debug = hidden;
    length = 1..=30;
    pattern = "^[ -]*[A-Za-z0-9]([ -]*[A-Za-z0-9]){0,14}[ -]*$";
    example = "L898902C3";
    parse = passport_number;
}

text_type! {
    /// Personal number, or other optional data of the issuer (ICAO Doc 9303-4 §4.2.2): 1 to 14 letters A to Z and
    /// digits. Spaces and `-` are accepted between them, and dropped; letters are stored in upper case.
    pub struct PersonalNumber(String);
    debug = hidden;
    length = 1..=30;
    pattern = "^[ -]*[A-Za-z0-9]([ -]*[A-Za-z0-9]){0,13}[ -]*$";
    example = "ZE184226B";
    parse = personal_number;
}

text_type! {
    /// What the number of a document is looked at for. The audit trail keeps it; put nothing personal into it.
    pub struct RevealPurpose(String);
    debug = hidden;
    length = 3..=200;
    pattern = text::PATTERN;
    example = "check-in for QF1";
    parse = text::any;
}

text_type! {
    /// Document code of a passport (ICAO Doc 9303-4 §4.4): `P`, and since 2026 a second letter for its kind:
    /// `PP` ordinary, `PE` emergency, `PD` diplomatic, `PO` official or service, `PR` refugee, `PT` alien,
    /// `PS` stateless, `PL` laissez-passer, `PM` military, `PU` single sheet. Other second letters are older
    /// choices of the issuer; the filler of `P<` is dropped.
    pub struct DocumentCode(String);
    debug = shown;
    length = 1..=2;
    pattern = "^[Pp][A-Za-z<]?$";
    example = "P";
    parse = document_code;
}

impl DocumentCode {
    /// `P`: a passport whose kind the issuer does not state, nearly always an ordinary one.
    pub fn ordinary() -> Self {
        Self("P".to_owned())
    }
}

impl Default for DocumentCode {
    fn default() -> Self {
        Self::ordinary()
    }
}

fn passport_number(text: &str) -> Result<String, Invalid> {
    number("passport number", text, MAX_NUMBER_LENGTH)
}

fn personal_number(text: &str) -> Result<String, Invalid> {
    number("personal number", text, MAX_PERSONAL_NUMBER_LENGTH)
}

/// Reads the number of a document: letters A to Z and digits, `max` at the most, whatever stands between them.
pub(super) fn number(name: &str, text: &str, max: usize) -> Result<String, Invalid> {
    let number: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if number.contains(MASK) {
        return Err(Invalid {
            code: "masked",
            detail: format!(
                "The {name} is as it is shown, with bullets for what is hidden; leave the field out, or send the real one."
            )
            .into(),
        });
    }
    if !number.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(Invalid::character(format!(
            "The {name} contains a character other than A to Z and 0 to 9; remove it."
        )));
    }
    match number.len() {
        0 => Err(Invalid::too_short(format!(
            "The {name} has no letter or digit; copy it from the document."
        ))),
        length if length > max => Err(Invalid::too_long(format!(
            "The {name} is too long; it has at most {max} letters and digits."
        ))),
        _ => Ok(number.to_ascii_uppercase()),
    }
}

fn document_code(text: &str) -> Result<String, Invalid> {
    let code = text.to_ascii_uppercase();
    match code.as_bytes() {
        [b'P'] | [b'P', b'A'..=b'Z'] => Ok(code),
        [b'P', b'<'] => Ok("P".to_owned()),
        _ => Err(Invalid::format(
            "The value is not the document code of a passport; use P, or P and a second letter such as PP.",
        )),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn passport_numbers_are_stored_without_separators_in_upper_case() {
        for (input, stored) in [
            ("L898902C3", "L898902C3"),
            (" l898-902 c3 ", "L898902C3"),
            ("1", "1"),
            ("- 7 -", "7"),
        ] {
            let number: PassportNumber = input.parse().unwrap();
            assert_eq!(number.as_str(), stored);
            assert_eq!(format!("{number:?}"), "PassportNumber(***)");
        }
    }

    #[test]
    fn other_passport_numbers_are_refused() {
        for (input, code) in [
            ("- -", "too_short"),
            ("1234567890123456", "too_long"),
            ("L898902C<", "invalid_character"),
            ("Ł898902", "invalid_character"),
            ("ß", "invalid_character"),
        ] {
            assert_eq!(input.parse::<PassportNumber>().unwrap_err().code, code, "{input}");
        }
    }

    #[test]
    fn document_codes_of_passports_are_accepted() {
        for (input, stored) in [
            ("P", "P"),
            ("P<", "P"),
            ("pp", "PP"),
            ("PD", "PD"),
            ("PU", "PU"),
            ("PN", "PN"),
        ] {
            assert_eq!(input.parse::<DocumentCode>().unwrap().as_str(), stored);
        }
        assert_eq!(DocumentCode::default(), "P".parse().unwrap());
        for input in ["I", "V<", "P1", "Pé", "<P"] {
            assert_eq!(
                input.parse::<DocumentCode>().unwrap_err().code,
                "invalid_format",
                "{input}"
            );
        }
    }
}
