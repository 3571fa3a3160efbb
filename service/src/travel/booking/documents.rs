//! DOCS: passport data, or birthday and gender alone (Secure Flight).

use chrono::{Datelike as _, NaiveDate};
use entity::values::{BookingLineKind, Gender, Sex};

use super::infants::is_infant;
use super::lines::Content;
use super::template::Values;
use super::{Facts, Request};
use crate::travel::names::{refuses_unspecified_gender, stand_in, takes_unspecified_gender};
use crate::travel::warning::{Code, Warning};

/// Most characters of a surname, and of given names.
const MAX_NAME: usize = 30;

/// The line; none where the name, the date of birth or the gender are missing, which all forms of it need.
pub(super) fn docs(facts: &Facts<'_>) -> Option<Content> {
    let user = facts.traveller.user;
    let mut warnings = Vec::new();
    let (surname, given_names) = facts.name.letters(&mut warnings)?;
    let (mut surname, (mut given, mut middle)) = (surname.join(" "), facts.first_and_middle(&given_names));
    if given.is_empty() {
        given = stand_in(&facts.name, &surname, facts.rule, &mut warnings);
    }
    let mut is_cut = false;
    for part in [&mut surname, &mut given, &mut middle] {
        is_cut |= part.len() > MAX_NAME;
        part.truncate(MAX_NAME);
        part.truncate(part.trim_end().len());
    }
    if is_cut {
        warnings.push(Warning::new(
            Code::Truncated,
            "A name is longer than the 30 characters of DOCS and was cut.",
        ));
    }
    let (birth, gender) = match facts.document {
        Some(passport) => (passport.date_of_birth, passport.sex.as_str()),
        None => (user.date_of_birth?, user.gender?.as_str()),
    };
    let is_unspecified = gender != Sex::M.as_str() && gender != Sex::F.as_str();
    if is_unspecified {
        warnings.extend(doubt_of_unspecified(facts.request));
    }
    if facts.is_on_lap() {
        // Of X and U no source says how they are written for an infant.
        warnings.extend(is_unspecified.then(|| {
            Warning::new(
                Code::UnconfirmedFormat,
                "The gender of an infant that is neither M nor F is written by analogy with MI and FI.",
            )
        }));
    } else if is_infant(birth, facts.request.departure) {
        warnings.push(Warning::new(
            Code::Infant,
            "Younger than two years at the departure: the lines are for a seat of its own; `infants=lap` writes those of one on a lap.",
        ));
    }
    let mut values = Values::from([
        ("surname", surname),
        ("given", given),
        ("middle", middle),
        (
            "gender",
            format!("{gender}{}", if facts.is_on_lap() { "I" } else { "" }),
        ),
        ("birth_yy", two_digits(birth)),
        ("birth_yyyy", four_digits(birth)),
    ]);
    let mut source_fields = facts.name_fields().to_vec();
    let is_alone = facts.format.lines.contains_key("docs_secure_flight");
    let template = if let Some(passport) = facts.document {
        values.extend([
            ("type", "P".to_owned()),
            (
                "issuer",
                facts.format.country(passport.issuing_country, &mut warnings),
            ),
            ("number", passport.passport_number.as_str().to_owned()),
            (
                "nationality",
                facts.format.country(passport.nationality, &mut warnings),
            ),
            ("expiry_yy", two_digits(passport.expiry_date)),
            ("expiry_yyyy", four_digits(passport.expiry_date)),
        ]);
        source_fields.extend([
            "passport.date_of_birth",
            "passport.sex",
            "passport.issuing_country",
            "passport.passport_number",
            "passport.nationality",
            "passport.expiry_date",
        ]);
        "docs"
    } else {
        source_fields.extend(["user.date_of_birth", "user.gender"]);
        if is_alone { "docs_secure_flight" } else { "docs" }
    };
    warnings.dedup();
    Some(Content {
        kind: BookingLineKind::Docs,
        template,
        values,
        source_fields,
        warnings,
    })
}

/// What to ask about a gender that is neither M nor F; nothing where the airline says that it takes all.
fn doubt_of_unspecified(request: Request<'_>) -> Option<Warning> {
    if let Some(country) = request.destination.filter(|it| refuses_unspecified_gender(*it)) {
        return Some(Warning::new(
            Code::GenderRefused,
            format!(
                "{} is known to refuse entry to travellers whose gender is neither M nor F; ask before booking.",
                country.name()
            ),
        ));
    }
    (!takes_unspecified_gender(request.carrier)).then(|| {
        Warning::new(
            Code::GenderNotSupported,
            "Some airlines and states take M and F only; ask the airline before the ticket is issued.",
        )
    })
}

pub(super) fn two_digits(date: NaiveDate) -> String {
    format!("{}{:02}", day_and_month(date), date.year().rem_euclid(100))
}

pub(super) fn four_digits(date: NaiveDate) -> String {
    format!("{}{:04}", day_and_month(date), date.year())
}

fn day_and_month(date: NaiveDate) -> String {
    date.format("%d%b").to_string().to_ascii_uppercase()
}

/// As a passenger in fields has it.
pub(super) fn gender(facts: &Facts<'_>) -> Option<&'static str> {
    match facts.document {
        Some(passport) => Some(passport.sex.as_str()),
        None => facts.traveller.user.gender.map(Gender::as_str),
    }
}
