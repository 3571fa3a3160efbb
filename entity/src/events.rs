//! Table `events`: what has happened to which record, for systems that keep a copy.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{EventId, UserId};

/// An event of the feed of changes. Codes are plain texts here: a process of an older version reads what a newer one has
/// written.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "events")]
pub struct Model {
    /// Order of writing, in which transactions that are not committed yet have their numbers already.
    #[sea_orm(primary_key)]
    pub seq: i64,
    /// Place in the feed, without gaps; absent until the event has got it, after its transaction was committed.
    #[sea_orm(unique)]
    pub position: Option<i64>,
    /// UUIDv7.
    #[sea_orm(unique)]
    pub id: EventId,
    /// What has happened.
    pub event_type: String,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// What kind of record it has happened to.
    pub subject_type: String,
    /// The record, which may be gone.
    pub subject_id: Uuid,
    /// The person whom it concerns, who may be gone.
    pub user_id: Option<UserId>,
    /// The version of the record that came of it.
    pub version: Option<i64>,
    /// Names of the fields that have changed, as a JSON array.
    pub changed_fields: String,
    /// Who did it: `user`, `client`, `system` or `anonymous`.
    pub actor_kind: String,
    /// The person or the other system.
    pub actor_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
