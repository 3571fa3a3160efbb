//! Visas, address, emergency contact, meal and assistance.

use entity::ids::{EmergencyContactId, TravellerNumberId, VisaId};
use entity::values::{
    BookingChannel, SeatPreference, TravellerNumberType, VisaEntries, VisaStatus, VisaType,
};

use super::*;
use crate::preferences::Assistance;
use crate::users::Address;

const LINES: [BookingChannel; 4] = [
    BookingChannel::Ssr,
    BookingChannel::Amadeus,
    BookingChannel::Sabre,
    BookingChannel::Travelport,
];

fn living_in([street, city, region, postal_code, country]: [&str; 5]) -> User {
    let mut person = user("John", "", "Smith");
    person.address = Some(Address {
        street: optional(street),
        city: optional(city),
        region: optional(region),
        postal_code: optional(postal_code),
        country: parsed(country),
    });
    person
}

fn visa(number: &str, country: &str, place_of_issue: &str, issued: &str) -> Visa {
    Visa {
        id: VisaId::new(),
        user_id: UserId::new(),
        passport_id: None,
        country: parsed(country),
        visa_number: parsed(number),
        visa_type: VisaType::Tourist,
        entries: VisaEntries::Multiple,
        max_stay_days: None,
        place_of_issue: optional(place_of_issue),
        issue_date: day(issued),
        valid_from: None,
        expiry_date: day("2094-01-01"),
        status: VisaStatus::Active,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

fn contact(name: &str, phone: &str) -> EmergencyContact {
    EmergencyContact {
        id: EmergencyContactId::new(),
        user_id: UserId::new(),
        name: parsed(name),
        relationship: optional("Brother"),
        phone: parsed(phone),
        email: optional("jane@mail.example"),
        language: None,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

fn wishes(meal: &str, meal_note: &str, assistance: &[(&str, &str)]) -> TravelPreferences {
    let assistance = assistance.iter().map(|(code, note)| Assistance {
        code: parsed(code),
        note: optional(note),
    });
    TravelPreferences {
        seat: optional("aisle"),
        meal: optional(meal),
        meal_note: optional(meal_note),
        assistance: assistance.collect(),
        ..TravelPreferences::none(UserId::new())
    }
}

fn line<'a>(written: &'a Written, kind: &str) -> &'a Line {
    let found = written.lines.iter().find(|line| line.kind.as_str() == kind);
    found.unwrap_or_else(|| panic!("{kind}"))
}

fn warned(line: &Line) -> Vec<&'static str> {
    line.warnings.iter().map(|it| it.code.as_str()).collect()
}

#[test]
fn visas() {
    let person = user("John", "", "Smith");
    let mut document = passport("SMITH", "JOHN");
    for (channel, born, number, issued, expected, is_confirmed) in [
        (
            BookingChannel::Ssr,
            ("Paris", "FR"),
            ("12345123", "US", "London GBR"),
            "2011-03-14",
            "SSR DOCO YY HK1/PARIS FR/V/12345123/LONDON GBR/14MAR11/US",
            true,
        ),
        (
            BookingChannel::Amadeus,
            ("Paris", "FR"),
            ("12345123", "US", "London GB"),
            "2011-11-14",
            "SR DOCO YY HK1-PARIS FR-V-12345123-LONDON GB-14NOV11-US/P1",
            true,
        ),
        (
            BookingChannel::Sabre,
            ("Lyon", "FR"),
            ("789789", "CH", "Paris FR"),
            "2005-06-14",
            "3DOCO/LYON FR/V/789789/PARIS FR/14JUN2005/CH-1.1",
            true,
        ),
        (
            BookingChannel::Travelport,
            ("Paris", "FR"),
            ("12345123", "US", "London GB"),
            "2011-11-14",
            "SI.P1/SSRDOCOYYHK1/PARIS FR/V/12345123/LONDON GB/14NOV11/US",
            false,
        ),
    ] {
        (document.place_of_birth, document.birth_country) = (optional(born.0), optional(born.1));
        let visas = [visa(number.0, number.1, number.2, issued)];
        let one = Traveller {
            visas: &visas,
            ..traveller(&person, Some(&document))
        };
        let written = write(one, request(channel, None));
        assert_eq!(line(&written, "doco").text, expected);
        assert_eq!(
            warned(line(&written, "doco")).is_empty(),
            is_confirmed,
            "{channel}"
        );
        assert_eq!(written.visas.len(), 1);
    }
    // Without the places, which the state wants, the line says so.
    let visas = [visa("12345123", "US", "", "2011-11-14")];
    let one = Traveller {
        visas: &visas,
        ..traveller(&person, None)
    };
    let written = write(one, request(BookingChannel::Ssr, None));
    assert_eq!(text(&written, "doco"), "SSR DOCO YY HK1//V/12345123//14NOV11/US");
    assert_eq!(warned(line(&written, "doco")), ["missing_place"]);
    let fields = write(one, request(BookingChannel::Ndc, None));
    assert!(fields.visas.is_empty());
}

fn known(kind: TravellerNumberType, number: &str, last_day: Option<&str>) -> TravellerNumber {
    TravellerNumber {
        id: TravellerNumberId::new(),
        user_id: UserId::new(),
        number_type: kind,
        number: parsed(number),
        country: parsed("US"),
        program: None,
        expiry_date: last_day.map(day),
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

#[test]
fn numbers_by_which_states_know_a_traveller() {
    let person = user("John", "", "Smith");
    let numbers = [
        known(TravellerNumberType::KnownTraveller, "TT1234567", None),
        known(TravellerNumberType::Redress, "1234567", Some("2026-11-22")),
        known(TravellerNumberType::Redress, "7654321", Some("2026-11-21")),
        known(TravellerNumberType::Other, "PAUSE1", None),
    ];
    let one = Traveller {
        traveller_numbers: &numbers,
        ..traveller(&person, None)
    };
    for (channel, expected, is_confirmed) in [
        (
            BookingChannel::Ssr,
            [
                "SSR DOCO YY HK1//K/TT1234567///US",
                "SSR DOCO YY HK1//R/1234567///US",
            ],
            true,
        ),
        (
            BookingChannel::Amadeus,
            [
                "SRDOCOYYHK1--K-TT1234567---US/P1",
                "SRDOCOYYHK1--R-1234567---US/P1",
            ],
            false,
        ),
        (
            BookingChannel::Sabre,
            ["3DOCO//K/TT1234567///US-1.1", "3DOCO//R/1234567///US-1.1"],
            false,
        ),
        (
            BookingChannel::Travelport,
            [
                "SI.P1/SSRDOCOYYHK1//K/TT1234567///US",
                "SI.P1/SSRDOCOYYHK1//R/1234567///US",
            ],
            false,
        ),
    ] {
        let written = write(one, request(channel, None));
        let doco: Vec<_> = written
            .lines
            .iter()
            .filter(|line| line.kind.as_str() == "doco")
            .collect();
        let found: Vec<_> = doco.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(found, expected);
        assert!(doco.iter().all(|line| warned(line).is_empty() == is_confirmed));
        assert_eq!(written.traveller_numbers.len(), 2, "what is shown is a reveal");
    }
    let duffel = write(one, request(BookingChannel::Duffel, None));
    let passenger = duffel.passenger.unwrap();
    let found: Vec<_> = passenger
        .traveller_numbers
        .iter()
        .map(|it| (it.kind.as_str(), it.number.as_str(), it.issuing_country.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("known_traveler_number", "TT1234567", "US"),
            ("passenger_redress_number", "1234567", "US")
        ]
    );
    assert_eq!(duffel.traveller_numbers.len(), 2);
    let ndc = write(one, request(BookingChannel::Ndc, None));
    assert!(ndc.traveller_numbers.is_empty() && ndc.passenger.unwrap().traveller_numbers.is_empty());
}

#[test]
fn residence() {
    for (address, lines, warnings) in [
        (
            ["301 Park", "New York", "NY", "10022", "US"],
            [
                "SSR DOCA YY HK1/R/US/301 PARK/NEW YORK/NY/10022",
                "SR DOCA YY HK1-R-US-301 PARK-NEW YORK-NY-10022/P1",
                "3DOCA/R/US/301 PARK/NEW YORK/NY/10022-1.1",
                "SI.P1/SSRDOCAYYHK1/R/US/301 PARK/NEW YORK/NY/10022",
            ],
            &[][..],
        ),
        (
            ["10 Downing Street", "London", "EN", "SW1A 2AA", "GB"],
            [
                "SSR DOCA YY HK1/R/GB/10 DOWNING STREET/LONDON/EN/SW1A2AA",
                "SR DOCA YY HK1-R-GB-10 DOWNING STREET-LONDON-EN-SW1A2AA/P1",
                "3DOCA/R/GB/10 DOWNING STREET/LONDON/EN/SW1A2AA-1.1",
                "SI.P1/SSRDOCAYYHK1/R/GB/10 DOWNING STREET/LONDON/EN/SW1A2AA",
            ],
            &[],
        ),
        // The country alone is enough, and what has no state leaves its place empty.
        (
            ["", "", "", "", "US"],
            [
                "SSR DOCA YY HK1/R/US",
                "SR DOCA YY HK1-R-US/P1",
                "3DOCA/R/US-1.1",
                "SI.P1/SSRDOCAYYHK1/R/US",
            ],
            &[],
        ),
        (
            ["Hafenstraße 7", "Kiel", "", "24103", "D"],
            [
                "SSR DOCA YY HK1/R/DE/HAFENSTRASSE 7/KIEL//24103",
                "SR DOCA YY HK1-R-DE-HAFENSTRASSE 7-KIEL--24103/P1",
                "3DOCA/R/DE/HAFENSTRASSE 7/KIEL//24103-1.1",
                "SI.P1/SSRDOCAYYHK1/R/DE/HAFENSTRASSE 7/KIEL//24103",
            ],
            &[],
        ),
        (
            ["301 Park", "New York", "New York", "10022", "US"],
            [
                "SSR DOCA YY HK1/R/US/301 PARK/NEW YORK/NEW YORK/10022",
                "SR DOCA YY HK1-R-US-301 PARK-NEW YORK-NEW YORK-10022/P1",
                "3DOCA/R/US/301 PARK/NEW YORK/NEW YORK/10022-1.1",
                "SI.P1/SSRDOCAYYHK1/R/US/301 PARK/NEW YORK/NEW YORK/10022",
            ],
            &["missing_state"],
        ),
        (
            ["東京", "Tokyo", "", "", "JP"],
            [
                "SSR DOCA YY HK1/R/JP//TOKYO//",
                "SR DOCA YY HK1-R-JP--TOKYO--/P1",
                "3DOCA/R/JP//TOKYO//-1.1",
                "SI.P1/SSRDOCAYYHK1/R/JP//TOKYO//",
            ],
            &["unsupported_character"],
        ),
    ] {
        let person = living_in(address);
        for (channel, expected) in LINES.into_iter().zip(lines) {
            let written = write(traveller(&person, None), request(channel, None));
            let doca = line(&written, "doca");
            assert_eq!(doca.text, expected);
            let mut expected = warnings.to_vec();
            // No source shows Travelport's.
            expected.extend((channel == BookingChannel::Travelport).then_some("unconfirmed_format"));
            assert_eq!(warned(doca), expected, "{channel}");
        }
    }
    let long = living_in(["A very long street name that goes on 123", "Kiel", "", "", "D"]);
    let written = write(traveller(&long, None), request(BookingChannel::Ssr, None));
    assert_eq!(warned(line(&written, "doca")), ["truncated"]);
    assert_eq!(
        line(&written, "doca").source_fields,
        ["user.address.country", "user.address.street", "user.address.city"]
    );
    let nowhere = user("John", "", "Smith");
    let written = write(traveller(&nowhere, None), request(BookingChannel::Ssr, None));
    assert_eq!(text(&written, "doca"), "");
}

/// The number is written without the gaps that people put into it.
#[test]
fn whom_to_call() {
    let person = user("John", "", "Smith");
    for (channel, expected, is_confirmed) in [
        (
            BookingChannel::Ssr,
            "SSR PCTC YY HK1/JANE SMITH/GB 441815556662",
            true,
        ),
        (
            BookingChannel::Amadeus,
            "SR PCTC YY HK/JANE SMITH/GB 441815556662/P1",
            false,
        ),
        (
            BookingChannel::Sabre,
            "3PCTC/JANE SMITH/GB 441815556662-1.1",
            false,
        ),
        (
            BookingChannel::Travelport,
            "SI.P1/SSRPCTCYYHK1/JANE SMITH/GB 441815556662",
            false,
        ),
    ] {
        let jane = contact("Jane Smith", "+44 181 555 6662");
        let one = Traveller {
            emergency_contact: Some(&jane),
            ..traveller(&person, None)
        };
        let written = write(one, request(channel, None));
        let pctc = line(&written, "pctc");
        assert_eq!(pctc.text, expected);
        assert_eq!(warned(pctc).is_empty(), is_confirmed, "{channel}");
        // Neither how they are related nor anything else about the third person.
        assert!(!pctc.text.contains("BROTHER") && !pctc.text.contains("MAIL"));
    }
    let american = contact("Joe Doe", "+1 817 555 0000");
    let chinese = contact("李小龍", "+86 10 1234 5678");
    let with = |contact| {
        let one = Traveller {
            emergency_contact: Some(contact),
            ..traveller(&person, None)
        };
        write(one, request(BookingChannel::Ssr, None))
    };
    assert_eq!(
        text(&with(&american), "pctc"),
        "SSR PCTC YY HK1/JOE DOE/US 18175550000"
    );
    assert!(codes(&with(&american)).contains(&"country_code"));
    assert_eq!(text(&with(&chinese), "pctc"), "");
    assert!(codes(&with(&chinese)).contains(&"unsupported_character"));
}

#[test]
fn meals_and_assistance() {
    let person = user("John", "", "Smith");
    let one = |wishes| Traveller {
        preferences: Some(wishes),
        ..traveller(&person, None)
    };
    let muslim = wishes("MOML", "", &[]);
    let special = wishes(
        "SPML",
        "No eggs",
        &[("WCHR", ""), ("DPNA", "Travels with a carer (Ann)")],
    );
    for (channel, meal, with_note, assistance, is_confirmed) in [
        (
            BookingChannel::Ssr,
            "SSR MOML YY NN1",
            "SSR SPML YY NN1/NO EGGS",
            ["SSR WCHR YY NN1", "SSR DPNA YY NN1/TRAVELS WITH A CARER ANN"],
            false,
        ),
        (
            BookingChannel::Amadeus,
            "SR MOML/P1",
            "SR SPML-NO EGGS/P1",
            ["SR WCHR/P1", "SR DPNA-TRAVELS WITH A CARER ANN/P1"],
            true,
        ),
        (
            BookingChannel::Sabre,
            "3MOML-1.1",
            "3SPML/NO EGGS-1.1",
            ["3WCHR-1.1", "3DPNA/TRAVELS WITH A CARER ANN-1.1"],
            false,
        ),
        (
            BookingChannel::Travelport,
            "SI.P1/MOML",
            "SI.P1/SPML*NO EGGS",
            ["SI.P1/WCHR", "SI.P1/DPNA*TRAVELS WITH A CARER ANN"],
            true,
        ),
    ] {
        let written = write(one(&muslim), request(channel, None));
        assert_eq!(text(&written, "meal"), meal);
        assert_eq!(
            warned(line(&written, "meal")).is_empty(),
            is_confirmed,
            "{channel}"
        );
        let written = write(one(&special), request(channel, None));
        assert_eq!(text(&written, "meal"), with_note);
        let found: Vec<_> = written
            .lines
            .iter()
            .filter(|line| line.kind.as_str() == "assistance")
            .map(|line| line.text.as_str())
            .collect();
        assert_eq!(found, assistance);
    }
    // The seat is chosen on a map: no line asks for it.
    let seat_alone = wishes("", "", &[]);
    let lines = |wishes| write(wishes, request(BookingChannel::Amadeus, None)).lines.len();
    assert_eq!(lines(one(&seat_alone)), lines(traveller(&person, None)));
}

#[test]
fn a_passenger_in_fields_has_what_the_interface_has_a_place_for() {
    let person = living_in(["Sunrise Street 4", "Zenith", "", "123 45", "SE"]);
    let (jane, wishes) = (
        contact("Jane Smith", "+44 181 555 6662"),
        wishes("SPML", "No eggs", &[("WCHR", "")]),
    );
    let one = Traveller {
        emergency_contact: Some(&jane),
        preferences: Some(&wishes),
        ..traveller(&person, None)
    };
    let ndc = write(one, request(BookingChannel::Ndc, None)).passenger.unwrap();
    let (called, lives) = (ndc.emergency_contact.unwrap(), ndc.address.unwrap());
    assert_eq!(
        (called.name.as_str(), called.phone_number.as_str()),
        ("Jane Smith", "+441815556662")
    );
    assert_eq!(
        (lives.street.as_deref(), lives.country.as_str()),
        (Some("Sunrise Street 4"), "SE")
    );
    assert_eq!(ndc.seat.map(SeatPreference::as_str), Some("aisle"));
    let services: Vec<_> = ndc
        .special_services
        .iter()
        .map(|it| (it.code.as_str(), it.note.as_deref()))
        .collect();
    assert_eq!(services, [("SPML", Some("No eggs")), ("WCHR", None)]);
    assert_eq!(
        format!("{called:?}{lives:?}{:?}", ndc.special_services[0]),
        "Contact(***)Residence(***)Service(***)"
    );
    let duffel = write(one, request(BookingChannel::Duffel, None))
        .passenger
        .unwrap();
    assert!(duffel.emergency_contact.is_none() && duffel.address.is_none());
    assert!(duffel.seat.is_none() && duffel.special_services.is_empty());
}
