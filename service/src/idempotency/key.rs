//! The key that a caller sends along.

use std::fmt;
use std::str::FromStr;

/// Most characters of a key.
pub const MAX_LENGTH: usize = 255;

/// The caller's own name for one thing that is to be done once. It takes part in sealing the answer, and is kept nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

/// Why a text is no key. Displays as a sentence that says what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Nothing, or more than [`MAX_LENGTH`] characters.
    #[error("A key has 1 to 255 characters; a random UUID is a good one.")]
    Length,
    /// Something that is not a visible character of ASCII, or is a quote or a backslash.
    #[error(
        "A key is made of the visible characters of ASCII without quote and backslash; a random UUID is a good one."
    )]
    Character,
}

impl Key {
    /// The key itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        if !(1..=MAX_LENGTH).contains(&text.chars().count()) {
            return Err(KeyError::Length);
        }
        let is_good = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        if text.bytes().all(is_good) {
            Ok(Self(text.to_owned()))
        } else {
            Err(KeyError::Character)
        }
    }
}

/// Callers make keys of what they have at hand, and it opens answers.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_short_and_made_of_visible_characters() {
        for good in [
            "1",
            "8e03978e-40d5-43e8-bc93-6894a57f9324",
            "a,b;c=d",
            &"x".repeat(255),
        ] {
            assert_eq!(good.parse::<Key>().unwrap().expose(), good);
        }
        for bad in ["", &"x".repeat(256)] {
            assert_eq!(bad.parse::<Key>(), Err(KeyError::Length), "{bad:?}");
        }
        for bad in ["a b", "a\"b", "a\\b", "\u{e9}", "a\tb", "\u{7f}"] {
            assert_eq!(bad.parse::<Key>(), Err(KeyError::Character), "{bad:?}");
        }
    }

    #[test]
    fn a_key_does_not_print_itself() {
        assert_eq!(
            format!("{:?}", "anna@mail.example".parse::<Key>().unwrap()),
            "Key(***)"
        );
    }
}
