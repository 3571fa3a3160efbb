//! A user as the rules see one: with everything open that is sealed in the database.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::UserId;
use entity::users;
use entity::values::{
    AuditSubject, CountryCode, Email, ExternalIds, Gender, Hidden, LanguageTag, PersonName, PhoneNumber,
    Purpose, Role, Title, UserStatus,
};

use super::address::Address;
use crate::audit::{Audited, field};
use crate::error::Result;
use crate::external_ids;
use crate::sealing::{DataKey, Place, Vault, Vaulted};

/// A customer, an agent or an administrator.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// UUIDv7.
    pub id: UserId,
    /// Absent for a profile without sign-in, such as a child's.
    pub email: Option<Email>,
    /// The address in the form in which it is unique ([`Email::normalized`]).
    pub email_key: Option<Hidden>,
    /// First name, or the only name of a person who has just one.
    pub first_name: PersonName,
    /// Family name.
    pub last_name: Option<PersonName>,
    /// All middle names.
    pub middle_names: Option<PersonName>,
    /// How the person wants to be addressed.
    pub preferred_name: Option<PersonName>,
    /// Title (Dr, Prof).
    pub title: Option<Title>,
    /// Date of birth. Sealed.
    pub date_of_birth: Option<NaiveDate>,
    /// Gender, as airlines ask for it.
    pub gender: Option<Gender>,
    /// Nationality (ICAO Doc 9303-3 §5).
    pub nationality: Option<CountryCode>,
    /// Telephone number (E.164). Sealed.
    pub phone: Option<PhoneNumber>,
    /// Preferred language (BCP 47).
    pub language: Option<LanguageTag>,
    /// What the person is to the agency.
    pub role: Role,
    /// Whether the person may sign in.
    pub status: UserStatus,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When the profile was made.
    pub created_at: DateTime<Utc>,
    /// When the profile was last changed.
    pub updated_at: DateTime<Utc>,
    /// When the person proved to read the mail of the address; absent for an address that nobody has proved.
    pub email_verified_at: Option<DateTime<Utc>>,
    /// Since when the data is kept and used by nobody (GDPR Article 18).
    pub restricted_at: Option<DateTime<Utc>>,
    /// Why, in the words of who restricted it.
    pub restriction_reason: Option<Purpose>,
    /// Where the person lives. Sealed as one value.
    pub address: Option<Address>,
    /// The person's numbers in other systems.
    pub external_ids: ExternalIds,
}

const fn place(id: UserId, column: &'static str) -> Place {
    Place {
        table: "users",
        column,
        row: id.uuid(),
    }
}

impl Vaulted for users::Entity {
    type Opened = User;
    const PERSON: users::Column = users::Column::Id;

    fn open(row: users::Model, key: &DataKey) -> Result<User> {
        let at = |column| place(row.id, column);
        let born = row
            .date_of_birth
            .map(|sealed| key.open_as(at("date_of_birth"), &sealed));
        let phone = row.phone.map(|sealed| key.open_as(at("phone"), &sealed));
        let address = row.address.map(|sealed| key.open_json(at("address"), &sealed));
        Ok(User {
            id: row.id,
            email: row.email,
            email_key: row.email_key,
            first_name: row.first_name,
            last_name: row.last_name,
            middle_names: row.middle_names,
            preferred_name: row.preferred_name,
            title: row.title,
            date_of_birth: born.transpose()?,
            gender: row.gender,
            nationality: row.nationality,
            phone: phone.transpose()?,
            language: row.language,
            role: row.role,
            status: row.status,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            email_verified_at: row.email_verified_at,
            restricted_at: row.restricted_at,
            restriction_reason: row.restriction_reason,
            address: address.transpose()?,
            external_ids: row.external_ids,
        })
    }

    fn seal(user: &User, key: &DataKey, vault: &Vault) -> Result<users::Model> {
        let at = |column| place(user.id, column);
        let born = user
            .date_of_birth
            .map(|born| key.seal_text(at("date_of_birth"), &born));
        let phone = user.phone.as_ref().map(|phone| key.seal_text(at("phone"), phone));
        let address = user.address.as_ref().map(|it| key.seal_json(at("address"), it));
        Ok(users::Model {
            id: user.id,
            email: user.email.clone(),
            email_key: user.email_key.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            middle_names: user.middle_names.clone(),
            preferred_name: user.preferred_name.clone(),
            title: user.title.clone(),
            date_of_birth: born.transpose()?,
            date_of_birth_index: user.date_of_birth.map(|born| vault.date_of_birth_index(born)),
            gender: user.gender,
            nationality: user.nationality,
            phone: phone.transpose()?,
            phone_index: user.phone.as_ref().map(|phone| vault.phone_index(phone)),
            language: user.language.clone(),
            role: user.role,
            status: user.status,
            version: user.version,
            created_at: user.created_at,
            updated_at: user.updated_at,
            email_verified_at: user.email_verified_at,
            restricted_at: user.restricted_at,
            restriction_reason: user.restriction_reason.clone(),
            address: address.transpose()?,
            external_ids: user.external_ids.clone(),
        })
    }
}

impl Audited for User {
    const SUBJECT: AuditSubject = AuditSubject::User;

    fn id(&self) -> uuid::Uuid {
        self.id.uuid()
    }

    fn concerns(&self) -> Option<UserId> {
        Some(self.id)
    }

    fn counted(&self) -> Option<i64> {
        Some(self.version)
    }

    fn fields(&self) -> Vec<(&'static str, serde_json::Value)> {
        vec![
            field("email", &self.email),
            field("first_name", &self.first_name),
            field("last_name", &self.last_name),
            field("middle_names", &self.middle_names),
            field("preferred_name", &self.preferred_name),
            field("title", &self.title),
            field("date_of_birth", &self.date_of_birth),
            field("gender", &self.gender),
            field("nationality", &self.nationality),
            field("phone", &self.phone),
            field("language", &self.language),
            field("address", &self.address),
            field("role", &self.role),
            field("status", &self.status),
            external_ids::audited(&self.external_ids),
        ]
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
