//! Table `external_ids`: which record a number of another system stands for.

use sea_orm::entity::prelude::*;

use crate::ids::{GroupId, LoyaltyId, PassportId, UserId};
use crate::values::BlindIndex;

/// A number of another system. The number itself stands in its record; here is the digest that finds the record. With no
/// record it is that of a user who was erased.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "external_ids")]
pub struct Model {
    /// Keyed digest of kind of record, system and number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: BlindIndex,
    /// The user whom it stands for.
    #[sea_orm(indexed)]
    pub user_id: Option<UserId>,
    /// The passport that it stands for.
    #[sea_orm(indexed)]
    pub passport_id: Option<PassportId>,
    /// The membership that it stands for.
    #[sea_orm(indexed)]
    pub loyalty_id: Option<LoyaltyId>,
    /// The group that it stands for.
    #[sea_orm(indexed)]
    pub group_id: Option<GroupId>,
    /// The user whom it stands for.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "SetNull")]
    pub user: BelongsTo<Option<super::users::Entity>>,
    /// The passport that it stands for.
    #[sea_orm(belongs_to, from = "passport_id", to = "id", on_delete = "Cascade")]
    pub passport: BelongsTo<Option<super::passports::Entity>>,
    /// The membership that it stands for.
    #[sea_orm(belongs_to, from = "loyalty_id", to = "id", on_delete = "Cascade")]
    pub loyalty: BelongsTo<Option<super::loyalties::Entity>>,
    /// The group that it stands for.
    #[sea_orm(belongs_to, from = "group_id", to = "id", on_delete = "Cascade")]
    pub group: BelongsTo<Option<super::groups::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
