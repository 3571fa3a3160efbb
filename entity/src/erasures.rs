//! Table `erasures`: who has asked to be erased, and who is.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::ids::{ErasureId, UserId};
use crate::values::{ErasureStatus, Purpose, Requester};

/// A request to be erased (GDPR Article 17), and what came of it. It outlives the person, and therefore says nothing of
/// them but an id that belongs to nobody any more.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasures")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ErasureId,
    /// Who is, or was, to be erased.
    #[sea_orm(indexed)]
    pub user_id: UserId,
    /// How it stands.
    pub status: ErasureStatus,
    /// Why. The person's own words are dropped when it is done.
    pub reason: Purpose,
    /// Who asked.
    pub requested_by_kind: Requester,
    /// The id of who asked, where there is one.
    pub requested_by: Option<Uuid>,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// The id of who decided, where there is one.
    pub decided_by: Option<Uuid>,
    /// When it was decided.
    #[sea_orm(indexed)]
    pub decided_at: Option<DateTime<Utc>>,
    /// What the person is told, where it is refused.
    pub note: Option<Purpose>,
}

impl ActiveModelBehavior for ActiveModel {}
