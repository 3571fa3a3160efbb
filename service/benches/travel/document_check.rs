//! Checks of documents: what `POST /v1/document-checks` does beside HTTP and the database for the largest party and the longest
//! journey that it takes.

use std::hint::black_box;

use chrono::{DateTime, Days, NaiveDate};
use criterion::{BatchSize, Criterion};
use entity::entry_rules;
use entity::ids::{IdentityCardId, PassportId, UserId, VisaId};
use entity::values::{IdentityCardStatus, VisaStatus};
use service::document_checks::MAX_LEGS;
use service::identity_cards::IdentityCard;
use service::passports::Passport;
use service::travel::entry::shipped::SHIPPED;
use service::travel::entry::{Leg, Person, PersonCheck, Rulebook, Trip, check};
use service::users::User;
use service::visas::Visa;

use crate::people::{parsed, passport, user};

const TRAVELLERS: usize = 99;
/// Stays that run together, some that do not, countries with rules of their own and one without.
const COUNTRIES: [&str; MAX_LEGS] = ["FRA", "ITA", "CHE", "GBR", "D", "USA", "CAN", "THA", "TCA", "AUS"];
/// Whose passports they are: some are at home on the way, some need visas that others do not.
const NATIONALITIES: [&str; 4] = ["SWE", "GBR", "USA", "KWT"];

/// A traveller with what the database has of one.
struct Traveller {
    user: User,
    passports: Vec<Passport>,
    visas: Vec<Visa>,
    identity_cards: Vec<IdentityCard>,
}

/// Somebody with two passports, two visas and an identity card; every third one lacks something.
fn traveller(number: usize) -> Traveller {
    let user = user();
    let nationality = NATIONALITIES.iter().cycle().nth(number).copied().unwrap();
    let primary = Passport {
        nationality: parsed(nationality),
        issue_date: Some(parsed("2024-04-16")),
        expiry_date: parsed(if number.is_multiple_of(3) {
            "2027-07-01"
        } else {
            "2034-04-15"
        }),
        ..passport(user.id)
    };
    let second = Passport {
        id: PassportId::new(),
        nationality: parsed("IRL"),
        primary: false,
        expiry_date: parsed("2027-06-20"),
        ..primary.clone()
    };
    let visas = ["USA", "AUS"].map(|country| visa(user.id, country));
    Traveller {
        visas: visas.into(),
        identity_cards: vec![identity_card(user.id)],
        passports: vec![primary, second],
        user,
    }
}

fn visa(user_id: UserId, country: &str) -> Visa {
    Visa {
        id: VisaId::new(),
        user_id,
        passport_id: None,
        country: parsed(country),
        visa_number: parsed("A1234567"),
        visa_type: parsed("tourist"),
        entries: parsed("multiple"),
        max_stay_days: None,
        place_of_issue: None,
        issue_date: parsed("2026-01-10"),
        valid_from: None,
        expiry_date: parsed("2035-01-09"),
        status: VisaStatus::Active,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

fn identity_card(user_id: UserId) -> IdentityCard {
    IdentityCard {
        id: IdentityCardId::new(),
        user_id,
        issuing_country: parsed("SWE"),
        nationality: parsed("SWE"),
        document_number: parsed("59000002"),
        surname: parsed("Eriksson"),
        given_names: Some(parsed("Anna Maria")),
        date_of_birth: parsed("1974-08-12"),
        sex: parsed("F"),
        issue_date: None,
        expiry_date: None,
        status: IdentityCardStatus::Active,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

/// A week in each country.
fn legs() -> Vec<Leg> {
    let start = NaiveDate::from_ymd_opt(2027, 5, 1).unwrap();
    let leg = |(week, country): (u64, &&str)| Leg {
        country: parsed(country),
        arrive: start + Days::new(week * 7),
        depart: start + Days::new(week * 7 + 7),
    };
    (0..).zip(&COUNTRIES).map(leg).collect()
}

fn checked(rules: Vec<entry_rules::Model>, legs: &[Leg], party: &[Traveller]) -> Vec<PersonCheck> {
    let rules = Rulebook::new(rules);
    let trip = Trip::new(&rules, legs, None);
    let check = |it: &Traveller| {
        let (passports, visas): (Vec<_>, Vec<_>) = (it.passports.iter().collect(), it.visas.iter().collect());
        let cards: Vec<_> = it.identity_cards.iter().collect();
        let person = Person {
            user: &it.user,
            passports: &passports,
            visas: &visas,
            identity_cards: &cards,
            is_accompanied: true,
        };
        check(&trip, person)
    };
    party.iter().map(check).collect()
}

pub fn benchmarks(criterion: &mut Criterion) {
    let party: Vec<Traveller> = (0..TRAVELLERS).map(traveller).collect();
    let legs = legs();
    let shipped: Vec<_> = SHIPPED
        .rules
        .iter()
        .map(|it| it.row(DateTime::UNIX_EPOCH))
        .collect();
    let mut group = criterion.benchmark_group("document-check");
    group.bench_function("99 travellers, 10 legs", |bencher| {
        bencher.iter_batched(
            || shipped.clone(),
            |rules| checked(rules, black_box(&legs), black_box(&party)),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}
