//! Visas and identity cards.

use entity::ids::{IdentityCardId, VisaId};
use entity::values::{IdentityCardStatus, StayDays, VisaEntries, VisaStatus, VisaType};

use super::*;
use crate::identity_cards::IdentityCard;
use crate::visas::Visa;

fn visa(country: &str) -> Visa {
    Visa {
        id: VisaId::new(),
        user_id: UserId::new(),
        passport_id: None,
        country: country.parse().unwrap(),
        visa_number: "V41730598".parse().unwrap(),
        visa_type: VisaType::Tourist,
        entries: VisaEntries::Multiple,
        max_stay_days: None,
        place_of_issue: None,
        issue_date: day("2026-01-01"),
        valid_from: None,
        expiry_date: day("2028-01-01"),
        status: VisaStatus::Active,
        version: 1,
        created_at: chrono::DateTime::UNIX_EPOCH,
        updated_at: chrono::DateTime::UNIX_EPOCH,
    }
}

fn card(nationality: &str, expires: Option<&str>) -> IdentityCard {
    IdentityCard {
        id: IdentityCardId::new(),
        user_id: UserId::new(),
        issuing_country: nationality.parse().unwrap(),
        nationality: nationality.parse().unwrap(),
        document_number: "L01X00T47".parse().unwrap(),
        surname: "Eriksson".parse().unwrap(),
        given_names: None,
        date_of_birth: day("1974-08-12"),
        sex: Sex::F,
        issue_date: None,
        expiry_date: expires.map(day),
        status: IdentityCardStatus::Active,
        version: 1,
        created_at: chrono::DateTime::UNIX_EPOCH,
        updated_at: chrono::DateTime::UNIX_EPOCH,
    }
}

fn with(
    journey: &str,
    user: &User,
    passports: &[&Passport],
    visas: &[&Visa],
    cards: &[&IdentityCard],
) -> PersonCheck {
    let rules = shipped();
    let legs = legs(journey);
    let trip = Trip::new(&rules, &legs, None);
    let person = Person {
        user,
        passports,
        visas,
        identity_cards: cards,
        is_accompanied: true,
    };
    check(&trip, person)
}

#[test]
fn a_visa_counts_on_its_days_for_its_entries_and_in_its_passport() {
    const ONCE: &str = "USA 2027-05-20 2027-05-31";
    const TWICE: &str = "USA 2027-05-20 2027-05-25, MEX 2027-05-25 2027-05-29, USA 2027-05-29 2027-05-31";
    let (british, australian) = (
        passport("GBR", "2020-05-10", "2030-05-09"),
        Passport {
            status: PassportStatus::Replaced,
            ..passport("AUS", "2020-05-10", "2030-05-09")
        },
    );
    let older = Passport {
        status: PassportStatus::Replaced,
        ..passport("GBR", "2016-05-10", "2026-05-09")
    };
    let lacks = "warn visa_not_recorded";
    let good = || visa("USA");
    for (visa, journey, expected) in [
        (good(), ONCE, "ok".to_owned()),
        (visa("CAN"), ONCE, lacks.to_owned()),
        (
            Visa {
                status: VisaStatus::Used,
                ..good()
            },
            ONCE,
            lacks.to_owned(),
        ),
        (
            Visa {
                expiry_date: day("2027-05-31"),
                ..good()
            },
            ONCE,
            "ok".to_owned(),
        ),
        (
            Visa {
                expiry_date: day("2027-05-30"),
                ..good()
            },
            ONCE,
            lacks.to_owned(),
        ),
        (
            Visa {
                valid_from: Some(day("2027-05-20")),
                ..good()
            },
            ONCE,
            "ok".to_owned(),
        ),
        (
            Visa {
                valid_from: Some(day("2027-05-21")),
                ..good()
            },
            ONCE,
            lacks.to_owned(),
        ),
        (
            Visa {
                max_stay_days: StayDays::try_from(12).ok(),
                ..good()
            },
            ONCE,
            "ok".to_owned(),
        ),
        (
            Visa {
                max_stay_days: StayDays::try_from(11).ok(),
                ..good()
            },
            ONCE,
            lacks.to_owned(),
        ),
        (
            Visa {
                passport_id: Some(british.id),
                ..good()
            },
            ONCE,
            "ok".to_owned(),
        ),
        (
            Visa {
                passport_id: Some(older.id),
                ..good()
            },
            ONCE,
            "ok".to_owned(),
        ),
        (
            Visa {
                passport_id: Some(australian.id),
                ..good()
            },
            ONCE,
            lacks.to_owned(),
        ),
        (
            Visa {
                entries: VisaEntries::Single,
                ..good()
            },
            ONCE,
            "ok".to_owned(),
        ),
        (
            Visa {
                entries: VisaEntries::Single,
                ..good()
            },
            TWICE,
            format!("ok; ok; {lacks}"),
        ),
        (
            Visa {
                entries: VisaEntries::Double,
                ..good()
            },
            TWICE,
            "ok; ok; ok".to_owned(),
        ),
    ] {
        let papers = [&british, &australian, &older];
        let found = with(journey, &anna("GBR"), &papers, &[&visa], &[]);
        assert_eq!(in_words(&found), expected, "{:?} {journey}", visa.entries);
    }
}

#[test]
fn a_card_counts_where_a_rule_says_so_and_no_passport_does_as_well() {
    let (good, short) = (card("D", None), card("D", Some("2027-05-30")));
    let lost = IdentityCard {
        status: IdentityCardStatus::Lost,
        ..card("D", None)
    };
    let british = card("GBR", None);
    let expired = passport("D", "2016-05-10", "2026-05-09");
    let valid = passport("D", "2020-05-10", "2030-05-09");
    for (country, papers, cards, expected, by_card) in [
        ("FRA", &[][..], &[&good][..], "ok", true),
        ("D", &[], &[&good], "ok", true),
        ("FRA", &[&expired], &[&good], "ok", true),
        ("FRA", &[&valid], &[&good], "ok", false),
        ("FRA", &[], &[&short], "warn no_passport", false),
        ("FRA", &[], &[&lost], "warn no_passport", false),
        ("FRA", &[], &[&british], "warn no_passport", false),
        ("GBR", &[], &[&good], "fail no_passport", false),
        ("USA", &[], &[&good], "fail no_passport", false),
    ] {
        let journey = format!("{country} 2027-05-20 2027-05-31");
        let found = with(&journey, &anna("D"), papers, &[], cards);
        assert_eq!(in_words(&found), expected, "{country}");
        assert_eq!(found.legs[0].identity_card_id.is_some(), by_card, "{country}");
    }
}

/// By the rule that comes with the program: a visa of one state is good for all of them, once or more often, and so is the
/// residence permit of one.
#[test]
fn a_schengen_visa_is_good_for_the_area() {
    const ONE_STAY: &str = "FRA 2027-05-20 2027-05-25, ITA 2027-05-25 2027-05-31";
    const TWO_STAYS: &str = "FRA 2027-05-20 2027-05-25, GBR 2027-05-25 2027-05-28, ITA 2027-05-28 2027-05-31";
    let indian = passport("IND", "2020-05-10", "2030-05-09");
    let once = || Visa {
        entries: VisaEntries::Single,
        ..visa("ESP")
    };
    let permit = || Visa {
        visa_type: VisaType::Residence,
        ..visa("D")
    };
    for (visas, journey, expected) in [
        (vec![once()], ONE_STAY, "ok; ok"),
        (
            vec![once()],
            TWO_STAYS,
            "ok; warn visa_not_recorded; fail visa_not_recorded",
        ),
        (
            vec![once(), visa("GBR")],
            TWO_STAYS,
            "ok; ok; fail visa_not_recorded",
        ),
        (vec![permit(), visa("GBR")], TWO_STAYS, "ok; ok; ok"),
        (
            vec![visa("GBR")],
            ONE_STAY,
            "fail visa_not_recorded; fail visa_not_recorded",
        ),
    ] {
        let visas: Vec<&Visa> = visas.iter().collect();
        let found = with(journey, &anna("IND"), &[&indian], &visas, &[]);
        assert_eq!(in_words(&found), expected);
    }
}
