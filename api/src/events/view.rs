//! Events as callers see them.

use chrono::{DateTime, Utc};
use entity::events::Model;
use entity::ids::{EventId, RecordId, UserId};
use entity::values::AuditActorKind;
use serde::Serialize;
use service::events::feed::Events;
use service::events::{EventSubjectName, EventTypeName, Position};
use utoipa::ToSchema;

/// Something has happened to a record. It names records and fields, and holds nothing of what is in them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Event {
    /// Id of the event.
    pub id: EventId,
    /// Where it stands in the feed; send it as `after` to go on from here.
    pub position: Position,
    /// What has happened.
    #[serde(rename = "type")]
    #[schema(value_type = EventTypeName)]
    pub kind: String,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// The record that it has happened to.
    pub subject: EventSubject,
    /// The person whom it concerns: the user itself, the holder of a document, who has joined or left a group; null where it is
    /// nobody. The person may be gone.
    #[schema(required)]
    pub user_id: Option<UserId>,
    /// The version of the record that came of it; of one that is removed, its last. Null where records of the kind have none.
    #[schema(required, minimum = 1, example = 2)]
    pub version: Option<i64>,
    /// Names of the fields that have changed.
    #[schema(max_items = 100, example = json!(["phone"]))]
    pub changed_fields: Vec<String>,
    /// Who did it.
    pub actor: EventActor,
}

/// The record that something has happened to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventSubjectRef)]
pub struct EventSubject {
    /// What kind of record it is.
    #[serde(rename = "type")]
    #[schema(value_type = EventSubjectName)]
    pub kind: String,
    /// Its id; it may be gone. Of preferences it is the id of the user.
    pub id: RecordId,
}

/// Who has done something.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventActor {
    /// What kind of actor.
    #[schema(value_type = AuditActorKind)]
    pub kind: String,
    /// The person or the other system; null where nobody is known.
    #[schema(required)]
    pub id: Option<RecordId>,
}

/// A part of the feed of changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventPage {
    /// The events, in order.
    #[schema(max_items = 200)]
    pub data: Vec<Event>,
    /// What to send as `after` for the next part; null when there is none yet.
    #[schema(value_type = Option<Position>, required)]
    pub next_cursor: Option<String>,
    /// Whether there is more now.
    pub has_more: bool,
    /// How far this answer reaches, whether or not the last events are of the types that you want: keep it, and send it as
    /// `after` the next time.
    pub position: Position,
}

impl From<(Position, Model)> for Event {
    fn from((position, it): (Position, Model)) -> Self {
        Self {
            id: it.id,
            position,
            kind: it.event_type,
            occurred_at: it.occurred_at,
            subject: EventSubject {
                kind: it.subject_type,
                id: it.subject_id.into(),
            },
            user_id: it.user_id,
            version: it.version,
            changed_fields: serde_json::from_str(&it.changed_fields).unwrap_or_default(),
            actor: EventActor {
                kind: it.actor_kind,
                id: it.actor_id.map(RecordId::from),
            },
        }
    }
}

impl From<Events> for EventPage {
    fn from(page: Events) -> Self {
        Self {
            data: page.data.into_iter().map(Event::from).collect(),
            next_cursor: page.has_more.then(|| page.position.to_string()),
            has_more: page.has_more,
            position: page.position,
        }
    }
}
