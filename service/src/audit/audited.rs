//! What the trail keeps of a record: its fields by name, and what became of them.

use entity::ids::UserId;
use entity::values::AuditSubject;
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// A record whose changes are kept.
pub trait Audited {
    /// What kind of record it is.
    const SUBJECT: AuditSubject;

    /// Its id.
    fn id(&self) -> Uuid;

    /// The person whom it concerns.
    fn concerns(&self) -> Option<UserId>;

    /// How often it has been changed, as the API counts it; nothing for what is not counted by itself.
    fn counted(&self) -> Option<i64>;

    /// What people can change of it, by the names of the API. Values that are secrets are left out.
    fn fields(&self) -> Vec<(&'static str, Value)>;
}

/// A field as the trail keeps it.
pub fn field(name: &'static str, value: &impl Serialize) -> (&'static str, Value) {
    (name, serde_json::to_value(value).unwrap_or_default())
}

/// What became of the fields of a record.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    /// The fields that are not what they were.
    pub(super) names: Vec<&'static str>,
    /// `{field: {"old": …, "new": …}}`.
    pub(super) values: Map<String, Value>,
}

impl Changes {
    /// Of a record that changes, or comes from nothing, or goes.
    pub(super) fn between<T: Audited>(before: Option<&T>, after: Option<&T>) -> Self {
        let fields = |it: Option<&T>| it.map(Audited::fields).unwrap_or_default();
        let (before, after) = (fields(before), fields(after));
        let mut changes = Self::default();
        let names = if after.is_empty() { &before } else { &after };
        for (name, _) in names {
            let value = |fields: &[(&'static str, Value)]| {
                fields
                    .iter()
                    .find(|(known, _)| known == name)
                    .map_or(Value::Null, |(_, value)| value.clone())
            };
            let (old, new) = (value(&before), value(&after));
            if old != new {
                changes.names.push(name);
                changes
                    .values
                    .insert((*name).to_owned(), json!({"old": old, "new": new}));
            }
        }
        changes
    }
}
