//! Dates of six digits, YYMMDD (ICAO Doc 9303-3 §4.8).

use chrono::{Datelike as _, NaiveDate};

use crate::travel::check_digit::FILLER;

/// What six characters say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// A day.
    Day(NaiveDate),
    /// Parts are not known: fillers stand in their place.
    Unknown,
    /// No date at all.
    Impossible,
}

/// A date of birth: the latest one that does not lie in the future, which is right for all but the very old.
pub(super) fn birth(characters: &[u8], today: NaiveDate) -> Reading {
    let century = today.year().div_euclid(100) * 100;
    match read(characters, century) {
        Reading::Day(day) if day > today => read(characters, century - 100),
        // 29 February of a year that is a leap year in one of the two centuries only.
        Reading::Impossible => read(characters, century - 100),
        reading => reading,
    }
}

/// An expiry date: in the century of today. Machine readable passports began in the 1980s, and `99` marks documents
/// that do not expire.
pub(super) fn expiry(characters: &[u8], today: NaiveDate) -> Reading {
    read(characters, today.year().div_euclid(100) * 100)
}

fn read(characters: &[u8], century: i32) -> Reading {
    let [y1, y2, m1, m2, d1, d2] = characters else {
        return Reading::Impossible;
    };
    let parts = [(*y1, *y2), (*m1, *m2), (*d1, *d2)];
    let [year, month, day] = parts.map(|(tens, ones)| number(tens, ones));
    if let (Some(year), Some(month), Some(day)) = (year, month, day) {
        // Years of two digits fit.
        let year = century + i32::try_from(year).unwrap_or(0);
        return NaiveDate::from_ymd_opt(year, month, day).map_or(Reading::Impossible, Reading::Day);
    }
    let is_unknown = |(tens, ones)| (tens, ones) == (FILLER, FILLER);
    let is_within = |part: Option<u32>, most| part.is_none_or(|part| (1..=most).contains(&part));
    let is_partly_unknown = parts
        .into_iter()
        .all(|part| is_unknown(part) || number(part.0, part.1).is_some());
    if is_partly_unknown && is_within(month, 12) && is_within(day, 31) {
        Reading::Unknown
    } else {
        Reading::Impossible
    }
}

fn number(tens: u8, ones: u8) -> Option<u32> {
    let digit = |character: u8| char::from(character).to_digit(10);
    Some(digit(tens)? * 10 + digit(ones)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn births_lie_in_the_past() {
        let today = day("2026-11-22");
        for (text, expected) in [
            ("740812", "1974-08-12"),
            ("261122", "2026-11-22"),
            ("261123", "1926-11-23"),
            ("000229", "2000-02-29"),
            ("270101", "1927-01-01"),
        ] {
            assert_eq!(
                birth(text.as_bytes(), today),
                Reading::Day(day(expected)),
                "{text}"
            );
        }
        // 2100 is no leap year, and 2000 lies before it.
        assert_eq!(
            birth(b"000229", day("2101-01-01")),
            Reading::Day(day("2000-02-29"))
        );
    }

    #[test]
    fn expiries_lie_in_this_century() {
        for (text, expected) in [
            ("120415", "2012-04-15"),
            ("340415", "2034-04-15"),
            ("991231", "2099-12-31"),
        ] {
            assert_eq!(
                expiry(text.as_bytes(), day("2026-11-22")),
                Reading::Day(day(expected))
            );
        }
    }

    #[test]
    fn parts_can_be_unknown_but_not_impossible() {
        let today = day("2026-11-22");
        for text in ["<<<<<<", "74<<<<", "7408<<", "<<0812"] {
            assert_eq!(birth(text.as_bytes(), today), Reading::Unknown, "{text}");
        }
        for text in [
            "741301", "740230", "740800", "74<812", "7413<<", "ABCDEF", "74O812", "", "7408123",
        ] {
            assert_eq!(birth(text.as_bytes(), today), Reading::Impossible, "{text}");
        }
    }
}
