//! Table `emergency_contacts`: whom to call when something happens to a traveller.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{EmergencyContactId, UserId};
use crate::values::{LanguageTag, Sealed};

/// Somebody to call: a third person, who has not given us the data. As little as a call needs is kept, under the key of
/// the traveller, so that it goes with the traveller.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "emergency_contacts")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EmergencyContactId,
    /// Whose contact it is.
    #[sea_orm(indexed)]
    pub user_id: UserId,
    /// Name of the contact.
    pub name: Sealed,
    /// What the contact is to the traveller.
    pub relationship: Option<Sealed>,
    /// Telephone number (E.164).
    pub phone: Sealed,
    /// E-mail address.
    pub email: Option<Sealed>,
    /// Language to speak with the contact (BCP 47).
    pub language: Option<LanguageTag>,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The traveller.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
