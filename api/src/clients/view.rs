//! Machine clients as administrators see them.

use chrono::{DateTime, Utc};
use entity::client_secrets;
use entity::ids::{ClientId, ClientSecretId};
use entity::values::{ClientName, ClientStatus, Scope, Scopes};
use serde::Serialize;
use service::clients::{self, NewSecret, ScopeName};
use utoipa::ToSchema;

use crate::page::page_view;

/// Another system of the agency that calls this one.
///
/// Generated clients have a `Client` of their own, for the connection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MachineClient, description = "Another system of the agency that calls this one.")]
pub struct Client {
    /// Id: the `client_id` of OAuth.
    pub id: ClientId,
    /// What it is called.
    #[schema(example = "Booking tool")]
    pub name: ClientName,
    /// What it may do.
    #[schema(value_type = Vec<ScopeName>, min_items = 1, max_items = 100)]
    pub scopes: Vec<Scope>,
    /// Whether it gets in.
    pub status: ClientStatus,
    /// From when on it gets in no more; null if no end is set.
    #[schema(required, example = "2099-12-31T22:00:00Z")]
    pub expires_at: Option<DateTime<Utc>>,
    /// Its secrets, the oldest first. None of them can be seen again.
    #[schema(max_items = 2)]
    pub secrets: Vec<ClientSecret>,
    /// Counts the changes, those of the secrets included; the ETag in quotes.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it, or its list of secrets, was last changed.
    pub updated_at: DateTime<Utc>,
}

/// That there is a secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientSecret {
    /// Id of the secret.
    pub id: ClientSecretId,
    /// When it was handed out.
    pub created_at: DateTime<Utc>,
}

/// A client that has just been added, with its secret, which is shown this once.
#[derive(Serialize, ToSchema)]
pub struct CreatedClient {
    /// Id: the `client_id` of OAuth.
    pub id: ClientId,
    /// The secret. Hand it to the other system now: nobody can see it again.
    #[schema(max_length = 200, example = "cps_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub secret: String,
    /// Id of the secret.
    pub secret_id: ClientSecretId,
    /// What it is called.
    #[schema(example = "Booking tool")]
    pub name: ClientName,
    /// What it may do.
    #[schema(value_type = Vec<ScopeName>, min_items = 1, max_items = 100)]
    pub scopes: Vec<Scope>,
    /// Whether it gets in.
    pub status: ClientStatus,
    /// From when on it gets in no more; null if no end is set.
    #[schema(required, example = "2099-12-31T22:00:00Z")]
    pub expires_at: Option<DateTime<Utc>>,
    /// Its secrets: the new one.
    #[schema(max_items = 2)]
    pub secrets: Vec<ClientSecret>,
    /// Counts the changes; the ETag in quotes.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A secret that has just been made, which is shown this once.
#[derive(Serialize, ToSchema)]
pub struct CreatedClientSecret {
    /// Id of the secret.
    pub id: ClientSecretId,
    /// The secret. Hand it to the other system now: nobody can see it again.
    #[schema(max_length = 200, example = "cps_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub secret: String,
    /// When it was handed out.
    pub created_at: DateTime<Utc>,
}

fn names(scopes: Scopes) -> Vec<Scope> {
    scopes.iter().collect()
}

impl From<client_secrets::Model> for ClientSecret {
    fn from(secret: client_secrets::Model) -> Self {
        Self {
            id: secret.id,
            created_at: secret.created_at,
        }
    }
}

impl From<clients::Client> for Client {
    fn from(it: clients::Client) -> Self {
        Self {
            id: it.client.id,
            name: it.client.name,
            scopes: names(it.client.scopes),
            status: it.client.status,
            expires_at: it.client.expires_at,
            secrets: it.secrets.into_iter().map(ClientSecret::from).collect(),
            version: it.client.version,
            created_at: it.client.created_at,
            updated_at: it.client.updated_at,
        }
    }
}

impl From<NewSecret> for CreatedClient {
    fn from(it: NewSecret) -> Self {
        Self {
            id: it.client.id,
            secret: it.secret.expose().to_owned(),
            secret_id: it.record.id,
            name: it.client.name,
            scopes: names(it.client.scopes),
            status: it.client.status,
            expires_at: it.client.expires_at,
            secrets: vec![ClientSecret::from(it.record)],
            version: it.client.version,
            created_at: it.client.created_at,
            updated_at: it.client.updated_at,
        }
    }
}

impl From<NewSecret> for CreatedClientSecret {
    fn from(it: NewSecret) -> Self {
        Self {
            id: it.record.id,
            secret: it.secret.expose().to_owned(),
            created_at: it.record.created_at,
        }
    }
}

page_view! {
    /// A page of clients.
    ClientPage of Client from clients::Client
}
