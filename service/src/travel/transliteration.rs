//! Names in the letters A to Z of the machine readable zone (ICAO Doc 9303-3 §4.6 and §6).
//!
//! The standard has tables for Latin letters of many nations and for Cyrillic. It has none for Greek, which is written as
//! the passports of Greece and Cyprus write it (ELOT 743, ISO 843), and none for writing that is no alphabet; its table for
//! Arabic is a code that hardly any issuer prints. Such names are refused rather than guessed: the passport itself shows
//! them in Latin letters.

mod cyrillic;
mod greek;
mod latin;
mod spelling;

use entity::values::{CountryCode, LanguageTag};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

pub use self::spelling::is_spelling_of;

/// Language whose rules differ from the rest of the Cyrillic table (Doc 9303-3 §6 B).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// All without rules of their own.
    #[default]
    Other,
    /// Belarusian.
    Belarusian,
    /// Bulgarian.
    Bulgarian,
    /// Macedonian.
    Macedonian,
    /// Serbian.
    Serbian,
    /// Ukrainian.
    Ukrainian,
}

impl Language {
    /// The language in which an issuer writes names.
    pub fn of_issuer(issuer: CountryCode) -> Self {
        match issuer.as_str() {
            "BLR" => Self::Belarusian,
            "BGR" => Self::Bulgarian,
            "MKD" => Self::Macedonian,
            "SRB" | "MNE" | "BIH" => Self::Serbian,
            "UKR" => Self::Ukrainian,
            _ => Self::Other,
        }
    }

    /// The language of a person who has said which one to use (BCP 47).
    pub fn of_tag(tag: &LanguageTag) -> Self {
        match tag.as_str().split('-').next() {
            Some("be") => Self::Belarusian,
            Some("bg") => Self::Bulgarian,
            Some("mk") => Self::Macedonian,
            Some("sr") => Self::Serbian,
            Some("uk") => Self::Ukrainian,
            _ => Self::Other,
        }
    }
}

/// A name as a machine readable zone writes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Transliterated {
    /// Its parts, which fillers separate: letters A to Z only, and at least one in each.
    pub components: Vec<String>,
    /// Whether letters were replaced or digits dropped, so that the issuer may have written it differently.
    pub changed: bool,
}

impl std::fmt::Debug for Transliterated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Transliterated(***)")
    }
}

/// The name has a letter for which the standard has no transliteration, or no letter at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name cannot be written in the letters A to Z")]
pub struct Untransliterable;

/// Writes a name in the letters of the machine readable zone. Where the standard leaves a choice to the issuer, it is the
/// first one: `Ü` is `UE`, `Ñ` is `N`, `Å` is `AA`.
///
/// Apostrophes join (`O'Connor` is `OCONNOR`); hyphens, commas and spaces separate; other punctuation and digits are
/// dropped (§4.6).
///
/// # Errors
/// When a letter is in no table, or no letter is left.
pub fn transliterate(name: &str, language: Language) -> Result<Transliterated, Untransliterable> {
    let mut written = Transliterated {
        components: Vec::new(),
        // Some letters, such as ß, are A to Z in upper case already.
        changed: name.chars().any(|it| it.is_alphabetic() && !it.is_ascii()),
    };
    let mut component = String::new();
    for (character, place) in placed(name) {
        if is_separator(character) {
            written.components.push(std::mem::take(&mut component));
        } else if character.is_ascii_uppercase() {
            component.push(character);
        } else if let Some(letters) = letters(character, language, place) {
            written.changed = true;
            component.push_str(letters);
        } else if let Some(base) = base(character) {
            written.changed = true;
            component.push(base);
        } else if is_combining_mark(character) || character.is_numeric() {
            written.changed = true;
        } else if character.is_alphabetic() {
            return Err(Untransliterable);
        }
    }
    written.components.push(component);
    written.components.retain(|component| !component.is_empty());
    if written.components.is_empty() {
        Err(Untransliterable)
    } else {
        Ok(written)
    }
}

/// What separates the parts of a name: white space, hyphens and dashes, commas (§4.6).
fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | ',' | '،' | '、' | '/' | '<'
        )
}

/// Where a letter stands in its part of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Place {
    /// The letter before it; none for the first one.
    before: Option<char>,
    /// Whether there is exactly one before it.
    is_second: bool,
    /// The letter after it; none for the last one.
    after: Option<char>,
}

/// The characters of a name in upper case, each with its place.
fn placed(name: &str) -> Vec<(char, Place)> {
    // Some Greek letters with two marks fall apart in upper case.
    let characters: Vec<char> = name.nfc().flat_map(char::to_uppercase).nfc().collect();
    let letter = |it: &char| Some(*it).filter(|it| it.is_alphabetic());
    let mut placed: Vec<(char, Place)> = Vec::with_capacity(characters.len());
    let mut before = None;
    let mut count = 0_usize;
    for (index, character) in characters.iter().enumerate() {
        let mut rest = characters
            .iter()
            .skip(index + 1)
            .filter(|it| !is_combining_mark(**it));
        let place = Place {
            before,
            is_second: count == 1,
            after: rest.next().and_then(letter),
        };
        placed.push((*character, place));
        if is_separator(*character) {
            (before, count) = (None, 0);
        } else if let Some(letter) = letter(character) {
            (before, count) = (Some(letter), count + 1);
        }
    }
    placed
}

fn letters(character: char, language: Language, place: Place) -> Option<&'static str> {
    latin::letters(character)
        .or_else(|| cyrillic::letters(character, language, place.before.is_none()))
        .or_else(|| greek::letters(character, place))
}

/// The letter below the marks: what the table of Latin letters says of all that it does not name otherwise.
fn base(character: char) -> Option<char> {
    let mut parts = std::iter::once(character).nfd();
    let base = parts.next().filter(char::is_ascii_uppercase)?;
    parts.all(is_combining_mark).then_some(base)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn write(name: &str) -> String {
        write_in(name, Language::Other)
    }

    fn write_in(name: &str, language: Language) -> String {
        transliterate(name, language).map_or("?".to_owned(), |written| written.components.join("<"))
    }

    #[test]
    fn punctuation_joins_separates_or_goes() {
        for (name, written) in [
            ("D'Artagnan", "DARTAGNAN"),
            ("O’Connor", "OCONNOR"),
            ("Marie-Élise", "MARIE<ELISE"),
            ("Smith-Jones", "SMITH<JONES"),
            ("Al‑Basri", "AL<BASRI"),
            ("Ericson, Jr.", "ERICSON<JR"),
            ("  van der  Muellen ", "VAN<DER<MUELLEN"),
            ("J. R. R.", "J<R<R"),
            ("John 3rd", "JOHN<RD"),
        ] {
            assert_eq!(write(name), written);
        }
    }

    #[test]
    fn latin_letters_follow_the_table() {
        for (name, written) in [
            ("Jürgen", "JUERGEN"),
            ("Ju\u{308}rgen", "JUERGEN"),
            ("Straße", "STRASSE"),
            ("Łódź", "LODZ"),
            ("Åse Ægir Øst", "AASE<AEGIR<OEST"),
            ("Þórður", "THORDUR"),
            ("Núñez", "NUNEZ"),
            ("Işık İnci", "ISIK<INCI"),
            ("Đoković", "DOKOVIC"),
            ("Nguyễn Thị Ước", "NGUYEN<THI<UOC"),
            ("Œuvre Ŋ Ħ Ŧ Ĳ", "OEUVRE<N<H<T<IJ"),
            ("Ştefan Ștefan", "STEFAN<STEFAN"),
        ] {
            assert_eq!(write(name), written, "{name}");
        }
    }

    #[test]
    fn cyrillic_letters_follow_the_table_and_the_language() {
        for (name, written) in [
            ("Иванов", "IVANOV"),
            ("Щербаков Юрий", "SHCHERBAKOV<IURII"),
            ("Подъячев", "PODIEIACHEV"),
            ("Вьюгин", "VIUGIN"),
        ] {
            assert_eq!(write(name), written);
        }
        for (name, language, written) in [
            ("Згурський", Language::Ukrainian, "ZHURSKYI"),
            ("Єнакієве", Language::Ukrainian, "YENAKIIEVE"),
            ("Юрій Яценко-Їжак", Language::Ukrainian, "YURII<YATSENKO<YIZHAK"),
            ("Ёлкін Ганна", Language::Belarusian, "IOLKIN<HANNA"),
            ("Щерев", Language::Bulgarian, "SHTEREV"),
            ("Живковић", Language::Serbian, "ZIVKOVIC"),
            ("Хаџи Цветко", Language::Serbian, "HADZI<CVETKO"),
            ("Ќосев", Language::Macedonian, "KJOSEV"),
        ] {
            assert_eq!(write_in(name, language), written, "{name}");
        }
    }

    #[test]
    fn a_language_is_known_by_the_issuer_or_by_its_tag() {
        for (tag, language) in [
            ("uk", Language::Ukrainian),
            ("be-Latn", Language::Belarusian),
            ("bg-BG", Language::Bulgarian),
            ("mk", Language::Macedonian),
            ("sr-Cyrl-ME", Language::Serbian),
            ("ru", Language::Other),
            ("en", Language::Other),
        ] {
            assert_eq!(Language::of_tag(&tag.parse().unwrap()), language, "{tag}");
        }
        for (issuer, language) in [
            ("UKR", Language::Ukrainian),
            ("ME", Language::Serbian),
            ("RU", Language::Other),
        ] {
            assert_eq!(Language::of_issuer(issuer.parse().unwrap()), language, "{issuer}");
        }
    }

    #[test]
    fn what_the_standard_has_no_letters_for_is_refused() {
        for name in ["李小龍", "محمد", "თამარ", "นิรันดร์", "12", "-", ""] {
            assert_eq!(
                transliterate(name, Language::Other),
                Err(Untransliterable),
                "{name}"
            );
        }
    }

    #[test]
    fn plain_letters_are_not_changed() {
        let changed = |name| transliterate(name, Language::Other).map(|written| written.changed);
        assert_eq!(changed("O'Connor-Smith"), Ok(false));
        assert_eq!(changed("Jürgen"), Ok(true));
        assert_eq!(changed("John 3"), Ok(true));
    }
}
