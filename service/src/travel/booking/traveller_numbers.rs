//! DOCO: the numbers by which states know a traveller (TSA Secure Flight).

use entity::values::{BookingLineKind, TravellerNumberType};

use super::Facts;
use super::lines::Content;
use super::template::Values;
use crate::traveller_numbers::TravellerNumber;

/// The numbers that airlines pass on and that have not expired. Wherever the trip goes: the state of the first airport looks
/// at them too.
pub(super) fn good<'a>(facts: &'a Facts<'_>) -> impl Iterator<Item = (&'static str, &'a TravellerNumber)> {
    let today = facts.request.today;
    let numbers = facts.traveller.traveller_numbers.iter();
    numbers
        .filter(move |it| it.expiry_date.is_none_or(|last_day| last_day >= today))
        .filter_map(|it| Some((letter(it.number_type)?, it)))
}

/// A line for each, with the number that it shows.
pub(super) fn lines(facts: &Facts<'_>) -> Vec<(Content, TravellerNumber)> {
    let line = |(letter, it): (&'static str, &TravellerNumber)| {
        let mut warnings = Vec::new();
        let country = facts.country("doco_traveler", it.country, &mut warnings);
        let content = Content {
            kind: BookingLineKind::Doco,
            template: "doco_traveler",
            values: Values::from([
                ("type", letter.to_owned()),
                ("number", it.number.as_str().to_owned()),
                ("country", country),
            ]),
            source_fields: vec![
                "traveller_number.type",
                "traveller_number.number",
                "traveller_number.country",
            ],
            warnings,
        };
        (content, it.clone())
    };
    good(facts).map(line).collect()
}

/// What DOCO calls it; numbers of other programmes have no place there.
const fn letter(kind: TravellerNumberType) -> Option<&'static str> {
    match kind {
        TravellerNumberType::KnownTraveller => Some("K"),
        TravellerNumberType::Redress => Some("R"),
        TravellerNumberType::Other => None,
    }
}
