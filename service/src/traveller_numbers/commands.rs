//! What callers say about traveller numbers: to record one, to change one, to find some.

use chrono::NaiveDate;
use entity::ids::UserId;
use entity::values::{CountryCode, TravellerNumberType, TravellerNumberValue, TravellerProgramName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors};

use crate::input::{Input, not_null, optional, required};
use crate::page::Limit;

/// A traveller's number to record.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewTravellerNumber {
    /// Whose number it is. Customers record their own.
    #[schema(value_type = UserId, required)]
    pub user_id: Input<UserId>,
    /// What it is for.
    #[schema(value_type = TravellerNumberType, required)]
    pub r#type: Input<TravellerNumberType>,
    /// The number; spaces and hyphens do not matter. One that does not look like its type is taken, with a warning.
    #[schema(value_type = TravellerNumberValue, required)]
    pub number: Input<TravellerNumberValue>,
    /// The country that issued it; `USA` if not said, except for type `other`, which needs it.
    #[schema(value_type = CountryCode, example = "USA")]
    pub country: Input<CountryCode>,
    /// The programme that it belongs to; type `other` needs it.
    #[schema(value_type = Option<TravellerProgramName>)]
    pub program: Input<TravellerProgramName>,
    /// Last day on which it is good, where it ends.
    #[schema(value_type = Option<NaiveDate>, example = "2031-05-31")]
    pub expiry_date: Input<NaiveDate>,
}

impl Validate for NewTravellerNumber {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let Self {
            user_id,
            r#type,
            number,
            country,
            program,
            expiry_date,
        } = self;
        // Of the two that are known by name everybody knows who issues them.
        let is_other = r#type.value() == Some(&TravellerNumberType::Other);
        let (country, program) = if is_other {
            (required(country), required(program))
        } else {
            (not_null(country), optional(program))
        };
        let checks = [
            ("user_id", required(user_id)),
            ("type", required(r#type)),
            ("number", required(number)),
            ("country", country),
            ("program", program),
            ("expiry_date", optional(expiry_date)),
        ];
        let mut errors = ValidationErrors::new();
        for (field, check) in checks {
            if let Err(error) = check {
                errors.add(field, error);
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// A change of a traveller's number, as a JSON Merge Patch (RFC 7396): absent leaves, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TravellerNumberPatch {
    /// What it is for.
    #[schema(value_type = TravellerNumberType)]
    #[validate(custom(function = "not_null"))]
    pub r#type: Input<TravellerNumberType>,
    /// The number.
    #[schema(value_type = TravellerNumberValue)]
    #[validate(custom(function = "not_null"))]
    pub number: Input<TravellerNumberValue>,
    /// The country that issued it.
    #[schema(value_type = CountryCode, example = "USA")]
    #[validate(custom(function = "not_null"))]
    pub country: Input<CountryCode>,
    /// The programme that it belongs to; type `other` needs it.
    #[schema(value_type = Option<TravellerProgramName>)]
    #[validate(custom(function = "optional"))]
    pub program: Input<TravellerProgramName>,
    /// Last day on which it is good, where it ends.
    #[schema(value_type = Option<NaiveDate>, example = "2031-05-31")]
    #[validate(custom(function = "optional"))]
    pub expiry_date: Input<NaiveDate>,
}

/// What narrows a list of traveller numbers.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TravellerNumberFilter {
    /// Of this user.
    pub user_id: Option<UserId>,
    /// Of this type.
    pub r#type: Option<TravellerNumberType>,
    /// That expire before this day.
    pub expires_before: Option<NaiveDate>,
}

/// A look-up of the travellers with this number.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TravellerNumberSearch {
    /// What it is for.
    #[schema(value_type = TravellerNumberType, required)]
    #[validate(custom(function = "required"))]
    pub r#type: Input<TravellerNumberType>,
    /// The number; spaces and hyphens do not matter.
    #[schema(value_type = TravellerNumberValue, required)]
    #[validate(custom(function = "required"))]
    pub number: Input<TravellerNumberValue>,
    /// How many numbers, 1 to 200; 50 if not said.
    #[schema(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    #[validate(custom(function = "optional"))]
    pub limit: Input<Limit>,
    /// `next_cursor` of the page before.
    #[schema(value_type = Option<String>, max_length = 200)]
    #[validate(custom(function = "optional"))]
    pub cursor: Input<String>,
}
