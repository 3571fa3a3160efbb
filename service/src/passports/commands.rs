//! What callers say about passports: to record one, to change one, to find some.

use chrono::NaiveDate;
use entity::ids::UserId;
use entity::values::{
    CountryCode, DocumentCode, PassportNumber, PassportStatus, PersonName, PlaceOfBirth, Sex,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::input::{Input, not_null, optional, required};

/// A passport to record, as printed in the document.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewPassport {
    /// The holder. Customers record their own.
    #[schema(value_type = UserId, required)]
    #[validate(custom(function = "required"))]
    pub user_id: Input<UserId>,
    /// Document code (ICAO Doc 9303-4 §4.4); `P` if not said.
    #[schema(value_type = DocumentCode)]
    #[validate(custom(function = "not_null"))]
    pub document_code: Input<DocumentCode>,
    /// Issuing state or organisation: ISO 3166-1 alpha-2 or alpha-3, or an ICAO code.
    #[schema(value_type = CountryCode, required, example = "UTO")]
    #[validate(custom(function = "required"))]
    pub issuing_country: Input<CountryCode>,
    /// Nationality of the holder; the issuing country if not said.
    #[schema(value_type = CountryCode, example = "UTO")]
    #[validate(custom(function = "not_null"))]
    pub nationality: Input<CountryCode>,
    /// Number of the document; spaces and hyphens do not matter.
    #[schema(value_type = PassportNumber, required, example = "L898902C3")]
    #[validate(custom(function = "required"))]
    pub passport_number: Input<PassportNumber>,
    /// Surname (primary identifier), or the only name.
    #[schema(value_type = PersonName, required, example = "Eriksson")]
    #[validate(custom(function = "required"))]
    pub surname: Input<PersonName>,
    /// Given names (secondary identifier); leave them out for a single name.
    #[schema(value_type = Option<PersonName>, example = "Anna Maria")]
    #[validate(custom(function = "optional"))]
    pub given_names: Input<PersonName>,
    /// Date of birth in the document.
    #[schema(value_type = NaiveDate, required, example = "1974-08-12")]
    #[validate(custom(function = "required"))]
    pub date_of_birth: Input<NaiveDate>,
    /// Sex in the document; X where it is unspecified.
    #[schema(value_type = Sex, required)]
    #[validate(custom(function = "required"))]
    pub sex: Input<Sex>,
    /// Country of birth.
    #[schema(value_type = Option<CountryCode>)]
    #[validate(custom(function = "optional"))]
    pub birth_country: Input<CountryCode>,
    /// Place of birth as printed.
    #[schema(value_type = Option<PlaceOfBirth>)]
    #[validate(custom(function = "optional"))]
    pub place_of_birth: Input<PlaceOfBirth>,
    /// Date of issue, before the expiry date.
    #[schema(value_type = Option<NaiveDate>, example = "2024-04-16")]
    #[validate(custom(function = "optional"))]
    pub issue_date: Input<NaiveDate>,
    /// Last day of validity. Expired passports can be recorded.
    #[schema(value_type = NaiveDate, required, example = "2034-04-15")]
    #[validate(custom(function = "required"))]
    pub expiry_date: Input<NaiveDate>,
    /// `active` if not said.
    #[schema(value_type = PassportStatus)]
    #[validate(custom(function = "not_null"))]
    pub status: Input<PassportStatus>,
    /// Whether it is the one to book with. The first active passport of a user is, whatever is said.
    #[schema(value_type = bool)]
    #[validate(custom(function = "not_null"))]
    pub primary: Input<bool>,
}

/// A change of a passport, as a JSON Merge Patch (RFC 7396): absent leaves, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PassportPatch {
    /// Document code (ICAO Doc 9303-4 §4.4).
    #[schema(value_type = DocumentCode)]
    #[validate(custom(function = "not_null"))]
    pub document_code: Input<DocumentCode>,
    /// Issuing state or organisation.
    #[schema(value_type = CountryCode)]
    #[validate(custom(function = "not_null"))]
    pub issuing_country: Input<CountryCode>,
    /// Nationality of the holder.
    #[schema(value_type = CountryCode)]
    #[validate(custom(function = "not_null"))]
    pub nationality: Input<CountryCode>,
    /// Number of the document.
    #[schema(value_type = PassportNumber)]
    #[validate(custom(function = "not_null"))]
    pub passport_number: Input<PassportNumber>,
    /// Surname (primary identifier), or the only name.
    #[schema(value_type = PersonName)]
    #[validate(custom(function = "not_null"))]
    pub surname: Input<PersonName>,
    /// Given names (secondary identifier).
    #[schema(value_type = Option<PersonName>)]
    #[validate(custom(function = "optional"))]
    pub given_names: Input<PersonName>,
    /// Date of birth in the document.
    #[schema(value_type = NaiveDate, example = "1974-08-12")]
    #[validate(custom(function = "not_null"))]
    pub date_of_birth: Input<NaiveDate>,
    /// Sex in the document.
    #[schema(value_type = Sex)]
    #[validate(custom(function = "not_null"))]
    pub sex: Input<Sex>,
    /// Country of birth.
    #[schema(value_type = Option<CountryCode>)]
    #[validate(custom(function = "optional"))]
    pub birth_country: Input<CountryCode>,
    /// Place of birth as printed.
    #[schema(value_type = Option<PlaceOfBirth>, example = "Zenith")]
    #[validate(custom(function = "optional"))]
    pub place_of_birth: Input<PlaceOfBirth>,
    /// Date of issue.
    #[schema(value_type = Option<NaiveDate>, example = "2024-04-16")]
    #[validate(custom(function = "optional"))]
    pub issue_date: Input<NaiveDate>,
    /// Last day of validity.
    #[schema(value_type = NaiveDate)]
    #[validate(custom(function = "not_null"))]
    pub expiry_date: Input<NaiveDate>,
    /// Whether it can be travelled on. A primary passport that is lost, stolen or replaced hands over to the active
    /// one that is valid longest.
    #[schema(value_type = PassportStatus)]
    #[validate(custom(function = "not_null"))]
    pub status: Input<PassportStatus>,
    /// `true` makes it the one to book with, in place of the one before.
    #[schema(value_type = bool)]
    #[validate(custom(function = "not_null"))]
    pub primary: Input<bool>,
}

/// What narrows a list of passports.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PassportFilter {
    /// Of this user.
    pub user_id: Option<UserId>,
    /// With this status.
    pub status: Option<PassportStatus>,
    /// That expire before this day.
    pub expires_before: Option<NaiveDate>,
}

/// A look-up of the passport with this number.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PassportSearch {
    /// Issuing state or organisation.
    #[schema(value_type = CountryCode, required, example = "UTO")]
    #[validate(custom(function = "required"))]
    pub issuing_country: Input<CountryCode>,
    /// Number of the document; spaces and hyphens do not matter.
    #[schema(value_type = PassportNumber, required, example = "L898902C3")]
    #[validate(custom(function = "required"))]
    pub passport_number: Input<PassportNumber>,
}
