//! Table `visas`: what lets customers into a country, beside the passport.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{PassportId, UserId, VisaId};
use crate::values::{
    BlindIndex, CountryCode, PlaceOfIssue, Sealed, StayDays, VisaEntries, VisaStatus, VisaType,
};

/// A visa (ICAO Doc 9303-7), or an electronic travel authorization in its place.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "visas")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VisaId,
    /// The holder.
    #[sea_orm(indexed)]
    pub user_id: UserId,
    /// The passport that it stands in or was issued for: one of the holder's.
    #[sea_orm(indexed)]
    pub passport_id: Option<PassportId>,
    /// The country that issued it and that it is good for. Unique together with the number.
    pub country: CountryCode,
    /// Number of the visa, normalised.
    pub visa_number: Sealed,
    /// What country and number together are found by and unique through.
    #[sea_orm(unique)]
    pub number_index: BlindIndex,
    /// What it is for.
    #[sea_orm(column_name = "type")]
    pub visa_type: VisaType,
    /// How often the holder may enter.
    pub entries: VisaEntries,
    /// Longest stay, in days.
    pub max_stay_days: Option<StayDays>,
    /// Place where it was issued; airlines ask for it (DOCO).
    pub place_of_issue: Option<PlaceOfIssue>,
    /// Date of issue.
    pub issue_date: NaiveDate,
    /// First day of validity, where it is not the date of issue.
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity.
    #[sea_orm(indexed)]
    pub expiry_date: NaiveDate,
    /// Whether it can be travelled on.
    pub status: VisaStatus,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The holder.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
    /// The passport.
    #[sea_orm(belongs_to, from = "passport_id", to = "id", on_delete = "SetNull")]
    pub passport: BelongsTo<Option<super::passports::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
