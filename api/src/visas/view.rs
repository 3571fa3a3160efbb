//! Visas as callers see them.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{PassportId, UserId, VisaId};
use entity::values::{CountryCode, PlaceOfIssue, StayDays, VisaEntries, VisaStatus, VisaType};
use serde::Serialize;
use service::documents::{ShownNumber, is_expired};
use service::visas;
use utoipa::ToSchema;

use crate::page::page_view;

/// A visa, or an electronic travel authorization.
#[derive(Debug, Serialize, ToSchema)]
pub struct Visa {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000000151")]
    pub id: VisaId,
    /// The holder.
    pub user_id: UserId,
    /// The passport that it stands in or was issued for.
    #[schema(required)]
    pub passport_id: Option<PassportId>,
    /// The country that issued it and that it is good for, as the ICAO code (Doc 9303-3 §5).
    #[schema(example = "USA")]
    pub country: CountryCode,
    /// The same as ISO 3166-1 alpha-2, where there is one.
    #[schema(required, min_length = 2, max_length = 2, example = "US")]
    pub country_alpha2: Option<&'static str>,
    /// Number of the visa, without spaces or hyphens. Masked for everybody but the holder: to see it in clear, reveal the
    /// visa.
    pub visa_number: ShownNumber,
    /// Whether the number is masked.
    #[schema(example = true)]
    pub masked: bool,
    /// What it is for.
    pub r#type: VisaType,
    /// How often the holder may enter.
    pub entries: VisaEntries,
    /// Longest stay in days.
    #[schema(value_type = Option<i32>, required, minimum = 1, maximum = 3650, example = 90)]
    pub max_stay_days: Option<StayDays>,
    /// Place where it was issued.
    #[schema(required)]
    pub place_of_issue: Option<PlaceOfIssue>,
    /// Date of issue.
    #[schema(example = "2026-01-15")]
    pub issue_date: NaiveDate,
    /// First day of validity, where it is not the date of issue.
    #[schema(required, example = "2026-02-01")]
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity.
    #[schema(example = "2036-01-14")]
    pub expiry_date: NaiveDate,
    /// Whether the last day of validity has passed.
    #[schema(example = false)]
    pub expired: bool,
    /// Whether it can be travelled on.
    pub status: VisaStatus,
    /// Counts the changes; the ETag in quotes.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Visa {
    /// The visa as of a day.
    pub fn new(visa: visas::Shown, today: NaiveDate) -> Self {
        Self {
            id: visa.id,
            user_id: visa.user_id,
            passport_id: visa.passport_id,
            country_alpha2: visa.country.iso_alpha2(),
            country: visa.country,
            masked: visa.visa_number.is_masked(),
            visa_number: visa.visa_number,
            r#type: visa.visa_type,
            entries: visa.entries,
            max_stay_days: visa.max_stay_days,
            place_of_issue: visa.place_of_issue,
            issue_date: visa.issue_date,
            valid_from: visa.valid_from,
            expiry_date: visa.expiry_date,
            expired: is_expired(visa.expiry_date, today),
            status: visa.status,
            version: visa.version,
            created_at: visa.created_at,
            updated_at: visa.updated_at,
        }
    }
}

page_view! {
    /// A page of visas.
    VisaPage of Visa from visas::Shown, with today
}
