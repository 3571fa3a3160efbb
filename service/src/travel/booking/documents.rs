//! DOCS: passport data, or birthday and gender alone (Secure Flight).

use chrono::{Datelike as _, Months, NaiveDate};
use entity::values::{BookingLineKind, Gender, Sex};

use super::Facts;
use super::lines::Content;
use super::template::Values;
use crate::travel::names::stand_in;
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
    if gender != Sex::M.as_str() && gender != Sex::F.as_str() {
        warnings.push(Warning::new(
            Code::GenderNotSupported,
            "Some airlines and states take M and F only; ask the airline before the ticket is issued.",
        ));
    }
    if is_infant(birth, facts.request.today) {
        warnings.push(Warning::new(
            Code::Infant,
            "Younger than two years today: for an infant on a lap the gender is MI or FI.",
        ));
    }
    let mut values = Values::from([
        ("surname", surname),
        ("given", given),
        ("middle", middle),
        ("gender", gender.to_owned()),
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

/// Whether the second birthday is still to come.
fn is_infant(birth: NaiveDate, today: NaiveDate) -> bool {
    birth
        .checked_add_months(Months::new(24))
        .is_some_and(|second| second > today)
}

fn two_digits(date: NaiveDate) -> String {
    format!("{}{:02}", day_and_month(date), date.year().rem_euclid(100))
}

fn four_digits(date: NaiveDate) -> String {
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
