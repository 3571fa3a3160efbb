//! DOCA: where the traveller lives.

use entity::values::{AddressPart, BookingLineKind, PostalCode};

use super::Facts;
use super::lines::Content;
use super::template::Values;
use super::text::{fitted, plain};
use crate::travel::warning::{Code, Warning};

/// Most characters of street, city and state: what messages to authorities (UN/EDIFACT PAXLST, NAD) have room for.
const MAX_PART: usize = 35;
/// Most characters of a postal code, by the same message.
const MAX_CODE: usize = 17;

/// The line, if the address is known: all of it, or the country alone where there is no more.
pub(super) fn doca(facts: &Facts<'_>) -> Option<Content> {
    let address = facts.traveller.user.address.as_ref()?;
    let mut warnings = Vec::new();
    let (mut is_cut, mut is_unwritable) = (false, false);
    let mut part = |text: Option<&str>, most: usize| {
        let Some(text) = text else { return String::new() };
        let Some(text) = plain(text, facts.name.language) else {
            is_unwritable = true;
            return String::new();
        };
        let (text, cut) = fitted(text, most);
        is_cut |= cut;
        text
    };
    let values = [
        (
            "street",
            part(address.street.as_ref().map(AddressPart::as_str), MAX_PART),
        ),
        (
            "city",
            part(address.city.as_ref().map(AddressPart::as_str), MAX_PART),
        ),
        (
            "state",
            part(address.region.as_ref().map(AddressPart::as_str), MAX_PART),
        ),
        (
            "zip",
            part(address.postal_code.as_ref().map(PostalCode::as_str), MAX_CODE).replace(' ', ""),
        ),
    ];
    if is_cut {
        warnings.push(Warning::new(
            Code::Truncated,
            "A part of the address is longer than its field in DOCA and was cut.",
        ));
    }
    if is_unwritable {
        warnings.push(Warning::new(
            Code::UnsupportedCharacter,
            "A part of the address has letters that cannot be written as A to Z, and was left out.",
        ));
    }
    let is_country_alone = values.iter().all(|(_, text)| text.is_empty());
    let has_state = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_stateless = !values
        .iter()
        .any(|(name, text)| *name == "state" && has_state(text));
    if address.country.as_str() == "USA" && !is_country_alone && is_stateless {
        warnings.push(Warning::new(
            Code::MissingState,
            "The USA want the two letters of the state; record them as the region of the address.",
        ));
    }
    let template = if is_country_alone { "doca_country" } else { "doca" };
    let country = facts.country(template, address.country, &mut warnings);
    let mut values = Values::from(values);
    values.insert("type", "R".to_owned());
    values.insert("country", country);
    let mut source_fields = vec!["user.address.country"];
    for (field, name) in [
        ("user.address.street", "street"),
        ("user.address.city", "city"),
        ("user.address.region", "state"),
        ("user.address.postal_code", "zip"),
    ] {
        if values.get(name).is_some_and(|text| !text.is_empty()) {
            source_fields.push(field);
        }
    }
    Some(Content {
        kind: BookingLineKind::Doca,
        template,
        values,
        source_fields,
        warnings,
    })
}
