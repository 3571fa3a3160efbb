//! Cyrillic letters (ICAO Doc 9303-3 §6 B).

use super::Language;

/// The letters for an upper-case one. In Ukrainian some differ at the beginning of a name.
pub(super) fn letters(character: char, language: Language, is_first: bool) -> Option<&'static str> {
    if !('\u{400}'..='\u{52f}').contains(&character) {
        return None;
    }
    by_language(character, language, is_first).or_else(|| common(character))
}

fn by_language(character: char, language: Language, is_first: bool) -> Option<&'static str> {
    use Language::{Belarusian, Bulgarian, Macedonian, Serbian, Ukrainian};
    Some(match (language, character) {
        (Belarusian, 'Ё') => "IO",
        (Belarusian | Serbian | Ukrainian, 'Г') | (Serbian | Macedonian, 'Х') => "H",
        (Bulgarian, 'Щ') => "SHT",
        (Macedonian, 'Ѓ') => "GJ",
        (Macedonian, 'Ќ') => "KJ",
        (Macedonian, 'Џ') => "DJ",
        (Serbian, 'Ж') => "Z",
        (Serbian, 'Ц' | 'Ч') | (Macedonian, 'Ц') => "C",
        (Serbian, 'Ш') => "S",
        (Ukrainian, 'Є') if is_first => "YE",
        (Ukrainian, 'Ї') if is_first => "YI",
        (Ukrainian, 'Й') if is_first => "Y",
        (Ukrainian, 'Ю') if is_first => "YU",
        (Ukrainian, 'Я') if is_first => "YA",
        (Ukrainian, 'И') => "Y",
        _ => return None,
    })
}

/// The hard sign has letters; the soft sign is not in the table and is not written.
const fn common(character: char) -> Option<&'static str> {
    Some(match character {
        'А' => "A",
        'Б' => "B",
        'В' => "V",
        'Г' | 'Ґ' | 'Ғ' | 'Ѓ' => "G",
        'Д' | 'Ђ' => "D",
        'Е' | 'Ё' | 'Э' => "E",
        'Ж' => "ZH",
        'З' => "Z",
        'И' | 'Й' | 'І' | 'Ї' => "I",
        'К' | 'Ќ' => "K",
        'Л' => "L",
        'М' => "M",
        'Н' => "N",
        'О' => "O",
        'П' => "P",
        'Р' => "R",
        'С' => "S",
        'Т' => "T",
        'У' | 'Ў' | 'Ѫ' => "U",
        'Ф' => "F",
        'Х' => "KH",
        'Ц' => "TS",
        'Ч' => "CH",
        'Ш' => "SH",
        'Щ' => "SHCH",
        'Ъ' | 'Є' => "IE",
        'Ы' | 'Ѵ' => "Y",
        'Ь' => "",
        'Ю' => "IU",
        'Я' => "IA",
        'Ѕ' | 'Џ' => "DZ",
        'Ј' => "J",
        'Љ' => "LJ",
        'Њ' => "NJ",
        'Ћ' | 'Һ' => "C",
        _ => return None,
    })
}
