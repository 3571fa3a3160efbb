//! An emergency contact as the rules see one: with everything open that is sealed in the database.

use std::fmt;

use chrono::{DateTime, Utc};
use entity::emergency_contacts;
use entity::ids::{EmergencyContactId, UserId};
use entity::values::{AuditSubject, Email, LanguageTag, PersonName, PhoneNumber, Relationship};

use crate::audit::{Audited, field};
use crate::error::Result;
use crate::sealing::{DataKey, Place, Vault, Vaulted};

/// Somebody to call when something happens to a traveller.
#[derive(Clone, PartialEq, Eq)]
pub struct EmergencyContact {
    /// UUIDv7.
    pub id: EmergencyContactId,
    /// The traveller.
    pub user_id: UserId,
    /// Name of the contact. Sealed.
    pub name: PersonName,
    /// What the contact is to the traveller. Sealed: it tells of the traveller's family.
    pub relationship: Option<Relationship>,
    /// Telephone number (E.164). Sealed.
    pub phone: PhoneNumber,
    /// E-mail address. Sealed.
    pub email: Option<Email>,
    /// Language to speak with the contact (BCP 47).
    pub language: Option<LanguageTag>,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

const fn place(id: EmergencyContactId, column: &'static str) -> Place {
    Place {
        table: "emergency_contacts",
        column,
        row: id.uuid(),
    }
}

impl Vaulted for emergency_contacts::Entity {
    type Opened = EmergencyContact;
    const PERSON: emergency_contacts::Column = emergency_contacts::Column::UserId;

    fn open(row: emergency_contacts::Model, key: &DataKey) -> Result<EmergencyContact> {
        let at = |column| place(row.id, column);
        let relationship = row
            .relationship
            .map(|sealed| key.open_as(at("relationship"), &sealed));
        let email = row.email.map(|sealed| key.open_as(at("email"), &sealed));
        Ok(EmergencyContact {
            id: row.id,
            user_id: row.user_id,
            name: key.open_as(at("name"), &row.name)?,
            relationship: relationship.transpose()?,
            phone: key.open_as(at("phone"), &row.phone)?,
            email: email.transpose()?,
            language: row.language,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }

    fn seal(contact: &EmergencyContact, key: &DataKey, _: &Vault) -> Result<emergency_contacts::Model> {
        let at = |column| place(contact.id, column);
        let relationship = contact
            .relationship
            .as_ref()
            .map(|it| key.seal_text(at("relationship"), it));
        let email = contact.email.as_ref().map(|it| key.seal_text(at("email"), it));
        Ok(emergency_contacts::Model {
            id: contact.id,
            user_id: contact.user_id,
            name: key.seal_text(at("name"), &contact.name)?,
            relationship: relationship.transpose()?,
            phone: key.seal_text(at("phone"), &contact.phone)?,
            email: email.transpose()?,
            language: contact.language.clone(),
            version: contact.version,
            created_at: contact.created_at,
            updated_at: contact.updated_at,
        })
    }
}

impl Audited for EmergencyContact {
    const SUBJECT: AuditSubject = AuditSubject::EmergencyContact;

    fn id(&self) -> uuid::Uuid {
        self.id.uuid()
    }

    fn concerns(&self) -> Option<UserId> {
        Some(self.user_id)
    }

    fn counted(&self) -> Option<i64> {
        Some(self.version)
    }

    fn fields(&self) -> Vec<(&'static str, serde_json::Value)> {
        vec![
            field("name", &self.name),
            field("relationship", &self.relationship),
            field("phone", &self.phone),
            field("email", &self.email),
            field("language", &self.language),
        ]
    }
}

impl fmt::Debug for EmergencyContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmergencyContact")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
