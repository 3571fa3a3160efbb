//! Lines to the letter, as the public sources of the forms show them.

use entity::values::{BookingChannel, LoyaltyStatus, ProgramType};

use super::*;

const LINES: [BookingChannel; 4] = [
    BookingChannel::Ssr,
    BookingChannel::Amadeus,
    BookingChannel::Sabre,
    BookingChannel::Travelport,
];

#[test]
fn names() {
    let smith = user("John", "", "Smith");
    for (channel, expected) in LINES.into_iter().zip([
        "1SMITH/JOHN MR",
        "NM1SMITH/JOHN MR",
        "-SMITH/JOHN MR",
        "N.SMITH/JOHN MR",
    ]) {
        let written = write(traveller(&smith, None), request(channel, None));
        assert_eq!(text(&written, "name"), expected);
    }
    let jones = user("Susie Margaret", "", "Smith-Jones");
    let written = write(traveller(&jones, None), request(BookingChannel::Travelport, None));
    assert_eq!(text(&written, "name"), "N.SMITHJONES/SUSIEMARGARET MR");
}

#[test]
fn docs_with_a_passport() {
    let (smith, document) = (
        user("John", "Richard", "Smith"),
        passport("SMITH", "JOHN RICHARD"),
    );
    for (channel, carrier, expected) in [
        (
            BookingChannel::Ssr,
            None,
            "SSR DOCS YY HK1/P/GBR/S12345678/GBR/12JUL66/M/23OCT35/SMITH/JOHN/RICHARD",
        ),
        (
            BookingChannel::Amadeus,
            None,
            "SRDOCSYYHK1-P-GBR-S12345678-GBR-12JUL66-M-23OCT35-SMITH-JOHN-RICHARD/P1",
        ),
        (
            BookingChannel::Sabre,
            None,
            "3DOCS/P/GB/S12345678/GB/12JUL1966/M/23OCT2035/SMITH/JOHN/RICHARD-1.1",
        ),
        (
            BookingChannel::Sabre,
            Some("AA"),
            "4DOCS/P/GB/S12345678/GB/12JUL1966/M/23OCT2035/SMITH/JOHN/RICHARD-1.1",
        ),
        (
            BookingChannel::Travelport,
            None,
            "SI.P1/SSRDOCSYYHK1/P/GB/S12345678/GB/12JUL66/M/23OCT35/SMITH/JOHN/RICHARD",
        ),
        (
            BookingChannel::Travelport,
            Some("QF"),
            "SI.P1/SSRDOCSQFHK1/P/GB/S12345678/GB/12JUL66/M/23OCT35/SMITH/JOHN/RICHARD",
        ),
    ] {
        let written = write(traveller(&smith, Some(&document)), request(channel, carrier));
        assert_eq!(text(&written, "docs"), expected);
    }
}

#[test]
fn docs_for_secure_flight_alone() {
    let smith = user("John", "Richard", "Smith");
    for (channel, expected) in LINES.into_iter().zip([
        "SSR DOCS YY HK1/////12JUL66/M//SMITH/JOHN/RICHARD",
        "SRDOCSYYHK1-----12JUL66-M--SMITH-JOHN-RICHARD/P1",
        "3DOCSA/DB/12JUL66/M/SMITH/JOHN/RICHARD-1.1",
        "SI.P1/SSRDOCSYYHK1/////12JUL66/M//SMITH/JOHN/RICHARD",
    ]) {
        let written = write(traveller(&smith, None), request(channel, None));
        assert_eq!(text(&written, "docs"), expected);
        assert!(codes(&written).contains(&"missing_passport"));
    }
}

#[test]
fn contacts() {
    for (channel, email, language, phone, expected) in [
        (
            BookingChannel::Amadeus,
            "a.lopez@gmail.com",
            "",
            "",
            ["SRCTCE-A.LOPEZ//GMAIL.COM/P1", "", ""],
        ),
        (
            BookingChannel::Amadeus,
            "",
            "ro",
            "+40744510888",
            ["", "SRCTCM-40744510888/RO/P1", ""],
        ),
        (BookingChannel::Amadeus, "", "", "", ["", "", "SRCTCR-REFUSED/P1"]),
        (
            BookingChannel::Sabre,
            "john.smith@aol.com",
            "en-GB",
            "",
            ["3CTCE/JOHN.SMITH//AOL.COM/EN-1.1", "", ""],
        ),
        (
            BookingChannel::Sabre,
            "",
            "",
            "+12233444444",
            ["", "3CTCM/12233444444-1.1", ""],
        ),
        (BookingChannel::Sabre, "", "", "", ["", "", "3CTCR/REFUSED-1.1"]),
        (
            BookingChannel::Travelport,
            "a.lopez@yahoo.com",
            "de",
            "",
            ["SI.P1/SSRCTCEYYHK1/A.LOPEZ//YAHOO.COM/DE", "", ""],
        ),
        (
            BookingChannel::Travelport,
            "",
            "gsw",
            "+12021234567",
            ["", "SI.P1/SSRCTCMYYHK1/12021234567", ""],
        ),
        (
            BookingChannel::Travelport,
            "",
            "",
            "",
            ["", "", "SI.P1/SSRCTCRYYHK1/REFUSED"],
        ),
        (
            BookingChannel::Ssr,
            "j_s@a-b.example",
            "",
            "",
            ["SSR CTCE YY HK1/J..S//A./B.EXAMPLE", "", ""],
        ),
    ] {
        let mut person = user("John", "", "Smith");
        (person.email, person.language, person.phone) =
            (optional(email), optional(language), optional(phone));
        let written = write(traveller(&person, None), request(channel, None));
        assert_eq!(
            ["ctce", "ctcm", "ctcr"].map(|kind| text(&written, kind)),
            expected
        );
        assert_eq!(
            codes(&written).contains(&"ask_for_contact"),
            !expected[2].is_empty()
        );
    }
}

#[test]
fn memberships() {
    for (channel, carrier, program, number, expected) in [
        (
            BookingChannel::Amadeus,
            None,
            "AF",
            "1990901462",
            "FFNAF-1990901462/P1",
        ),
        (
            BookingChannel::Amadeus,
            Some("DL"),
            "AF",
            "1990901462",
            "FFNAF-1990901462,DL/P1",
        ),
        (BookingChannel::Sabre, None, "AA", "1234567", "FFAA1234567-1.1"),
        (
            BookingChannel::Travelport,
            Some("LH"),
            "UA",
            "12345876490",
            "M.P1/UA12345876490/LH",
        ),
        (
            BookingChannel::Ssr,
            None,
            "AY",
            "690 875 976",
            "SSR FQTV AY HK1/AY690875976",
        ),
        // The card prints the airline before the number, or the number begins with the same letters.
        (
            BookingChannel::Amadeus,
            None,
            "U0",
            "U0 1234-5678",
            "FFNU0-12345678/P1",
        ),
        (
            BookingChannel::Amadeus,
            None,
            "BA",
            "BA123456",
            "FFNBA-BA123456/P1",
        ),
    ] {
        let person = user("John", "", "Smith");
        let memberships = [membership(program, number)];
        let one = Traveller {
            memberships: &memberships,
            ..traveller(&person, None)
        };
        let written = write(one, request(channel, carrier));
        assert_eq!(text(&written, "fqtv"), expected);
        assert_eq!(codes(&written).contains(&"other_program"), carrier.is_some());
    }
    let person = user("John", "", "Smith");
    let mut closed = membership("AF", "1");
    closed.0.status = LoyaltyStatus::Closed;
    let (mut hotel, mut train) = (membership("LN", "1"), membership("", "1"));
    (hotel.1.program_type, train.1.program_type) = (ProgramType::Hotel, ProgramType::Rail);
    let memberships = [closed, hotel, train];
    let written = write(
        Traveller {
            memberships: &memberships,
            ..traveller(&person, None)
        },
        request(BookingChannel::Ssr, None),
    );
    assert_eq!(text(&written, "fqtv"), "");
    assert_eq!(
        codes(&written)
            .iter()
            .filter(|code| **code == "loyalty_left_out")
            .count(),
        1
    );
}

#[test]
fn several_travellers_have_numbers() {
    let smith = user("John", "", "Smith");
    for (channel, expected) in LINES.into_iter().zip([
        "SSR CTCM YY HK1/40744510888",
        "SRCTCM-40744510888/P3",
        "3CTCM/40744510888-3.1",
        "SI.P3/SSRCTCMYYHK1/40744510888",
    ]) {
        let third = Traveller {
            number: 3,
            ..traveller(&smith, None)
        };
        assert_eq!(text(&write(third, request(channel, None)), "ctcm"), expected);
    }
}

/// As Cathay Pacific shows it to agents; DOCS with the gender of an infant, as all systems take it.
#[test]
#[allow(clippy::too_many_lines)] // One case after the other.
fn infants_on_a_lap() {
    let adult = user("Anne", "", "Brown");
    let mut baby = user("Siuming", "", "Chan");
    (baby.title, baby.date_of_birth, baby.email, baby.phone) =
        (optional("Mstr"), Some(day("2025-01-10")), None, None);
    baby.address = Some(crate::users::Address {
        street: None,
        city: optional("London"),
        region: None,
        postal_code: None,
        country: parsed("GB"),
    });
    let document = Passport {
        date_of_birth: day("2025-01-10"),
        ..passport("CHAN", "SIUMING")
    };
    let infant = Infant {
        user: &baby,
        passport: Some(&document),
    };
    let holder = Traveller {
        seating: Seating::With(infant),
        number: 2,
        ..traveller(&adult, None)
    };
    let held = |is_held| Traveller {
        seating: Seating::OnLap { is_held },
        number: 2,
        ..traveller(&baby, Some(&document))
    };
    for (channel, name, lines) in LINES
        .into_iter()
        .zip([
            "1BROWN/ANNE MR",
            "NM1BROWN/ANNE MR(INFCHAN/SIUMING MSTR/10JAN25)",
            "-BROWN/ANNE MR",
            "N.BROWN/ANNE MR",
        ])
        .zip([
            &[
                "SSR INFT YY NN1/CHAN/SIUMING 10JAN25",
                "SSR DOCS YY HK1/P/GBR/S12345678/GBR/10JAN25/MI/23OCT35/CHAN/SIUMING",
                "SSR DOCA YY HK1/R/GB//LONDON///I",
            ][..],
            &[
                "SRDOCSYYHK1-P-GBR-S12345678-GBR-10JAN25-MI-23OCT35-CHAN-SIUMING/P2",
                "SR DOCA YY HK1-R-GB--LONDON---I/P2",
            ],
            &[
                "-I/CHAN/SIUMING MSTR",
                "3INFT/CHAN/SIUMING/10JAN25-2.1",
                "3DOCS/P/GB/S12345678/GB/10JAN2025/MI/23OCT2035/CHAN/SIUMING-2.1",
                "3DOCA/R/GB//LONDON///I-2.1",
            ],
            &[
                "N.I/CHAN/SIUMING*10JAN25",
                "SI.P2/SSRDOCSYYHK1/P/GB/S12345678/GB/10JAN25/MI/23OCT35/CHAN/SIUMING",
                "SI.P2/SSRDOCAYYHK1/R/GB//LONDON///I",
            ],
        ])
        .map(|((channel, name), lines)| (channel, name, lines))
    {
        let written = write(holder, request(channel, None));
        assert_eq!(text(&written, "name"), name);
        let written = write(held(true), request(channel, None));
        let found: Vec<_> = written.lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(found, lines, "{channel}");
        // Neither is missed that the adult is asked for, nor is the infant taken for one with a seat.
        let codes = codes(&written);
        assert!(codes.contains(&"on_lap"), "{codes:?}");
        for other in ["missing_email", "missing_phone", "infant", "no_transliteration"] {
            assert!(!codes.contains(&other), "{codes:?}");
        }
    }
    // Alone, where the name belongs behind that of the adult, it is there to be put there.
    let written = write(held(false), request(BookingChannel::Amadeus, None));
    assert_eq!(text(&written, "inft"), "(INFCHAN/SIUMING MSTR/10JAN25)");
    let undisclosed = Passport {
        sex: parsed("X"),
        ..document.clone()
    };
    let one = Traveller {
        passport: Some(&undisclosed),
        ..held(true)
    };
    let written = write(one, request(BookingChannel::Ssr, None));
    assert!(text(&written, "docs").contains("/10JAN25/XI/"));
    assert!(codes(&written).contains(&"unconfirmed_format"));
}
