//! What callers say about visas: to record one, to change one, to find some.

use chrono::NaiveDate;
use entity::ids::{PassportId, UserId};
use entity::values::{CountryCode, PlaceOfIssue, StayDays, VisaEntries, VisaNumber, VisaStatus, VisaType};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::input::{Input, not_null, optional, required};

/// A visa to record, or an electronic travel authorization.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewVisa {
    /// The holder. Customers record their own.
    #[schema(value_type = UserId, required)]
    #[validate(custom(function = "required"))]
    pub user_id: Input<UserId>,
    /// The passport that it stands in or was issued for: one of the holder's.
    #[schema(value_type = Option<PassportId>)]
    #[validate(custom(function = "optional"))]
    pub passport_id: Input<PassportId>,
    /// The country that issued it and that it is good for: ISO 3166-1 alpha-2 or alpha-3, or an ICAO code.
    #[schema(value_type = CountryCode, required, example = "USA")]
    #[validate(custom(function = "required"))]
    pub country: Input<CountryCode>,
    /// Number of the visa; spaces and hyphens do not matter.
    #[schema(value_type = VisaNumber, required)]
    #[validate(custom(function = "required"))]
    pub visa_number: Input<VisaNumber>,
    /// What it is for.
    #[schema(value_type = VisaType, required)]
    #[validate(custom(function = "required"))]
    pub r#type: Input<VisaType>,
    /// How often the holder may enter; `multiple` if not said.
    #[schema(value_type = VisaEntries)]
    #[validate(custom(function = "not_null"))]
    pub entries: Input<VisaEntries>,
    /// Longest stay in days, 1 to 3650, where the visa names one.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 3650, example = 90)]
    #[validate(custom(function = "optional"))]
    pub max_stay_days: Input<StayDays>,
    /// Place where it was issued, in letters and spaces; airlines ask for it (DOCO).
    #[schema(value_type = Option<PlaceOfIssue>)]
    #[validate(custom(function = "optional"))]
    pub place_of_issue: Input<PlaceOfIssue>,
    /// Date of issue.
    #[schema(value_type = NaiveDate, required, example = "2026-01-15")]
    #[validate(custom(function = "required"))]
    pub issue_date: Input<NaiveDate>,
    /// First day of validity, where it is not the date of issue.
    #[schema(value_type = Option<NaiveDate>, example = "2026-02-01")]
    #[validate(custom(function = "optional"))]
    pub valid_from: Input<NaiveDate>,
    /// Last day of validity. Expired visas can be recorded.
    #[schema(value_type = NaiveDate, required, example = "2036-01-14")]
    #[validate(custom(function = "required"))]
    pub expiry_date: Input<NaiveDate>,
    /// `active` if not said.
    #[schema(value_type = VisaStatus)]
    #[validate(custom(function = "not_null"))]
    pub status: Input<VisaStatus>,
}

/// A change of a visa, as a JSON Merge Patch (RFC 7396): absent leaves, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VisaPatch {
    /// The passport that it stands in or was issued for: one of the holder's.
    #[schema(value_type = Option<PassportId>)]
    #[validate(custom(function = "optional"))]
    pub passport_id: Input<PassportId>,
    /// The country that issued it and that it is good for.
    #[schema(value_type = CountryCode)]
    #[validate(custom(function = "not_null"))]
    pub country: Input<CountryCode>,
    /// Number of the visa.
    #[schema(value_type = VisaNumber)]
    #[validate(custom(function = "not_null"))]
    pub visa_number: Input<VisaNumber>,
    /// What it is for.
    #[schema(value_type = VisaType)]
    #[validate(custom(function = "not_null"))]
    pub r#type: Input<VisaType>,
    /// How often the holder may enter.
    #[schema(value_type = VisaEntries)]
    #[validate(custom(function = "not_null"))]
    pub entries: Input<VisaEntries>,
    /// Longest stay in days, 1 to 3650.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 3650, example = 90)]
    #[validate(custom(function = "optional"))]
    pub max_stay_days: Input<StayDays>,
    /// Place where it was issued, in letters and spaces.
    #[schema(value_type = Option<PlaceOfIssue>)]
    #[validate(custom(function = "optional"))]
    pub place_of_issue: Input<PlaceOfIssue>,
    /// Date of issue.
    #[schema(value_type = NaiveDate, example = "2026-01-15")]
    #[validate(custom(function = "not_null"))]
    pub issue_date: Input<NaiveDate>,
    /// First day of validity, where it is not the date of issue.
    #[schema(value_type = Option<NaiveDate>, example = "2026-02-01")]
    #[validate(custom(function = "optional"))]
    pub valid_from: Input<NaiveDate>,
    /// Last day of validity.
    #[schema(value_type = NaiveDate, example = "2036-01-14")]
    #[validate(custom(function = "not_null"))]
    pub expiry_date: Input<NaiveDate>,
    /// Whether it can be travelled on.
    #[schema(value_type = VisaStatus)]
    #[validate(custom(function = "not_null"))]
    pub status: Input<VisaStatus>,
}

/// What narrows a list of visas.
#[derive(Debug, Clone, Default, Serialize)]
pub struct VisaFilter {
    /// Of this user.
    pub user_id: Option<UserId>,
    /// Of this country.
    pub country: Option<CountryCode>,
    /// For this.
    pub r#type: Option<VisaType>,
    /// With this status.
    pub status: Option<VisaStatus>,
    /// That expire before this day.
    pub expires_before: Option<NaiveDate>,
}

/// A look-up of the visa with this number.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VisaSearch {
    /// The country that issued it.
    #[schema(value_type = CountryCode, required, example = "USA")]
    #[validate(custom(function = "required"))]
    pub country: Input<CountryCode>,
    /// Number of the visa; spaces and hyphens do not matter.
    #[schema(value_type = VisaNumber, required)]
    #[validate(custom(function = "required"))]
    pub visa_number: Input<VisaNumber>,
}
