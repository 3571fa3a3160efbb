//! Table `credentials`: what a user signs in with, apart from the profile so that no read of a profile carries it.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::UserId;
use crate::values::Hidden;

/// The password of one user.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credentials")]
pub struct Model {
    /// Whose password it is: one row for each user at the most.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// Argon2id in PHC string format, parameters and salt included.
    pub password_hash: Hidden,
    /// When the password was set.
    pub password_changed_at: DateTime<Utc>,
    /// When a session that is no longer kept was last used; later than that only the sessions know.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
