//! Table `audit_checkpoints`: how far the audit trail had come, signed.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// What the last entry was at a time. What lies before cannot be changed without the key that signed it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_checkpoints")]
pub struct Model {
    /// Place of the last entry.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// Its hash.
    pub hash: String,
    /// The checkpoint before; 0 for the first one.
    pub previous_seq: i64,
    /// Ed25519, over all other columns.
    pub signature: String,
    /// When it was signed.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
