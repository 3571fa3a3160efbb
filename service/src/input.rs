//! How commands come in: every field is read on its own, so that one answer names everything that is wrong.
//!
//! A command is a struct of [`Input`] fields with `#[derive(Deserialize, Validate, ToSchema)]`. [`parse`] reads it
//! from JSON and returns it as [`Valid`], the only form in which a service function takes a command.

mod json;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use entity::values::Invalid;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use self::json::StrictValue;
use crate::error::{Error, FieldError, Result};
use crate::page::Limit;

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

/// A type that can be read from one JSON value, with an error that says what to do.
pub trait FromJson: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// Why the value is refused.
    fn from_json(value: Value) -> Result<Self, Refusal>;
}

fn refused(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal {
        pointer: String::new(),
        code: code.into(),
        detail: detail.into(),
    }
}

fn wrong_type(wanted: &str) -> Refusal {
    refused("wrong_type", format!("This field must be {wanted}."))
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self {
            pointer: String::new(),
            code: invalid.code.into(),
            detail: invalid.detail,
        }
    }
}

fn from_text<T: FromStr<Err = Invalid>>(value: Value) -> Result<T, Refusal> {
    match value {
        Value::String(text) => text.parse().map_err(Refusal::from),
        _ => Err(wrong_type("a string")),
    }
}

macro_rules! from_json_text {
    ($($type:ty),+ $(,)?) => {
        $(impl FromJson for $type {
            fn from_json(value: Value) -> Result<Self, Refusal> { from_text(value) }
        })+
    };
}

from_json_text! {
    entity::ids::ClientId, entity::ids::GroupId, entity::ids::LoyaltyId, entity::ids::LoyaltyProgramId, entity::ids::PassportId,
    entity::ids::SessionId, entity::ids::UserId,
    entity::values::ClientName, entity::values::ClientStatus, entity::values::ConsentPurpose,
    entity::values::CountryCode, entity::values::DocumentCode, entity::values::Email, entity::values::Gender,
    entity::values::GroupName, entity::values::LanguageTag, entity::values::LoyaltyStatus,
    entity::values::MemberRole, entity::values::MembershipNumber, entity::values::PassportNumber, entity::values::PersonalNumber,
    entity::values::PassportStatus, entity::values::PersonName, entity::values::PhoneNumber,
    entity::values::PlaceOfBirth, entity::values::ProgramName, entity::values::ProgramType, entity::values::Alliance,
    entity::values::Purpose, entity::values::RevealPurpose, entity::values::Role, entity::values::TextVersion,
    entity::values::Sex, entity::values::SupplierCode,
    entity::values::SupplierName, entity::values::TierName, entity::values::Title, entity::values::UserStatus,
}

impl FromJson for bool {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        value.as_bool().ok_or_else(|| wrong_type("true or false"))
    }
}

impl FromJson for Limit {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let limit = value
            .as_u64()
            .ok_or_else(|| wrong_type("a whole number, not negative"))?;
        Self::try_from(limit).map_err(|detail| refused("out_of_range", detail))
    }
}

/// Dates of ISO 8601 in the one form `YYYY-MM-DD`, years 1900 to 2199: nothing that a traveller owns lies outside.
impl FromJson for NaiveDate {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::String(text) => date(&text),
            _ => Err(wrong_type("a string")),
        }
    }
}

/// Reads a calendar date (ISO 8601, `YYYY-MM-DD`).
///
/// # Errors
/// When the text is no such date, or the year lies outside 1900 to 2199.
pub fn date(text: &str) -> Result<NaiveDate, Refusal> {
    let invalid = || {
        refused(
            "invalid_date",
            "This field must be a date that exists, written YYYY-MM-DD.",
        )
    };
    if text.len() != 10 || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return Err(invalid());
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| invalid())?;
    if !(1900..=2199).contains(&chrono::Datelike::year(&date)) {
        return Err(refused(
            "out_of_range",
            "The year must lie between 1900 and 2199.",
        ));
    }
    Ok(date)
}

/// Points in time of RFC 3339.
impl FromJson for DateTime<Utc> {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::String(text) => DateTime::parse_from_rfc3339(&text)
                .map(|time| time.to_utc())
                .map_err(|_| {
                    refused(
                        "invalid_format",
                        "This field must be a time of RFC 3339, such as 2026-11-22T16:00:00Z.",
                    )
                }),
            _ => Err(wrong_type("a string")),
        }
    }
}

/// A secret as the caller typed it: exact bytes, never trimmed, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// Shows the secret to the code that checks it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl FromJson for Secret {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::String(text) => Ok(Self(text)),
            _ => Err(wrong_type("a string")),
        }
    }
}

/// The address of a sign-in attempt: any text, so that a wrong one fails like an unknown one.
impl FromJson for String {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::String(text) => Ok(text),
            _ => Err(wrong_type("a string")),
        }
    }
}

/// Most items that a list in a command can have.
const MAX_ITEMS: usize = 200;

impl<T: DeserializeOwned> FromJson for Vec<T> {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let Value::Array(items) = value else {
            return Err(wrong_type("a list"));
        };
        if items.len() > MAX_ITEMS {
            return Err(refused(
                "too_long",
                format!("This list can have at most {MAX_ITEMS} items."),
            ));
        }
        let read = |(index, item)| {
            serde_path_to_error::deserialize::<_, T>(item).map_err(|error| {
                let (code, detail) = describe(error.inner());
                let here = pointer(&format!("/{index}"), error.path());
                Refusal {
                    pointer: missing_field(error.inner())
                        .map_or_else(|| here.clone(), |name| format!("{here}/{}", escape(&name))),
                    code: code.into(),
                    detail,
                }
            })
        };
        items.into_iter().enumerate().map(read).collect()
    }
}

/// A list of names, each once or more often.
impl FromJson for entity::values::Scopes {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let Value::Array(names) = value else {
            return Err(wrong_type("a list"));
        };
        if names.is_empty() {
            return Err(refused("too_few", "Name at least one scope."));
        }
        if names.len() > MAX_ITEMS {
            return Err(refused(
                "too_long",
                format!("This list can have at most {MAX_ITEMS} items."),
            ));
        }
        let read = |(index, name)| {
            from_text::<entity::values::Scope>(name).map_err(|refusal| Refusal {
                pointer: format!("/{index}"),
                ..refusal
            })
        };
        names.into_iter().enumerate().map(read).collect()
    }
}

impl FromJson for entity::values::Carriers {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let Value::Array(items) = value else {
            return Err(wrong_type("a list"));
        };
        if items.len() > MAX_ITEMS {
            return Err(refused(
                "too_long",
                format!("This list can have at most {} items.", Self::MAX),
            ));
        }
        let read = |(index, code)| {
            from_text::<entity::values::CarrierCode>(code).map_err(|refusal| Refusal {
                pointer: format!("/{index}"),
                ..refusal
            })
        };
        let carriers: Vec<_> = items
            .into_iter()
            .enumerate()
            .map(read)
            .collect::<Result<_, _>>()?;
        Self::new(carriers).map_err(Refusal::from)
    }
}

impl FromJson for entity::values::Tiers {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let tiers: Vec<entity::values::Tier> = Vec::from_json(value)?;
        Self::new(tiers).map_err(Refusal::from)
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

/// serde names a missing field only in its message, and points at the object around it.
fn missing_field(error: &serde_json::Error) -> Option<String> {
    let message = error.to_string();
    let (name, _) = message.strip_prefix("missing field `")?.split_once('`')?;
    Some(name.to_owned())
}

fn describe(error: &serde_json::Error) -> (&'static str, Cow<'static, str>) {
    let message = error.to_string();
    if message.starts_with("unknown field") {
        let known = message
            .split_once("expected ")
            .map_or(String::new(), |(_, known)| {
                format!(
                    " Known: {}.",
                    known.trim_start_matches("one of ").replace('`', "")
                )
            });
        (
            "unknown_field",
            format!("This field does not exist here; leave it out.{known}").into(),
        )
    } else if message.starts_with("missing field") {
        ("required", "A required field is missing.".into())
    } else {
        ("wrong_type", "This field has the wrong type.".into())
    }
}

fn pointer(prefix: &str, path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .fold(prefix.to_owned(), |pointer, segment| match segment {
            Segment::Seq { index } => format!("{pointer}/{index}"),
            Segment::Map { key } => format!("{pointer}/{}", escape(key)),
            Segment::Enum { variant } => format!("{pointer}/{}", escape(variant)),
            Segment::Unknown => pointer,
        })
}

/// Escapes a reference token (RFC 6901 §3), and cuts what is too long to be a field's name.
fn escape(token: &str) -> String {
    let token: String = token.chars().take(100).collect();
    token.replace('~', "~0").replace('/', "~1")
}

/// The errors of the `validator` crate as JSON Pointers.
fn flatten(errors: &ValidationErrors) -> Vec<FieldError> {
    fn walk(prefix: &str, errors: &ValidationErrors, found: &mut Vec<FieldError>) {
        let ordered: BTreeMap<_, _> = errors.errors().iter().collect();
        for (field, kind) in ordered {
            // Rules over several fields say themselves which field they point at.
            let here = if field == "__all__" {
                prefix.to_owned()
            } else {
                // A field called `type` is `r#type` in Rust.
                format!("{prefix}/{}", escape(field.trim_start_matches("r#")))
            };
            match kind {
                ValidationErrorsKind::Struct(inner) => walk(&here, inner, found),
                ValidationErrorsKind::List(items) => {
                    for (index, inner) in items {
                        walk(&format!("{here}/{index}"), inner, found);
                    }
                }
                ValidationErrorsKind::Field(list) => found.extend(list.iter().map(|error| {
                    FieldError {
                        pointer: match error.params.get("pointer").and_then(Value::as_str) {
                            Some(rest) => format!("{here}{rest}"),
                            None => here.clone(),
                        },
                        code: error.code.clone(),
                        detail: error
                            .message
                            .clone()
                            .unwrap_or(Cow::Borrowed("This field breaks a rule.")),
                    }
                })),
            }
        }
    }
    let mut found = Vec::new();
    walk("", errors, &mut found);
    found
}

/// An error of a rule over several fields, pointing at the one to change.
pub fn cross_field(
    field: &str,
    code: impl Into<Cow<'static, str>>,
    detail: impl Into<Cow<'static, str>>,
) -> ValidationError {
    let mut error = ValidationError::new("cross_field").with_message(detail.into());
    error.code = code.into();
    error.add_param(Cow::Borrowed("pointer"), &format!("/{field}"));
    error
}

#[cfg(test)]
mod tests;
