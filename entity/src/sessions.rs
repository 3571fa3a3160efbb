//! Table `sessions`: what each sign-in has opened, until it ends.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{SessionId, UserId};
use crate::values::Hidden;

/// A session: a family of refresh tokens, each of which takes the place of the one before, and the access tokens that
/// name it (`sid`).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// UUIDv7; the claim `sid` of its access tokens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// Who has signed in.
    #[sea_orm(indexed)]
    pub user_id: UserId,
    /// What the device calls itself, so that its owner knows it again.
    pub device_name: Option<Hidden>,
    /// Where the sign-in came from, as coarse as tells a stranger from oneself: `loopback`, `private`, or the network
    /// that the address is in. Never the address.
    pub address_class: Option<Hidden>,
    /// Whether a second factor was shown.
    pub second_factor: bool,
    /// When the person signed in.
    pub created_at: DateTime<Utc>,
    /// When tokens were last asked for.
    pub last_used_at: DateTime<Utc>,
    /// When the person has to sign in again, however busy the session is.
    #[sea_orm(indexed)]
    pub expires_at: DateTime<Utc>,
    /// When it was ended before its time.
    pub ended_at: Option<DateTime<Utc>>,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
    /// All tokens that have carried it on.
    #[sea_orm(has_many)]
    pub refresh_tokens: HasMany<super::refresh_tokens::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
