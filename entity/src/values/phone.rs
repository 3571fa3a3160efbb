//! Telephone numbers.

use super::{Invalid, text::text_type};

text_type! {
    /// International telephone number (ITU-T E.164 §6): `+`, the country code and the number, 7 to 15 digits
    /// in all. Spaces, `-`, `.`, `(` and `)` are accepted between them, and dropped. The national prefix
    /// `(0)` is not part of an international number.
    pub struct PhoneNumber(String);
    debug = hidden;
    length = 8..=32;
    pattern = "^[ ().-]*\\+[ ().-]*[1-9]([ ().-]*[0-9]){6,14}[ ().-]*$";
    example = "+4930123456";
    parse = phone_number;
}

fn phone_number(text: &str) -> Result<String, Invalid> {
    if !text
        .chars()
        .all(|c| c.is_ascii_digit() || c == '+' || is_separator(c))
    {
        return Err(Invalid::character(
            "The phone number may contain only +, digits, spaces, -, . and brackets; remove the rest.",
        ));
    }
    // Dropping only the parentheses would make another number of "+49 (0)30 …".
    if text.contains("(0)") {
        return Err(Invalid::format(
            "The phone number contains the national prefix (0); leave it out after the country code.",
        ));
    }
    let number: String = text.chars().filter(|&c| !is_separator(c)).collect();
    match number.strip_prefix('+') {
        Some(digits)
            if (7..=15).contains(&digits.len()) && !digits.starts_with('0') && !digits.contains('+') =>
        {
            Ok(number)
        }
        _ => Err(Invalid::format(
            "The phone number is not in international form; write + and the country code, then the number, \
             7 to 15 digits in all.",
        )),
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | '.' | '(' | ')')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_stored_in_e164() {
        for (input, stored) in [
            ("+4930123456", "+4930123456"),
            (" +1 (202) 555-0142 ", "+12025550142"),
            ("+33.1.23.45.67.89", "+33123456789"),
            ("+1234567", "+1234567"),
            ("+123456789012345", "+123456789012345"),
        ] {
            let number: PhoneNumber = input.parse().unwrap();
            assert_eq!(number.as_str(), stored);
            assert_eq!(format!("{number:?}"), "PhoneNumber(***)");
        }
    }

    #[test]
    fn what_is_no_international_number_is_refused() {
        for (input, code) in [
            ("+123456", "too_short"),
            ("030 1234567", "invalid_format"),
            ("0049 30 123456", "invalid_format"),
            ("+049 30 123456", "invalid_format"),
            ("+49 (0)30 123456", "invalid_format"),
            ("+1 2 3 4 5 6", "invalid_format"),
            ("+1234567890123456", "invalid_format"),
            ("+49+30123456", "invalid_format"),
            ("+49 30 123456 ext. 7", "invalid_character"),
            ("+٤٩٣٠١٢٣٤٥٦", "invalid_character"),
        ] {
            assert_eq!(input.parse::<PhoneNumber>().unwrap_err().code, code, "{input}");
        }
    }
}
