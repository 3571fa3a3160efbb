//! What clients and verifiers of tokens find out by themselves (RFC 8414, RFC 7517).

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use entity::values::Scope;
use serde::Serialize;
use service::Core;
use service::auth::tokens::PublishedKey;
use service::oauth::{AUTH_METHODS, GRANT_TYPE};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::extract::IfNoneMatch;
use crate::openapi::Served;
use crate::problem::NotModified;
use crate::reply;

/// Five minutes: as long as a new key is published before it signs, at the least.
const LIFETIME: &str = "public, max-age=300";

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(get_authorization_server)
        .service(get_json_web_key_set);
}

/// What this server offers to OAuth clients (RFC 8414 §2).
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthorizationServer {
    /// Who issues the tokens: `PUBLIC_URL`, and the claim `iss` of every token.
    #[schema(format = "uri", max_length = 2000, example = "http://127.0.0.1:8080")]
    pub issuer: String,
    /// Where clients get tokens.
    #[schema(
        format = "uri",
        max_length = 2000,
        example = "http://127.0.0.1:8080/oauth/token"
    )]
    pub token_endpoint: String,
    /// How clients prove there who they are.
    #[schema(value_type = Vec<String>, max_items = 10, example = json!(["client_secret_basic", "client_secret_post"]))]
    pub token_endpoint_auth_methods_supported: [&'static str; 2],
    /// Where clients revoke tokens.
    #[schema(
        format = "uri",
        max_length = 2000,
        example = "http://127.0.0.1:8080/oauth/revoke"
    )]
    pub revocation_endpoint: String,
    /// How clients prove there who they are.
    #[schema(value_type = Vec<String>, max_items = 10, example = json!(["client_secret_basic", "client_secret_post"]))]
    pub revocation_endpoint_auth_methods_supported: [&'static str; 2],
    /// Where clients ask about tokens.
    #[schema(
        format = "uri",
        max_length = 2000,
        example = "http://127.0.0.1:8080/oauth/introspect"
    )]
    pub introspection_endpoint: String,
    /// How clients prove there who they are.
    #[schema(value_type = Vec<String>, max_items = 10, example = json!(["client_secret_basic", "client_secret_post"]))]
    pub introspection_endpoint_auth_methods_supported: [&'static str; 2],
    /// Where the public keys are.
    #[schema(
        format = "uri",
        max_length = 2000,
        example = "http://127.0.0.1:8080/.well-known/jwks.json"
    )]
    pub jwks_uri: String,
    /// All scopes that a client can be given.
    #[schema(value_type = Vec<String>, max_items = 100, example = json!(["users:read", "passports:read"]))]
    pub scopes_supported: Vec<Scope>,
    /// The one grant type.
    #[schema(value_type = Vec<String>, max_items = 10, example = json!(["client_credentials"]))]
    pub grant_types_supported: [&'static str; 1],
    /// Always `none`: there is no authorization endpoint, but the standard asks for the field.
    #[schema(value_type = Vec<String>, max_items = 10, example = json!(["none"]))]
    pub response_types_supported: [&'static str; 1],
    /// What people read.
    #[schema(format = "uri", max_length = 2000, example = "http://127.0.0.1:8080/docs/")]
    pub service_documentation: String,
}

impl AuthorizationServer {
    fn of(issuer: &str) -> Self {
        let at = |path: &str| format!("{issuer}{path}");
        Self {
            token_endpoint: at("/oauth/token"),
            token_endpoint_auth_methods_supported: AUTH_METHODS,
            revocation_endpoint: at("/oauth/revoke"),
            revocation_endpoint_auth_methods_supported: AUTH_METHODS,
            introspection_endpoint: at("/oauth/introspect"),
            introspection_endpoint_auth_methods_supported: AUTH_METHODS,
            jwks_uri: at("/.well-known/jwks.json"),
            scopes_supported: Scope::ALL.to_vec(),
            grant_types_supported: [GRANT_TYPE],
            response_types_supported: ["none"],
            service_documentation: at("/docs/"),
            issuer: issuer.to_owned(),
        }
    }
}

/// The public keys that check access tokens (RFC 7517 §5).
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonWebKeySet {
    /// The keys: the one that signs, the one that will sign next, and those whose signatures are still good.
    #[schema(max_items = 100)]
    pub keys: Vec<JsonWebKey>,
}

/// A public key (RFC 7517 §4, RFC 8037 §2).
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonWebKey {
    /// Kind of key: `OKP`.
    #[schema(value_type = String, max_length = 10, example = "OKP")]
    pub kty: &'static str,
    /// The curve: `Ed25519`.
    #[schema(value_type = String, max_length = 20, example = "Ed25519")]
    pub crv: &'static str,
    /// The 32 bytes of the key, base64url.
    #[schema(max_length = 64, example = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")]
    pub x: String,
    /// Id of the key, as the header of a token names it: its thumbprint (RFC 7638).
    #[schema(max_length = 64, example = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")]
    pub kid: String,
    /// What it is for: `sig`.
    #[serde(rename = "use")]
    #[schema(value_type = String, max_length = 10, example = "sig")]
    pub key_use: &'static str,
    /// The algorithm: `EdDSA`.
    #[schema(value_type = String, max_length = 20, example = "EdDSA")]
    pub alg: &'static str,
}

impl From<PublishedKey> for JsonWebKey {
    fn from(key: PublishedKey) -> Self {
        Self {
            kty: "OKP",
            crv: "Ed25519",
            x: key.x,
            kid: key.kid,
            key_use: "sig",
            alg: "EdDSA",
        }
    }
}

/// Discover the endpoints
///
/// What a client library asks for first (RFC 8414). It stands at the root of this server, also where `PUBLIC_URL` has a
/// path. Permissions: anyone.
#[utoipa::path(
    tag = "oauth",
    security(()),
    responses((status = 200, description = "What this server offers.", body = AuthorizationServer), NotModified)
)]
#[get("/.well-known/oauth-authorization-server")]
async fn get_authorization_server(core: Data<Core>, known: IfNoneMatch) -> HttpResponse {
    published(&known, &AuthorizationServer::of(core.tokens.issuer()))
}

/// Read the public keys
///
/// Whoever checks access tokens without asking here looks up the key that a token names (`kid`) in this set, and reads it
/// again when five minutes have passed or a key is not in it. Permissions: anyone.
#[utoipa::path(
    tag = "oauth",
    security(()),
    responses((status = 200, description = "The keys.", body = JsonWebKeySet), NotModified)
)]
#[get("/.well-known/jwks.json")]
async fn get_json_web_key_set(core: Data<Core>, known: IfNoneMatch) -> HttpResponse {
    let keys = core.tokens.published_keys();
    published(
        &known,
        &JsonWebKeySet {
            keys: keys.into_iter().map(JsonWebKey::from).collect(),
        },
    )
}

fn published(known: &IfNoneMatch, view: &impl Serialize) -> HttpResponse {
    let file = Served::new(&serde_json::to_value(view).unwrap_or_default());
    reply::file(&file, known, LIFETIME)
}
