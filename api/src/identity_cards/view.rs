//! Identity cards as callers see them.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{IdentityCardId, UserId};
use entity::values::{CountryCode, IdentityCardStatus, PersonName, Sex};
use serde::Serialize;
use service::documents::{ShownNumber, is_expired};
use service::identity_cards;
use utoipa::ToSchema;

use crate::page::page_view;

/// An identity card, as printed in the document.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityCard {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000000161")]
    pub id: IdentityCardId,
    /// The holder.
    pub user_id: UserId,
    /// Issuing state as the ICAO code (Doc 9303-3 §5).
    #[schema(example = "UTO")]
    pub issuing_country: CountryCode,
    /// The same as ISO 3166-1 alpha-2, where there is one.
    #[schema(required, min_length = 2, max_length = 2, example = "SE")]
    pub issuing_country_alpha2: Option<&'static str>,
    /// Nationality of the holder as the ICAO code.
    #[schema(example = "UTO")]
    pub nationality: CountryCode,
    /// The same as ISO 3166-1 alpha-2, where there is one.
    #[schema(required, min_length = 2, max_length = 2, example = "SE")]
    pub nationality_alpha2: Option<&'static str>,
    /// Number of the document, without spaces or hyphens. Masked for everybody but the holder: to see it in clear, reveal
    /// the card.
    pub document_number: ShownNumber,
    /// Whether the number is masked.
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
    /// Date of issue.
    #[schema(required, example = "2024-04-16")]
    pub issue_date: Option<NaiveDate>,
    /// Last day of validity; null for a card that never expires.
    #[schema(required, example = "2034-04-15")]
    pub expiry_date: Option<NaiveDate>,
    /// Whether the last day of validity has passed.
    #[schema(example = false)]
    pub expired: bool,
    /// Whether it can be travelled on.
    pub status: IdentityCardStatus,
    /// Counts the changes; the ETag in quotes.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl IdentityCard {
    /// The identity card as of a day.
    pub fn new(card: identity_cards::Shown, today: NaiveDate) -> Self {
        Self {
            id: card.id,
            user_id: card.user_id,
            issuing_country_alpha2: card.issuing_country.iso_alpha2(),
            issuing_country: card.issuing_country,
            nationality_alpha2: card.nationality.iso_alpha2(),
            nationality: card.nationality,
            masked: card.document_number.is_masked(),
            document_number: card.document_number,
            surname: card.surname,
            given_names: card.given_names,
            date_of_birth: card.date_of_birth,
            sex: card.sex,
            issue_date: card.issue_date,
            expired: card.expiry_date.is_some_and(|day| is_expired(day, today)),
            expiry_date: card.expiry_date,
            status: card.status,
            version: card.version,
            created_at: card.created_at,
            updated_at: card.updated_at,
        }
    }
}

page_view! {
    /// A page of identity cards.
    IdentityCardPage of IdentityCard from identity_cards::Shown, with today
}
