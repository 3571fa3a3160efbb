//! Table `mail_tokens`: hashes of the tokens in the links that were mailed.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::UserId;
use crate::values::{Hidden, MailPurpose};

/// A token that proves that its holder reads the mail of one address, for one purpose and once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_tokens")]
pub struct Model {
    /// SHA-256 of the token, base64url. The token itself is in the mail alone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Hidden,
    /// What it can be used for.
    pub purpose: MailPurpose,
    /// Whose it is; nobody's where the account is still to be made.
    #[sea_orm(indexed)]
    pub user_id: Option<UserId>,
    /// The exact address that it was mailed to, sealed: it proves nothing about another.
    pub email: Hidden,
    /// What its use will do, such as a registration: JSON, sealed.
    pub payload: Option<Hidden>,
    /// When it was mailed.
    pub created_at: DateTime<Utc>,
    /// Until when it can be used.
    #[sea_orm(indexed)]
    pub expires_at: DateTime<Utc>,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<Option<super::users::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
