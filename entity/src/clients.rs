//! Table `clients`: the other systems of the agency that call this one.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::ClientId;
use crate::values::{ClientName, ClientStatus, Scopes};

/// A machine client (RFC 6749 §2).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clients")]
pub struct Model {
    /// UUIDv7; the `client_id` of OAuth.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClientId,
    /// What it is called.
    pub name: ClientName,
    /// The name in the form in which it is unique, whatever the case.
    #[sea_orm(unique)]
    pub name_key: String,
    /// What it may do, separated by spaces.
    pub scopes: Scopes,
    /// Whether it gets in.
    pub status: ClientStatus,
    /// From when on it gets in no more; absent when no end is set.
    pub expires_at: Option<DateTime<Utc>>,
    /// Counts the changes, those of the secrets included; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it, or its list of secrets, was last changed.
    pub updated_at: DateTime<Utc>,
    /// What it proves itself with.
    #[sea_orm(has_many)]
    pub secrets: HasMany<super::client_secrets::Entity>,
    /// What it has been given.
    #[sea_orm(has_many)]
    pub tokens: HasMany<super::client_tokens::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
