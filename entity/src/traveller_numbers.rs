//! Table `traveller_numbers`: the numbers by which states know customers.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{TravellerNumberId, UserId};
use crate::values::{BlindIndex, CountryCode, Sealed, TravellerNumberType, TravellerProgramName};

/// A number that a state has given to a traveller: Known Traveler Number, redress number and their like (TSA Secure
/// Flight). One of a user, type and country; two people may say the same number.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "traveller_numbers")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TravellerNumberId,
    /// Whose number it is.
    #[sea_orm(unique_key = "user_id_type_country")]
    pub user_id: UserId,
    /// What it is for.
    #[sea_orm(column_name = "type", unique_key = "user_id_type_country")]
    pub number_type: TravellerNumberType,
    /// The number, normalised.
    pub number: Sealed,
    /// What type and number together are found by.
    #[sea_orm(indexed)]
    pub number_index: BlindIndex,
    /// The country that issued it.
    #[sea_orm(unique_key = "user_id_type_country")]
    pub country: CountryCode,
    /// The programme that it belongs to.
    pub program: Option<TravellerProgramName>,
    /// Last day on which it is good, where it ends.
    #[sea_orm(indexed)]
    pub expiry_date: Option<NaiveDate>,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Whose number it is.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
