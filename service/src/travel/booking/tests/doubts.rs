//! What is missing, changed or doubtful, and passengers in fields.

use entity::values::{BookingChannel, PassportStatus};

use super::*;

#[test]
fn what_is_missing_or_doubtful_is_said() {
    let smith = user("John", "", "Smith");
    let warns = |user: &User, passport: Option<&Passport>, code: &str| {
        let written = write(
            traveller(user, passport),
            request(BookingChannel::Travelport, None),
        );
        assert!(codes(&written).contains(&code), "{code}: {:?}", codes(&written));
        written
    };
    assert!(
        codes(&write(
            traveller(&smith, Some(&passport("SMITH", "JOHN"))),
            request(BookingChannel::Amadeus, None)
        ))
        .is_empty()
    );
    let with = |change: fn(&mut Passport)| {
        let mut document = passport("SMITH", "JOHN");
        change(&mut document);
        document
    };
    warns(
        &smith,
        Some(&with(|it| it.expiry_date = day("2026-11-21"))),
        "passport_expired",
    );
    let lost = warns(
        &smith,
        Some(&with(|it| it.status = PassportStatus::Lost)),
        "passport_not_active",
    );
    assert!(!text(&lost, "docs").contains("S12345678"));
    warns(
        &smith,
        Some(&with(|it| it.surname = parsed("SMYTHE"))),
        "name_differs",
    );
    warns(
        &smith,
        Some(&with(|it| it.sex = parsed("X"))),
        "gender_not_supported",
    );
    warns(
        &smith,
        Some(&with(|it| it.date_of_birth = day("2025-01-01"))),
        "infant",
    );
    let with_x = with(|it| it.sex = parsed("X"));
    let asked = |carrier, destination: Option<&str>| {
        let asked = Request {
            destination: destination.map(parsed),
            ..request(BookingChannel::Ssr, carrier)
        };
        let found = codes(&write(traveller(&smith, Some(&with_x)), asked));
        let of_gender = found.into_iter().filter(|code| code.starts_with("gender_"));
        of_gender.collect::<Vec<_>>()
    };
    assert_eq!(asked(None, None), ["gender_not_supported"]);
    assert_eq!(asked(Some("UA"), Some("US")), [""; 0]);
    assert_eq!(asked(Some("DL"), Some("EG")), ["gender_refused"]);
    let british = warns(
        &smith,
        Some(&with(|it| it.nationality = parsed("GBD"))),
        "country_code",
    );
    assert!(text(&british, "docs").contains("/P/GB/S12345678/GB/"));
    let stateless = warns(
        &smith,
        Some(&with(|it| it.nationality = parsed("XXA"))),
        "country_code",
    );
    assert!(text(&stateless, "docs").contains("/P/GB/S12345678/XXA/"));
    let german = write(
        traveller(&smith, Some(&with(|it| it.issuing_country = parsed("D")))),
        request(BookingChannel::Amadeus, None),
    );
    assert!(text(&german, "docs").contains("-P-DEU-S12345678-GBR-"));
    let single = warns(&smith, Some(&with(|it| it.given_names = None)), "single_name");
    assert!(text(&single, "docs").ends_with("/SMITH/FNU") && text(&single, "name") == "N.SMITH/FNU MR");
    let long = warns(
        &smith,
        Some(&with(|it| it.given_names = optional(&"Wolfgang ".repeat(9)))),
        "truncated",
    );
    assert!(
        text(&long, "docs").ends_with("/SMITH/WOLFGANG/WOLFGANG WOLFGANG WOLFGANG WOL"),
        "{}",
        text(&long, "docs")
    );
    let chinese = warns(&user("小龍", "", "李"), None, "no_transliteration");
    assert!(text(&chinese, "name").is_empty() && text(&chinese, "docs").is_empty());
    let mut odd = user("John", "", "Smith");
    odd.email = optional("john+air@aol.com");
    warns(&odd, None, "unsupported_character");
    let mut bare = user("John", "", "Smith");
    (bare.date_of_birth, bare.gender) = (None, None);
    warns(&bare, None, "missing_date_of_birth");
    assert_eq!(text(&warns(&bare, None, "missing_gender"), "docs"), "");
}

#[test]
fn a_passenger_in_fields_is_in_the_codes_of_the_interface() {
    let (anna, document) = (user("Anna", "Maria", "Müller"), passport("MÜLLER", "ANNA MARIA"));
    let memberships = [membership("AF", "1990901462")];
    let one = Traveller {
        memberships: &memberships,
        ..traveller(&anna, Some(&document))
    };
    for (channel, given, middle, title, gender, kind) in [
        (BookingChannel::Ndc, "ANNA", Some("MARIA"), "MR", "M", "PT"),
        (BookingChannel::Duffel, "ANNA MARIA", None, "mr", "m", "passport"),
    ] {
        let written = write(one, request(channel, None));
        assert!(written.lines.is_empty());
        let passenger = written.passenger.unwrap();
        assert_eq!(
            (
                passenger.given_name.as_str(),
                passenger.middle_name.as_deref(),
                passenger.surname.as_str()
            ),
            (given, middle, "MUELLER")
        );
        assert_eq!(
            (passenger.title.as_deref(), passenger.gender.as_deref()),
            (Some(title), Some(gender))
        );
        let paper = &passenger.identity_documents[0];
        assert_eq!(
            (
                paper.kind.as_str(),
                paper.number.as_str(),
                paper.issuing_country.as_str()
            ),
            (kind, "S12345678", "GB")
        );
        let account = &passenger.loyalty_accounts[0];
        assert_eq!(
            (account.carrier.as_str(), account.number.as_str()),
            ("AF", "1990901462")
        );
        assert_eq!(
            (passenger.phone_number.as_deref(), passenger.born_on),
            (Some("+40744510888"), Some(day("1966-07-12")))
        );
        assert_eq!(
            format!("{passenger:?}{paper:?}{account:?}"),
            "Passenger(***)Document(***)Account(***)"
        );
    }
    let mut robin = user("Robin", "", "Averyveryverylongfamilyname");
    (robin.title, robin.gender) = (None, optional("X"));
    let written = write(traveller(&robin, None), request(BookingChannel::Duffel, None));
    for code in [
        "missing_title",
        "gender_not_supported",
        "truncated",
        "missing_passport",
    ] {
        assert!(codes(&written).contains(&code), "{code}");
    }
    assert_eq!(written.passenger.unwrap().surname, "AVERYVERYVERYLONGFAM");
}
