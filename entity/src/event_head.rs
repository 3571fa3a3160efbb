//! Table `event_head`: from where to where the feed of changes reaches. It has one row, which whoever lengthens or shortens
//! the feed locks.

use sea_orm::entity::prelude::*;

/// Both ends of the feed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_head")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Place of the last event; 0 while there is none.
    pub position: i64,
    /// Place of the last event whose time was over; 0 while there is none.
    pub pruned: i64,
}

impl ActiveModelBehavior for ActiveModel {}
