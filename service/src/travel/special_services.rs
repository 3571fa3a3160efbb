//! Meals and assistance that airlines know by a code (IATA SSR): data with version and source, because lists change.
//!
//! Only what stays true of a person is in it. What belongs to one journey (a pet, a bassinet, an infant on a lap, a child
//! alone) is booked with that journey.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::NaiveDate;
use entity::values::{SpecialServiceCode, SpecialServiceKind};
use serde::Deserialize;

/// The file beside this one.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[cfg_attr(not(test), expect(dead_code, reason = "for who reads the file, and a test"))]
    version: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "for who reads the file, and a test"))]
    checked_on: NaiveDate,
    sources: BTreeMap<String, String>,
    services: Vec<SpecialService>,
    withdrawn: Vec<Withdrawn>,
}

// A test reads the file; without it no code is taken.
static TABLE: LazyLock<Table> =
    LazyLock::new(|| serde_json::from_str(include_str!("special_services.json")).unwrap_or_default());

/// A service that airlines know by a code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialService {
    /// Four letters.
    pub code: String,
    /// What it is about.
    pub kind: SpecialServiceKind,
    /// What it means, in English.
    pub meaning: String,
    /// Whether the code says nothing without a note.
    #[serde(default)]
    pub note_required: bool,
    source: String,
}

/// A code that airlines no longer take.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawn {
    code: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "for who reads the file, and a test"))]
    since: NaiveDate,
    instead: String,
}

/// Why a code cannot be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// No airline takes it any more; what to do instead.
    Withdrawn(&'static str),
    /// It is of the other kind.
    OtherKind,
    /// It is in no list.
    Unknown,
}

impl SpecialService {
    /// Where code and meaning were read.
    pub fn source(&self) -> &'static str {
        TABLE.sources.get(&self.source).map_or("", String::as_str)
    }
}

/// Every service, meals first.
pub fn all() -> &'static [SpecialService] {
    &TABLE.services
}

/// The service of a code.
///
/// # Errors
/// Why there is none of this kind.
pub fn find(code: &SpecialServiceCode, kind: SpecialServiceKind) -> Result<&'static SpecialService, Unfit> {
    let code = code.as_str();
    match TABLE.services.iter().find(|it| it.code == code) {
        Some(found) if found.kind == kind => Ok(found),
        Some(_) => Err(Unfit::OtherKind),
        None => {
            let withdrawn = TABLE.withdrawn.iter().find(|it| it.code == code);
            Err(withdrawn.map_or(Unfit::Unknown, |it| Unfit::Withdrawn(&it.instead)))
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn code(text: &str) -> SpecialServiceCode {
        text.parse().unwrap()
    }

    #[test]
    fn the_file_is_whole() {
        let table: Table = serde_json::from_str(include_str!("special_services.json")).unwrap();
        let mut seen = BTreeSet::new();
        for service in &table.services {
            assert!(seen.insert(code(&service.code)), "{}", service.code);
            assert!(service.source().len() > 20 && !service.meaning.is_empty());
        }
        for gone in &table.withdrawn {
            assert!(seen.insert(code(&gone.code)), "{}", gone.code);
            assert!(gone.since < table.checked_on && gone.instead.ends_with('.'));
        }
        assert!(!table.version.is_empty());
        assert_eq!(
            table
                .services
                .iter()
                .filter(|it| it.kind == SpecialServiceKind::Meal)
                .count(),
            21
        );
    }

    #[test]
    fn a_code_is_found_by_its_kind_and_tells_why_not() {
        use SpecialServiceKind::{Assistance, Meal};
        assert_eq!(find(&code("VGML"), Meal).unwrap().meaning, "Vegan meal");
        assert!(find(&code("spml"), Meal).unwrap().note_required);
        assert!(find(&code("DPNA"), Assistance).unwrap().note_required);
        assert!(!find(&code("WCHR"), Assistance).unwrap().note_required);
        assert_eq!(find(&code("WCHR"), Meal).unwrap_err(), Unfit::OtherKind);
        assert_eq!(find(&code("XXXX"), Meal).unwrap_err(), Unfit::Unknown);
        for gone in ["HFML", "LPML", "ORML", "PRML"] {
            let Unfit::Withdrawn(instead) = find(&code(gone), Meal).unwrap_err() else {
                panic!("{gone}");
            };
            assert!(instead.contains("SPML"), "{instead}");
        }
    }
}
