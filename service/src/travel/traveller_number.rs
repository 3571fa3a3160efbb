//! Numbers by which states know travellers (TSA Secure Flight): what they look like.

use entity::values::{TravellerNumberType, TravellerNumberValue};

use super::warning::{Code, Warning};

/// Characters of a Known Traveler Number, which is a PASSID.
const KNOWN_TRAVELLER_LENGTH: usize = 9;
/// Digits of a Redress Control Number.
const REDRESS_LENGTH: usize = 7;

/// What is doubtful about a number. The fields of airlines take more than what the programmes hand out, and the
/// programmes may change: it is a warning, and nothing is refused.
pub fn doubts(kind: TravellerNumberType, number: &TravellerNumberValue) -> Vec<Warning> {
    let number = number.as_str();
    let detail = match kind {
        TravellerNumberType::KnownTraveller if number.len() != KNOWN_TRAVELLER_LENGTH => {
            "A Known Traveler Number has 9 letters and digits; compare it with the membership card."
        }
        TravellerNumberType::Redress
            if number.len() != REDRESS_LENGTH || !number.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            "A Redress Control Number has 7 digits; compare it with the letter of DHS TRIP."
        }
        _ => return Vec::new(),
    };
    vec![Warning::new(Code::UnlikelyNumber, detail)]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn unlikely_numbers_are_doubted_and_others_are_not() {
        for (kind, number, is_doubtful) in [
            (TravellerNumberType::KnownTraveller, "TT1234567", false),
            (TravellerNumberType::KnownTraveller, "987654321", false),
            (TravellerNumberType::KnownTraveller, "TT123456", true),
            (TravellerNumberType::KnownTraveller, "TT12345678", true),
            (TravellerNumberType::Redress, "1234567", false),
            (TravellerNumberType::Redress, "123456A", true),
            (TravellerNumberType::Redress, "12345678", true),
            (TravellerNumberType::Other, "1", false),
        ] {
            let found = doubts(kind, &number.parse().unwrap());
            assert_eq!(!found.is_empty(), is_doubtful, "{kind} {number}");
            assert!(found.iter().all(|it| !it.detail.contains(number)));
        }
    }
}
