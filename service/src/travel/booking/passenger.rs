//! A passenger in fields, for interfaces that take no lines.

use std::fmt;

use chrono::NaiveDate;

use super::channels::PassengerForm;
use super::{Facts, documents, loyalty};
use crate::travel::names::{Form, ticket};
use crate::travel::warning::{Code, Warning};

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

hidden!(Passenger, Document, Account);

/// The passenger, where the interface takes one and the name has letters A to Z.
pub(super) fn write(facts: &Facts<'_>, warnings: &mut Vec<Warning>) -> Option<Passenger> {
    let form = facts.format.passenger.as_ref()?;
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
    })
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
