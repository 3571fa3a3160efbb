//! Table `passports`: the documents that customers travel on, as printed in them.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{PassportId, UserId};
use crate::values::{
    BlindIndex, CountryCode, DocumentCode, ExternalIds, PassportStatus, PersonName, Sealed, Sex,
};

/// A passport (ICAO Doc 9303-4). Names, birth date and sex are the document's, not the profile's: they may differ,
/// and at the airport the document counts.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passports")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PassportId,
    /// The holder.
    #[sea_orm(indexed)]
    pub user_id: UserId,
    /// Document code (Doc 9303-4 §4.4): `P`, `PP`, `PD` …
    pub document_code: DocumentCode,
    /// Issuing state or organisation (Doc 9303-3 §5). Unique together with the number.
    pub issuing_country: CountryCode,
    /// Nationality of the holder (Doc 9303-3 §5); not always the issuer.
    pub nationality: CountryCode,
    /// Number of the document, normalised.
    pub passport_number: Sealed,
    /// What issuing country and number together are found by and unique through.
    #[sea_orm(unique)]
    pub number_index: BlindIndex,
    /// Personal number or other optional data of the issuer (Doc 9303-4 §4.2.2).
    pub personal_number: Option<Sealed>,
    /// Primary identifier (Doc 9303-3 §4.6): the surname, or the only name.
    pub surname: PersonName,
    /// Secondary identifier: the given names; absent for single-name travellers.
    pub given_names: Option<PersonName>,
    /// Date of birth in the document (ISO 8601).
    pub date_of_birth: Sealed,
    /// Sex in the document.
    pub sex: Sex,
    /// Country of birth.
    pub birth_country: Option<CountryCode>,
    /// Place of birth as printed.
    pub place_of_birth: Option<Sealed>,
    /// Date of issue.
    pub issue_date: Option<NaiveDate>,
    /// Last day of validity.
    pub expiry_date: NaiveDate,
    /// Whether it can be travelled on.
    pub status: PassportStatus,
    /// Whether it is the one to book with: one of the active ones of a user.
    pub primary: bool,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Its numbers in other systems.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    pub external_ids: ExternalIds,
    /// The holder.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
    /// Visas that stand in it, or name it.
    #[sea_orm(has_many)]
    pub visas: HasMany<super::visas::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
