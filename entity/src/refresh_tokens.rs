//! Table `refresh_tokens`: hashes of the tokens that carry sessions on.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::SessionId;
use crate::values::Hidden;

/// A refresh token. Used ones stay as long as the session, so that a second use is recognized as theft.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_tokens")]
pub struct Model {
    /// SHA-256 of the token, base64url. The token itself is with its owner alone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Hidden,
    /// The session that it carries on.
    #[sea_orm(indexed)]
    pub session_id: SessionId,
    /// Hash of the token whose place it took.
    #[sea_orm(indexed)]
    pub predecessor: Option<Hidden>,
    /// When it was handed out.
    pub created_at: DateTime<Utc>,
    /// Until when it can be used.
    pub expires_at: DateTime<Utc>,
    /// When another took its place.
    pub used_at: Option<DateTime<Utc>>,
    /// The session.
    #[sea_orm(belongs_to, from = "session_id", to = "id", on_delete = "Cascade")]
    pub session: BelongsTo<super::sessions::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
