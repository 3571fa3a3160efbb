//! Table `group_members`: who travels in which group, and as what.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{GroupId, UserId};
use crate::values::MemberRole;

/// A member of a travel group.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "group_members")]
pub struct Model {
    /// The group.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: GroupId,
    /// The member.
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub user_id: UserId,
    /// What the member is to the group.
    pub role: MemberRole,
    /// Since when.
    pub joined_at: DateTime<Utc>,
    /// The group.
    #[sea_orm(belongs_to, from = "group_id", to = "id", on_delete = "Cascade")]
    pub group: BelongsTo<super::groups::Entity>,
    /// The member.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
