//! What is answered about users.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::UserId;
use entity::users::Model;
use entity::values::{
    CountryCode, Email, Gender, LanguageTag, PersonName, PhoneNumber, Role, Title, UserStatus,
};
use serde::Serialize;
use utoipa::ToSchema;

/// A person: a customer of the agency, or somebody who works there.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01920000-0000-7000-8000-000000000003",
    "email": "anna.eriksson@mail.example",
    "first_name": "Anna",
    "last_name": "Eriksson",
    "middle_names": "Maria",
    "preferred_name": "Annie",
    "title": null,
    "date_of_birth": "1974-08-12",
    "gender": "F",
    "nationality": "UTO",
    "nationality_alpha2": null,
    "phone": "+46701234567",
    "language": "sv",
    "role": "customer",
    "status": "active",
    "created_at": "2026-01-15T09:30:00Z",
    "updated_at": "2026-01-15T09:30:00Z",
}))]
pub struct User {
    /// Id of the user.
    pub id: UserId,
    /// Address to sign in with; null for a profile without sign-in, such as a child's.
    #[schema(required)]
    pub email: Option<Email>,
    /// First name, or the only name.
    pub first_name: PersonName,
    /// Family name.
    #[schema(required)]
    pub last_name: Option<PersonName>,
    /// All middle names.
    #[schema(required)]
    pub middle_names: Option<PersonName>,
    /// How the person wants to be addressed.
    #[schema(required)]
    pub preferred_name: Option<PersonName>,
    /// Title, such as Dr or Prof.
    #[schema(required)]
    pub title: Option<Title>,
    /// Date of birth.
    #[schema(required)]
    pub date_of_birth: Option<NaiveDate>,
    /// Gender, as airlines ask for it.
    #[schema(required)]
    pub gender: Option<Gender>,
    /// Nationality as the code of passports (ICAO Doc 9303-3 §5).
    #[schema(required)]
    pub nationality: Option<CountryCode>,
    /// Nationality as ISO 3166-1 alpha-2, where there is one.
    #[schema(required, value_type = Option<String>, min_length = 2, max_length = 2, example = "SE")]
    pub nationality_alpha2: Option<&'static str>,
    /// Telephone number (E.164).
    #[schema(required)]
    pub phone: Option<PhoneNumber>,
    /// Preferred language (BCP 47).
    #[schema(required)]
    pub language: Option<LanguageTag>,
    /// What the person is to the agency.
    pub role: Role,
    /// Whether the person may sign in.
    pub status: UserStatus,
    /// When the profile was made.
    pub created_at: DateTime<Utc>,
    /// When the profile was last changed.
    pub updated_at: DateTime<Utc>,
}

impl From<Model> for User {
    fn from(user: Model) -> Self {
        Self {
            id: user.id,
            email: user.email,
            first_name: user.first_name,
            last_name: user.last_name,
            middle_names: user.middle_names,
            preferred_name: user.preferred_name,
            title: user.title,
            date_of_birth: user.date_of_birth,
            gender: user.gender,
            nationality_alpha2: user.nationality.as_ref().and_then(CountryCode::iso_alpha2),
            nationality: user.nationality,
            phone: user.phone,
            language: user.language,
            role: user.role,
            status: user.status,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}
