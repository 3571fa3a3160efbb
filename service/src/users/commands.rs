//! What callers say about users: to add one, to change one, to find some.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{GroupId, LoyaltyProgramId};
use entity::values::{
    CountryCode, Email, ExternalId, ExternalIdChange, ExternalIdChanges, ExternalIds, Gender, LanguageTag,
    PersonName, PhoneNumber, Role, Title, UserStatus,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::address::{AddressPatch, NewAddress};
use crate::auth::password;
use crate::input::{Input, Secret, not_null, optional, required};
use crate::page::Limit;

/// A user as staff add one.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[validate(schema(function = "choosable_password", skip_on_field_errors = false))]
pub struct NewUser {
    /// Address to sign in with, unique. Leave it out for a profile without sign-in, such as a child's.
    #[schema(value_type = Option<Email>, example = "ebba.lindqvist@mail.example")]
    #[validate(custom(function = "optional"))]
    pub email: Input<Email>,
    /// A first password; without one, who has an e-mail is invited by mail to choose it (status `invited`).
    #[schema(value_type = Option<String>, format = Password, min_length = 12, max_length = 1024, example = "fjord-and-ferry-7")]
    #[validate(custom(function = "optional"))]
    pub password: Input<Secret>,
    /// First name, or the only name of a person who has just one.
    #[schema(value_type = PersonName, required, example = "Ebba")]
    #[validate(custom(function = "required"))]
    pub first_name: Input<PersonName>,
    /// Family name; leave it out for a single name.
    #[schema(value_type = Option<PersonName>, example = "Lindqvist")]
    #[validate(custom(function = "optional"))]
    pub last_name: Input<PersonName>,
    /// All middle names.
    #[schema(value_type = Option<PersonName>)]
    #[validate(custom(function = "optional"))]
    pub middle_names: Input<PersonName>,
    /// How the person wants to be addressed.
    #[schema(value_type = Option<PersonName>)]
    #[validate(custom(function = "optional"))]
    pub preferred_name: Input<PersonName>,
    /// Title, such as Dr or Prof.
    #[schema(value_type = Option<Title>)]
    #[validate(custom(function = "optional"))]
    pub title: Input<Title>,
    /// Date of birth, not in the future.
    #[schema(value_type = Option<NaiveDate>, example = "1991-05-17")]
    #[validate(custom(function = "optional"))]
    pub date_of_birth: Input<NaiveDate>,
    /// Gender, as airlines ask for it.
    #[schema(value_type = Option<Gender>)]
    #[validate(custom(function = "optional"))]
    pub gender: Input<Gender>,
    /// Nationality: ISO 3166-1 alpha-2 or alpha-3, or an ICAO code.
    #[schema(value_type = Option<CountryCode>)]
    #[validate(custom(function = "optional"))]
    pub nationality: Input<CountryCode>,
    /// Telephone number in international form.
    #[schema(value_type = Option<PhoneNumber>)]
    #[validate(custom(function = "optional"))]
    pub phone: Input<PhoneNumber>,
    /// Preferred language (BCP 47).
    #[schema(value_type = Option<LanguageTag>)]
    #[validate(custom(function = "optional"))]
    pub language: Input<LanguageTag>,
    /// Where the person lives.
    #[schema(value_type = Option<NewAddress>)]
    #[validate(custom(function = "optional"), nested)]
    pub address: Input<NewAddress>,
    /// What the person is to the agency; `customer` if not said. Agents add customers only.
    #[schema(value_type = Role)]
    #[validate(custom(function = "not_null"))]
    pub role: Input<Role>,
    /// The person's numbers in other systems; none if not said. Staff and other systems give them.
    #[schema(value_type = Vec<ExternalId>, max_items = 20)]
    #[validate(custom(function = "not_null"))]
    pub external_ids: Input<ExternalIds>,
}

fn choosable_password(new: &NewUser) -> Result<(), ValidationError> {
    password::choosable(&new.password, &new.email)
}

/// A change of a user, as a JSON Merge Patch (RFC 7396): absent leaves, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UserPatch {
    /// Address to sign in with. Staff change it; null only where the person does not sign in.
    #[schema(value_type = Option<Email>)]
    #[validate(custom(function = "optional"))]
    pub email: Input<Email>,
    /// First name, or the only name.
    #[schema(value_type = PersonName)]
    #[validate(custom(function = "not_null"))]
    pub first_name: Input<PersonName>,
    /// Family name.
    #[schema(value_type = Option<PersonName>)]
    #[validate(custom(function = "optional"))]
    pub last_name: Input<PersonName>,
    /// All middle names.
    #[schema(value_type = Option<PersonName>)]
    #[validate(custom(function = "optional"))]
    pub middle_names: Input<PersonName>,
    /// How the person wants to be addressed.
    #[schema(value_type = Option<PersonName>, example = "Annie")]
    #[validate(custom(function = "optional"))]
    pub preferred_name: Input<PersonName>,
    /// Title, such as Dr or Prof.
    #[schema(value_type = Option<Title>)]
    #[validate(custom(function = "optional"))]
    pub title: Input<Title>,
    /// Date of birth, not in the future.
    #[schema(value_type = Option<NaiveDate>, example = "1991-05-17")]
    #[validate(custom(function = "optional"))]
    pub date_of_birth: Input<NaiveDate>,
    /// Gender, as airlines ask for it.
    #[schema(value_type = Option<Gender>)]
    #[validate(custom(function = "optional"))]
    pub gender: Input<Gender>,
    /// Nationality: ISO 3166-1 alpha-2 or alpha-3, or an ICAO code.
    #[schema(value_type = Option<CountryCode>)]
    #[validate(custom(function = "optional"))]
    pub nationality: Input<CountryCode>,
    /// Telephone number in international form.
    #[schema(value_type = Option<PhoneNumber>, example = "+46 70 123 45 67")]
    #[validate(custom(function = "optional"))]
    pub phone: Input<PhoneNumber>,
    /// Preferred language (BCP 47).
    #[schema(value_type = Option<LanguageTag>, example = "sv")]
    #[validate(custom(function = "optional"))]
    pub language: Input<LanguageTag>,
    /// Where the person lives, changed member by member; null removes it.
    #[schema(value_type = Option<AddressPatch>)]
    #[validate(custom(function = "optional"), nested)]
    pub address: Input<AddressPatch>,
    /// What the person is to the agency. Administrators change it.
    #[schema(value_type = Role)]
    #[validate(custom(function = "not_null"))]
    pub role: Input<Role>,
    /// Whether the person may sign in. Staff change it; `disabled` ends all tokens at once.
    #[schema(value_type = UserStatus)]
    #[validate(custom(function = "not_null"))]
    pub status: Input<UserStatus>,
    /// The person's numbers in other systems, changed system by system: `id` null takes the number of that system away, a system that
    /// is not named keeps its number, null for the whole takes all away. Staff and other systems change them.
    #[schema(value_type = Option<Vec<ExternalIdChange>>, max_items = 20)]
    #[validate(custom(function = "optional"))]
    pub external_ids: Input<ExternalIdChanges>,
}

/// What narrows a list of users. None of it is personal, so that it may stand in a URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct UserFilter {
    /// With this role.
    pub role: Option<Role>,
    /// With this status.
    pub status: Option<UserStatus>,
    /// Members of this group.
    pub group_id: Option<GroupId>,
    /// Members of this loyalty programme.
    pub loyalty_program_id: Option<LoyaltyProgramId>,
    /// With an active passport that expires before this day.
    pub passport_expires_before: Option<NaiveDate>,
    /// Changed at this time or later.
    pub updated_since: Option<DateTime<Utc>>,
}

/// A search for users: the filters of the list, and what is personal and therefore travels in a body.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UserSearch {
    /// Beginnings of words of the name or the e-mail address, in any order; accents and case do not matter.
    #[schema(value_type = Option<String>, max_length = 200, example = "anna erik")]
    #[validate(custom(function = "optional"), custom(function = "short_query"))]
    pub q: Input<String>,
    /// The exact e-mail address, in any case.
    #[schema(value_type = Option<Email>)]
    #[validate(custom(function = "optional"))]
    pub email: Input<Email>,
    /// The exact telephone number.
    #[schema(value_type = Option<PhoneNumber>)]
    #[validate(custom(function = "optional"))]
    pub phone: Input<PhoneNumber>,
    /// The exact date of birth in the profile.
    #[schema(value_type = Option<NaiveDate>, example = "1991-05-17")]
    #[validate(custom(function = "optional"))]
    pub date_of_birth: Input<NaiveDate>,
    /// With this role.
    #[schema(value_type = Option<Role>)]
    #[validate(custom(function = "optional"))]
    pub role: Input<Role>,
    /// With this status.
    #[schema(value_type = Option<UserStatus>)]
    #[validate(custom(function = "optional"))]
    pub status: Input<UserStatus>,
    /// Members of this group.
    #[schema(value_type = Option<GroupId>)]
    #[validate(custom(function = "optional"))]
    pub group_id: Input<GroupId>,
    /// Members of this loyalty programme.
    #[schema(value_type = Option<LoyaltyProgramId>)]
    #[validate(custom(function = "optional"))]
    pub loyalty_program_id: Input<LoyaltyProgramId>,
    /// With an active passport that expires before this day.
    #[schema(value_type = Option<NaiveDate>)]
    #[validate(custom(function = "optional"))]
    pub passport_expires_before: Input<NaiveDate>,
    /// Changed at this time or later (RFC 3339).
    #[schema(value_type = Option<DateTime<Utc>>)]
    #[validate(custom(function = "optional"))]
    pub updated_since: Input<DateTime<Utc>>,
    /// How many users, 1 to 200; 50 if not said.
    #[schema(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    #[validate(custom(function = "optional"))]
    pub limit: Input<Limit>,
    /// `next_cursor` of the page before.
    #[schema(value_type = Option<String>, max_length = 200)]
    #[validate(custom(function = "optional"))]
    pub cursor: Input<String>,
}

/// Longest query that is looked at.
const MAX_QUERY: usize = 200;

fn short_query(query: &Input<String>) -> Result<(), ValidationError> {
    let fits = query
        .value()
        .is_none_or(|query| query.chars().count() <= MAX_QUERY);
    let error =
        || ValidationError::new("too_long").with_message("A query has at most 200 characters.".into());
    if fits { Ok(()) } else { Err(error()) }
}
