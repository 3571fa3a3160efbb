//! Names of the trail in the document: texts rather than enums, so that one that is added later breaks nobody's
//! generated code.

use std::borrow::Cow;
use std::fmt::Write as _;

use entity::values::{AuditAction, AuditSubject};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Name of an action.
#[derive(Debug)]
pub struct ActionName;

/// Name of a kind of record.
#[derive(Debug)]
pub struct SubjectName;

/// A text out of an open list of names with their meanings.
pub(crate) fn open(names: Vec<(&'static str, String)>, what: &str) -> RefOr<Schema> {
    let mut description = format!("{what}; more may be added.\n");
    for (name, meaning) in &names {
        // Writing to a text does not fail.
        let _ = write!(description, "\n* `{name}`: {meaning}");
    }
    let names: Vec<_> = names.into_iter().map(|(name, _)| name).collect();
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .min_length(Some(1))
        .max_length(Some(100))
        .pattern(Some("^[a-z_.]+$"))
        .examples(names.first().copied())
        .extensions(Some(
            ExtensionsBuilder::new().add("x-extensible-enum", names).build(),
        ))
        .into()
}

impl PartialSchema for ActionName {
    fn schema() -> RefOr<Schema> {
        let all = AuditAction::ALL.iter().map(|it| (it.as_str(), it.meaning()));
        open(all.collect(), "What was done, or tried")
    }
}

impl ToSchema for ActionName {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("AuditAction")
    }
}

impl PartialSchema for SubjectName {
    fn schema() -> RefOr<Schema> {
        let all = AuditSubject::ALL.iter().map(|it| (it.as_str(), it.meaning()));
        open(all.collect(), "What kind of record it was done to")
    }
}

impl ToSchema for SubjectName {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("AuditSubject")
    }
}
