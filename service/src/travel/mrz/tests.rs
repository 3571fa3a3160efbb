//! The vectors of ICAO Doc 9303 parts 3 to 7, traps that readers have met, and whatever comes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use super::*;

mod anything;
mod composing;
mod mistakes;
mod vectors;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn verdict(text: &str) -> Verdict {
    read(text, today()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn codes(verdict: &Verdict) -> Vec<&'static str> {
    verdict
        .warnings
        .iter()
        .map(|warning| warning.code.as_str())
        .collect()
}

/// Fields and places of the check digits that are wrong.
fn wrong(verdict: &Verdict) -> Vec<(&'static str, u8, u8, char)> {
    let wrong = verdict.checks.iter().filter(|check| !check.ok);
    wrong
        .map(|check| {
            (
                check.field.as_str(),
                check.place.line,
                check.place.position,
                check.expected,
            )
        })
        .collect()
}

const ERIKSSON: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3404159ZE184226B<<<<<16";
