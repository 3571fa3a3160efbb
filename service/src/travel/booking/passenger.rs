//! A passenger in fields, for interfaces that take no lines.

use std::fmt;

use chrono::NaiveDate;
use entity::values::{AddressPart, SeatPreference, ServiceNote, SpecialServiceCode};

use super::channels::{FieldPlace, PassengerForm};
use super::{Facts, Written, documents, loyalty, traveller_numbers};
use crate::travel::names::{Form, ticket};
use crate::travel::warning::{Code, Warning};
use crate::users::Address;

/// A passenger in fields. Values are in the codes of the interface.
#[derive(Clone, PartialEq, Eq)]
pub struct Passenger {
    /// First name, or all given names where the interface has no field for the others.
    pub given_name: String,
    /// The other given names.
    pub middle_name: Option<String>,
    /// Family name, or the only name.
    pub surname: String,
    /// Title.
    pub title: Option<String>,
    /// Gender.
    pub gender: Option<String>,
    /// Date of birth.
    pub born_on: Option<NaiveDate>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number (E.164).
    pub phone_number: Option<String>,
    /// The passport, if there is one that can be travelled on.
    pub identity_documents: Vec<Document>,
    /// Memberships in programmes of airlines.
    pub loyalty_accounts: Vec<Account>,
    /// Whom to call in an emergency.
    pub emergency_contact: Option<Contact>,
    /// Where the passenger lives.
    pub address: Option<Residence>,
    /// Where the passenger likes to sit.
    pub seat: Option<SeatPreference>,
    /// Meal and assistance.
    pub special_services: Vec<Service>,
    /// Numbers by which states know the passenger.
    pub traveller_numbers: Vec<StateNumber>,
}

/// A number by which a state knows a passenger.
#[derive(Clone, PartialEq, Eq)]
pub struct StateNumber {
    /// What it is, in the words of the interface.
    pub kind: String,
    /// The number.
    pub number: String,
    /// Who issued it.
    pub issuing_country: String,
}

/// Somebody to call in an emergency.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// Name, as it was recorded.
    pub name: String,
    /// Telephone number (E.164).
    pub phone_number: String,
}

/// Where a passenger lives.
#[derive(Clone, PartialEq, Eq)]
pub struct Residence {
    /// Street and house.
    pub street: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State, province or region.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country.
    pub country: String,
}

/// A meal or an assistance.
#[derive(Clone, PartialEq, Eq)]
pub struct Service {
    /// Code (IATA SSR).
    pub code: String,
    /// What the airline has to know.
    pub note: Option<String>,
}

/// A travel document.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// Who issued it.
    pub issuing_country: String,
    /// Of which nationality the holder is.
    pub nationality: String,
    /// Last day of validity.
    pub expires_on: NaiveDate,
}

/// A membership in the programme of an airline.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The airline.
    pub carrier: String,
    /// The number.
    pub number: String,
}

macro_rules! hidden {
    ($($name:ident),+) => {
        $(impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        })+
    };
}

hidden!(
    Passenger,
    Document,
    Account,
    Contact,
    Residence,
    Service,
    StateNumber
);

/// The passenger, where the interface takes one and the name has letters A to Z.
pub(super) fn write(facts: &Facts<'_>, written: &mut Written) {
    let Some(form) = &facts.format.passenger else {
        return;
    };
    let Some(mut passenger) = passenger(form, facts, &mut written.warnings) else {
        return;
    };
    for (letter, it) in traveller_numbers::good(facts) {
        if let Some(kind) = form.traveller_numbers.get(letter) {
            passenger.traveller_numbers.push(StateNumber {
                kind: kind.clone(),
                number: it.number.as_str().to_owned(),
                issuing_country: facts.format.country(it.country, &mut written.warnings),
            });
            written.traveller_numbers.push(it.clone());
        }
    }
    written.passenger = Some(passenger);
}

fn passenger(form: &PassengerForm, facts: &Facts<'_>, warnings: &mut Vec<Warning>) -> Option<Passenger> {
    let user = facts.traveller.user;
    let whole = Form {
        rule: facts.rule,
        separator: " ",
        max_length: usize::MAX,
    };
    let name = ticket(&facts.name, &whole, warnings)?;
    let parts: Vec<String> = name.given_names.split(' ').map(str::to_owned).collect();
    let (first, middle) = if form.separate_middle_name {
        facts.first_and_middle(&parts)
    } else {
        (name.given_names, String::new())
    };
    let mut is_cut = false;
    let mut fit = |mut text: String| {
        is_cut |= text.len() > form.max_name_length;
        text.truncate(form.max_name_length);
        text.trim_end().to_owned()
    };
    let (surname, given_name, middle) = (fit(name.surname), fit(first), fit(middle));
    if is_cut {
        let detail = format!(
            "A name is longer than {} characters and was cut.",
            form.max_name_length
        );
        warnings.push(Warning::new(Code::Truncated, detail));
    }
    Some(Passenger {
        given_name,
        middle_name: (!middle.is_empty()).then_some(middle),
        surname,
        title: title(form, name.title, warnings),
        gender: gender(form, facts, warnings),
        born_on: facts.document.map(|it| it.date_of_birth).or(user.date_of_birth),
        email: user.email.as_ref().map(|it| it.as_str().to_owned()),
        phone_number: user.phone.as_ref().map(|it| it.as_str().to_owned()),
        identity_documents: document(form, facts, warnings).into_iter().collect(),
        loyalty_accounts: loyalty::accounts(facts, warnings),
        emergency_contact: facts
            .traveller
            .emergency_contact
            .filter(|_| form.has(FieldPlace::EmergencyContact))
            .map(|contact| Contact {
                name: contact.name.as_str().to_owned(),
                phone_number: contact.phone.as_str().to_owned(),
            }),
        address: user
            .address
            .as_ref()
            .filter(|_| form.has(FieldPlace::Address))
            .map(|it| residence(it, facts, warnings)),
        seat: facts
            .traveller
            .preferences
            .filter(|_| form.has(FieldPlace::Services))
            .and_then(|it| it.seat),
        special_services: services(form, facts),
        traveller_numbers: Vec::new(),
    })
}

fn residence(address: &Address, facts: &Facts<'_>, warnings: &mut Vec<Warning>) -> Residence {
    let part = |it: &Option<AddressPart>| it.as_ref().map(|it| it.as_str().to_owned());
    Residence {
        street: part(&address.street),
        city: part(&address.city),
        region: part(&address.region),
        postal_code: address.postal_code.as_ref().map(|it| it.as_str().to_owned()),
        country: facts.format.country(address.country, warnings),
    }
}

/// What the passenger has asked for once and for all, the meal first.
fn services(form: &PassengerForm, facts: &Facts<'_>) -> Vec<Service> {
    let Some(wishes) = facts
        .traveller
        .preferences
        .filter(|_| form.has(FieldPlace::Services))
    else {
        return Vec::new();
    };
    let service = |code: &SpecialServiceCode, note: Option<&ServiceNote>| Service {
        code: code.as_str().to_owned(),
        note: note.map(|it| it.as_str().to_owned()),
    };
    let meal = wishes
        .meal
        .as_ref()
        .map(|code| service(code, wishes.meal_note.as_ref()));
    let assistance = wishes
        .assistance
        .iter()
        .map(|it| service(&it.code, it.note.as_ref()));
    meal.into_iter().chain(assistance).collect()
}

fn title(form: &PassengerForm, title: Option<String>, warnings: &mut Vec<Warning>) -> Option<String> {
    let found = match title {
        Some(title) if !form.titles.is_empty() => form.titles.get(&title).cloned(),
        as_it_is => as_it_is,
    };
    if found.is_none() && form.title_required {
        warnings.push(Warning::new(
            Code::MissingTitle,
            "The interface wants a title; record one that it takes, such as Mr, Mrs, Ms, Miss or Dr.",
        ));
    }
    found
}

fn gender(form: &PassengerForm, facts: &Facts<'_>, warnings: &mut Vec<Warning>) -> Option<String> {
    let gender = documents::gender(facts)?;
    let found = form.genders.get(gender).cloned();
    if found.is_none() {
        warnings.push(Warning::new(
            Code::GenderNotSupported,
            "The interface takes male and female only; ask the airline how to book.",
        ));
    }
    found
}

fn document(form: &PassengerForm, facts: &Facts<'_>, warnings: &mut Vec<Warning>) -> Option<Document> {
    let passport = facts.document?;
    let mut found = Vec::new();
    let document = Document {
        kind: form.document_type.clone(),
        number: passport.passport_number.as_str().to_owned(),
        issuing_country: facts.format.country(passport.issuing_country, &mut found),
        nationality: facts.format.country(passport.nationality, &mut found),
        expires_on: passport.expiry_date,
    };
    found.dedup();
    warnings.append(&mut found);
    Some(document)
}
