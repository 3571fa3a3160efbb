//! Users as callers see them.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{GroupId, UserId};
use entity::values::{
    AddressPart, CountryCode, Email, Gender, GroupName, LanguageTag, MemberRole, PersonName, PhoneNumber,
    PostalCode, Purpose, Role, Title, UserStatus,
};
use serde::Serialize;
use service::documents::TravelDocuments;
use service::{profile, users};
use utoipa::ToSchema;

use crate::external_ids::ExternalReference;
use crate::identity_cards::view::IdentityCard;
use crate::loyalties::view::LoyaltyWithProgram;
use crate::page::page_view;
use crate::passports::view::Passport;
use crate::traveller_numbers::view::TravellerNumber;
use crate::visas::view::Visa;

/// A customer, an agent or an administrator.
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
    "address": {
        "street": "Sunrise Street 4", "city": "Zenith", "region": null, "postal_code": "123 45",
        "country": "UTO", "country_alpha2": null,
    },
    "role": "customer",
    "status": "active",
    "version": 1,
    "created_at": "2026-01-15T09:30:00Z",
    "updated_at": "2026-01-15T09:30:00Z",
    "email_verified": true,
    "restricted": false,
    "external_ids": [{"system": "crm", "id": "10003"}],
}))]
pub struct User {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000000003")]
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
    /// Nationality as the ICAO code (Doc 9303-3 §5).
    #[schema(required, example = "UTO")]
    pub nationality: Option<CountryCode>,
    /// The same as ISO 3166-1 alpha-2, where there is one.
    #[schema(required, min_length = 2, max_length = 2, example = "GB")]
    pub nationality_alpha2: Option<&'static str>,
    /// Telephone number (E.164).
    #[schema(required)]
    pub phone: Option<PhoneNumber>,
    /// Preferred language (BCP 47).
    #[schema(required)]
    pub language: Option<LanguageTag>,
    /// Where the person lives.
    #[schema(required)]
    pub address: Option<PostalAddress>,
    /// What the person is to the agency.
    pub role: Role,
    /// Whether the person may sign in.
    pub status: UserStatus,
    /// Counts the changes; the ETag in quotes.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
    /// When the profile was made.
    pub created_at: DateTime<Utc>,
    /// When the profile was last changed.
    pub updated_at: DateTime<Utc>,
    /// Whether the person has proved, by a mailed link, that the address is theirs.
    #[schema(example = true)]
    pub email_verified: bool,
    /// Whether the data is kept and used by nobody (GDPR Article 18); staff other than administrators do not find it.
    #[schema(example = false)]
    pub restricted: bool,
    /// The person's numbers in other systems, in the order of the systems' names.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalReference>,
}

/// Where a person lives.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostalAddress {
    /// Street and house.
    #[schema(required)]
    pub street: Option<AddressPart>,
    /// City.
    #[schema(required, example = "Zenith")]
    pub city: Option<AddressPart>,
    /// State, province or region.
    #[schema(required, example = "NY")]
    pub region: Option<AddressPart>,
    /// Postal code.
    #[schema(required)]
    pub postal_code: Option<PostalCode>,
    /// Country as the ICAO code (Doc 9303-3 §5).
    #[schema(example = "UTO")]
    pub country: CountryCode,
    /// The same as ISO 3166-1 alpha-2, where there is one.
    #[schema(required, min_length = 2, max_length = 2, example = "GB")]
    pub country_alpha2: Option<&'static str>,
}

impl From<users::Address> for PostalAddress {
    fn from(it: users::Address) -> Self {
        Self {
            street: it.street,
            city: it.city,
            region: it.region,
            postal_code: it.postal_code,
            country_alpha2: it.country.iso_alpha2(),
            country: it.country,
        }
    }
}

impl From<users::User> for User {
    fn from(user: users::User) -> Self {
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
            nationality_alpha2: user.nationality.and_then(|code| code.iso_alpha2()),
            nationality: user.nationality,
            phone: user.phone,
            language: user.language,
            address: user.address.map(PostalAddress::from),
            role: user.role,
            status: user.status,
            version: user.version,
            created_at: user.created_at,
            updated_at: user.updated_at,
            email_verified: user.email_verified_at.is_some(),
            restricted: user.restricted_at.is_some(),
            external_ids: ExternalReference::all(&user.external_ids),
        }
    }
}

page_view! {
    /// A page of users.
    UserPage of User from users::User
}

/// A user with all that hangs on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Profile {
    /// The user.
    pub user: User,
    /// All passports, the oldest record first.
    pub passports: Vec<Passport>,
    /// All visas and electronic travel authorizations, the oldest record first.
    pub visas: Vec<Visa>,
    /// All identity cards, the oldest record first.
    pub identity_cards: Vec<IdentityCard>,
    /// All numbers by which states know the user, the oldest record first.
    pub traveller_numbers: Vec<TravellerNumber>,
    /// All memberships in loyalty programmes, each with its programme.
    pub loyalties: Vec<LoyaltyWithProgram>,
    /// All travel groups, each with the companions in it.
    pub groups: Vec<TravelGroup>,
}

/// A travel group as one of its members sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TravelGroup {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000000401")]
    pub id: GroupId,
    /// What the group is called.
    pub name: GroupName,
    /// Why they travel together.
    #[schema(required)]
    pub purpose: Option<Purpose>,
    /// What the user is to the group.
    pub role: MemberRole,
    /// The group's numbers in other systems, in the order of the systems' names.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalReference>,
    /// The others in the group.
    pub companions: Vec<TravelCompanion>,
}

/// Another member of a travel group.
#[derive(Debug, Serialize, ToSchema)]
pub struct TravelCompanion {
    /// Who.
    pub user_id: UserId,
    /// First name, or the only name.
    pub first_name: PersonName,
    /// Family name.
    #[schema(required)]
    pub last_name: Option<PersonName>,
    /// What the companion is to the group.
    pub role: MemberRole,
}

impl Profile {
    /// The profile as of a day.
    pub fn new(profile: profile::Profile, today: NaiveDate) -> Self {
        let TravelDocuments {
            passports,
            visas,
            identity_cards,
            traveller_numbers,
        } = profile.documents;
        Self {
            user: profile.user.into(),
            passports: passports.into_iter().map(|it| Passport::new(it, today)).collect(),
            visas: visas.into_iter().map(|it| Visa::new(it, today)).collect(),
            identity_cards: identity_cards
                .into_iter()
                .map(|it| IdentityCard::new(it, today))
                .collect(),
            traveller_numbers: traveller_numbers
                .into_iter()
                .map(|it| TravellerNumber::new(it, today))
                .collect(),
            loyalties: profile
                .loyalties
                .into_iter()
                .map(|pair| LoyaltyWithProgram::new(pair, today))
                .collect(),
            groups: profile.groups.into_iter().map(TravelGroup::from).collect(),
        }
    }
}

impl From<profile::TravelGroup> for TravelGroup {
    fn from(it: profile::TravelGroup) -> Self {
        let companion = |it: profile::CompanionName| TravelCompanion {
            user_id: it.user_id,
            first_name: it.first_name,
            last_name: it.last_name,
            role: it.role,
        };
        Self {
            id: it.group.id,
            name: it.group.name,
            purpose: it.group.purpose,
            role: it.role,
            external_ids: ExternalReference::all(&it.group.external_ids),
            companions: it.companions.into_iter().map(companion).collect(),
        }
    }
}
