//! Where a user lives.

use std::fmt;

use entity::values::{AddressPart, CountryCode, CountryKind, PostalCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError, ValidationErrors};

use crate::error::{FieldError, Result};
use crate::input::{FromJson, Input, Refusal, not_null, object, optional, required};

/// A postal address. It is sealed as one value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Street and house.
    pub street: Option<AddressPart>,
    /// City.
    pub city: Option<AddressPart>,
    /// State, province or region.
    pub region: Option<AddressPart>,
    /// Postal code.
    pub postal_code: Option<PostalCode>,
    /// Country.
    pub country: CountryCode,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(***)")
    }
}

/// A postal address to record.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewAddress {
    /// Street and house.
    #[schema(value_type = Option<AddressPart>)]
    #[validate(custom(function = "optional"))]
    pub street: Input<AddressPart>,
    /// City.
    #[schema(value_type = Option<AddressPart>, example = "Zenith")]
    #[validate(custom(function = "optional"))]
    pub city: Input<AddressPart>,
    /// State, province or region. Airlines want the two letters of a state of the USA.
    #[schema(value_type = Option<AddressPart>, example = "NY")]
    #[validate(custom(function = "optional"))]
    pub region: Input<AddressPart>,
    /// Postal code.
    #[schema(value_type = Option<PostalCode>)]
    #[validate(custom(function = "optional"))]
    pub postal_code: Input<PostalCode>,
    /// Country: ISO 3166-1 alpha-2 or alpha-3, or an ICAO code of a country.
    #[schema(value_type = CountryCode, required, example = "UTO")]
    #[validate(custom(function = "required"), custom(function = "a_country"))]
    pub country: Input<CountryCode>,
}

/// A change of a postal address, member by member (RFC 7396): absent leaves, null clears. An address that is not there
/// yet needs its country.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AddressPatch {
    /// Street and house.
    #[schema(value_type = Option<AddressPart>)]
    #[validate(custom(function = "optional"))]
    pub street: Input<AddressPart>,
    /// City.
    #[schema(value_type = Option<AddressPart>, example = "Zenith")]
    #[validate(custom(function = "optional"))]
    pub city: Input<AddressPart>,
    /// State, province or region.
    #[schema(value_type = Option<AddressPart>, example = "NY")]
    #[validate(custom(function = "optional"))]
    pub region: Input<AddressPart>,
    /// Postal code.
    #[schema(value_type = Option<PostalCode>)]
    #[validate(custom(function = "optional"))]
    pub postal_code: Input<PostalCode>,
    /// Country: ISO 3166-1 alpha-2 or alpha-3, or an ICAO code of a country.
    #[schema(value_type = CountryCode, example = "UTO")]
    #[validate(custom(function = "not_null"), custom(function = "a_country"))]
    pub country: Input<CountryCode>,
}

/// Nobody lives in an organisation, a nationality or statelessness.
fn a_country(country: &Input<CountryCode>) -> Result<(), ValidationError> {
    match country.value().map(CountryCode::kind) {
        None | Some(CountryKind::Country | CountryKind::Specimen) => Ok(()),
        Some(_) => Err(ValidationError::new("not_a_country")
            .with_message("This code is of no country; give the country of the address.".into())),
    }
}

macro_rules! from_json {
    ($($command:ident),+) => {
        $(
            impl FromJson for $command {
                fn from_json(value: serde_json::Value) -> Result<Self, Refusal> {
                    object(value)
                }
            }

            impl Validate for Input<$command> {
                fn validate(&self) -> Result<(), ValidationErrors> {
                    self.value().map_or(Ok(()), Validate::validate)
                }
            }
        )+
    };
}

from_json!(NewAddress, AddressPatch);

impl TryFrom<NewAddress> for Address {
    type Error = crate::error::Error;

    fn try_from(new: NewAddress) -> Result<Self> {
        Ok(Self {
            street: new.street.optional(),
            city: new.city.optional(),
            region: new.region.optional(),
            postal_code: new.postal_code.optional(),
            country: new.country.required("address/country")?,
        })
    }
}

/// The first address of a user, from what would be changed of one.
pub(super) fn as_new(patch: Input<AddressPatch>) -> Input<NewAddress> {
    match patch {
        Input::Value(patch) => Input::Value(NewAddress {
            street: patch.street,
            city: patch.city,
            region: patch.region,
            postal_code: patch.postal_code,
            country: patch.country,
        }),
        Input::Null => Input::Null,
        Input::Refused(refusal) => Input::Refused(refusal),
        Input::Absent => Input::Absent,
    }
}

/// What becomes of an address.
///
/// # Errors
/// `Invalid` when the first address of a user has no country.
pub(super) fn patched(found: Option<&Address>, patch: Input<AddressPatch>) -> Result<Option<Address>> {
    let patch = match patch {
        Input::Value(patch) => patch,
        Input::Null => return Ok(None),
        Input::Absent | Input::Refused(_) => return Ok(found.cloned()),
    };
    let Some(country) = patch.country.value().copied().or(found.map(|it| it.country)) else {
        let detail = "The first address of a user needs its country; add it.";
        return Err(FieldError::field("address/country", "required", detail).into());
    };
    let mut address = found.cloned().unwrap_or(Address {
        street: None,
        city: None,
        region: None,
        postal_code: None,
        country,
    });
    address.country = country;
    patch.street.patch_nullable(&mut address.street);
    patch.city.patch_nullable(&mut address.city);
    patch.region.patch_nullable(&mut address.region);
    patch.postal_code.patch_nullable(&mut address.postal_code);
    Ok(Some(address))
}
