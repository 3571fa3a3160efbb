//! `/oauth` and `/.well-known`: how other systems of the agency get in (OAuth 2.0 client credentials).

mod error;
pub mod view;
mod well_known;

use actix_web::http::header::{self, HeaderName};
use actix_web::web::Data;
use actix_web::{HttpResponse, HttpResponseBuilder, post};
use service::{Core, oauth};
use utoipa_actix_web::service_config::ServiceConfig;

use self::error::{GrantFailures, IntrospectionFailures, RevocationFailures};
pub use self::error::{OAuthError, OAuthRefusal};
use self::view::{Introspection, IssuedToken, TokenForm, TokenReference};
use crate::extract::ClientRequest;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(create_access_token)
        .service(revoke_access_token)
        .service(introspect_access_token);
    well_known::routes(config);
}

/// What no cache may keep, however old (RFC 6749 §5.1).
fn unstored(mut response: HttpResponseBuilder) -> HttpResponseBuilder {
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((HeaderName::from_static("pragma"), "no-cache"));
    response
}

/// Get an access token
///
/// Trades the id and the secret of a client for an access token (RFC 6749 §4.4), to be sent as `Authorization: Bearer
/// <access token>`. Id and secret stand in an `Authorization: Basic` header or in the body, not in both; `scope` asks for
/// fewer scopes than the client has. There is no refresh token: ask again when `expires_in` has passed.
/// Permissions: clients that are active.
#[utoipa::path(
    tag = "oauth",
    security(()),
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded", example = json!({
        "grant_type": "client_credentials",
        "client_id": "01920000-0000-7000-8000-000000000501",
        "client_secret": "cps_utopia-booking-tool-demonstration-sunrise-42",
        "scope": "users:read passports:read",
    })),
    responses((status = 200, description = "A new access token.", body = IssuedToken), GrantFailures)
)]
#[post("/oauth/token")]
async fn create_access_token(core: Data<Core>, request: ClientRequest) -> Result<HttpResponse, OAuthError> {
    let (grant_type, scope) = (request.parameter("grant_type"), request.parameter("scope"));
    let issued = oauth::grant(&core, &request.from, &request.credentials, grant_type, scope).await?;
    Ok(unstored(HttpResponse::Ok()).json(IssuedToken::from(issued)))
}

/// Revoke an access token
///
/// Ends one of the client's own tokens before its time (RFC 7009); it is refused at once, everywhere. A token that is not
/// known, or not good any more, is no error. Permissions: clients that are active.
#[utoipa::path(
    tag = "oauth",
    security(()),
    request_body(content = TokenReference, content_type = "application/x-www-form-urlencoded", example = json!({
        "token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl",
        "client_id": "01920000-0000-7000-8000-000000000501",
        "client_secret": "cps_utopia-booking-tool-demonstration-sunrise-42",
    })),
    responses((status = 200, description = "The token is good for nothing."), RevocationFailures)
)]
#[post("/oauth/revoke")]
async fn revoke_access_token(core: Data<Core>, request: ClientRequest) -> Result<HttpResponse, OAuthError> {
    oauth::revoke(&core, &request.from, &request.credentials, request.token()?).await?;
    Ok(unstored(HttpResponse::Ok()).finish())
}

/// Ask about an access token
///
/// Tells whether a token is good at this moment, and what it allows (RFC 7662): the client's own or, with the scope
/// `tokens:introspect`, that of any client or person. Of any other token the answer is `{"active": false}` and nothing
/// more. Permissions: clients that are active.
#[utoipa::path(
    tag = "oauth",
    security(()),
    request_body(content = TokenReference, content_type = "application/x-www-form-urlencoded", example = json!({
        "token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl",
        "client_id": "01920000-0000-7000-8000-000000000501",
        "client_secret": "cps_utopia-booking-tool-demonstration-sunrise-42",
    })),
    responses((status = 200, description = "What there is to know.", body = Introspection), IntrospectionFailures)
)]
#[post("/oauth/introspect")]
async fn introspect_access_token(
    core: Data<Core>,
    request: ClientRequest,
) -> Result<HttpResponse, OAuthError> {
    let claims = oauth::introspect(&core, &request.from, &request.credentials, request.token()?).await?;
    Ok(unstored(HttpResponse::Ok()).json(Introspection::from(claims)))
}
