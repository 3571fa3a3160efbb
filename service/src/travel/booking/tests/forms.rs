//! The file of forms.

use entity::values::BookingChannel;

use super::*;
use crate::travel::booking::channels::CHANNELS;
use crate::travel::booking::template::{Values, render};

#[test]
fn every_form_names_its_source_and_knows_its_values() {
    assert_eq!(CHANNELS.channels.len(), BookingChannel::ALL.len());
    for channel in BookingChannel::ALL {
        let format = format_of(*channel);
        assert!(
            format.source.len() > 20 && !format.version().is_empty(),
            "{channel}"
        );
        assert_eq!(format.lines.is_empty(), format.passenger.is_some(), "{channel}");
        for (name, template) in &format.lines {
            let text = render(&template.template, &Values::new());
            assert!(!text.contains(['{', '}', '[', ']']), "{channel} {name}: {text}");
        }
    }
}

/// Lines to the letter, for values that the public sources of the forms show.
#[test]
#[allow(clippy::too_many_lines)] // One case after the other.
fn visas_travellers_and_addresses() {
    let values = |pairs: &[(&'static str, &str)]| -> Values {
        let common = [("n", "1"), ("carrier", "YY"), ("prefix", "3")];
        common
            .iter()
            .chain(pairs)
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect()
    };
    for (channel, template, pairs, expected) in [
        (
            "amadeus",
            "doco_visa",
            &[
                ("birthplace", "PARIS FR"),
                ("number", "12345123"),
                ("issue_place", "LONDON GB"),
                ("issued_yy", "14NOV11"),
                ("country", "US"),
            ][..],
            "SR DOCO YY HK1-PARIS FR-V-12345123-LONDON GB-14NOV11-US/P1",
        ),
        (
            "sabre",
            "doco_visa",
            &[
                ("birthplace", "LYON FR"),
                ("number", "789789"),
                ("issue_place", "PARIS FR"),
                ("issued_yyyy", "14JUN2005"),
                ("country", "CH"),
            ],
            "3DOCO/LYON FR/V/789789/PARIS FR/14JUN2005/CH-1.1",
        ),
        (
            "ssr",
            "doco_visa",
            &[
                ("birthplace", "PARIS FR"),
                ("number", "12345123"),
                ("issue_place", "LONDON GBR"),
                ("issued_yy", "14MAR11"),
                ("country", "US"),
            ],
            "SSR DOCO YY HK1/PARIS FR/V/12345123/LONDON GBR/14MAR11/US",
        ),
        (
            "amadeus",
            "doco_traveler",
            &[("type", "K"), ("number", "TT1234567"), ("country", "US")],
            "SRDOCOYYHK1--K-TT1234567---US/P1",
        ),
        (
            "sabre",
            "doco_traveler",
            &[("type", "K"), ("number", "TT1234567"), ("country", "US")],
            "3DOCO//K/TT1234567///US-1.1",
        ),
        (
            "travelport",
            "doco_traveler",
            &[("type", "K"), ("number", "TT1234567"), ("country", "US")],
            "SI.P1/SSRDOCOYYHK1//K/TT1234567///US",
        ),
        (
            "amadeus",
            "doca",
            &[
                ("type", "D"),
                ("country", "US"),
                ("street", "301 PARK"),
                ("city", "NEW YORK"),
                ("state", "NY"),
                ("zip", "10022"),
            ],
            "SR DOCA YY HK1-D-US-301 PARK-NEW YORK-NY-10022/P1",
        ),
        (
            "sabre",
            "doca",
            &[
                ("type", "D"),
                ("country", "GB"),
                ("street", "10 DOWNING STREET"),
                ("city", "LONDON"),
                ("state", "EN"),
                ("zip", "SW1A2AA"),
            ],
            "3DOCA/D/GB/10 DOWNING STREET/LONDON/EN/SW1A2AA-1.1",
        ),
        (
            "travelport",
            "doca_country",
            &[("type", "R"), ("country", "US")],
            "SI.P1/SSRDOCAYYHK1/R/US",
        ),
        (
            "amadeus",
            "fqtv",
            &[
                ("program", "AF"),
                ("membership", "1990901462"),
                ("accrual", "CO,DL"),
            ],
            "FFNAF-1990901462,CO,DL/P1",
        ),
        (
            "travelport",
            "fqtv",
            &[
                ("program", "UA"),
                ("membership", "12345876490"),
                ("accrual", "TG/LH"),
            ],
            "M.P1/UA12345876490/TG/LH",
        ),
    ] {
        let form = &CHANNELS.channels[channel].lines[template];
        assert_eq!(render(&form.template, &values(pairs)), expected);
    }
}
