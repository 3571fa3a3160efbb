//! What visas, identity cards and traveller numbers say.

use super::Invalid;
use super::documents::number;
use super::enums::text_enum;
use super::text::{self, text_type};

/// Length of the number in the message DOCO that carries it to the airline; that of a machine readable visa has 9
/// characters (ICAO Doc 9303-7 §4.2.2).
const MAX_VISA_NUMBER_LENGTH: usize = 15;
/// Length of the number in the message DOCS; in the machine readable zone it has 9, and more where it goes on in the
/// optional data (ICAO Doc 9303-5 §4.2.4).
const MAX_CARD_NUMBER_LENGTH: usize = 15;
/// Length of the number in the message DOCO (TSA Secure Flight).
const MAX_TRAVELLER_NUMBER_LENGTH: usize = 25;

text_type! {
    /// Number of a visa or an electronic travel authorization: 1 to 15 letters A to Z and digits. Spaces and `-` are
    /// accepted between them, and dropped; letters are stored in upper case.
    pub struct VisaNumber(String);
    debug = hidden;
    length = 1..=30;
    pattern = "^[ -]*[A-Za-z0-9]([ -]*[A-Za-z0-9]){0,14}[ -]*$";
    example = "V41730598";
    parse = visa_number;
}

text_type! {
    /// Number of an identity card: 1 to 15 letters A to Z and digits. Spaces and `-` are accepted between them, and
    /// dropped; letters are stored in upper case.
    pub struct IdentityCardNumber(String);
    debug = hidden;
    length = 1..=30;
    pattern = "^[ -]*[A-Za-z0-9]([ -]*[A-Za-z0-9]){0,14}[ -]*$";
    example = "D23145890";
    parse = identity_card_number;
}

text_type! {
    /// Number by which a state knows a traveller: 1 to 25 letters A to Z and digits. Spaces and `-` are accepted between
    /// them, and dropped; letters are stored in upper case.
    pub struct TravellerNumberValue(String);
    debug = hidden;
    length = 1..=50;
    pattern = "^[ -]*[A-Za-z0-9]([ -]*[A-Za-z0-9]){0,24}[ -]*$";
    example = "TT1234567";
    parse = traveller_number;
}

text_type! {
    /// Place where a visa was issued, in letters and spaces: the message DOCO that carries it knows no others.
    pub struct PlaceOfIssue(String);
    debug = shown;
    length = 1..=35;
    pattern = text::PATTERN;
    example = "Old Haven";
    parse = place_of_issue;
}

text_type! {
    /// Name of the programme that has given a traveller a number.
    pub struct TravellerProgramName(String);
    debug = shown;
    length = 1..=60;
    pattern = text::PATTERN;
    example = "Global Entry";
    parse = text::any;
}

text_enum! {
    /// What a visa is for. More kinds may join.
    pub enum VisaType {
        /// Holidays and visits.
        Tourist = "tourist",
        /// Business trips.
        Business = "business",
        /// Passing through.
        Transit = "transit",
        /// Studies.
        Student = "student",
        /// Employment.
        Work = "work",
        /// Living there.
        Residence = "residence",
        /// Electronic travel authorization in place of a visa: ESTA, ETA, ETIAS.
        ElectronicAuthorization = "electronic_authorization",
        /// Anything else.
        Other = "other",
    }
}

text_enum! {
    /// How often the holder may enter on a visa.
    pub enum VisaEntries {
        /// Once.
        Single = "single",
        /// Twice.
        Double = "double",
        /// As often as the holder likes.
        Multiple = "multiple",
    }
}

text_enum! {
    /// Whether a visa can be travelled on, apart from its dates.
    pub enum VisaStatus {
        /// Can be travelled on.
        Active = "active",
        /// Its entries are used up.
        Used = "used",
        /// Taken back at the wish of its holder.
        Cancelled = "cancelled",
        /// Taken back by the state that issued it.
        Revoked = "revoked",
    }
}

text_enum! {
    /// Whether an identity card can be travelled on, apart from its dates.
    pub enum IdentityCardStatus {
        /// In its holder's hands.
        Active = "active",
        /// Reported lost.
        Lost = "lost",
        /// Reported stolen.
        Stolen = "stolen",
        /// Another card took its place.
        Replaced = "replaced",
    }
}

text_enum! {
    /// What a traveller's number is for. More kinds may join.
    pub enum TravellerNumberType {
        /// Known Traveler Number (Global Entry, NEXUS, SENTRI and the like): quicker through the checks.
        KnownTraveller = "known_traveller",
        /// Redress Control Number (DHS TRIP): of somebody who has been taken for another.
        Redress = "redress",
        /// Number of another programme, which `program` names.
        Other = "other",
    }
}

/// How many days somebody may stay: 1 to 3650.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, sea_orm::DeriveValueType,
)]
pub struct StayDays(i32);

impl StayDays {
    /// The longest stay: ten years.
    pub const MAX: i32 = 3650;

    /// The number of days.
    pub const fn days(self) -> i32 {
        self.0
    }
}

impl TryFrom<i64> for StayDays {
    type Error = Invalid;

    fn try_from(days: i64) -> Result<Self, Invalid> {
        match i32::try_from(days) {
            Ok(days @ 1..=Self::MAX) => Ok(Self(days)),
            _ => Err(Invalid {
                code: "out_of_range",
                detail: "A stay has 1 to 3650 days; leave the field out where the visa names none.".into(),
            }),
        }
    }
}

fn visa_number(text: &str) -> Result<String, Invalid> {
    number("visa number", text, MAX_VISA_NUMBER_LENGTH)
}

fn identity_card_number(text: &str) -> Result<String, Invalid> {
    number("number of the card", text, MAX_CARD_NUMBER_LENGTH)
}

fn traveller_number(text: &str) -> Result<String, Invalid> {
    number("number of the traveller", text, MAX_TRAVELLER_NUMBER_LENGTH)
}

fn place_of_issue(text: &str) -> Result<String, Invalid> {
    if text.chars().all(|c| c.is_alphabetic() || c == ' ') {
        Ok(text.to_owned())
    } else {
        Err(Invalid::character(
            "The place holds a character other than letters and spaces; write a space instead.",
        ))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::values::MASK;

    #[test]
    fn numbers_are_stored_without_separators_in_upper_case() {
        assert_eq!(
            " v41-73 05 98 ".parse::<VisaNumber>().unwrap().as_str(),
            "V41730598"
        );
        assert_eq!(
            "d2314589 0".parse::<IdentityCardNumber>().unwrap().as_str(),
            "D23145890"
        );
        let longest = "A".repeat(25);
        assert_eq!(longest.parse::<TravellerNumberValue>().unwrap().as_str(), longest);
        assert_eq!(
            format!("{:?}", "TT1234567".parse::<TravellerNumberValue>()),
            "Ok(TravellerNumberValue(***))"
        );
    }

    #[test]
    fn other_numbers_are_refused() {
        for (input, code) in [
            ("- -", "too_short"),
            ("A23456789012345678901234567", "too_long"),
            ("TT12345/7", "invalid_character"),
            ("ß", "invalid_character"),
        ] {
            assert_eq!(
                input.parse::<TravellerNumberValue>().unwrap_err().code,
                code,
                "{input}"
            );
        }
        assert_eq!(
            "1234567890123456".parse::<VisaNumber>().unwrap_err().code,
            "too_long"
        );
        let masked = format!("{}4567", MASK.to_string().repeat(4));
        assert_eq!(masked.parse::<TravellerNumberValue>().unwrap_err().code, "masked");
    }

    #[test]
    fn a_place_of_issue_has_letters_and_spaces() {
        for place in ["London GB", "Łódź", "北京"] {
            assert_eq!(place.parse::<PlaceOfIssue>().unwrap().as_str(), place);
        }
        for place in ["Paris/FR", "Saint-Denis", "Paris 8"] {
            assert_eq!(
                place.parse::<PlaceOfIssue>().unwrap_err().code,
                "invalid_character",
                "{place}"
            );
        }
    }

    #[test]
    fn a_stay_has_a_day_and_at_most_ten_years() {
        for days in [1, 90, 3650] {
            assert_eq!(i64::from(StayDays::try_from(days).unwrap().days()), days);
        }
        for days in [i64::MIN, -1, 0, 3651, i64::MAX] {
            assert_eq!(
                StayDays::try_from(days).unwrap_err().code,
                "out_of_range",
                "{days}"
            );
        }
    }
}
