//! Travel preferences as callers see them.

use chrono::{DateTime, Utc};
use entity::ids::UserId;
use entity::values::{SeatPreference, ServiceNote, SpecialServiceCode};
use serde::Serialize;
use service::preferences;
use utoipa::ToSchema;

/// How somebody likes to travel, and what help they need. Version 0 is that of somebody who has said nothing yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct TravelPreferences {
    /// Whose.
    pub user_id: UserId,
    /// Where to sit.
    #[schema(required, example = "aisle")]
    pub seat: Option<SeatPreference>,
    /// What else matters about the seat.
    #[schema(required, example = "Near the front")]
    pub seat_note: Option<ServiceNote>,
    /// Meal (IATA SSR); its meaning is in `GET /v1/reference/special-services`.
    #[schema(required)]
    pub meal: Option<SpecialServiceCode>,
    /// What the kitchen has to know.
    #[schema(required)]
    pub meal_note: Option<ServiceNote>,
    /// Help that is needed.
    #[schema(max_items = 10)]
    pub assistance: Vec<Assistance>,
    /// Counts the changes; the ETag in quotes.
    #[schema(minimum = 0, example = 1)]
    pub version: i64,
    /// When something was first said.
    #[schema(required)]
    pub created_at: Option<DateTime<Utc>>,
    /// When it was last changed.
    #[schema(required)]
    pub updated_at: Option<DateTime<Utc>>,
}

/// Help that somebody needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Assistance {
    /// Code (IATA SSR).
    #[schema(example = "WCHR")]
    pub code: SpecialServiceCode,
    /// What the airline has to know.
    #[schema(required, example = "Walks with a stick")]
    pub note: Option<ServiceNote>,
}

impl From<preferences::Assistance> for Assistance {
    fn from(it: preferences::Assistance) -> Self {
        Self {
            code: it.code,
            note: it.note,
        }
    }
}

impl From<preferences::TravelPreferences> for TravelPreferences {
    fn from(it: preferences::TravelPreferences) -> Self {
        Self {
            user_id: it.user_id,
            seat: it.seat,
            seat_note: it.seat_note,
            meal: it.meal,
            meal_note: it.meal_note,
            assistance: it.assistance.into_iter().map(Assistance::from).collect(),
            version: it.version,
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}
