//! Table `throttles`: how often somebody has guessed wrong.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::values::Hidden;

/// The budget of failed tries that an account, a device or a machine client has.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "throttles")]
pub struct Model {
    /// HMAC-SHA-256 of what is guessed at, base64url: the table tells nobody which addresses have an account.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: Hidden,
    /// Tries since the last one that succeeded, those under way included.
    pub failures: i64,
    /// Until then no try is looked at; 1970 where none has been refused yet.
    pub blocked_until: DateTime<Utc>,
    /// When the last try was counted.
    #[sea_orm(indexed)]
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
