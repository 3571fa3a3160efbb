//! Documents on a passenger list as programs see them.

use std::fmt;

use chrono::NaiveDate;
use entity::ids::{IdentityCardId, PassportId, TravellerNumberId, VisaId};
use entity::values::{CountryCode, TravellerNumberType, TravellerProgramName, VisaType};
use serde::Serialize;
use service::documents::ShownNumber;
use service::{identity_cards, passports, traveller_numbers, visas};
use utoipa::ToSchema;

use super::names_view::hidden;

/// The passport that a traveller is booked with.
#[derive(Serialize, ToSchema)]
pub struct ManifestPassport {
    /// Which passport.
    #[schema(example = "01920000-0000-7000-8000-000000000101")]
    pub passport_id: PassportId,
    /// Issuing state or organisation as the ICAO code.
    #[schema(example = "UTO")]
    pub issuing_country: CountryCode,
    /// Number of the document.
    pub passport_number: ShownNumber,
    /// Whether the number is masked.
    #[schema(example = true)]
    pub masked: bool,
    /// Last day of validity.
    #[schema(example = "2034-04-15")]
    pub expiry_date: NaiveDate,
}

/// A visa of a traveller.
#[derive(Serialize, ToSchema)]
pub struct ManifestVisa {
    /// Which visa.
    #[schema(example = "01920000-0000-7000-8000-000000000151")]
    pub visa_id: VisaId,
    /// The country that issued it and that it is good for, as the ICAO code.
    #[schema(example = "USA")]
    pub country: CountryCode,
    /// What it is for.
    pub r#type: VisaType,
    /// Number of the visa.
    pub visa_number: ShownNumber,
    /// Whether the number is masked.
    #[schema(example = true)]
    pub masked: bool,
    /// Last day of validity.
    #[schema(example = "2036-01-14")]
    pub expiry_date: NaiveDate,
}

/// An identity card of a traveller.
#[derive(Serialize, ToSchema)]
pub struct ManifestIdentityCard {
    /// Which card.
    #[schema(example = "01920000-0000-7000-8000-000000000161")]
    pub identity_card_id: IdentityCardId,
    /// Issuing state as the ICAO code.
    #[schema(example = "UTO")]
    pub issuing_country: CountryCode,
    /// Number of the document.
    pub document_number: ShownNumber,
    /// Whether the number is masked.
    #[schema(example = true)]
    pub masked: bool,
    /// Last day of validity; null for a card that never expires.
    #[schema(required, example = "2034-04-15")]
    pub expiry_date: Option<NaiveDate>,
}

/// A number by which a state knows a traveller.
#[derive(Serialize, ToSchema)]
pub struct ManifestTravellerNumber {
    /// Which record.
    #[schema(example = "01920000-0000-7000-8000-000000000171")]
    pub traveller_number_id: TravellerNumberId,
    /// What it is for.
    pub r#type: TravellerNumberType,
    /// The number.
    pub number: ShownNumber,
    /// Whether the number is masked.
    #[schema(example = true)]
    pub masked: bool,
    /// The country that issued it, as the ICAO code.
    #[schema(example = "USA")]
    pub country: CountryCode,
    /// The programme that it belongs to.
    #[schema(required, example = "Global Entry")]
    pub program: Option<TravellerProgramName>,
    /// Last day on which it is good; null where it does not end.
    #[schema(required, example = "2028-10-23")]
    pub expiry_date: Option<NaiveDate>,
}

hidden!(
    ManifestPassport,
    ManifestVisa,
    ManifestIdentityCard,
    ManifestTravellerNumber
);

impl From<passports::Shown> for ManifestPassport {
    fn from(it: passports::Shown) -> Self {
        Self {
            passport_id: it.id,
            issuing_country: it.issuing_country,
            passport_number: it.passport_number,
            masked: it.masked,
            expiry_date: it.expiry_date,
        }
    }
}

impl From<visas::Shown> for ManifestVisa {
    fn from(it: visas::Shown) -> Self {
        Self {
            visa_id: it.id,
            country: it.country,
            r#type: it.visa_type,
            masked: it.visa_number.is_masked(),
            visa_number: it.visa_number,
            expiry_date: it.expiry_date,
        }
    }
}

impl From<identity_cards::Shown> for ManifestIdentityCard {
    fn from(it: identity_cards::Shown) -> Self {
        Self {
            identity_card_id: it.id,
            issuing_country: it.issuing_country,
            masked: it.document_number.is_masked(),
            document_number: it.document_number,
            expiry_date: it.expiry_date,
        }
    }
}

impl From<traveller_numbers::Shown> for ManifestTravellerNumber {
    fn from(it: traveller_numbers::Shown) -> Self {
        let it = it.record;
        Self {
            traveller_number_id: it.id,
            r#type: it.number_type,
            masked: it.number.is_masked(),
            number: it.number,
            country: it.country,
            program: it.program,
            expiry_date: it.expiry_date,
        }
    }
}
