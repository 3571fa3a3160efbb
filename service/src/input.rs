//! How commands come in: every field is read on its own, so that one answer names everything that is wrong.
//!
//! A command is a struct of [`Input`] fields with `#[derive(Deserialize, Validate, ToSchema)]`. [`parse`] reads it
//! from JSON and returns it as [`Valid`], the only form in which a service function takes a command.

mod errors;
mod json;
mod read;
mod secret;

use std::borrow::Cow;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use validator::{Validate, ValidationError, ValidationErrors};

pub use self::errors::cross_field;
use self::errors::{describe, flatten, pointer};
use self::json::StrictValue;
pub use self::read::{FromJson, date, object};
pub use self::secret::Secret;
use crate::error::{Error, FieldError, Result};

/// One field of a command, in all the states that a caller can send (RFC 7396 tells absent from null).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Input<T> {
    /// The field was not sent.
    #[default]
    Absent,
    /// The field was sent as null.
    Null,
    /// The field was sent with a value that its type refuses.
    Refused(Refusal),
    /// The field was sent with a good value.
    Value(T),
}

/// Why a value was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where inside the field, as the rest of a JSON Pointer; empty for the field itself.
    pub pointer: String,
    /// Stable `snake_case` code.
    pub code: Cow<'static, str>,
    /// One sentence for people, without the value.
    pub detail: Cow<'static, str>,
}

impl<T> Input<T> {
    /// The value of a field that [`required`] has checked.
    ///
    /// # Errors
    /// `Invalid` naming the field, should the check have been forgotten.
    pub fn required(self, field: &str) -> Result<T> {
        match self {
            Self::Value(value) => Ok(value),
            _ => Err(FieldError::field(field, "required", "This field is required.").into()),
        }
    }

    /// The value, or nothing where the field is absent or null.
    pub fn optional(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    /// Borrows the value.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    /// Whether the caller sent the field at all.
    pub const fn is_present(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// Merge patch on a column that cannot be null: absent leaves it, a value replaces it.
    pub fn patch(self, target: &mut T) {
        if let Self::Value(value) = self {
            *target = value;
        }
    }

    /// Merge patch on a column that can be null: absent leaves it, null clears it, a value replaces it.
    pub fn patch_nullable(self, target: &mut Option<T>) {
        match self {
            Self::Value(value) => *target = Some(value),
            Self::Null => *target = None,
            Self::Absent | Self::Refused(_) => {}
        }
    }

    fn refusal(&self) -> Result<(), ValidationError> {
        match self {
            Self::Refused(refusal) => {
                let mut error = ValidationError::new("refused").with_message(refusal.detail.clone());
                error.code.clone_from(&refusal.code);
                if !refusal.pointer.is_empty() {
                    error.add_param(Cow::Borrowed("pointer"), &refusal.pointer);
                }
                Err(error)
            }
            _ => Ok(()),
        }
    }
}

impl<T> From<T> for Input<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T> From<Option<T>> for Input<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Value)
    }
}

/// Check of a field that a create command must have: `#[validate(custom(function = "required"))]`.
///
/// # Errors
/// When the field is absent, null or refused.
pub fn required<T>(input: &Input<T>) -> Result<(), ValidationError> {
    match input {
        Input::Absent | Input::Null => {
            Err(ValidationError::new("required").with_message("This field is required.".into()))
        }
        _ => input.refusal(),
    }
}

/// Check of a field that may be absent or null: `#[validate(custom(function = "optional"))]`.
///
/// # Errors
/// When the value was refused.
pub fn optional<T>(input: &Input<T>) -> Result<(), ValidationError> {
    input.refusal()
}

/// Check of a field that may be absent, but not null: `#[validate(custom(function = "not_null"))]`.
///
/// # Errors
/// When the field is null or refused.
pub fn not_null<T>(input: &Input<T>) -> Result<(), ValidationError> {
    match input {
        Input::Null => Err(ValidationError::new("not_nullable")
            .with_message("This field cannot be cleared; leave it out to keep it as it is.".into())),
        _ => input.refusal(),
    }
}

/// Check of an opaque secret that the program has handed out: none is longer than 200 bytes.
///
/// # Errors
/// When the text is too long to be one.
pub fn opaque(input: &Input<Secret>) -> Result<(), ValidationError> {
    match input {
        Input::Value(secret) if secret.expose().len() > 200 => {
            Err(ValidationError::new("too_long")
                .with_message("The value is too long to be one of ours.".into()))
        }
        _ => Ok(()),
    }
}

impl<T: Validate> Validate for Input<Vec<T>> {
    fn validate(&self) -> Result<(), ValidationErrors> {
        match self {
            Self::Value(items) => items.validate(),
            _ => Ok(()),
        }
    }
}

impl<'de, T: FromJson> Deserialize<'de> for Input<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(match value {
            Value::Null => Self::Null,
            value => T::from_json(value).map_or_else(Self::Refused, Self::Value),
        })
    }
}

/// The `validator` crate copies every refused value into its error. This one is always null: no error repeats what
/// was sent.
impl<T> Serialize for Input<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_none()
    }
}

/// A command of which every field, and all of them together, have been checked.
#[derive(Debug, Clone)]
pub struct Valid<T>(T);

impl<T: Validate> Valid<T> {
    /// Checks a command that was built in code.
    ///
    /// # Errors
    /// `Invalid`, naming every field that breaks a rule.
    pub fn check(command: T) -> Result<Self> {
        match command.validate() {
            Ok(()) => Ok(Self(command)),
            Err(errors) => Err(Error::Invalid(flatten(&errors))),
        }
    }

    /// The command.
    pub fn into_inner(self) -> T {
        self.0
    }

    /// Borrows the command.
    pub const fn get(&self) -> &T {
        &self.0
    }
}

/// How many unknown fields one answer names at the most.
const MAX_ERRORS: usize = 50;

/// Reads and checks a command.
///
/// # Errors
/// `Malformed` when the bytes are no JSON (RFC 8259), `Invalid` naming every field that is unknown, missing,
/// given twice or wrong.
pub fn parse<T: DeserializeOwned + Validate>(bytes: &[u8]) -> Result<Valid<T>> {
    let text = std::str::from_utf8(bytes).map_err(|_| Error::Malformed("The body is not UTF-8.".into()))?;
    let mut duplicates = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = StrictValue {
        pointer: String::new(),
        errors: &mut duplicates,
    }
    .deserialize(&mut reader)
    .and_then(|value| reader.end().map(|()| value))
    .map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Error::Malformed(match error.classify() {
            serde_json::error::Category::Eof => "The body ends before the JSON is complete.".into(),
            _ => format!("The body is not valid JSON: see line {line}, column {column}.").into(),
        })
    })?;
    let Value::Object(mut object) = value else {
        return Err(Error::Invalid(vec![FieldError {
            pointer: String::new(),
            code: "wrong_type".into(),
            detail: "The body must be a JSON object.".into(),
        }]));
    };
    let mut errors = duplicates;
    let command = read_object::<T>(&mut object, &mut errors);
    if let Some(Err(invalid)) = command.as_ref().map(Validate::validate) {
        errors.extend(flatten(&invalid));
    }
    match command {
        Some(command) if errors.is_empty() => Ok(Valid(command)),
        _ => {
            errors.sort_by(|a, b| a.pointer.cmp(&b.pointer));
            errors.dedup_by(|a, b| a.pointer == b.pointer);
            errors.truncate(MAX_ERRORS);
            Err(Error::Invalid(errors))
        }
    }
}

/// Reads the object, setting aside one unknown field after the other so that all of them are named.
fn read_object<T: DeserializeOwned>(
    object: &mut Map<String, Value>,
    errors: &mut Vec<FieldError>,
) -> Option<T> {
    for _ in 0..=MAX_ERRORS {
        let error = match serde_path_to_error::deserialize::<_, T>(Value::Object(object.clone())) {
            Ok(command) => return Some(command),
            Err(error) => error,
        };
        let (code, detail) = describe(error.inner());
        errors.push(FieldError {
            pointer: pointer("", error.path()),
            code: code.into(),
            detail,
        });
        let first = match error.path().iter().next() {
            Some(serde_path_to_error::Segment::Map { key }) => key.clone(),
            _ => return None,
        };
        object.remove(&first)?;
    }
    None
}

#[cfg(test)]
mod tests;
