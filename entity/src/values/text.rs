//! The rule that every text obeys, and the macro that makes a type of it.

use std::ops::RangeInclusive;

use super::Invalid;

/// ECMA-262 pattern of the common rule: not blank, and none of the characters that [`is_refused`] names.
/// Written without look-ahead and `\p`, which many clients' engines lack.
pub(super) const PATTERN: &str = concat!(
    r"^ *[^\s\u0000-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]",
    r"[^\u0000-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]*$",
);

/// The text without surrounding white space, if its length in Unicode scalar values lies within `length` and
/// it prints as it reads.
pub(super) fn checked(text: &str, length: RangeInclusive<usize>) -> Result<&str, Invalid> {
    let text = text.trim();
    let (min, max) = length.into_inner();
    match text.chars().count() {
        0 => Err(Invalid::too_short(format!(
            "The value is empty; give {min} to {max} characters."
        ))),
        count if count < min => Err(Invalid::too_short(format!(
            "The value is too short; give at least {min} characters."
        ))),
        count if count > max => Err(Invalid::too_long(format!(
            "The value is too long; shorten it to at most {max} characters."
        ))),
        _ if text.contains(is_refused) => Err(Invalid::character(
            "The value contains a control, line break or text direction character; remove it.",
        )),
        _ => Ok(text),
    }
}

/// Control characters (NUL cannot be stored by `PostgreSQL`), line and paragraph separators, bidirectional
/// embeddings, overrides and isolates (UAX #9 §2; they make a text read unlike it is stored), the byte order
/// mark and its two noncharacters. The marks that Arabic, Hebrew and Persian spelling needs stay allowed.
fn is_refused(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'
        )
}

/// The whole text, for types that the common rule alone describes.
#[expect(clippy::unnecessary_wraps, reason = "a parse function of text_type!")]
pub(super) fn any(text: &str) -> Result<String, Invalid> {
    Ok(text.to_owned())
}

/// The lines of a doc comment as one Markdown text.
pub(super) fn markdown(doc_comment: &[&str]) -> String {
    doc_comment
        .iter()
        .map(|line| line.trim())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Makes a type of a text: its doc comment is also the description in the `OpenAPI` document, `length` bounds
/// the trimmed input, and `parse` turns the text that passed the common rule into what is stored.
///
/// `debug = hidden` is for personal data, `debug = shown` for the rest.
macro_rules! text_type {
    (
        $(#[doc = $doc:literal])+
        $(#[derive($derive:ident)])?
        pub struct $name:ident($inner:ty);
        debug = $debug:ident;
        length = $min:literal..=$max:literal;
        $(format = $format:literal;)?
        $(pattern = $pattern:expr;)?
        example = $example:literal;
        parse = $parse:expr;
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, sea_orm::DeriveValueType)]
        $(#[derive($derive)])?
        #[sea_orm(value_type = "String")]
        pub struct $name($inner);

        impl $name {
            /// The text as it is stored.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::values::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let text = $crate::values::text::checked(text, $min..=$max)?;
                $parse(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::values::Invalid;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                text_type!(@debug $debug, self, f, $name)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some($crate::values::text::markdown(&[$($doc),+])))
                    .min_length(Some($min))
                    .max_length(Some($max))
                    $(.format(Some(utoipa::openapi::SchemaFormat::Custom($format.to_owned()))))?
                    $(.pattern(Some($pattern)))?
                    .examples([$example])
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
    (@debug hidden, $self:ident, $f:ident, $name:ident) => {
        $f.write_str(concat!(stringify!($name), "(***)"))
    };
    (@debug shown, $self:ident, $f:ident, $name:ident) => {
        write!($f, concat!(stringify!($name), "({})"), $self.as_str())
    };
}
pub(super) use text_type;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn surrounding_white_space_is_dropped_and_the_rest_kept() {
        assert_eq!(checked("\u{3000}\n a  b\u{a0}", 1..=4), Ok("a  b"));
    }

    #[test]
    fn bounds_count_scalar_values() {
        assert_eq!(checked("ééé", 3..=3), Ok("ééé"));
        assert_eq!(
            checked("\u{1F469}\u{200D}\u{1F680}", 1..=3)
                .unwrap()
                .chars()
                .count(),
            3
        );
        assert_eq!(checked("éé", 3..=3).unwrap_err().code, "too_short");
        assert_eq!(checked("éééé", 3..=3).unwrap_err().code, "too_long");
        assert_eq!(checked(" \t", 1..=3).unwrap_err().code, "too_short");
    }

    #[test]
    fn characters_that_deceive_or_break_are_refused() {
        for c in [
            '\0', '\n', '\u{7f}', '\u{85}', '\u{2028}', '\u{2029}', '\u{202a}', '\u{202e}', '\u{2066}',
            '\u{2069}', '\u{feff}', '\u{fffe}', '\u{ffff}',
        ] {
            assert_eq!(
                checked(&format!("a{c}b"), 1..=9).unwrap_err().code,
                "invalid_character",
                "{c:?}"
            );
        }
    }

    #[test]
    fn marks_of_right_to_left_spelling_are_kept() {
        // ZERO WIDTH NON-JOINER in Persian, RIGHT-TO-LEFT MARK in Hebrew.
        for text in ["علی\u{200c}رضا", "דוד\u{200f}"] {
            assert_eq!(checked(text, 1..=20), Ok(text));
        }
    }
}
