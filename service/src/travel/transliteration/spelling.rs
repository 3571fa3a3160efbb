//! Whether letters are one of the spellings of a name.

use std::borrow::Cow;
use std::collections::BTreeSet;

use unicode_normalization::char::is_combining_mark;

use super::{Language, base, greek, is_separator, letters as first_choice, placed};

/// What an issuer may choose in place of the letters that the standard names first (ICAO Doc 9303-3 §6 A).
const fn other_choices(character: char) -> &'static [&'static str] {
    match character {
        'Ä' | 'Å' => &["A"],
        'Ñ' => &["NXX"],
        'Ö' => &["O"],
        'Ü' => &["UXX", "U"],
        _ => &[],
    }
}

/// Whether the letters A to Z, without gaps, are one of the spellings between which the issuer of a document may choose
/// for the name: `MUELLER`, `MUXXLLER` and `MULLER` are all of `Müller`, but `MILLER` is not.
pub fn is_spelling_of(letters: &str, name: &str, language: Language) -> bool {
    // All places in the letters that the name so far can reach.
    let mut ends = BTreeSet::from([0]);
    for (character, place) in placed(name) {
        let choice: Cow<'_, str> = if is_separator(character) {
            continue;
        } else if character.is_ascii_uppercase() {
            character.to_string().into()
        } else if let Some(letters) = first_choice(character, language, place) {
            letters.into()
        } else if let Some(base) = base(character) {
            base.to_string().into()
        } else if character.is_alphabetic() && !is_combining_mark(character) && !character.is_numeric() {
            return false;
        } else {
            continue;
        };
        let choices: Vec<&str> = std::iter::once(choice.as_ref())
            .chain(other_choices(character).iter().copied())
            .chain(greek::other_choice(character, place))
            .collect();
        ends = ends
            .into_iter()
            .flat_map(|end| {
                let rest = letters.get(end..).unwrap_or_default();
                let reached = choices.iter().filter(move |choice| rest.starts_with(**choice));
                reached.map(move |choice| end + choice.len())
            })
            .collect();
        if ends.is_empty() {
            return false;
        }
    }
    ends.contains(&letters.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_of_the_standard_is_a_spelling() {
        for (name, spellings) in [
            ("Jürgen", &["JUERGEN", "JURGEN", "JUXXRGEN"][..]),
            (
                "Müller-Lüdenscheidt",
                &["MUELLERLUDENSCHEIDT", "MULLERLUXXDENSCHEIDT"],
            ),
            ("Ångström", &["AANGSTROEM", "ANGSTROM", "AANGSTROM"]),
            ("Núñez", &["NUNEZ", "NUNXXEZ"]),
            ("Straße", &["STRASSE"]),
            ("Łódź", &["LODZ"]),
            ("Иванов", &["IVANOV"]),
            // A Roman numeral is a letter and a number, and is dropped as one.
            ("Anna Ⅳ", &["ANNA"]),
        ] {
            for spelling in spellings {
                assert!(
                    is_spelling_of(spelling, name, Language::Other),
                    "{name} {spelling}"
                );
            }
        }
        assert!(is_spelling_of("ZHURSKYI", "Згурський", Language::Ukrainian));
    }

    #[test]
    fn nothing_else_is() {
        for (name, letters) in [
            ("Jürgen", "JURGENS"),
            ("Jürgen", "JIRGEN"),
            ("Manül", "MANUELL"),
            ("Manuel", "MANUL"),
            ("Łódź", "WODZ"),
            ("李小龍", "LI"),
            ("Anna", ""),
        ] {
            assert!(
                !is_spelling_of(letters, name, Language::Other),
                "{name} {letters}"
            );
        }
    }
}
