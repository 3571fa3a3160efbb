//! Travel suppliers, their loyalty programmes and the numbers of their members.

use super::{
    Invalid,
    text::{self, text_type},
};

text_type! {
    /// Name of a travel supplier: an airline, a hotel chain, a car rental company …
    pub struct SupplierName(String);
    debug = shown;
    length = 1..=100;
    pattern = text::PATTERN;
    example = "Lufthansa";
    parse = text::any;
}

text_type! {
    /// Code of a travel supplier in its sector, such as the IATA designator of an airline or the chain code
    /// of a hotel. Letters are stored in upper case.
    pub struct SupplierCode(String);
    debug = shown;
    length = 1..=10;
    pattern = "^[A-Za-z0-9]+$";
    example = "LH";
    parse = supplier_code;
}

text_type! {
    /// IATA designator of an airline: two letters A to Z or digits, at least one of them a letter. Letters are
    /// kept in upper case.
    pub struct CarrierCode(String);
    debug = shown;
    length = 2..=2;
    pattern = "^([A-Za-z][A-Za-z0-9]|[0-9][A-Za-z])$";
    example = "QF";
    parse = carrier_code;
}

text_type! {
    /// Name of a loyalty programme.
    pub struct ProgramName(String);
    debug = shown;
    length = 1..=100;
    pattern = text::PATTERN;
    example = "Miles & More";
    parse = text::any;
}

text_type! {
    /// Name of a status level of a loyalty programme.
    pub struct TierName(String);
    debug = shown;
    length = 1..=50;
    pattern = text::PATTERN;
    example = "Senator";
    parse = text::any;
}

text_type! {
    /// Number of a member in a loyalty programme, as the card prints it: ASCII letters and digits, at least
    /// one, with spaces, `-`, `.` and `/` between them.
    pub struct MembershipNumber(String);
    debug = hidden;
    length = 1..=30;
    pattern = "^[ ./-]*[A-Za-z0-9][A-Za-z0-9 ./-]*$";
    example = "992 0031 4512 3456";
    parse = membership_number;
}

impl MembershipNumber {
    /// The letters, in upper case, and digits alone: two spellings of one number have the same.
    pub fn normalized(&self) -> String {
        self.0
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_uppercase())
            .collect()
    }
}

fn supplier_code(text: &str) -> Result<String, Invalid> {
    if text.chars().all(|c| c.is_ascii_alphanumeric()) {
        Ok(text.to_ascii_uppercase())
    } else {
        Err(Invalid::character(
            "The code contains a character other than A to Z and 0 to 9; remove it.",
        ))
    }
}

fn carrier_code(text: &str) -> Result<String, Invalid> {
    let is_code =
        text.chars().all(|c| c.is_ascii_alphanumeric()) && text.contains(|c: char| c.is_ascii_alphabetic());
    if is_code {
        Ok(text.to_ascii_uppercase())
    } else {
        Err(Invalid::format(
            "The value is not the code of an airline; use its two-character IATA designator, such as QF or U2.",
        ))
    }
}

fn membership_number(text: &str) -> Result<String, Invalid> {
    if !text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '.' | '/'))
    {
        return Err(Invalid::character(
            "The number contains a character other than letters, digits, spaces, -, . and /; remove it.",
        ));
    }
    if !text.contains(|c: char| c.is_ascii_alphanumeric()) {
        return Err(Invalid::format(
            "The number has no letter or digit; copy it from the card.",
        ));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn supplier_codes_are_stored_in_upper_case() {
        assert_eq!(" lh ".parse::<SupplierCode>().unwrap().as_str(), "LH");
        assert_eq!("4U".parse::<SupplierCode>().unwrap().as_str(), "4U");
        for code in ["L H", "ß", "L-H", "٣"] {
            assert_eq!(
                code.parse::<SupplierCode>().unwrap_err().code,
                "invalid_character"
            );
        }
    }

    #[test]
    fn codes_of_airlines_have_two_characters_and_a_letter() {
        for (input, stored) in [("qf", "QF"), (" U2 ", "U2"), ("4u", "4U")] {
            assert_eq!(input.parse::<CarrierCode>().unwrap().as_str(), stored);
        }
        for (input, code) in [
            ("Q", "too_short"),
            ("QFA", "too_long"),
            ("42", "invalid_format"),
            ("Q-", "invalid_format"),
            ("Ü2", "invalid_format"),
        ] {
            assert_eq!(input.parse::<CarrierCode>().unwrap_err().code, code, "{input}");
        }
    }

    #[test]
    fn two_spellings_of_a_membership_number_are_one_number() {
        let printed: MembershipNumber = "aa-992 0031/4.5".parse().unwrap();
        assert_eq!(printed.as_str(), "aa-992 0031/4.5");
        assert_eq!(printed.normalized(), "AA992003145");
        assert_eq!(format!("{printed:?}"), "MembershipNumber(***)");
    }

    #[test]
    fn membership_numbers_of_punctuation_or_other_alphabets_are_refused() {
        assert_eq!(
            "-- /".parse::<MembershipNumber>().unwrap_err().code,
            "invalid_format"
        );
        assert_eq!(
            "٣٤٥".parse::<MembershipNumber>().unwrap_err().code,
            "invalid_character"
        );
        assert_eq!(
            "123*".parse::<MembershipNumber>().unwrap_err().code,
            "invalid_character"
        );
    }
}
