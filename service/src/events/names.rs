//! Names of the feed in the document: texts rather than enums, so that one that is added later breaks nobody's generated code.

use std::borrow::Cow;

use entity::values::{EventPattern, EventSubject, EventType};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::audit::open;

/// Name of a type of event.
#[derive(Debug)]
pub struct EventTypeName;

/// Name of a kind of record.
#[derive(Debug)]
pub struct EventSubjectName;

/// Name of a type of event, or of all about a kind of record.
#[derive(Debug)]
pub struct EventPatternName;

impl PartialSchema for EventPatternName {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "A type of event, such as `passport.updated`, or `passport.*` for all about passports.",
            ))
            .min_length(Some(1))
            .max_length(Some(EventPattern::MAX_LENGTH))
            .pattern(Some(EventPattern::REGEX))
            .examples(["passport.*"])
            .into()
    }
}

impl ToSchema for EventPatternName {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("EventPattern")
    }
}

impl PartialSchema for EventTypeName {
    fn schema() -> RefOr<Schema> {
        let all = EventType::ALL.iter().map(|it| (it.as_str(), it.meaning()));
        open(all.collect(), "What has happened to a record")
    }
}

impl ToSchema for EventTypeName {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("EventType")
    }
}

impl PartialSchema for EventSubjectName {
    fn schema() -> RefOr<Schema> {
        let all = EventSubject::ALL.iter().map(|it| (it.as_str(), it.meaning()));
        open(all.collect(), "What kind of record it has happened to")
    }
}

impl ToSchema for EventSubjectName {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("EventSubject")
    }
}
