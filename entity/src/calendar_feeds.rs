//! Table `calendar_feeds`: calendars of last days of validity that programs subscribe to.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{CalendarFeedId, GroupId, UserId};
use crate::values::{FeedName, Hidden};

/// A calendar feed. What it shows is computed with the rights that its owner has when it is read.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_feeds")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CalendarFeedId,
    /// Who subscribes.
    #[sea_orm(indexed)]
    pub user_id: UserId,
    /// What the owner calls it.
    pub name: Option<FeedName>,
    /// SHA-256 of the secret in its address, base64url. The secret itself is with the owner alone.
    #[sea_orm(unique)]
    pub token_hash: Hidden,
    /// Whose documents and memberships it shows; absent for those of a group.
    #[sea_orm(indexed)]
    pub about_user_id: Option<UserId>,
    /// Of which group's members it shows them; absent for those of one person.
    #[sea_orm(indexed)]
    pub group_id: Option<GroupId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Who subscribes.
    #[sea_orm(
        belongs_to,
        relation_enum = "Owner",
        from = "user_id",
        to = "id",
        on_delete = "Cascade"
    )]
    pub owner: BelongsTo<super::users::Entity>,
    /// Whose documents it shows.
    #[sea_orm(
        belongs_to,
        relation_enum = "About",
        from = "about_user_id",
        to = "id",
        on_delete = "Cascade"
    )]
    pub about: BelongsTo<Option<super::users::Entity>>,
    /// Of whose members it shows them.
    #[sea_orm(belongs_to, from = "group_id", to = "id", on_delete = "Cascade")]
    pub group: BelongsTo<Option<super::groups::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
