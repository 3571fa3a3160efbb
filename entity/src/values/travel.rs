//! How somebody travels, where they live, and whom to call.

use super::{
    Invalid,
    text::{self, text_type},
};

text_type! {
    /// Code of a special service (IATA SSR): four letters. Upper and lower case do not matter.
    pub struct SpecialServiceCode(String);
    debug = hidden;
    length = 4..=4;
    pattern = "^[A-Za-z]{4}$";
    example = "VGML";
    parse = service_code;
}

text_type! {
    /// What the airline has to know beside the code of a special service: what is not eaten, which help is needed.
    /// Messages to airlines have room for so much.
    pub struct ServiceNote(String);
    debug = hidden;
    length = 1..=180;
    pattern = text::PATTERN;
    example = "No nuts";
    parse = text::any;
}

text_type! {
    /// What somebody is to a traveller.
    pub struct Relationship(String);
    debug = hidden;
    length = 1..=50;
    pattern = text::PATTERN;
    example = "Husband";
    parse = text::any;
}

text_type! {
    /// A part of a postal address: street and house, city, or region.
    pub struct AddressPart(String);
    debug = hidden;
    length = 1..=100;
    pattern = text::PATTERN;
    example = "Sunrise Street 4";
    parse = text::any;
}

text_type! {
    /// Postal code, as the country writes it.
    pub struct PostalCode(String);
    debug = hidden;
    length = 1..=20;
    pattern = text::PATTERN;
    example = "123 45";
    parse = text::any;
}

fn service_code(text: &str) -> Result<String, Invalid> {
    if text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        Ok(text.to_ascii_uppercase())
    } else {
        Err(Invalid::format(
            "This must be the code of a special service, four letters; see GET /v1/reference/special-services.",
        ))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_services_are_four_letters() {
        assert_eq!(" vgml ".parse::<SpecialServiceCode>().unwrap().as_str(), "VGML");
        for text in ["", "VGM", "VGMLX", "VG1L", "VGMÄ"] {
            assert!(text.parse::<SpecialServiceCode>().is_err(), "{text}");
        }
    }

    #[test]
    fn nothing_of_it_reaches_a_log() {
        let shown = format!(
            "{:?} {:?} {:?} {:?}",
            "WCHR".parse::<SpecialServiceCode>().unwrap(),
            "No nuts".parse::<ServiceNote>().unwrap(),
            "Husband".parse::<Relationship>().unwrap(),
            "Sunrise Street 4".parse::<AddressPart>().unwrap(),
        );
        assert_eq!(
            shown,
            "SpecialServiceCode(***) ServiceNote(***) Relationship(***) AddressPart(***)"
        );
    }
}
