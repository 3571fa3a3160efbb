//! Why a value was refused.

use std::borrow::Cow;

/// Why a value was refused: a stable code for programs and one sentence for people.
///
/// Neither ever holds the refused value, so both may be logged and sent back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Invalid {
    /// `too_short`, `too_long`, `invalid_character`, `invalid_format`, `unknown_code` or `duplicate`.
    pub code: &'static str,
    /// What is wrong and what to do about it, in one sentence.
    pub detail: Cow<'static, str>,
}

impl Invalid {
    /// The value has too few characters.
    pub fn too_short(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new("too_short", detail)
    }

    /// The value has too many characters, or the list too many items.
    pub fn too_long(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new("too_long", detail)
    }

    /// A character of the value is not allowed.
    pub fn character(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new("invalid_character", detail)
    }

    /// Every character is allowed, but not in this arrangement.
    pub fn format(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new("invalid_format", detail)
    }

    /// The value is well-formed, but not in the list of codes.
    pub fn unknown_code(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new("unknown_code", detail)
    }

    /// An item of a list stands in it twice.
    pub fn duplicate(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new("duplicate", detail)
    }

    fn new(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}
