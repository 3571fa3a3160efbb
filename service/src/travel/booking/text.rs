//! Texts in the characters of messages to airlines.

use crate::travel::transliteration::{Language, transliterate};

/// A text in the letters A to Z, digits and single spaces; other punctuation parts words. None where a letter has no
/// transliteration, or nothing is left.
pub(super) fn plain(text: &str, language: Language) -> Option<String> {
    let mut words = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’' | '\u{300}'..='\u{36f}'))
    {
        let mut written = String::new();
        // Digits stay where they are: a house is 4B.
        for part in runs(word) {
            if part.starts_with(|c: char| c.is_ascii_digit()) {
                written.push_str(part);
            } else if part.contains(char::is_alphabetic) {
                written.push_str(&transliterate(part, language).ok()?.components.concat());
            }
        }
        words.push(written);
    }
    words.retain(|word| !word.is_empty());
    (!words.is_empty()).then(|| words.join(" "))
}

/// The word in runs of ASCII digits and of everything else.
fn runs(word: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let end = rest
            .find(|c: char| c.is_ascii_digit() != is_digit)
            .unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        runs.push(run);
        rest = after;
    }
    runs
}

/// At most so many characters, and whether some were cut.
pub(super) fn fitted(mut text: String, most: usize) -> (String, bool) {
    // The letters A to Z are one byte each.
    let is_cut = text.len() > most;
    text.truncate(most);
    text.truncate(text.trim_end().len());
    (text, is_cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_letters_and_digits() {
        for (text, plain) in [
            ("301 Park Avenue", Some("301 PARK AVENUE")),
            ("Hafenstraße 7b", Some("HAFENSTRASSE 7B")),
            ("St. John's Rd., No. 4/5", Some("ST JOHNS RD NO 4 5")),
            ("1100-456", Some("1100 456")),
            ("Λεωφόρος Αθηνών 12", Some("LEOFOROS ATHINON 12")),
            ("U\u{308}bergasse 3", Some("UEBERGASSE 3")),
            ("東京", None),
            ("…", None),
        ] {
            assert_eq!(super::plain(text, Language::Other).as_deref(), plain, "{text}");
        }
        assert_eq!(fitted("AB CD".to_owned(), 3), ("AB".to_owned(), true));
        assert_eq!(fitted("AB".to_owned(), 2), ("AB".to_owned(), false));
    }
}
