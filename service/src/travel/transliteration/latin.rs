//! Latin letters (ICAO Doc 9303-3 §6 A) that are more than a letter with marks.

/// The letters for an upper-case one; where the issuer may choose, the choice that the standard names first. Letters with
/// marks that are not here lose their marks.
pub(super) const fn letters(character: char) -> Option<&'static str> {
    Some(match character {
        'Ä' | 'Æ' => "AE",
        'Å' => "AA",
        'Ö' | 'Ø' | 'Œ' => "OE",
        'Ü' => "UE",
        'Ð' | 'Đ' => "D",
        'Þ' => "TH",
        'ẞ' => "SS",
        'Ħ' => "H",
        // Turkish; `İ` is a letter with a mark.
        'ı' => "I",
        'Ĳ' => "IJ",
        'Ŀ' | 'Ł' => "L",
        'Ŋ' => "N",
        'Ŧ' => "T",
        _ => return None,
    })
}
