//! Table `mail_counts`: how much mail an address has been sent lately.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::values::Hidden;

/// How many mails of one kind went to one address since a time: nobody's mailbox is flooded through this service.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_counts")]
pub struct Model {
    /// Kind and address under a keyed hash (HMAC-SHA256, base64url): it tells the address to nobody.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag: Hidden,
    /// How many.
    pub count: i64,
    /// Since when they are counted.
    #[sea_orm(indexed)]
    pub since: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
