//! Preferences as the rules see them: with everything open that is sealed in the database.

use std::fmt;

use chrono::{DateTime, Utc};
use entity::ids::UserId;
use entity::travel_preferences;
use entity::values::{AuditSubject, SeatPreference, ServiceNote, SpecialServiceCode, SpecialServiceKind};
use serde::{Deserialize, Serialize};

use super::NewAssistance;
use crate::audit::{Audited, field};
use crate::error::{Error, Result};
use crate::sealing::{DataKey, Place, Vault, Vaulted};
use crate::travel::special_services;

/// How somebody likes to travel, and what help they need.
#[derive(Clone, PartialEq, Eq)]
pub struct TravelPreferences {
    /// Whose.
    pub user_id: UserId,
    /// Where to sit.
    pub seat: Option<SeatPreference>,
    /// What else matters about the seat. Sealed.
    pub seat_note: Option<ServiceNote>,
    /// Code of the meal (IATA SSR). Sealed: it tells of religion and health.
    pub meal: Option<SpecialServiceCode>,
    /// What the kitchen has to know. Sealed.
    pub meal_note: Option<ServiceNote>,
    /// Help that is needed. Sealed: it tells of health.
    pub assistance: Vec<Assistance>,
    /// Counts the changes, from 0: the ETag of the HTTP interface.
    pub version: i64,
    /// When something was first said; none for version 0.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was last changed; none for version 0.
    pub updated_at: Option<DateTime<Utc>>,
}

impl Assistance {
    /// What the code means, in English, if it is in the list still.
    pub fn meaning(&self) -> Option<&'static str> {
        meaning(&self.code, SpecialServiceKind::Assistance)
    }
}

/// Help that somebody needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assistance {
    /// Code (IATA SSR).
    pub code: SpecialServiceCode,
    /// What the airline has to know.
    pub note: Option<ServiceNote>,
}

impl TryFrom<NewAssistance> for Assistance {
    type Error = Error;

    fn try_from(new: NewAssistance) -> Result<Self> {
        Ok(Self {
            code: new.code.required("assistance")?,
            note: new.note.optional(),
        })
    }
}

fn meaning(code: &SpecialServiceCode, kind: SpecialServiceKind) -> Option<&'static str> {
    let service = special_services::find(code, kind).ok()?;
    Some(&service.meaning)
}

impl TravelPreferences {
    /// What the code of the meal means, in English, if it is in the list still.
    pub fn meal_meaning(&self) -> Option<&'static str> {
        meaning(self.meal.as_ref()?, SpecialServiceKind::Meal)
    }

    /// Those of somebody who has said none.
    pub const fn none(user_id: UserId) -> Self {
        Self {
            user_id,
            seat: None,
            seat_note: None,
            meal: None,
            meal_note: None,
            assistance: Vec::new(),
            version: 0,
            created_at: None,
            updated_at: None,
        }
    }
}

const fn place(user: UserId, column: &'static str) -> Place {
    Place {
        table: "travel_preferences",
        column,
        row: user.uuid(),
    }
}

impl Vaulted for travel_preferences::Entity {
    type Opened = TravelPreferences;
    const PERSON: travel_preferences::Column = travel_preferences::Column::UserId;

    fn open(row: travel_preferences::Model, key: &DataKey) -> Result<TravelPreferences> {
        let at = |column| place(row.user_id, column);
        let seat_note = row.seat_note.map(|it| key.open_as(at("seat_note"), &it));
        let meal = row.meal.map(|it| key.open_as(at("meal"), &it));
        let meal_note = row.meal_note.map(|it| key.open_as(at("meal_note"), &it));
        let assistance = row.assistance.map(|it| key.open_json(at("assistance"), &it));
        Ok(TravelPreferences {
            user_id: row.user_id,
            seat: row.seat,
            seat_note: seat_note.transpose()?,
            meal: meal.transpose()?,
            meal_note: meal_note.transpose()?,
            assistance: assistance.transpose()?.unwrap_or_default(),
            version: row.version,
            created_at: Some(row.created_at),
            updated_at: Some(row.updated_at),
        })
    }

    fn seal(it: &TravelPreferences, key: &DataKey, _: &Vault) -> Result<travel_preferences::Model> {
        let at = |column| place(it.user_id, column);
        let seat_note = it.seat_note.as_ref().map(|it| key.seal_text(at("seat_note"), it));
        let meal = it.meal.as_ref().map(|it| key.seal_text(at("meal"), it));
        let meal_note = it.meal_note.as_ref().map(|it| key.seal_text(at("meal_note"), it));
        // Who needs no help has no value: that there is one would tell.
        let assistance = (!it.assistance.is_empty()).then(|| key.seal_json(at("assistance"), &it.assistance));
        let undated = || Error::Internal("preferences without a date are not stored".to_owned());
        Ok(travel_preferences::Model {
            user_id: it.user_id,
            seat: it.seat,
            seat_note: seat_note.transpose()?,
            meal: meal.transpose()?,
            meal_note: meal_note.transpose()?,
            assistance: assistance.transpose()?,
            version: it.version,
            created_at: it.created_at.ok_or_else(undated)?,
            updated_at: it.updated_at.ok_or_else(undated)?,
        })
    }
}

impl Audited for TravelPreferences {
    const SUBJECT: AuditSubject = AuditSubject::Preferences;

    fn id(&self) -> uuid::Uuid {
        self.user_id.uuid()
    }

    fn concerns(&self) -> Option<UserId> {
        Some(self.user_id)
    }

    fn counted(&self) -> Option<i64> {
        Some(self.version)
    }

    fn fields(&self) -> Vec<(&'static str, serde_json::Value)> {
        vec![
            field("seat", &self.seat),
            field("seat_note", &self.seat_note),
            field("meal", &self.meal),
            field("meal_note", &self.meal_note),
            field("assistance", &self.assistance),
        ]
    }
}

impl fmt::Debug for TravelPreferences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TravelPreferences")
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}
