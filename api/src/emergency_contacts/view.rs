//! Emergency contacts as callers see them.

use chrono::{DateTime, Utc};
use entity::ids::{EmergencyContactId, UserId};
use entity::values::{Email, LanguageTag, PersonName, PhoneNumber, Relationship};
use serde::Serialize;
use service::emergency_contacts;
use utoipa::ToSchema;

use crate::page::page_view;

/// Somebody to call when something happens to a traveller.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmergencyContact {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000001601")]
    pub id: EmergencyContactId,
    /// The traveller.
    pub user_id: UserId,
    /// Name of the contact.
    #[schema(example = "Erik Eriksson")]
    pub name: PersonName,
    /// What the contact is to the traveller.
    #[schema(required)]
    pub relationship: Option<Relationship>,
    /// Telephone number (E.164).
    #[schema(example = "+46701740606")]
    pub phone: PhoneNumber,
    /// E-mail address.
    #[schema(required)]
    pub email: Option<Email>,
    /// Language to speak with the contact (BCP 47).
    #[schema(required)]
    pub language: Option<LanguageTag>,
    /// Counts the changes; the ETag in quotes.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl From<emergency_contacts::EmergencyContact> for EmergencyContact {
    fn from(contact: emergency_contacts::EmergencyContact) -> Self {
        Self {
            id: contact.id,
            user_id: contact.user_id,
            name: contact.name,
            relationship: contact.relationship,
            phone: contact.phone,
            email: contact.email,
            language: contact.language,
            version: contact.version,
            created_at: contact.created_at,
            updated_at: contact.updated_at,
        }
    }
}

page_view! {
    /// A page of emergency contacts.
    EmergencyContactPage of EmergencyContact from emergency_contacts::EmergencyContact
}
