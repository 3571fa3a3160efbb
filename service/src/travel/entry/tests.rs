mod cases;
mod papers;
mod people;
mod shipped_rules;

use chrono::{DateTime, NaiveDate};
use entity::entry_rules::Model;
use entity::ids::{EntryRuleId, PassportId, UserId};
use entity::values::{
    EntryRuleKind, ExternalIds, PassportStatus, Places, Role, RuleAnchor, RuleConfidence, RuleSeverity, Sex,
    UserStatus,
};

use super::shipped::SHIPPED;
use super::{Leg, Person, PersonCheck, Rulebook, Trip, check};
use crate::passports::Passport;
use crate::users::User;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The rules that come with the program.
fn shipped() -> Rulebook {
    Rulebook::new(
        SHIPPED
            .rules
            .iter()
            .map(|it| it.row(DateTime::UNIX_EPOCH))
            .collect(),
    )
}

/// A rule that fails whoever does not meet it.
fn rule(code: &str, kind: EntryRuleKind, destinations: &str) -> Model {
    Model {
        id: EntryRuleId::new(),
        code: code.parse().unwrap(),
        kind,
        destinations: places(destinations),
        nationalities: Places::default(),
        nationalities_except: Places::default(),
        purpose: None,
        anchor: (kind == EntryRuleKind::PassportValidity).then_some(RuleAnchor::StayEnd),
        min_months: None,
        min_days: None,
        max_age_years: None,
        severity: RuleSeverity::Fail,
        confidence: RuleConfidence::Confirmed,
        source_url: None,
        source_title: "Test".parse().unwrap(),
        checked_on: day("2026-01-01"),
        note: None,
        active: true,
        shipped_hash: None,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

fn places(list: &str) -> Places {
    Places::new(list.split(' ').map(|it| it.parse().unwrap()).collect()).unwrap()
}

fn anna(nationality: &str) -> User {
    User {
        id: UserId::new(),
        email: None,
        email_key: None,
        first_name: "Anna".parse().unwrap(),
        last_name: Some("Eriksson".parse().unwrap()),
        middle_names: None,
        preferred_name: None,
        title: None,
        date_of_birth: Some(day("1974-08-12")),
        gender: None,
        nationality: Some(nationality.parse().unwrap()),
        address: None,
        phone: None,
        language: None,
        role: Role::Customer,
        status: UserStatus::Active,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        email_verified_at: None,
        restricted_at: None,
        restriction_reason: None,
        external_ids: ExternalIds::default(),
    }
}

fn passport(nationality: &str, issued: &str, expires: &str) -> Passport {
    Passport {
        id: PassportId::new(),
        user_id: UserId::new(),
        document_code: "P".parse().unwrap(),
        issuing_country: "GBR".parse().unwrap(),
        nationality: nationality.parse().unwrap(),
        passport_number: "L898902C3".parse().unwrap(),
        personal_number: None,
        surname: "Eriksson".parse().unwrap(),
        given_names: Some("Anna".parse().unwrap()),
        date_of_birth: day("1974-08-12"),
        sex: Sex::F,
        birth_country: None,
        place_of_birth: None,
        issue_date: (!issued.is_empty()).then(|| day(issued)),
        expiry_date: day(expires),
        status: PassportStatus::Active,
        primary: true,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        external_ids: ExternalIds::default(),
    }
}

/// `FRA 2027-05-01 2027-05-10, USA …`
fn legs(text: &str) -> Vec<Leg> {
    text.split(", ")
        .map(|leg| {
            let parts: Vec<&str> = leg.split(' ').collect();
            Leg {
                country: parts[0].parse().unwrap(),
                arrive: day(parts[1]),
                depart: day(parts[2]),
            }
        })
        .collect()
}

fn checked(rules: &Rulebook, journey: &str, user: &User, passports: &[&Passport]) -> PersonCheck {
    let trip = Trip::new(rules, &legs(journey), None);
    let person = Person {
        user,
        passports,
        visas: &[],
        identity_cards: &[],
        is_accompanied: true,
    };
    check(&trip, person)
}

/// The verdict of each leg with its findings: `ok; fail validity_too_short`.
fn in_words(check: &PersonCheck) -> String {
    let legs = check.legs.iter().map(|leg| {
        let codes = leg.findings.iter().map(|it| it.code.as_str());
        let words: Vec<_> = std::iter::once(leg.verdict.as_str()).chain(codes).collect();
        words.join(" ")
    });
    legs.collect::<Vec<_>>().join("; ")
}
