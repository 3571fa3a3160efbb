//! What is wrong with a command, field by field.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;
use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::error::FieldError;

/// serde names a missing field only in its message, and points at the object around it.
pub(super) fn missing_field(error: &serde_json::Error) -> Option<String> {
    let message = error.to_string();
    let (name, _) = message.strip_prefix("missing field `")?.split_once('`')?;
    Some(name.to_owned())
}

pub(super) fn describe(error: &serde_json::Error) -> (&'static str, Cow<'static, str>) {
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

pub(super) fn pointer(prefix: &str, path: &serde_path_to_error::Path) -> String {
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
pub(super) fn escape(token: &str) -> String {
    let token: String = token.chars().take(100).collect();
    token.replace('~', "~0").replace('/', "~1")
}

/// The errors of the `validator` crate as JSON Pointers.
pub(super) fn flatten(errors: &ValidationErrors) -> Vec<FieldError> {
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
