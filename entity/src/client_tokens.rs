//! Table `client_tokens`: the access tokens of machine clients, until they expire.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClientId, ClientSecretId};
use crate::values::Scopes;

/// An access token. Without its row it is good for nothing.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client_tokens")]
pub struct Model {
    /// UUIDv7; the claim `jti` of the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who has it.
    #[sea_orm(indexed)]
    pub client_id: ClientId,
    /// The secret that it was got with.
    #[sea_orm(indexed)]
    pub secret_id: ClientSecretId,
    /// What it allows, as far as the client still may.
    pub scopes: Scopes,
    /// When it was handed out.
    pub created_at: DateTime<Utc>,
    /// Until when it is good.
    #[sea_orm(indexed)]
    pub expires_at: DateTime<Utc>,
    /// When it was revoked before its time.
    pub ended_at: Option<DateTime<Utc>>,
    /// The client.
    #[sea_orm(belongs_to, from = "client_id", to = "id", on_delete = "Cascade")]
    pub client: BelongsTo<super::clients::Entity>,
    /// The secret.
    #[sea_orm(belongs_to, from = "secret_id", to = "id", on_delete = "Cascade")]
    pub secret: BelongsTo<super::client_secrets::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
