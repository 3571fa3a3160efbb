//! Names in the letters A to Z.

use service::travel::transliteration::{Language, is_spelling_of, transliterate};

use crate::random::Random;

const SEEDS: [&str; 8] = [
    "Anna Maria",
    "Jürgen Müller-Lüdenscheidt",
    "Łucja Wiśniewska",
    "O'Connor",
    "Згурський",
    "Ευάγγελος Μπάμπης",
    "Nguyễn Thị Ước",
    "李小龍",
];
const CHARACTERS: [char; 20] = [
    'A', 'z', 'ß', 'Ü', 'é', 'Å', 'ı', 'Г', 'щ', 'ї', 'υ', 'ΰ', 'γ', 'μ', 'π', 'ς', '\u{301}', '\u{308}',
    '-', ' ',
];
const LANGUAGES: [Language; 6] = [
    Language::Other,
    Language::Belarusian,
    Language::Bulgarian,
    Language::Macedonian,
    Language::Serbian,
    Language::Ukrainian,
];

pub fn text(random: &mut Random) -> String {
    if random.below(8) == 0 {
        return (0..random.below(40)).map(|_| random.any()).collect();
    }
    let seed = random.one_of(&SEEDS);
    random.changed(seed, &CHARACTERS)
}

/// What is wrong with the answer.
pub fn judge(text: &str) -> Option<&'static str> {
    LANGUAGES.into_iter().find_map(|language| {
        let written = transliterate(text, language).ok()?;
        let letters = written.components.concat();
        if letters.is_empty() || !letters.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Some("something else than letters A to Z is written");
        }
        (!is_spelling_of(&letters, text, language)).then_some("what is written is no spelling of the name")
    })
}
