//! What callers say about passports: to record one, to change one, to find some.

use chrono::NaiveDate;
use entity::ids::UserId;
use entity::values::{
    CountryCode, DocumentCode, ExternalId, ExternalIdChange, ExternalIdChanges, ExternalIds, PassportNumber,
    PassportStatus, PersonName, PersonalNumber, PlaceOfBirth, Sex,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors};

use crate::documents::{all_checks, unless_in_mrz};
use crate::input::{Input, not_null, optional, required};
use crate::travel::mrz::MrzText;

/// A passport to record, as printed in the document.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewPassport {
    /// The holder. Customers record their own.
    #[schema(value_type = UserId, required)]
    pub user_id: Input<UserId>,
    /// The machine readable zone, instead of the fields that it holds: document code, issuing country, nationality,
    /// number, names, date of birth, sex and expiry date. All its check digits must be right.
    #[schema(
        value_type = Option<String>, max_length = 300,
        example = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3404159ZE184226B<<<<<16"
    )]
    pub mrz: Input<MrzText>,
    /// Document code (ICAO Doc 9303-4 §4.4); `P` if not said.
    #[schema(value_type = DocumentCode)]
    pub document_code: Input<DocumentCode>,
    /// Issuing state or organisation: ISO 3166-1 alpha-2 or alpha-3, or an ICAO code. Needed without `mrz`.
    #[schema(value_type = CountryCode, example = "UTO")]
    pub issuing_country: Input<CountryCode>,
    /// Nationality of the holder; the issuing country if not said.
    #[schema(value_type = CountryCode, example = "UTO")]
    pub nationality: Input<CountryCode>,
    /// Number of the document; spaces and hyphens do not matter. Needed without `mrz`.
    #[schema(value_type = PassportNumber, example = "L898902C3")]
    pub passport_number: Input<PassportNumber>,
    /// Personal number, or other optional data of the issuer. From `mrz`, where that has one.
    #[schema(value_type = Option<PersonalNumber>)]
    pub personal_number: Input<PersonalNumber>,
    /// Surname (primary identifier), or the only name. Needed without `mrz`.
    #[schema(value_type = PersonName, example = "Eriksson")]
    pub surname: Input<PersonName>,
    /// Given names (secondary identifier); leave them out for a single name.
    #[schema(value_type = Option<PersonName>, example = "Anna Maria")]
    pub given_names: Input<PersonName>,
    /// Date of birth in the document. Needed without `mrz`.
    #[schema(value_type = NaiveDate, example = "1974-08-12")]
    pub date_of_birth: Input<NaiveDate>,
    /// Sex in the document; X where it is unspecified. Needed without `mrz`.
    #[schema(value_type = Sex)]
    pub sex: Input<Sex>,
    /// Country of birth.
    #[schema(value_type = Option<CountryCode>)]
    pub birth_country: Input<CountryCode>,
    /// Place of birth as printed.
    #[schema(value_type = Option<PlaceOfBirth>)]
    pub place_of_birth: Input<PlaceOfBirth>,
    /// Date of issue, before the expiry date.
    #[schema(value_type = Option<NaiveDate>, example = "2024-04-16")]
    pub issue_date: Input<NaiveDate>,
    /// Last day of validity. Expired passports can be recorded. Needed without `mrz`.
    #[schema(value_type = NaiveDate, example = "2034-04-15")]
    pub expiry_date: Input<NaiveDate>,
    /// `active` if not said.
    #[schema(value_type = PassportStatus)]
    pub status: Input<PassportStatus>,
    /// Whether it is the one to book with. The first active passport of a user is, whatever is said.
    #[schema(value_type = bool)]
    pub primary: Input<bool>,
    /// Its numbers in other systems; none if not said. Staff and other systems give them.
    #[schema(value_type = Vec<ExternalId>, max_items = 20)]
    pub external_ids: Input<ExternalIds>,
}

impl Validate for NewPassport {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let Self {
            user_id,
            mrz,
            document_code,
            issuing_country,
            nationality,
            passport_number,
            personal_number,
            surname,
            given_names,
            date_of_birth,
            sex,
            birth_country,
            place_of_birth,
            issue_date,
            expiry_date,
            status,
            primary,
            external_ids,
        } = self;
        all_checks([
            ("user_id", required(user_id)),
            ("mrz", optional(mrz)),
            ("document_code", unless_in_mrz(mrz, document_code, not_null)),
            ("issuing_country", unless_in_mrz(mrz, issuing_country, required)),
            ("nationality", unless_in_mrz(mrz, nationality, not_null)),
            ("passport_number", unless_in_mrz(mrz, passport_number, required)),
            ("personal_number", unless_in_mrz(mrz, personal_number, optional)),
            ("surname", unless_in_mrz(mrz, surname, required)),
            ("given_names", unless_in_mrz(mrz, given_names, optional)),
            ("date_of_birth", unless_in_mrz(mrz, date_of_birth, required)),
            ("sex", unless_in_mrz(mrz, sex, required)),
            ("birth_country", optional(birth_country)),
            ("place_of_birth", optional(place_of_birth)),
            ("issue_date", optional(issue_date)),
            ("expiry_date", unless_in_mrz(mrz, expiry_date, required)),
            ("status", not_null(status)),
            ("primary", not_null(primary)),
            ("external_ids", not_null(external_ids)),
        ])
    }
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
    /// Personal number, or other optional data of the issuer.
    #[schema(value_type = Option<PersonalNumber>)]
    #[validate(custom(function = "optional"))]
    pub personal_number: Input<PersonalNumber>,
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
    /// Its numbers in other systems, changed system by system: `id` null takes the number of that system away, a system that
    /// is not named keeps its number, null for the whole takes all away. Staff and other systems change them.
    #[schema(value_type = Option<Vec<ExternalIdChange>>, max_items = 20)]
    #[validate(custom(function = "optional"))]
    pub external_ids: Input<ExternalIdChanges>,
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
