//! Table `mails`: the queue of mail that is to be sent.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{MailId, UserId};
use crate::values::{Hidden, MailKind};

/// What to send to whom. It holds no link: the token of a link is made when the mail is sent, so that who reads the
/// database can follow none.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mails")]
pub struct Model {
    /// UUIDv7; the `Message-ID` follows from it, so that a repeat is recognized.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MailId,
    /// What is to be sent.
    pub kind: MailKind,
    /// Whom it is about, if the request knew.
    #[sea_orm(indexed)]
    pub user_id: Option<UserId>,
    /// What else is needed, such as an address that may belong to nobody: JSON, sealed.
    pub payload: Option<Hidden>,
    /// How often sending was begun.
    pub attempts: i64,
    /// When the mail was asked for.
    pub created_at: DateTime<Utc>,
    /// When it is to be tried next.
    #[sea_orm(indexed)]
    pub next_attempt_at: DateTime<Utc>,
    /// Until when the process that sends it has it to itself.
    pub claimed_until: Option<DateTime<Utc>>,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<Option<super::users::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
