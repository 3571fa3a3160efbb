//! Table `recovery_codes`: hashes of the codes that stand in for a lost authenticator app.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;
use crate::values::Hidden;

/// A code that has not been used: using one removes it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recovery_codes")]
pub struct Model {
    /// SHA-256 of the code without its hyphens, base64url. The code itself is with its owner alone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_hash: Hidden,
    /// Whose it is.
    #[sea_orm(indexed)]
    pub user_id: UserId,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
