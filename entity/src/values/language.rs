//! Language tags.

use super::{Invalid, text::text_type};

text_type! {
    /// Language tag (BCP 47), well-formed by RFC 5646 §2.2.9 and stored in the case that §2.1.1 recommends.
    /// 35 characters suffice for every tag without private use (RFC 5646 §4.4.1).
    pub struct LanguageTag(String);
    debug = shown;
    length = 2..=35;
    pattern = "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$";
    example = "de-CH";
    parse = language_tag;
}

fn language_tag(text: &str) -> Result<String, Invalid> {
    oxilangtag::LanguageTag::parse_and_normalize(text)
        .map(oxilangtag::LanguageTag::into_inner)
        .map_err(|_| Invalid::format("The value is not a language tag; use BCP 47, such as en or de-CH."))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_stored_in_the_recommended_case() {
        for (input, stored) in [
            ("DE", "de"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("EN-gb", "en-GB"),
            ("es-419", "es-419"),
        ] {
            assert_eq!(input.parse::<LanguageTag>().unwrap().as_str(), stored);
        }
    }

    #[test]
    fn malformed_tags_are_refused() {
        for (input, code) in [
            ("d", "too_short"),
            ("de_DE", "invalid_format"),
            ("de-", "invalid_format"),
            ("german language", "invalid_format"),
            ("dé", "invalid_format"),
            ("en-x-aaaaaaaa-bbbbbbbb-cccccccc-ddddd", "too_long"),
        ] {
            assert_eq!(input.parse::<LanguageTag>().unwrap_err().code, code, "{input}");
        }
    }
}
