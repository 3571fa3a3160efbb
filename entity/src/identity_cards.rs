//! Table `identity_cards`: what customers travel on where no passport is asked for.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{IdentityCardId, UserId};
use crate::values::{BlindIndex, CountryCode, IdentityCardStatus, PersonName, Sealed, Sex};

/// An identity card (ICAO Doc 9303-5 and -6). Names, birth date and sex are the document's, not the profile's.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_cards")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IdentityCardId,
    /// The holder.
    #[sea_orm(indexed)]
    pub user_id: UserId,
    /// Issuing state (Doc 9303-3 §5). Unique together with the number.
    pub issuing_country: CountryCode,
    /// Nationality of the holder (Doc 9303-3 §5); not always the issuer.
    pub nationality: CountryCode,
    /// Number of the document, normalised.
    pub document_number: Sealed,
    /// What issuing country and number together are found by and unique through.
    #[sea_orm(unique)]
    pub number_index: BlindIndex,
    /// Primary identifier (Doc 9303-3 §4.6): the surname, or the only name.
    pub surname: PersonName,
    /// Secondary identifier: the given names; absent for single-name travellers.
    pub given_names: Option<PersonName>,
    /// Date of birth in the document (ISO 8601).
    pub date_of_birth: Sealed,
    /// Sex in the document.
    pub sex: Sex,
    /// Date of issue.
    pub issue_date: Option<NaiveDate>,
    /// Last day of validity; some cards never expire.
    #[sea_orm(indexed)]
    pub expiry_date: Option<NaiveDate>,
    /// Whether it can be travelled on.
    pub status: IdentityCardStatus,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The holder.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
