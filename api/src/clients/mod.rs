//! `/v1/clients`: the other systems of the agency that call this one.

mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use entity::ids::{ClientId, ClientSecretId};
use serde::Deserialize;
use service::clients::{ClientPatch, NewClient};
use service::page::{Limit, PageRequest};
use service::policy::ManageClients;
use service::{Core, clients};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{Client, ClientPage, CreatedClient, CreatedClientSecret};
use crate::error::Result;
use crate::extract::{IfMatch, IfNoneMatch, Json, May, Path, Query};
use crate::problem::{Forbidden, NotModified, Stale, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_clients)
        .service(create_client)
        .service(get_client)
        .service(update_client)
        .service(delete_client)
        .service(create_client_secret)
        .service(delete_client_secret);
}

conflicts!(ClientConflicts: ClientNameTaken);
conflicts!(SecretConflicts: TooManySecrets);

/// Which client.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ClientPath {
    /// Id of the client.
    id: ClientId,
}

/// Which secret of which client.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ClientSecretPath {
    /// Id of the client.
    id: ClientId,
    /// Id of the secret.
    secret_id: ClientSecretId,
}

/// Which page of the clients.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ClientQuery {
    /// How many clients the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// List clients
///
/// The other systems that call this one, with what they may do. Secrets cannot be seen, only since when they are.
/// Permissions: administrators.
#[utoipa::path(
    tag = "clients",
    extensions(("x-permission" = json!("ManageClients"))),
    params(ClientQuery),
    responses((status = 200, description = "A page of clients.", body = ClientPage), Forbidden)
)]
#[get("/v1/clients")]
async fn list_clients(
    by: May<ManageClients>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<ClientQuery>,
) -> Result<HttpResponse> {
    let ClientQuery { limit, cursor } = query.0;
    let page = clients::list(&core, &by, &PageRequest { limit, cursor }).await?;
    let next = page.next_cursor.clone();
    Ok(reply::page(&request, next.as_deref(), &ClientPage::from(page)))
}

/// Add a client
///
/// The answer holds the secret, this once: hand id and secret to the other system, which gets access tokens for them at
/// `POST /oauth/token`. Give it no more scopes than it needs. Permissions: administrators.
#[utoipa::path(
    tag = "clients",
    extensions(("x-permission" = json!("ManageClients"))),
    request_body(content = NewClient, example = json!({
        "name": "Ferry desk", "scopes": ["users:read", "loyalties:read"], "expires_at": "2099-12-31T22:00:00Z"
    })),
    responses((status = 201, description = "The new client with its secret.", body = CreatedClient), Forbidden, ClientConflicts)
)]
#[post("/v1/clients")]
async fn create_client(
    by: May<ManageClients>,
    core: Data<Core>,
    new: Json<NewClient>,
) -> Result<HttpResponse> {
    let made = clients::create(&core, &by, new.0).await?;
    let (location, version) = (format!("/v1/clients/{}", made.client.id), made.client.version);
    Ok(reply::created(&location, version, &CreatedClient::from(made)))
}

/// Read a client
///
/// One client with its scopes, and since when it has its secrets. Permissions: administrators.
#[utoipa::path(
    tag = "clients",
    extensions(("x-permission" = json!("ManageClients"))),
    params(ClientPath),
    responses((status = 200, description = "The client.", body = Client), Forbidden, NotModified)
)]
#[get("/v1/clients/{id}")]
async fn get_client(
    by: May<ManageClients>,
    core: Data<Core>,
    path: Path<ClientPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let found = clients::get(&core, &by, path.0.id).await?;
    Ok(reply::fresh(&known, found.client.version, &Client::from(found)))
}

/// Change a client
///
/// A JSON Merge Patch: what is absent stays, null clears, a list replaces. Scopes that are taken away, the status
/// `disabled` and a new end count at once, for tokens that are out, too. Permissions: administrators.
#[utoipa::path(
    tag = "clients",
    extensions(("x-permission" = json!("ManageClients"))),
    params(ClientPath),
    request_body(content = ClientPatch, example = json!({"scopes": ["users:read", "passports:read"]})),
    responses((status = 200, description = "The changed client.", body = Client), Forbidden, ClientConflicts, Stale)
)]
#[patch("/v1/clients/{id}")]
async fn update_client(
    by: May<ManageClients>,
    core: Data<Core>,
    path: Path<ClientPath>,
    seen: IfMatch,
    changes: Json<ClientPatch>,
) -> Result<HttpResponse> {
    let found = clients::update(&core, &by, path.0.id, &seen.0, changes.0).await?;
    Ok(reply::versioned(found.client.version, &Client::from(found)))
}

/// Remove a client
///
/// Its secrets and tokens are good for nothing from here on. Permissions: administrators.
#[utoipa::path(
    tag = "clients",
    extensions(("x-permission" = json!("ManageClients"))),
    params(ClientPath),
    responses((status = 204, description = "Removed."), Forbidden, Stale)
)]
#[delete("/v1/clients/{id}")]
async fn delete_client(
    by: May<ManageClients>,
    core: Data<Core>,
    path: Path<ClientPath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    clients::delete(&core, &by, path.0.id, &seen.0).await?;
    Ok(reply::no_content())
}

/// Add a second secret
///
/// To change the secret without a break: add the new one, hand it to the other system, and remove the old one once it is
/// no longer used. The answer holds the secret, this once. Permissions: administrators.
#[utoipa::path(
    tag = "clients",
    extensions(("x-permission" = json!("ManageClients"))),
    params(ClientPath),
    responses((status = 201, description = "The new secret.", body = CreatedClientSecret), Forbidden, SecretConflicts)
)]
#[post("/v1/clients/{id}/secrets")]
async fn create_client_secret(
    by: May<ManageClients>,
    core: Data<Core>,
    path: Path<ClientPath>,
) -> Result<HttpResponse> {
    let made = clients::add_secret(&core, &by, path.0.id).await?;
    let (location, version) = (format!("/v1/clients/{}", made.client.id), made.client.version);
    Ok(reply::created(
        &location,
        version,
        &CreatedClientSecret::from(made),
    ))
}

/// Remove a secret
///
/// It gets no tokens any more, and those that were got with it are refused at once. Permissions: administrators.
#[utoipa::path(
    tag = "clients",
    extensions(("x-permission" = json!("ManageClients"))),
    params(ClientSecretPath),
    responses((status = 204, description = "Removed."), Forbidden, Stale)
)]
#[delete("/v1/clients/{id}/secrets/{secret_id}")]
async fn delete_client_secret(
    by: May<ManageClients>,
    core: Data<Core>,
    path: Path<ClientSecretPath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    let ClientSecretPath { id, secret_id } = path.0;
    clients::remove_secret(&core, &by, id, secret_id, &seen.0).await?;
    Ok(reply::no_content())
}
