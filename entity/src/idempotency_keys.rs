//! Table `idempotency_keys`: what was answered to requests that may be sent again.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::UserId;
use crate::values::{Hidden, Sealed};

/// A request that has been done, and its answer.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    /// HMAC-SHA-256 of caller, operation and the caller's key, base64url. The key itself is with the caller alone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: Hidden,
    /// HMAC-SHA-256 of address, body and the caller's key, base64url: the same for the same request.
    pub fingerprint: Hidden,
    /// The person whom the answer concerns, if it is one.
    #[sea_orm(indexed)]
    pub user_id: Option<UserId>,
    /// Whether the answer concerns several people.
    pub shared: bool,
    /// Status, header fields and body, sealed under a key that takes the caller's to make. Absent only within the
    /// transaction that does the work.
    pub answer: Option<Sealed>,
    /// Until when the answer is given again.
    #[sea_orm(indexed)]
    pub expires_at: DateTime<Utc>,
    /// The person whom it concerns.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<Option<super::users::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
