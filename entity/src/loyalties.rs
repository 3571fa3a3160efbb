//! Table `loyalties`: which customer belongs to which loyalty programme.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LoyaltyId, LoyaltyProgramId, UserId};
use crate::values::{BlindIndex, ExternalIds, LoyaltyStatus, Sealed, TierName};

/// A membership: one for each user and programme.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "loyalties")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LoyaltyId,
    /// The member.
    #[sea_orm(unique_key = "user_id_program_id")]
    pub user_id: UserId,
    /// The programme.
    #[sea_orm(unique_key = "user_id_program_id", indexed)]
    pub program_id: LoyaltyProgramId,
    /// Number on the card.
    pub membership_number: Sealed,
    /// What the number is found by.
    #[sea_orm(indexed)]
    pub membership_number_index: BlindIndex,
    /// One of the programme's tiers.
    pub tier: Option<TierName>,
    /// Whether it earns and burns.
    pub status: LoyaltyStatus,
    /// Last day of the membership or its tier.
    pub expiry_date: Option<NaiveDate>,
    /// Whether it is the member's favourite: one of a user at the most.
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
    /// The member.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
    /// The programme.
    #[sea_orm(belongs_to, from = "program_id", to = "id")]
    pub program: BelongsTo<super::loyalty_programs::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
