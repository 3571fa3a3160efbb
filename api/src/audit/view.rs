//! Entries of the audit trail as callers see them.

use chrono::{DateTime, Utc};
use entity::audit_events::Model;
use entity::ids::{AuditEventId, RecordId, SessionId, UserId};
use entity::values::{AuditActorKind, AuditOutcome};
use serde::Serialize;
use service::audit::read::{self, Seen};
use service::audit::{ActionName, SubjectName};
use service::page::Page;
use utoipa::ToSchema;

/// Somebody has done something, or tried to.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEvent {
    /// Id of the entry.
    pub id: AuditEventId,
    /// Place in the chain of all entries; null for a moment, until it has been chained.
    #[schema(required, minimum = 1, example = 1)]
    pub seq: Option<i64>,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// What was done, or tried.
    #[schema(value_type = ActionName)]
    pub action: String,
    /// What came of it.
    #[schema(value_type = AuditOutcome)]
    pub outcome: String,
    /// Who did it.
    #[schema(value_type = AuditActorKind)]
    pub actor_kind: String,
    /// The person or the other system; null when nobody is known, and where the reader may not know.
    #[schema(required)]
    pub actor_id: Option<RecordId>,
    /// The session that the person did it in.
    #[schema(required)]
    pub session_id: Option<SessionId>,
    /// What kind of record it was done to.
    #[schema(value_type = Option<SubjectName>, required)]
    pub subject_type: Option<String>,
    /// The record; it may be gone.
    #[schema(required)]
    pub subject_id: Option<RecordId>,
    /// The person whom it concerns; the person may be gone.
    #[schema(required)]
    pub user_id: Option<UserId>,
    /// Id of the request, as its answer and the log name it.
    #[schema(required, max_length = 64, example = "01920000-0000-7000-8000-00000000abcd")]
    pub request_id: Option<String>,
    /// Where the request came from: `loopback`, `private`, or the network of the address.
    #[schema(required, max_length = 50, example = "203.0.113.0/24")]
    pub address_class: Option<String>,
    /// What it was done for, in the words of who did it.
    #[schema(required, max_length = 500, example = "Booking 4711")]
    pub purpose: Option<String>,
    /// What else tells it from others of the same action, such as the permission that was denied.
    #[schema(required, max_length = 200, example = "DeleteUser")]
    pub detail: Option<String>,
    /// Names of the fields that have changed.
    #[schema(max_items = 100, example = json!(["phone"]))]
    pub changed_fields: Vec<String>,
}

/// An entry of a person's history.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryEntry {
    /// Id of the entry.
    pub id: AuditEventId,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// What was done, or tried.
    #[schema(value_type = ActionName)]
    pub action: String,
    /// What came of it.
    #[schema(value_type = AuditOutcome)]
    pub outcome: String,
    /// Who did it.
    #[schema(value_type = AuditActorKind)]
    pub actor_kind: String,
    /// The person or the other system; null when nobody is known, and for customers when it was somebody else.
    #[schema(required)]
    pub actor_id: Option<RecordId>,
    /// The session that the person did it in.
    #[schema(required)]
    pub session_id: Option<SessionId>,
    /// What kind of record it was done to.
    #[schema(value_type = Option<SubjectName>, required)]
    pub subject_type: Option<String>,
    /// The record; it may be gone.
    #[schema(required)]
    pub subject_id: Option<RecordId>,
    /// Id of the request, as its answer and the log name it.
    #[schema(required, max_length = 64, example = "01920000-0000-7000-8000-00000000abcd")]
    pub request_id: Option<String>,
    /// Where the request came from: `loopback`, `private`, or the network of the address.
    #[schema(required, max_length = 50, example = "203.0.113.0/24")]
    pub address_class: Option<String>,
    /// What it was done for, in the words of who did it.
    #[schema(required, max_length = 500, example = "Booking 4711")]
    pub purpose: Option<String>,
    /// What else tells it from others of the same action.
    #[schema(required, max_length = 200, example = "UpdateUser")]
    pub detail: Option<String>,
    /// Names of the fields that have changed.
    #[schema(max_items = 100, example = json!(["phone"]))]
    pub changed_fields: Vec<String>,
    /// What these fields were and are; null where the reader may not see it, and once it cannot be opened any more.
    #[schema(required, max_items = 100)]
    pub changes: Option<Vec<FieldChange>>,
}

/// What became of a field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldChange {
    /// Name of the field.
    #[schema(max_length = 100, example = "phone")]
    pub field: String,
    /// What it was, as text; null when there was nothing.
    #[schema(required, max_length = 100_000, example = "+46301234567")]
    pub old: Option<String>,
    /// What it is, as text; null when there is nothing.
    #[schema(required, max_length = 100_000, example = "+46307654321")]
    pub new: Option<String>,
}

impl From<Model> for AuditEvent {
    fn from(it: Model) -> Self {
        Self {
            changed_fields: read::changed_fields(&it),
            id: it.id,
            seq: it.seq,
            occurred_at: it.occurred_at,
            action: it.action,
            outcome: it.outcome,
            actor_kind: it.actor_kind,
            actor_id: it.actor_id.map(RecordId::from),
            session_id: it.session_id,
            subject_type: it.subject_type,
            subject_id: it.subject_id.map(RecordId::from),
            user_id: it.user_id,
            request_id: it.request_id,
            address_class: it.address_class,
            purpose: it.purpose,
            detail: it.detail,
        }
    }
}

impl From<Seen> for HistoryEntry {
    fn from(Seen { entry, changes }: Seen) -> Self {
        Self {
            changed_fields: read::changed_fields(&entry),
            id: entry.id,
            occurred_at: entry.occurred_at,
            action: entry.action,
            outcome: entry.outcome,
            actor_kind: entry.actor_kind,
            actor_id: entry.actor_id.map(RecordId::from),
            session_id: entry.session_id,
            subject_type: entry.subject_type,
            subject_id: entry.subject_id.map(RecordId::from),
            request_id: entry.request_id,
            address_class: entry.address_class,
            purpose: entry.purpose,
            detail: entry.detail,
            changes: changes.map(|changes| changes.into_iter().map(FieldChange::from).collect()),
        }
    }
}

impl From<read::FieldChange> for FieldChange {
    fn from(it: read::FieldChange) -> Self {
        Self {
            field: it.field,
            old: it.old,
            new: it.new,
        }
    }
}

/// A page of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEventPage {
    /// The entries, the newest first.
    #[schema(max_items = 200)]
    pub data: Vec<AuditEvent>,
    /// What to send as `cursor` for the next page; null on the last one.
    #[schema(
        required,
        max_length = 200,
        example = "AZIAAAAAcACAAAAAAAAAAwOfH3bCqF2gb6qFmvTFl7Y"
    )]
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// A page of a person's history.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryPage {
    /// The entries, the newest first.
    #[schema(max_items = 200)]
    pub data: Vec<HistoryEntry>,
    /// What to send as `cursor` for the next page; null on the last one.
    #[schema(
        required,
        max_length = 200,
        example = "AZIAAAAAcACAAAAAAAAAAwOfH3bCqF2gb6qFmvTFl7Y"
    )]
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

impl From<Page<Model>> for AuditEventPage {
    fn from(page: Page<Model>) -> Self {
        Self {
            has_more: page.next_cursor.is_some(),
            next_cursor: page.next_cursor,
            data: page.data.into_iter().map(AuditEvent::from).collect(),
        }
    }
}

impl From<Page<Seen>> for HistoryPage {
    fn from(page: Page<Seen>) -> Self {
        Self {
            has_more: page.next_cursor.is_some(),
            next_cursor: page.next_cursor,
            data: page.data.into_iter().map(HistoryEntry::from).collect(),
        }
    }
}
