//! Table `audit_chain`: where the chain of the audit trail ends. It has one row, which whoever lengthens the chain locks.

use sea_orm::entity::prelude::*;

/// The end of the chain.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_chain")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Place of the last entry; 0 while there is none.
    pub seq: i64,
    /// Its hash; `-` while there is none.
    pub hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
