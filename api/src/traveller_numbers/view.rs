//! Traveller numbers as callers see them.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{TravellerNumberId, UserId};
use entity::values::{CountryCode, TravellerNumberType, TravellerProgramName};
use serde::Serialize;
use service::documents::{ShownNumber, is_expired};
use service::traveller_numbers;
use utoipa::ToSchema;

use crate::booking::names_view::{BookingWarning, warnings};
use crate::page::page_view;

/// A number by which a state knows a traveller.
#[derive(Debug, Serialize, ToSchema)]
pub struct TravellerNumber {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000000171")]
    pub id: TravellerNumberId,
    /// Whose number it is.
    pub user_id: UserId,
    /// What it is for.
    pub r#type: TravellerNumberType,
    /// The number, without spaces or hyphens. Masked for everybody but the traveller: to see it in clear, reveal it.
    pub number: ShownNumber,
    /// Whether the number is masked.
    #[schema(example = true)]
    pub masked: bool,
    /// The country that issued it, as the ICAO code (Doc 9303-3 §5).
    #[schema(example = "USA")]
    pub country: CountryCode,
    /// The same as ISO 3166-1 alpha-2, where there is one.
    #[schema(required, min_length = 2, max_length = 2, example = "US")]
    pub country_alpha2: Option<&'static str>,
    /// The programme that it belongs to.
    #[schema(required)]
    pub program: Option<TravellerProgramName>,
    /// Last day on which it is good; null where it does not end.
    #[schema(required, example = "2031-05-31")]
    pub expiry_date: Option<NaiveDate>,
    /// Whether that day has passed.
    #[schema(example = false)]
    pub expired: bool,
    /// What is doubtful about the number, and should be compared with the document.
    #[schema(max_items = 5)]
    pub warnings: Vec<BookingWarning>,
    /// Counts the changes; the ETag in quotes.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl TravellerNumber {
    /// The number as of a day.
    pub fn new(shown: traveller_numbers::Shown, today: NaiveDate) -> Self {
        let it = shown.record;
        Self {
            id: it.id,
            user_id: it.user_id,
            r#type: it.number_type,
            masked: it.number.is_masked(),
            number: it.number,
            country_alpha2: it.country.iso_alpha2(),
            country: it.country,
            program: it.program,
            expired: it.expiry_date.is_some_and(|day| is_expired(day, today)),
            expiry_date: it.expiry_date,
            warnings: warnings(shown.warnings),
            version: it.version,
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

page_view! {
    /// A page of traveller numbers.
    TravellerNumberPage of TravellerNumber from traveller_numbers::Shown, with today
}
