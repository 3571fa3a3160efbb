//! Forms of text that are compared instead of the text itself.

use std::collections::BTreeSet;

use any_ascii::any_ascii;
use unicode_normalization::UnicodeNormalization as _;

/// Longest word that is kept for searching.
const MAX_TERM: usize = 254;

/// The form in which two names are the same name: compatibility-normalised, white space and case folded.
pub fn name_key(text: &str) -> String {
    let folded: String = text.nfkc().collect::<String>().to_lowercase();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A word as it is searched for: lower case, Latin letters, no accents ("Müller" and "muller" are both "muller").
fn fold(text: &str) -> String {
    let composed: String = text.nfkc().collect();
    any_ascii(&composed).to_lowercase()
}

/// The words that a name is found by: each of its words and, where one has a hyphen or an apostrophe, its parts too
/// ("O'Connor": "oconnor", "connor").
pub fn name_terms(name: &str, terms: &mut BTreeSet<String>) {
    for word in fold(name).split_whitespace() {
        add(terms, word.chars().filter(char::is_ascii_alphanumeric).collect());
        for part in word.split(|c: char| !c.is_ascii_alphanumeric()) {
            add(terms, part.to_owned());
        }
    }
}

/// The words that an e-mail address is found by: the whole address and the words in it.
pub fn email_terms(email: &str, terms: &mut BTreeSet<String>) {
    let folded = fold(email);
    for part in folded.split(|c: char| !c.is_ascii_alphanumeric()) {
        add(terms, part.to_owned());
    }
    add(terms, folded);
}

/// A longer word is cut, and so is a longer query: both still begin alike. Terms are ASCII.
fn add(terms: &mut BTreeSet<String>, mut term: String) {
    term.truncate(MAX_TERM);
    if !term.is_empty() {
        terms.insert(term);
    }
}

/// What somebody types, as prefixes that all have to be found.
pub fn query_terms(query: &str) -> Vec<String> {
    let mut terms = BTreeSet::new();
    for word in fold(query).split_whitespace() {
        if word.contains('@') {
            add(&mut terms, word.to_owned());
        } else {
            for part in word.replace('\'', "").split(|c: char| !c.is_ascii_alphanumeric()) {
                add(&mut terms, part.to_owned());
            }
        }
    }
    terms.into_iter().collect()
}

/// The first text that no longer begins with the prefix, in the order of bytes. Terms are ASCII.
pub fn after_prefix(prefix: &str) -> String {
    format!("{prefix}\u{7f}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(name: &str) -> Vec<String> {
        let mut terms = BTreeSet::new();
        name_terms(name, &mut terms);
        terms.into_iter().collect()
    }

    #[test]
    fn names_are_found_without_accents_case_or_punctuation() {
        assert_eq!(terms("Jürgen"), ["jurgen"]);
        assert_eq!(terms("Enya O'Connor"), ["connor", "enya", "o", "oconnor"]);
        assert_eq!(terms("Smith-Jones"), ["jones", "smith", "smithjones"]);
        assert_eq!(terms("Łódź Straße"), ["lodz", "strasse"]);
        assert_eq!(query_terms("  O'CONN "), ["oconn"]);
        assert_eq!(query_terms("smith-jo"), ["jo", "smith"]);
        assert_eq!(query_terms("Anna.E@mail.ex"), ["anna.e@mail.ex"]);
        assert!(query_terms("%_'\"--").is_empty());
    }

    #[test]
    fn name_keys_ignore_case_and_spacing_only() {
        assert_eq!(name_key("The  ERIKSSONS"), name_key("the eriksson\u{73}"));
        assert_ne!(name_key("Bjorn"), name_key("Björn"));
        assert_eq!(name_key("Bjo\u{308}rn"), name_key("BJÖRN"));
    }

    #[test]
    fn the_end_of_a_prefix_lies_behind_all_that_begin_with_it() {
        assert!("anna" < after_prefix("ann").as_str() && "annzzz" < after_prefix("ann").as_str());
        assert!("ano" > after_prefix("ann").as_str());
    }
}
