//! Table `client_secrets`: hashes of the secrets with which machine clients prove who they are.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClientId, ClientSecretId};
use crate::values::Hidden;

/// A secret. A client has two while the one takes the place of the other.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client_secrets")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClientSecretId,
    /// Whose it is.
    #[sea_orm(indexed)]
    pub client_id: ClientId,
    /// SHA-256 of the secret, base64url. The secret itself is with the other system alone.
    #[sea_orm(unique)]
    pub secret_hash: Hidden,
    /// When it was handed out.
    pub created_at: DateTime<Utc>,
    /// The client.
    #[sea_orm(belongs_to, from = "client_id", to = "id", on_delete = "Cascade")]
    pub client: BelongsTo<super::clients::Entity>,
    /// What was got with it.
    #[sea_orm(has_many)]
    pub tokens: HasMany<super::client_tokens::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
