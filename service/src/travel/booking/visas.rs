//! DOCO: visas.

use chrono::NaiveDate;
use entity::values::{BookingLineKind, CountryCode, VisaStatus, VisaType};

use super::Facts;
use super::documents::{four_digits, two_digits};
use super::lines::Content;
use super::template::Values;
use super::text::plain;
use crate::travel::warning::{Code, Warning};
use crate::visas::Visa;

/// A line for each visa that the trip can need: for a destination those of its country that are good today or will be, and
/// otherwise those of all countries that are good today.
pub(super) fn lines(facts: &Facts<'_>) -> Vec<(Content, Visa)> {
    let (today, destination) = (facts.request.today, facts.request.destination);
    facts
        .traveller
        .visas
        .iter()
        .filter(|visa| is_needed(visa, destination, today))
        .map(|visa| (line(facts, visa), visa.clone()))
        .collect()
}

/// Electronic authorizations are known to the airline by the passport, and are in no line.
fn is_needed(visa: &Visa, destination: Option<CountryCode>, today: NaiveDate) -> bool {
    let begins = visa.valid_from.unwrap_or(visa.issue_date);
    visa.status == VisaStatus::Active
        && visa.visa_type != VisaType::ElectronicAuthorization
        && visa.expiry_date >= today
        && destination.map_or(begins <= today, |country| visa.country == country)
}

fn line(facts: &Facts<'_>, visa: &Visa) -> Content {
    let mut warnings = Vec::new();
    let mut source_fields = vec!["visa.visa_number", "visa.issue_date", "visa.country"];
    let language = facts.name.language;
    let country = facts.country("doco_visa", visa.country, &mut warnings);
    let place = facts.document.and_then(|it| it.place_of_birth.as_ref());
    let birthplace = place.and_then(|it| plain(it.as_str(), language)).map(|place| {
        source_fields.push("passport.place_of_birth");
        let born_in = facts.document.and_then(|it| it.birth_country);
        born_in.map_or(place.clone(), |country| {
            source_fields.push("passport.birth_country");
            format!("{place} {}", facts.country("doco_visa", country, &mut warnings))
        })
    });
    let issue_place = visa.place_of_issue.as_ref();
    let issue_place = issue_place.and_then(|it| plain(it.as_str(), language));
    if issue_place.is_some() {
        source_fields.push("visa.place_of_issue");
    }
    if birthplace.is_none() || issue_place.is_none() {
        warnings.push(Warning::new(
            Code::MissingPlace,
            "The place of birth of the passport, or the place of issue of the visa, is missing or cannot be written as A to Z.",
        ));
    }
    Content {
        kind: BookingLineKind::Doco,
        template: "doco_visa",
        values: Values::from([
            ("birthplace", birthplace.unwrap_or_default()),
            ("number", visa.visa_number.as_str().to_owned()),
            ("issue_place", issue_place.unwrap_or_default()),
            ("issued_yy", two_digits(visa.issue_date)),
            ("issued_yyyy", four_digits(visa.issue_date)),
            ("country", country),
        ]),
        source_fields,
        warnings,
    }
}
