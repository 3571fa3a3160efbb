//! Whether the name of a profile is that of a passport, and why.

use super::key;
use super::person::Name;
use crate::travel::transliteration::{Language, is_spelling_of, transliterate};

/// How alike two names, or two parts of them, are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// The same letters A to Z.
    Same,
    /// Spellings between which issuers may choose, such as `Müller` and `MULLER` (ICAO Doc 9303-3 §6).
    Variant,
    /// One has given names that the other leaves out.
    Abridged,
    /// The same names, but not the same of them are the surname.
    Moved,
    /// Other names.
    Different,
    /// The standard has no letters A to Z for one of them.
    Unknown,
}

/// How alike the names of a profile and of a passport are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// On the whole.
    pub verdict: Match,
    /// The surnames, or the only names.
    pub surname: Match,
    /// The given names.
    pub given_names: Match,
    /// For people.
    pub explanation: &'static str,
}

/// Compares two names part by part, without regard to case, punctuation and gaps.
pub fn compare(profile: &Name, passport: &Name) -> Comparison {
    let language = passport.language;
    let surname = part(Some(profile.primary()), Some(passport.primary()), language);
    let given_names = part(profile.secondary(), passport.secondary(), language);
    let worst = surname.max(given_names);
    let verdict = if worst == Match::Different && all_keys(profile) == all_keys(passport) {
        Match::Moved
    } else if surname == Match::Abridged {
        // A surname that lacks a part is another one, such as a maiden name beside a double name.
        Match::Different.max(worst)
    } else {
        worst
    };
    Comparison {
        verdict,
        surname,
        given_names,
        explanation: explain(verdict),
    }
}

const fn explain(verdict: Match) -> &'static str {
    match verdict {
        Match::Same => "Profile and passport have the same name.",
        Match::Variant => {
            "The names are spellings of one name between which an issuer may choose; book with the one of the passport."
        }
        Match::Abridged => {
            "One of the two has given names that the other leaves out; book with the names of the passport."
        }
        Match::Moved => {
            "The names are the same, but not the same of them are the surname; book with those of the passport."
        }
        Match::Different => "The names are not the same; check whose passport it is, or correct the profile.",
        Match::Unknown => {
            "The standard has no letters A to Z for one of the names; compare it with the machine readable zone."
        }
    }
}

fn part(profile: Option<&str>, passport: Option<&str>, language: Language) -> Match {
    let (profile, passport) = match (profile, passport) {
        (None, None) => return Match::Same,
        (Some(profile), Some(passport)) => (profile, passport),
        _ => return Match::Different,
    };
    if profile.trim() == passport.trim() {
        return Match::Same;
    }
    let letters = |name: &str| transliterate(name, language).map(|it| it.components.concat());
    let (Ok(one), Ok(other)) = (letters(profile), letters(passport)) else {
        return Match::Unknown;
    };
    if one == other {
        Match::Same
    } else if is_spelling_of(&other, profile, language)
        || is_spelling_of(&one, passport, language)
        || key(profile) == key(passport)
    {
        Match::Variant
    } else if is_abridged(&keys(profile, language), &keys(passport, language)) {
        Match::Abridged
    } else {
        Match::Different
    }
}

/// What the spellings of each part have in common.
fn keys(name: &str, language: Language) -> Vec<String> {
    let parts = transliterate(name, language)
        .map(|it| it.components)
        .unwrap_or_default();
    parts.iter().filter_map(|part| key(part)).collect()
}

/// Every part of a name, in an order that does not depend on which of them are the surname.
fn all_keys(name: &Name) -> Vec<String> {
    let mut all = keys(&name.full(), name.language);
    all.sort();
    all
}

/// Whether the shorter list begins as the longer one does, and goes on in its order.
fn is_abridged(one: &[String], other: &[String]) -> bool {
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let mut rest = long.iter();
    !short.is_empty()
        && short.first() == long.first()
        && short.iter().all(|part| rest.any(|candidate| candidate == part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(surname: &str, given_names: &str) -> Name {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Name {
            surname: some(surname),
            given_names: some(given_names),
            title: None,
            language: Language::Other,
        }
    }

    #[test]
    fn names_are_alike_by_degrees() {
        for (profile, passport, verdict) in [
            (
                ("Eriksson", "Anna Maria"),
                ("ERIKSSON", "ANNA MARIA"),
                Match::Same,
            ),
            (("O'Connor", "Enya"), ("OCONNOR", "ENYA"), Match::Same),
            (("Müller", "Jürgen"), ("MULLER", "JUERGEN"), Match::Variant),
            (("Mueller", "Jurgen"), ("Müller", "Jürgen"), Match::Variant),
            (("Eriksson", "Anna"), ("ERIKSSON", "ANNA MARIA"), Match::Abridged),
            (("Berg", "Zoë van den"), ("VAN DEN BERG", "ZOE"), Match::Moved),
            (("", "Wulandari"), ("WULANDARI", ""), Match::Same),
            (("Eriksson", "Anna"), ("SVENSSON", "ANNA"), Match::Different),
            (("Lopez", "Ana"), ("LOPEZ GARCIA", "ANA"), Match::Different),
            (
                ("Eriksson", "Maria"),
                ("ERIKSSON", "ANNA MARIA"),
                Match::Different,
            ),
            (("李", "小龍"), ("LI", "XIAOLONG"), Match::Unknown),
        ] {
            let found = compare(&name(profile.0, profile.1), &name(passport.0, passport.1));
            assert_eq!(found.verdict, verdict, "{profile:?} {passport:?}");
        }
    }
}
