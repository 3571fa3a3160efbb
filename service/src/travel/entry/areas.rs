//! Which countries an area has.

use std::sync::LazyLock;

use chrono::NaiveDate;
use entity::values::{Area, CountryCode, Place};
use serde::Deserialize;

/// The file beside this one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(test), allow(dead_code, reason = "sources and notes are for people"))]
struct File {
    version: String,
    areas: Vec<Members>,
}

/// The countries of an area.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(test), allow(dead_code, reason = "sources and notes are for people"))]
struct Members {
    area: Area,
    countries: Vec<CountryCode>,
    source: String,
    /// The day for which it is known.
    as_of: NaiveDate,
    note: String,
}

// A test reads the file; without it areas are empty.
static FILE: LazyLock<File> = LazyLock::new(|| {
    serde_json::from_str(include_str!("areas.json")).unwrap_or_else(|_| File {
        version: String::new(),
        areas: Vec::new(),
    })
});

/// The countries of an area; none is listed for `ANYWHERE`.
pub(super) fn members(area: Area) -> &'static [CountryCode] {
    FILE.areas
        .iter()
        .find(|it| it.area == area)
        .map_or(&[], |it| it.countries.as_slice())
}

/// Whether a country is the place, or in it.
pub fn is_in(country: CountryCode, place: &Place) -> bool {
    match place.area() {
        Some(Area::Anywhere) => true,
        Some(area) => members(area).contains(&country),
        None => place.country() == Some(country),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_area_says_where_it_comes_from() {
        serde_json::from_str::<File>(include_str!("areas.json")).unwrap();
        assert!(!FILE.version.is_empty());
        for area in Area::ALL {
            let listed = FILE.areas.iter().filter(|it| it.area == *area).count();
            assert_eq!(listed, usize::from(*area != Area::Anywhere), "{area}");
        }
        for it in &FILE.areas {
            let once: BTreeSet<_> = it.countries.iter().collect();
            assert_eq!(once.len(), it.countries.len(), "{}", it.area);
            assert!(it.source.starts_with("https://") && it.note.ends_with('.'));
            assert!(it.as_of <= "2026-11-23".parse().unwrap());
        }
    }

    #[test]
    fn countries_are_where_they_are() {
        let country = |code: &str| code.parse::<CountryCode>().unwrap();
        for (code, schengen, free) in [
            ("DE", true, true),
            ("CH", true, true),
            ("IE", false, true),
            ("CY", false, true),
            ("MC", true, false),
            ("GB", false, false),
            ("GLP", false, false),
        ] {
            assert_eq!(
                members(Area::Schengen).contains(&country(code)),
                schengen,
                "{code}"
            );
            assert_eq!(members(Area::EuEeaCh).contains(&country(code)), free, "{code}");
            assert!(is_in(country(code), &"ANYWHERE".parse().unwrap()));
            assert!(is_in(country(code), &code.parse().unwrap()));
        }
        assert_eq!(
            (members(Area::Schengen).len(), members(Area::EuEeaCh).len()),
            (29 + 3, 27 + 4)
        );
    }
}
