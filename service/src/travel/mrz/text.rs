//! A machine readable zone as it was sent.

use std::fmt;

use serde_json::Value;

use crate::input::{FromJson, Refusal};

/// Text that is said to be a machine readable zone: the longest has 90 characters, and scanners add some white space.
#[derive(Clone, PartialEq, Eq)]
pub struct MrzText(String);

impl MrzText {
    /// Most characters that are looked at.
    pub const MAX_LENGTH: usize = 300;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MrzText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MrzText(***)")
    }
}

impl FromJson for MrzText {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let (code, detail) = match value {
            Value::String(text) if text.chars().count() <= Self::MAX_LENGTH => return Ok(Self(text)),
            Value::String(_) => (
                "too_long",
                "This is longer than any machine readable zone; send its two or three lines and nothing else.",
            ),
            _ => ("wrong_type", "This field must be a string."),
        };
        Err(Refusal {
            pointer: String::new(),
            code: code.into(),
            detail: detail.into(),
        })
    }
}

impl From<&str> for MrzText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}
