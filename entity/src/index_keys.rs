//! Table `index_keys`: by what the key of the blind indexes is recognised.

use sea_orm::entity::prelude::*;

use crate::values::BlindIndex;

/// The key that the blind indexes of this database were made with. A start with another one would find nobody and take
/// the same passport twice.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "index_keys")]
pub struct Model {
    /// Name of the key in the keyring.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// A digest that only this key makes.
    pub check: BlindIndex,
}

impl ActiveModelBehavior for ActiveModel {}
