//! Table `second_factors`: what a user shows beside the password.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::UserId;
use crate::values::Sealed;

/// The authenticator app of one user (TOTP, RFC 6238).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "second_factors")]
pub struct Model {
    /// Whose it is: one for each user at the most.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// The secret that the app shares, sealed under the data key of the user.
    pub secret: Sealed,
    /// The last step of 30 seconds since 1970 whose code was taken; no code of it or of an earlier one is taken again.
    pub last_step: Option<i64>,
    /// When a first code proved that the app has the secret; until then nobody is asked for codes.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When the secret was made.
    pub created_at: DateTime<Utc>,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
