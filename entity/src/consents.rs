//! Table `consents`: what people have agreed to and taken back, as a log.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ConsentId, UserId};
use crate::values::{ConsentPurpose, ConsentSource, TextVersion};

/// An entry of the log (GDPR Article 7(1)). It is never changed: the newest of a purpose says what counts.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConsentId,
    /// Whose consent.
    pub user_id: UserId,
    /// To what.
    pub purpose: ConsentPurpose,
    /// Which text the person was shown.
    pub text_version: TextVersion,
    /// Whether it was given, rather than refused or taken back.
    pub granted: bool,
    /// Who told us.
    pub source: ConsentSource,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
