//! Table `users`: whom the agency serves (customers) and who works there (agents, administrators).

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::UserId;
use crate::values::{
    BlindIndex, CountryCode, Email, ExternalIds, Gender, Hidden, LanguageTag, PersonName, Purpose, Role,
    Sealed, Title, UserStatus,
};

/// A person. The profile only: what proves the person's identity lives in [`crate::credentials`].
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    /// Absent for a profile without sign-in, such as a child's.
    pub email: Option<Email>,
    /// The address in the form in which it is unique ([`Email::normalized`]).
    #[sea_orm(unique)]
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
    /// Gender, as airlines ask for it.
    pub gender: Option<Gender>,
    /// Nationality (ICAO Doc 9303-3 §5).
    pub nationality: Option<CountryCode>,
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
    /// Telephone number (E.164).
    pub phone: Option<Sealed>,
    /// What the telephone number is found by.
    #[sea_orm(indexed)]
    pub phone_index: Option<BlindIndex>,
    /// Date of birth (ISO 8601).
    pub date_of_birth: Option<Sealed>,
    /// What the date of birth is found by.
    #[sea_orm(indexed)]
    pub date_of_birth_index: Option<BlindIndex>,
    /// Since when the data is kept and used by nobody (GDPR Article 18).
    pub restricted_at: Option<DateTime<Utc>>,
    /// Why, in the words of who restricted it.
    pub restriction_reason: Option<Purpose>,
    /// Where the person lives, as JSON.
    pub address: Option<Sealed>,
    /// The person's numbers in other systems.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    pub external_ids: ExternalIds,
    /// What the person signs in with, if anything.
    #[sea_orm(has_one)]
    pub credentials: HasOne<super::credentials::Entity>,
    /// What is sensitive about the person is sealed under it.
    #[sea_orm(has_one)]
    pub data_key: HasOne<super::data_keys::Entity>,
    /// What the person's sign-ins have opened.
    #[sea_orm(has_many)]
    pub sessions: HasMany<super::sessions::Entity>,
    /// Mail that is to be sent to the person.
    #[sea_orm(has_many)]
    pub mails: HasMany<super::mails::Entity>,
    /// Links that the person has been mailed.
    #[sea_orm(has_many)]
    pub mail_tokens: HasMany<super::mail_tokens::Entity>,
    /// Passports, at most one of them primary.
    #[sea_orm(has_many)]
    pub passports: HasMany<super::passports::Entity>,
    /// Visas and electronic travel authorizations.
    #[sea_orm(has_many)]
    pub visas: HasMany<super::visas::Entity>,
    /// Identity cards.
    #[sea_orm(has_many)]
    pub identity_cards: HasMany<super::identity_cards::Entity>,
    /// Numbers by which states know the traveller.
    #[sea_orm(has_many)]
    pub traveller_numbers: HasMany<super::traveller_numbers::Entity>,
    /// Memberships in loyalty programmes.
    #[sea_orm(has_many)]
    pub loyalties: HasMany<super::loyalties::Entity>,
    /// Whom to call when something happens to the person.
    #[sea_orm(has_many)]
    pub emergency_contacts: HasMany<super::emergency_contacts::Entity>,
    /// How the person likes to travel.
    #[sea_orm(has_one)]
    pub travel_preferences: HasOne<super::travel_preferences::Entity>,
    /// Memberships in travel groups.
    #[sea_orm(has_many)]
    pub group_members: HasMany<super::group_members::Entity>,
    /// What the person has agreed to, and taken back.
    #[sea_orm(has_many)]
    pub consents: HasMany<super::consents::Entity>,
    /// Words that the person is found by.
    #[sea_orm(has_many)]
    pub search_terms: HasMany<super::user_search_terms::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
