//! Table `data_keys`: the key under which everything sensitive about a person is sealed, itself wrapped.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{DataKeyId, UserId};
use crate::values::Sealed;

/// The data key of a person. Without this row nothing that was sealed for the person can be read again, wherever a copy
/// of it may lie: to remove it is to shred the data.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "data_keys")]
pub struct Model {
    /// Whose data it seals.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// UUIDv7, repeated in all that is sealed under it.
    #[sea_orm(unique)]
    pub key_id: DataKeyId,
    /// Which key of the keyring it is wrapped under.
    #[sea_orm(indexed)]
    pub wrapping_key_id: String,
    /// The key, wrapped.
    pub wrapped_key: Sealed,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The person.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
