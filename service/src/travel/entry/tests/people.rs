//! What does not depend on the country, and which passport is the best.

use entity::values::{FindingCode, MissingItem, Verdict};

use super::*;

const JOURNEY: &str = "FRA 2027-05-20 2027-05-31";

fn codes(check: &PersonCheck) -> Vec<FindingCode> {
    check.findings.iter().map(|it| it.code).collect()
}

#[test]
fn the_best_passport_has_the_best_verdict_and_lasts_longest() {
    let rules = shipped();
    let primary = passport("GBR", "2020-05-10", "2029-05-09");
    let longer = Passport {
        primary: false,
        ..passport("GBR", "2020-05-10", "2030-05-09")
    };
    let too_old = Passport {
        primary: false,
        ..passport("GBR", "2016-05-10", "2033-05-09")
    };
    let lost = Passport {
        primary: false,
        status: PassportStatus::Lost,
        ..passport("GBR", "2020-05-10", "2035-05-09")
    };
    let best = |papers: &[&Passport]| checked(&rules, JOURNEY, &anna("GBR"), papers).legs[0].passport_id;
    assert_eq!(best(&[&primary, &longer, &too_old, &lost]), Some(longer.id));
    assert_eq!(best(&[&too_old, &primary]), Some(primary.id));
    let as_long = Passport {
        primary: false,
        ..passport("GBR", "2020-05-10", "2029-05-09")
    };
    assert_eq!(best(&[&as_long, &primary]), Some(primary.id));
    assert_eq!(best(&[&lost]), None);
}

#[test]
fn each_leg_has_its_own_best_passport() {
    let (british, german) = (
        passport("GBR", "2017-01-10", "2030-05-09"),
        Passport {
            primary: false,
            ..passport("D", "2017-01-10", "2028-05-09")
        },
    );
    let found = checked(
        &shipped(),
        "FRA 2027-05-20 2027-05-31, GBR 2027-05-31 2027-06-10",
        &anna("GBR"),
        &[&british, &german],
    );
    let best: Vec<_> = found.legs.iter().map(|leg| leg.passport_id.unwrap()).collect();
    assert_eq!(best, [german.id, british.id]);
    assert_eq!(found.verdict, Verdict::Ok);
}

#[test]
fn no_passport_fails_unless_a_card_or_home_may_do() {
    let rules = shipped();
    let lost = Passport {
        status: PassportStatus::Stolen,
        ..passport("GBR", "2020-05-10", "2035-05-09")
    };
    for (nationality, country, papers, expected) in [
        ("GBR", "FRA", &[][..], "fail no_passport"),
        ("GBR", "FRA", &[&lost], "fail passport_not_active"),
        ("D", "FRA", &[], "warn no_passport"),
        ("D", "CHE", &[], "warn no_passport"),
        ("D", "ALB", &[], "fail no_passport"),
        ("GBR", "GBR", &[], "warn no_passport"),
        ("GBR", "GBR", &[&lost], "warn passport_not_active"),
    ] {
        let journey = format!("{country} 2027-05-20 2027-05-31");
        let found = checked(&rules, &journey, &anna(nationality), papers);
        assert_eq!(in_words(&found), expected, "{nationality} {country}");
        assert_eq!(found.missing, [MissingItem::Passport]);
        let by_card = nationality == "D" && country != "ALB";
        assert_eq!(found.legs[0].findings[0].rule.is_some(), by_card);
    }
    let unknown = User {
        nationality: None,
        ..anna("GBR")
    };
    assert_eq!(
        in_words(&checked(&rules, JOURNEY, &unknown, &[])),
        "fail no_passport"
    );
}

#[test]
fn profile_and_passport_are_compared_once() {
    let rules = shipped();
    let journey = "FRA 2027-05-20 2027-05-31, ALB 2027-05-31 2027-06-10";
    let good = || passport("GBR", "2020-05-10", "2030-05-09");
    let married = Passport {
        surname: "Lindqvist".parse().unwrap(),
        ..good()
    };
    let born_later = Passport {
        date_of_birth: day("1974-12-08"),
        ..good()
    };
    let with_middle_name = Passport {
        given_names: Some("Anna Maria".parse().unwrap()),
        ..good()
    };
    for (paper, expected) in [
        (good(), vec![]),
        (married, vec![FindingCode::NameDiffers]),
        (born_later, vec![FindingCode::DateOfBirthDiffers]),
        (with_middle_name, vec![]),
    ] {
        let found = checked(&rules, journey, &anna("GBR"), &[&paper]);
        assert_eq!(codes(&found), expected);
        assert!(found.findings.iter().all(|it| it.passport_id == Some(paper.id)));
        let verdict = if expected.is_empty() {
            Verdict::Ok
        } else {
            Verdict::Warn
        };
        assert_eq!((found.verdict, found.missing.len()), (verdict, 0));
    }
    // Nothing to compare with.
    let unknown = User {
        date_of_birth: None,
        ..anna("GBR")
    };
    assert_eq!(codes(&checked(&rules, journey, &unknown, &[&good()])), []);
}

#[test]
fn a_minor_does_not_travel_alone() {
    let rules = shipped();
    let legs = legs(JOURNEY);
    let trip = Trip::new(&rules, &legs, None);
    for (born, is_accompanied, expected) in [
        ("2009-05-20", false, false),
        ("2009-05-21", false, true),
        ("2009-05-21", true, false),
    ] {
        let child = User {
            date_of_birth: Some(day(born)),
            ..anna("GBR")
        };
        let paper = Passport {
            date_of_birth: day(born),
            ..passport("GBR", "2025-05-10", "2030-05-09")
        };
        let (in_profile, in_passport) = (
            child.clone(),
            User {
                date_of_birth: None,
                ..child
            },
        );
        for user in [&in_profile, &in_passport] {
            let papers = [&paper];
            let found = check(
                &trip,
                Person {
                    user,
                    passports: &papers,
                    visas: &[],
                    identity_cards: &[],
                    is_accompanied,
                },
            );
            assert_eq!(
                codes(&found).contains(&FindingCode::NoGuardian),
                expected,
                "{born}"
            );
            assert_eq!(found.missing.contains(&MissingItem::Guardian), expected);
        }
    }
}

#[test]
fn what_is_missing_is_named_once() {
    let paper = passport("GBR", "", "2027-06-01");
    let found = checked(
        &shipped(),
        "FRA 2027-05-20 2027-05-31, THA 2027-05-31 2027-06-10, USA 2027-06-10 2027-06-20",
        &anna("GBR"),
        &[&paper],
    );
    assert_eq!(
        found.missing,
        [
            MissingItem::ValidPassport,
            MissingItem::IssueDate,
            MissingItem::Visa
        ]
    );
    assert_eq!(found.verdict, Verdict::Fail);
}
