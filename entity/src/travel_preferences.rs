//! Table `travel_preferences`: how somebody likes to travel, and what help they need.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::UserId;
use crate::values::{Sealed, SeatPreference};

/// The preferences of one person. Meals tell of religion and health, assistance of health (GDPR Article 9): both are
/// sealed, and so are the notes on them.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "travel_preferences")]
pub struct Model {
    /// Whose preferences.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// Where to sit.
    pub seat: Option<SeatPreference>,
    /// What else matters about the seat.
    pub seat_note: Option<Sealed>,
    /// Code of the meal (IATA SSR).
    pub meal: Option<Sealed>,
    /// What the kitchen has to know.
    pub meal_note: Option<Sealed>,
    /// List of the assistance that is needed, as JSON.
    pub assistance: Option<Sealed>,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When something was first said.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The person.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
