//! Passports as callers see them.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{PassportId, UserId};
use entity::values::{CountryCode, DocumentCode, PassportStatus, PersonName, PlaceOfBirth, Sex};
use serde::Serialize;
use service::documents::{ShownNumber, is_expired};
use service::passports;
use utoipa::ToSchema;

use crate::external_ids::ExternalReference;
use crate::page::page_view;

/// A passport, as printed in the document.
#[derive(Debug, Serialize, ToSchema)]
pub struct Passport {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000000101")]
    pub id: PassportId,
    /// The holder.
    pub user_id: UserId,
    /// Document code (ICAO Doc 9303-4 §4.4).
    pub document_code: DocumentCode,
    /// Issuing state or organisation as the ICAO code (Doc 9303-3 §5).
    #[schema(example = "UTO")]
    pub issuing_country: CountryCode,
    /// The same as ISO 3166-1 alpha-2, where there is one.
    #[schema(required, min_length = 2, max_length = 2, example = "GB")]
    pub issuing_country_alpha2: Option<&'static str>,
    /// Nationality of the holder as the ICAO code.
    #[schema(example = "UTO")]
    pub nationality: CountryCode,
    /// The same as ISO 3166-1 alpha-2, where there is one.
    #[schema(required, min_length = 2, max_length = 2, example = "GB")]
    pub nationality_alpha2: Option<&'static str>,
    /// Number of the document, without spaces or hyphens. Masked for everybody but the holder: to see it in clear, reveal
    /// the passport.
    pub passport_number: ShownNumber,
    /// Personal number, or other optional data of the issuer; masked likewise.
    #[schema(required)]
    pub personal_number: Option<ShownNumber>,
    /// Whether the two numbers are masked.
    #[schema(example = true)]
    pub masked: bool,
    /// Surname (primary identifier), or the only name.
    #[schema(example = "Eriksson")]
    pub surname: PersonName,
    /// Given names (secondary identifier); null for a single name.
    #[schema(required, example = "Anna Maria")]
    pub given_names: Option<PersonName>,
    /// Date of birth in the document.
    #[schema(example = "1974-08-12")]
    pub date_of_birth: NaiveDate,
    /// Sex in the document.
    pub sex: Sex,
    /// Country of birth as the ICAO code.
    #[schema(required)]
    pub birth_country: Option<CountryCode>,
    /// The same as ISO 3166-1 alpha-2, where there is one.
    #[schema(required, min_length = 2, max_length = 2, example = "GB")]
    pub birth_country_alpha2: Option<&'static str>,
    /// Place of birth as printed.
    #[schema(required, example = "Zenith")]
    pub place_of_birth: Option<PlaceOfBirth>,
    /// Date of issue.
    #[schema(required, example = "2024-04-16")]
    pub issue_date: Option<NaiveDate>,
    /// Last day of validity.
    #[schema(example = "2034-04-15")]
    pub expiry_date: NaiveDate,
    /// Whether the last day of validity has passed.
    #[schema(example = false)]
    pub expired: bool,
    /// Whether it can be travelled on.
    pub status: PassportStatus,
    /// Whether it is the one to book with.
    #[schema(example = true)]
    pub primary: bool,
    /// Counts the changes; the ETag in quotes.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Its numbers in other systems, in the order of the systems' names.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalReference>,
}

impl Passport {
    /// The passport as of a day.
    pub fn new(passport: passports::Shown, today: NaiveDate) -> Self {
        Self {
            id: passport.id,
            user_id: passport.user_id,
            document_code: passport.document_code,
            issuing_country_alpha2: passport.issuing_country.iso_alpha2(),
            issuing_country: passport.issuing_country,
            nationality_alpha2: passport.nationality.iso_alpha2(),
            nationality: passport.nationality,
            passport_number: passport.passport_number,
            personal_number: passport.personal_number,
            masked: passport.masked,
            surname: passport.surname,
            given_names: passport.given_names,
            date_of_birth: passport.date_of_birth,
            sex: passport.sex,
            birth_country_alpha2: passport.birth_country.and_then(|code| code.iso_alpha2()),
            birth_country: passport.birth_country,
            place_of_birth: passport.place_of_birth,
            issue_date: passport.issue_date,
            expiry_date: passport.expiry_date,
            expired: is_expired(passport.expiry_date, today),
            status: passport.status,
            primary: passport.primary,
            version: passport.version,
            created_at: passport.created_at,
            updated_at: passport.updated_at,
            external_ids: ExternalReference::all(&passport.external_ids),
        }
    }
}

page_view! {
    /// A page of passports.
    PassportPage of Passport from passports::Shown, with today
}
