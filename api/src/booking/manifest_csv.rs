//! A passenger list as a spreadsheet opens it: a row for each traveller.

use std::borrow::Cow;

use entity::loyalty_programs;
use entity::values::{CountryCode, Email, Gender, PhoneNumber, Title};
use service::booking::{Manifest, ManifestPassenger};
use service::emergency_contacts::EmergencyContact;
use service::loyalties::Loyalty;
use service::preferences::{Assistance, TravelPreferences};
use service::spreadsheet::{Cell, Table};
use service::{identity_cards, traveller_numbers, visas};
use utoipa::ToSchema;

use crate::error::Result;

/// A row for each traveller under a header row (RFC 4180, UTF-8 with a byte order mark). An apostrophe stands before texts that
/// a spreadsheet would run or take for a number, telephone numbers among them.
#[derive(ToSchema)]
#[schema(example = "number,role,title,surname,given_names\r\n1,lead,,Eriksson,Anna Maria\r\n")]
pub struct ManifestFile(#[allow(dead_code)] String); // For the document alone.

/// How many columns there are.
const WIDTH: usize = 26;

/// The columns, in their order. Others follow at the end.
const COLUMNS: [&str; WIDTH] = [
    "number",
    "role",
    "title",
    "surname",
    "given_names",
    "mrz_surname",
    "mrz_given_names",
    "date_of_birth",
    "gender",
    "nationality",
    "passport_issuing_country",
    "passport_number",
    "passport_expiry_date",
    "visas",
    "phone",
    "email",
    "loyalties",
    "missing",
    "warnings",
    "user_id",
    "identity_cards",
    "traveller_numbers",
    "meal",
    "assistance",
    "seat",
    "emergency_contacts",
];

/// The file.
pub(super) fn file(manifest: &Manifest) -> Result<Vec<u8>> {
    let mut table = Table::new(COLUMNS)?;
    for passenger in &manifest.passengers {
        table.row(&row(passenger))?;
    }
    Ok(table.finish()?)
}

fn row(it: &ManifestPassenger) -> [Cell<'_>; WIDTH] {
    let (mrz, passport, wishes) = (it.mrz.as_ref(), it.passport.as_ref(), it.preferences.as_ref());
    let mut warnings: Vec<_> = it.warnings.iter().map(|warning| warning.code.as_str()).collect();
    // Two parts that were left out are one code.
    warnings.dedup();
    let text = |text: Option<&'static str>| text.map_or(Cell::Empty, |it| Cell::Text(it.into()));
    let country =
        |code: Option<CountryCode>| code.map_or(Cell::Empty, |it| Cell::Text(Cow::Owned(it.to_string())));
    [
        Cell::Count(it.number),
        text(Some(it.role.as_str())),
        Cell::text(it.title.as_ref().map(Title::as_str)),
        Cell::text(it.name.surname.as_deref()),
        Cell::text(it.name.given_names.as_deref()),
        Cell::text(mrz.map(|it| it.surname.as_str())),
        Cell::text(mrz.and_then(|it| it.given_names.as_deref())),
        Cell::day(it.date_of_birth),
        text(it.gender.map(Gender::as_str)),
        country(it.nationality),
        country(passport.map(|it| it.issuing_country)),
        Cell::text(passport.map(|it| it.passport_number.as_str())),
        Cell::day(passport.map(|it| it.expiry_date)),
        Cell::list(it.visas.iter().map(visa)),
        Cell::text(it.phone.as_ref().map(PhoneNumber::as_str)),
        Cell::text(it.email.as_ref().map(Email::as_str)),
        Cell::list(it.memberships.iter().map(membership)),
        Cell::list(it.missing.iter().map(|gap| gap.as_str())),
        Cell::list(warnings),
        Cell::Text(Cow::Owned(it.user_id.to_string())),
        Cell::list(it.identity_cards.iter().map(identity_card)),
        Cell::list(it.traveller_numbers.iter().map(traveller_number)),
        Cell::list(wishes.and_then(meal)),
        Cell::list(wishes.iter().flat_map(|it| &it.assistance).map(assistance)),
        Cell::list(wishes.map(seat)),
        Cell::list(it.emergency_contacts.iter().map(contact)),
    ]
}

/// `USA ••••0598 (business, 2036-01-14)`.
fn visa(it: &visas::Shown) -> String {
    let number = it.visa_number.as_str();
    format!("{} {number} ({}, {})", it.country, it.visa_type, it.expiry_date)
}

/// `UTO ••••5890 (2034-04-15)`.
fn identity_card(it: &identity_cards::Shown) -> String {
    let expires = it.expiry_date.map(|day| day.to_string());
    let card = format!("{} {}", it.issuing_country, it.document_number.as_str());
    with_details(card, [expires])
}

/// `known_traveller USA ••••4567 (Global Entry, 2028-10-23)`.
fn traveller_number(it: &traveller_numbers::Shown) -> String {
    let it = &it.record;
    let program = it.program.as_ref().map(ToString::to_string);
    let expires = it.expiry_date.map(|day| day.to_string());
    let number = format!("{} {} {}", it.number_type, it.country, it.number.as_str());
    with_details(number, [program, expires])
}

/// `VGML Vegan meal (No nuts)`.
fn meal(it: &TravelPreferences) -> Option<String> {
    let note = it.meal_note.as_ref().map(ToString::to_string);
    let meal = service_text(it.meal.as_ref()?.as_str(), it.meal_meaning());
    Some(with_details(meal, [note]))
}

/// `WCHR Wheelchair to the aircraft (Walks with a stick)`.
fn assistance(it: &Assistance) -> String {
    let note = it.note.as_ref().map(ToString::to_string);
    with_details(service_text(it.code.as_str(), it.meaning()), [note])
}

/// `aisle (Near the front)`.
fn seat(it: &TravelPreferences) -> String {
    let note = it.seat_note.as_ref().map(ToString::to_string);
    match it.seat {
        Some(seat) => with_details(seat.to_string(), [note]),
        None => note.unwrap_or_default(),
    }
}

/// `Erik Eriksson +46701740606 (Husband, sv)`.
fn contact(it: &EmergencyContact) -> String {
    let relationship = it.relationship.as_ref().map(ToString::to_string);
    let language = it.language.as_ref().map(ToString::to_string);
    with_details(format!("{} {}", it.name, it.phone), [relationship, language])
}

/// Code and meaning: hotels do not know the codes of airlines.
fn service_text(code: &str, meaning: Option<&str>) -> String {
    match meaning {
        // Semicolons stand between the items.
        Some(meaning) => format!("{code} {}", meaning.replace(';', ",")),
        None => code.to_owned(),
    }
}

/// A text with what is known besides in brackets.
fn with_details<const N: usize>(text: String, details: [Option<String>; N]) -> String {
    let details: Vec<_> = details.into_iter().flatten().collect();
    if details.is_empty() {
        text
    } else {
        format!("{text} ({})", details.join(", "))
    }
}

/// `Horizon Club U0 1234-5678 (Silver)`.
fn membership((loyalty, program): &(Loyalty, loyalty_programs::Model)) -> String {
    let tier = loyalty.tier.as_ref().map(|tier| format!(" ({tier})"));
    format!(
        "{} {}{}",
        program.name,
        loyalty.membership_number,
        tier.unwrap_or_default()
    )
}
