//! Table `audit_events`: who did what to whose data.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AuditEventId, SessionId, UserId};
use crate::values::Hidden;

/// An entry of the audit trail. Codes are plain texts here, so that an entry that somebody has changed past the program
/// can still be read and named.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditEventId,
    /// When it was done.
    pub occurred_at: DateTime<Utc>,
    /// What was done.
    pub action: String,
    /// What came of it: `done`, `denied` or `failed`.
    pub outcome: String,
    /// Who did it: `user`, `client`, `system` or `anonymous`.
    pub actor_kind: String,
    /// The person or the other system.
    pub actor_id: Option<Uuid>,
    /// The session that the person did it in.
    pub session_id: Option<SessionId>,
    /// What kind of record it was done to.
    pub subject_type: Option<String>,
    /// The record.
    pub subject_id: Option<Uuid>,
    /// The person whom it concerns, who may be gone.
    pub user_id: Option<UserId>,
    /// Id of the request.
    #[sea_orm(indexed)]
    pub request_id: Option<String>,
    /// Where the request came from, as coarse as sessions keep it.
    pub address_class: Option<String>,
    /// What it was done for, in the program's own words, or in an entry of before those of people were sealed.
    pub purpose: Option<String>,
    /// What else tells entries of an action apart: the permission that was denied, the way in which something came about.
    pub detail: Option<String>,
    /// Names of the fields that have changed, as a JSON array.
    pub changed_fields: Option<String>,
    /// What they were and what they are, sealed.
    pub changes: Option<Hidden>,
    /// HMAC-SHA-256 over all columns above, under a key that is not in the database.
    pub mac: String,
    /// Place in the chain; absent until the entry has been chained.
    #[sea_orm(unique)]
    pub seq: Option<i64>,
    /// SHA-256 over the hash before, the place and the entry.
    pub hash: Option<String>,
    /// What it was done for, in the words of who did it, sealed under the key of whom it concerns. Last, where it was added;
    /// `mac` covers it too.
    pub sealed_purpose: Option<Hidden>,
}

impl ActiveModelBehavior for ActiveModel {}
