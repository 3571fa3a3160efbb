//! Names of persons: as they are, in the letters of a machine readable zone, as a ticket writes them; and whether two may
//! be one, written by different rules.

mod carriers;
mod compare;
mod person;
mod ticket;

pub use self::carriers::{CarrierRule, rule_of};
pub(in crate::travel) use self::carriers::{refuses_unspecified_gender, takes_unspecified_gender};
pub use self::compare::{Comparison, Match, compare};
pub use self::person::{MrzName, Name, Renderings, mrz, render};
pub(in crate::travel) use self::ticket::stand_in;
pub use self::ticket::{Form, TicketName, ticket};
use super::transliteration::{Language, transliterate};

/// Spellings between which issuers choose (ICAO Doc 9303-3 §6 A), with what they have in common.
const VARIANTS: [(&str, &str); 6] = [
    ("NXX", "N"),
    ("UXX", "U"),
    ("AA", "A"),
    ("AE", "A"),
    ("OE", "O"),
    ("UE", "U"),
];

/// Whether two spellings can come from one name: `MÜLLER`, `MUELLER`, `MUXXLLER` and `MULLER` can. Case, punctuation and
/// the gaps between parts do not matter, because booking systems drop them.
///
/// It says "may be the same", for a person to look at: `MANUEL` and `MANUL` could both be spellings of `MANÜL`. Names
/// that have no transliteration are the same only if they are equal.
pub fn may_be_same(one: &str, other: &str) -> bool {
    match (key(one), key(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one.trim() == other.trim(),
    }
}

/// What all spellings of a name have in common; none where the standard has no letters for it.
pub fn key(name: &str) -> Option<String> {
    let written = transliterate(name, Language::Other).ok()?;
    let letters = written.components.concat();
    let mut key = String::with_capacity(letters.len());
    let mut rest = letters.as_str();
    while let Some(first) = rest.chars().next() {
        let variant = VARIANTS
            .iter()
            .find_map(|(spelling, common)| Some((rest.strip_prefix(spelling)?, *common)));
        if let Some((after, common)) = variant {
            key.push_str(common);
            rest = after;
        } else {
            key.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_that_issuers_choose_between_are_the_same() {
        for spellings in [
            &["MÜLLER", "Mueller", "MULLER", "MUXXLLER", "mu\u{308}ller"][..],
            &["Jürgen", "JUERGEN", "JURGEN", "JUXXRGEN"],
            &["Ångström", "AANGSTROEM", "ANGSTROM"],
            &["Núñez", "NUNEZ", "NUNXXEZ"],
            &["Bjørn", "BJOERN", "Bjorn"],
            &["Weiß", "WEISS"],
            &["O'Connor", "OCONNOR", "O CONNOR"],
            &["Smith-Jones", "SMITH JONES", "SMITHJONES"],
            &["Иванов", "IVANOV"],
            &["李小龍", " 李小龍 "],
        ] {
            for one in spellings {
                for other in spellings {
                    assert!(may_be_same(one, other), "{one} {other}");
                }
            }
        }
    }

    #[test]
    fn other_names_are_not() {
        for (one, other) in [
            ("MÜLLER", "MILLER"),
            ("MÜLLER", "MOELLER"),
            ("ANNA", "ANNE"),
            ("李小龍", "LI"),
            ("李小龍", "李小"),
            ("", "A"),
        ] {
            assert!(!may_be_same(one, other), "{one} {other}");
        }
    }
}
