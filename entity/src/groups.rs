//! Table `groups`: customers who travel together.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::GroupId;
use crate::values::{ExternalIds, GroupName, Hidden, Purpose};

/// A travel group.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "groups")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GroupId,
    /// What the group is called.
    pub name: GroupName,
    /// The name in the form in which it is unique, whatever the case.
    #[sea_orm(unique)]
    pub name_key: Hidden,
    /// Why they travel together.
    pub purpose: Option<Purpose>,
    /// Counts the changes, those of the members included; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it, or its list of members, was last changed.
    pub updated_at: DateTime<Utc>,
    /// Its numbers in other systems.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    pub external_ids: ExternalIds,
    /// Who travels.
    #[sea_orm(has_many)]
    pub members: HasMany<super::group_members::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
