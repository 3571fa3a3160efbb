//! What a person is called and where they were born.

use super::{
    Invalid,
    text::{self, text_type},
};

text_type! {
    /// A name of a person, or one part of it, in any script, with at least one letter.
    pub struct PersonName(String);
    debug = hidden;
    length = 1..=100;
    pattern = text::PATTERN;
    example = "Anna Maria";
    parse = person_name;
}

text_type! {
    /// Form of address that goes before a name.
    pub struct Title(String);
    debug = shown;
    length = 1..=20;
    pattern = text::PATTERN;
    example = "Dr";
    parse = text::any;
}

text_type! {
    /// Place of birth as the passport prints it (ICAO Doc 9303-4 §4.1.1.1).
    pub struct PlaceOfBirth(String);
    debug = hidden;
    length = 1..=100;
    pattern = text::PATTERN;
    example = "Zenith";
    parse = text::any;
}

fn person_name(text: &str) -> Result<String, Invalid> {
    if text.contains(char::is_alphabetic) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::format(
            "The name has no letter; write it as its owner does.",
        ))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_script_are_kept_as_written() {
        for name in [
            "O'Connor",
            "Smith-Jones",
            "李小龍",
            "Łódź",
            "محمد",
            "Иванов",
            "X Æ A-12",
            "นิรันดร์",
        ] {
            assert_eq!(name.parse::<PersonName>().unwrap().as_str(), name);
        }
    }

    #[test]
    fn a_name_without_a_letter_is_refused() {
        for name in ["-", "123", "🚀"] {
            assert_eq!(name.parse::<PersonName>().unwrap_err().code, "invalid_format");
        }
    }

    #[test]
    fn a_name_stays_out_of_logs() {
        assert_eq!(
            format!("{:?}", "Anna".parse::<PersonName>()),
            "Ok(PersonName(***))"
        );
    }
}
