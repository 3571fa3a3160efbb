//! What looks after travellers on a passenger list, as programs see it.

use std::fmt;

use entity::values::{
    LanguageTag, PersonName, PhoneNumber, Relationship, SeatPreference, ServiceNote, SpecialServiceCode,
};
use serde::Serialize;
use service::emergency_contacts::EmergencyContact;
use service::preferences::{Assistance, TravelPreferences};
use utoipa::ToSchema;

use super::names_view::hidden;

/// Somebody to call in an emergency.
#[derive(Serialize, ToSchema)]
pub struct ManifestContact {
    /// Name of the contact.
    #[schema(example = "Erik Eriksson")]
    pub name: PersonName,
    /// What the contact is to the traveller.
    #[schema(required)]
    pub relationship: Option<Relationship>,
    /// Telephone number (E.164).
    #[schema(example = "+46701740606")]
    pub phone: PhoneNumber,
    /// Language to speak with the contact (BCP 47).
    #[schema(required)]
    pub language: Option<LanguageTag>,
}

/// A meal or an assistance (IATA SSR).
#[derive(Serialize, ToSchema)]
pub struct ManifestService {
    /// Code, for airlines.
    #[schema(example = "VGML")]
    pub code: SpecialServiceCode,
    /// What it means, in English, for everybody else; null where the code is in no list any more.
    #[schema(required, max_length = 200, example = "Vegan meal")]
    pub meaning: Option<&'static str>,
    /// What has to be known besides.
    #[schema(required, example = "No nuts")]
    pub note: Option<ServiceNote>,
}

hidden!(ManifestContact, ManifestService);

/// How a traveller likes to sit and eat, and what help is needed.
#[derive(Default)]
pub(super) struct Wishes {
    pub(super) meal: Option<ManifestService>,
    pub(super) assistance: Vec<ManifestService>,
    pub(super) seat: Option<SeatPreference>,
    pub(super) seat_note: Option<ServiceNote>,
}

impl From<EmergencyContact> for ManifestContact {
    fn from(it: EmergencyContact) -> Self {
        Self {
            name: it.name,
            relationship: it.relationship,
            phone: it.phone,
            language: it.language,
        }
    }
}

impl From<Assistance> for ManifestService {
    fn from(it: Assistance) -> Self {
        Self {
            meaning: it.meaning(),
            code: it.code,
            note: it.note,
        }
    }
}

impl From<TravelPreferences> for Wishes {
    fn from(it: TravelPreferences) -> Self {
        let (meaning, note) = (it.meal_meaning(), it.meal_note);
        Self {
            meal: it.meal.map(|code| ManifestService { code, meaning, note }),
            assistance: it.assistance.into_iter().map(ManifestService::from).collect(),
            seat: it.seat,
            seat_note: it.seat_note,
        }
    }
}
