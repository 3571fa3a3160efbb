//! Greek letters, as passports of Greece and Cyprus write them: ELOT 743 (2nd edition, 2001), type 2, which is ISO 843:1997,
//! type 2 (transcription). ICAO Doc 9303-3 §6 has no table for Greek.

use unicode_normalization::UnicodeNormalization as _;

use super::Place;

/// The letters for an upper-case one. Several depend on their neighbours: `ευ` is `EV` or `EF`, `γγ` is `NG`, and `μπ` at the
/// beginning of a name is `B`.
pub(super) fn letters(character: char, place: Place) -> Option<&'static str> {
    Some(match base(character)? {
        'Α' => "A",
        'Β' => "V",
        'Γ' if matches!(place.after.and_then(base), Some('Γ' | 'Ξ' | 'Χ')) => "N",
        'Γ' => "G",
        'Δ' => "D",
        'Ε' => "E",
        'Ζ' => "Z",
        'Η' | 'Ι' => "I",
        'Θ' => "TH",
        'Κ' => "K",
        'Λ' => "L",
        // What the two letters are is said of the second one.
        'Μ' if place.before.is_none() && place.after == Some('Π') => "",
        'Μ' => "M",
        'Ν' => "N",
        'Ξ' => "X",
        'Ο' | 'Ω' => "O",
        'Π' if is_initial_mp(place) => "B",
        'Π' => "P",
        'Ρ' => "R",
        'Σ' => "S",
        'Τ' => "T",
        'Υ' => match second_vowel(character, place) {
            Some('Ο') => "U",
            Some(_) if is_voiced(place.after) => "V",
            Some(_) => "F",
            None => "Y",
        },
        'Φ' => "F",
        'Χ' => "CH",
        'Ψ' => "PS",
        _ => return None,
    })
}

/// What documents have in place of that: type 1 of the standard, which writes letter by letter. Those who have an older
/// document with such a spelling may keep it.
pub(super) fn other_choice(character: char, place: Place) -> Option<&'static str> {
    match base(character)? {
        'Γ' => Some("G"),
        'Π' if is_initial_mp(place) => Some("MP"),
        'Υ' if second_vowel(character, place).is_some() => Some("U"),
        _ => None,
    }
}

/// Whether the letter is the second one of `ΜΠ` at the beginning.
const fn is_initial_mp(place: Place) -> bool {
    matches!(place.before, Some('Μ')) && place.is_second
}

/// The vowel that `Υ` makes one sound with. A mark on the first vowel, or two dots on the second, part them.
const fn second_vowel(character: char, place: Place) -> Option<char> {
    match (character, place.before) {
        ('Υ' | 'Ύ', Some(vowel @ ('Α' | 'Ε' | 'Η' | 'Ο'))) => Some(vowel),
        _ => None,
    }
}

/// Whether the sound before it is voiced.
fn is_voiced(after: Option<char>) -> bool {
    matches!(
        after.and_then(base),
        Some('Α' | 'Ε' | 'Η' | 'Ι' | 'Ο' | 'Υ' | 'Ω' | 'Β' | 'Γ' | 'Δ' | 'Ζ' | 'Λ' | 'Μ' | 'Ν' | 'Ρ')
    )
}

/// The letter without its marks, if it is Greek.
fn base(character: char) -> Option<char> {
    let base = std::iter::once(character).nfd().next()?;
    ('Α'..='Ω').contains(&base).then_some(base)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::travel::transliteration::{Language, is_spelling_of, transliterate};

    #[test]
    fn names_are_written_as_greek_passports_write_them() {
        for (name, letters) in [
            ("Γεώργιος", "GEORGIOS"),
            ("Παπαδόπουλος", "PAPADOPOULOS"),
            ("ΠΑΠΑΔΟΠΟΥΛΟΣ", "PAPADOPOULOS"),
            ("Ευάγγελος", "EVANGELOS"),
            ("Άγγελος", "ANGELOS"),
            ("Ευτυχία", "EFTYCHIA"),
            ("Αυγουστίνος", "AVGOUSTINOS"),
            ("Σταύρος", "STAVROS"),
            ("Ταΰγετος", "TAYGETOS"),
            ("Μπάμπης", "BAMPIS"),
            ("Λάμπρος", "LAMPROS"),
            ("Χρήστος", "CHRISTOS"),
            ("Ψαράς", "PSARAS"),
            ("Ξένια", "XENIA"),
            ("Γκίκας", "GKIKAS"),
            ("Ντίνος", "NTINOS"),
            ("Σφιγξ", "SFINX"),
            ("Μελάγχρα", "MELANCHRA"),
            ("Αθηνά", "ATHINA"),
            ("Κωνσταντίνος", "KONSTANTINOS"),
            ("Ηλίας Λευκαδίτης", "ILIAS<LEFKADITIS"),
            ("Παπα-Μπούρης", "PAPA<BOURIS"),
        ] {
            let written = transliterate(name, Language::Other).unwrap();
            assert_eq!(written.components.join("<"), letters, "{name}");
            assert!(written.changed);
        }
    }

    #[test]
    fn spellings_of_older_documents_are_known_and_others_are_not() {
        for (letters, name) in [
            ("BAMPIS", "Μπάμπης"),
            ("MPAMPIS", "Μπάμπης"),
            ("EVANGELOS", "Ευάγγελος"),
            ("EUAGGELOS", "Ευάγγελος"),
            ("EVAGGELOS", "Ευάγγελος"),
            ("STAUROS", "Σταύρος"),
        ] {
            assert!(is_spelling_of(letters, name, Language::Other), "{letters}");
        }
        for (letters, name) in [
            ("MBAMPIS", "Μπάμπης"),
            ("PAMPIS", "Μπάμπης"),
            ("JORGOS", "Γεώργιος"),
            ("EFANGELOS", "Ευάγγελος"),
        ] {
            assert!(!is_spelling_of(letters, name, Language::Other), "{letters}");
        }
    }
}
