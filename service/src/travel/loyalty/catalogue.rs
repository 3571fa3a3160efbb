//! The programmes of the world, as the file beside this one has them.

use std::sync::LazyLock;

use chrono::NaiveDate;
use entity::values::{Alliance, Carriers, ProgramName, ProgramType, SupplierCode, SupplierName, Tiers};
use serde::Deserialize;

use super::number::NumberRule;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Raised with each change.
    pub version: String,
    /// The programmes.
    pub programs: Vec<Entry>,
}

/// A programme.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Stays for ever: by it a row in a database finds its entry again.
    pub id: String,
    /// Who runs it.
    pub supplier: SupplierName,
    /// What it is called.
    pub name: ProgramName,
    /// Kind of supplier.
    pub r#type: ProgramType,
    /// IATA airline designator, or the code of a car company.
    pub supplier_code: Option<SupplierCode>,
    /// Airlines whose own programme it is.
    pub carriers: Carriers,
    /// Airlines that it credits by an agreement of the two; only those that are certain.
    pub partners: Carriers,
    /// Alliance whose airlines it credits.
    pub alliance: Option<Alliance>,
    /// The tiers, lowest first; none where they are not certain.
    pub tiers: Tiers,
    /// What numbers look like, where it is known.
    pub number: Option<NumberRule>,
    /// Where it can be compared; with `confirmed`, where it was read.
    pub source: String,
    /// The day for which it is known.
    pub as_of: NaiveDate,
    /// Whether the source was read; otherwise the entry is what is generally known.
    pub confirmed: bool,
    /// What is doubtful.
    pub note: Option<String>,
}

// A test reads the file; without it there is nothing to import.
/// The file.
pub static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    serde_json::from_str(include_str!("programs.json")).unwrap_or_else(|_| Catalogue {
        version: String::new(),
        programs: Vec::new(),
    })
});

/// The entry of that id.
pub fn entry(id: &str) -> Option<&'static Entry> {
    CATALOGUE.programs.iter().find(|entry| entry.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_programme_is_well_formed_and_says_where_it_comes_from() {
        serde_json::from_str::<Catalogue>(include_str!("programs.json")).unwrap();
        let programs = &CATALOGUE.programs;
        assert!(programs.len() >= 60 && !CATALOGUE.version.is_empty());
        let (mut ids, mut keys) = (BTreeSet::new(), BTreeSet::new());
        for it in programs {
            assert!(ids.insert(&it.id), "{} twice", it.id);
            assert!(
                it.id
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            );
            let key = crate::loyalty_programs::catalogue_key(&it.supplier, &it.name);
            assert!(keys.insert(key), "{} has the name of another", it.id);
            assert!(
                it.source.split("; ").all(|url| url.starts_with("https://")),
                "{}",
                it.id
            );
            assert!(it.as_of <= "2026-11-22".parse().unwrap(), "{}", it.id);
            assert!(
                it.note.as_ref().is_none_or(|note| note.ends_with('.')),
                "{}",
                it.id
            );
            let levels: Vec<_> = it
                .tiers
                .as_slice()
                .iter()
                .filter_map(|tier| tier.alliance_status)
                .collect();
            assert!(
                levels.iter().all(|level| Some(level.alliance()) == it.alliance),
                "{}",
                it.id
            );
            assert!(
                levels.is_sorted_by_key(|level| level.level()),
                "{}: the lowest comes first",
                it.id
            );
        }
        for kind in [
            ProgramType::Airline,
            ProgramType::Hotel,
            ProgramType::Car,
            ProgramType::Rail,
            ProgramType::Cruise,
        ] {
            assert!(
                programs.iter().filter(|it| it.r#type == kind).count() >= 5,
                "{kind}"
            );
        }
    }

    #[test]
    fn airlines_have_codes_and_others_credit_no_flights() {
        for it in &CATALOGUE.programs {
            let code = it.supplier_code.as_ref().map_or("", SupplierCode::as_str);
            if it.r#type == ProgramType::Airline {
                assert!(
                    it.carriers.contains(code),
                    "{}: {code} is one of its carriers",
                    it.id
                );
                assert!(
                    it.partners
                        .as_slice()
                        .iter()
                        .all(|partner| !it.carriers.contains(partner.as_str()))
                );
            } else {
                assert!(
                    it.carriers.as_slice().is_empty() && it.partners.as_slice().is_empty(),
                    "{}",
                    it.id
                );
                assert_eq!(it.alliance, None, "{}", it.id);
            }
        }
    }

    /// An airline is the own of one programme only: two would both come first.
    #[test]
    fn an_airline_has_one_programme() {
        let mut seen = BTreeSet::new();
        for it in &CATALOGUE.programs {
            for carrier in it.carriers.as_slice() {
                assert!(seen.insert(carrier), "{}: {carrier}", it.id);
            }
        }
    }

    #[test]
    fn an_entry_is_found_by_its_id() {
        let it = entry("miles-and-more").unwrap();
        assert!(it.carriers.contains("LX") && it.alliance == Some(Alliance::StarAlliance));
        assert!(entry("sunrise-points").is_none());
    }
}
