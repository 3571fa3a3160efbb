//! What people agree to.

use super::Invalid;
use super::text::text_type;

text_type! {
    /// What data is used for, in `snake_case`: one name for each purpose that is asked about.
    pub struct ConsentPurpose(String);
    debug = shown;
    length = 1..=60;
    pattern = "^[a-z][a-z0-9]*(_[a-z0-9]+)*$";
    example = "marketing_email";
    parse = snake_case;
}

text_type! {
    /// Which version of a text somebody was shown.
    pub struct TextVersion(String);
    debug = shown;
    length = 1..=40;
    pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$";
    example = "2026-11-01";
    parse = version;
}

fn snake_case(text: &str) -> Result<String, Invalid> {
    let is_word =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if text.starts_with(|c: char| c.is_ascii_lowercase()) && text.split('_').all(is_word) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::format(
            "A purpose is written in small letters and digits, with _ between words, such as marketing_email.",
        ))
    }
}

fn version(text: &str) -> Result<String, Invalid> {
    let is_known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(is_known) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::format(
            "A version is written in letters, digits, and . _ or - between them, such as 2026-11-01.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_and_versions_are_names() {
        for good in ["marketing_email", "a", "profiling2", "sms_2_go"] {
            assert!(good.parse::<ConsentPurpose>().is_ok(), "{good}");
        }
        for bad in ["Marketing", "_a", "a_", "a__b", "1a", "a-b", "a b", "ä"] {
            assert!(bad.parse::<ConsentPurpose>().is_err(), "{bad}");
        }
        for good in ["1", "2026-11-01", "v1.2_b"] {
            assert!(good.parse::<TextVersion>().is_ok(), "{good}");
        }
        for bad in ["-1", "a b", "ü", "1/2"] {
            assert!(bad.parse::<TextVersion>().is_err(), "{bad}");
        }
    }
}
