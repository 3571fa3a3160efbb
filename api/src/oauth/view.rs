//! Forms and answers of OAuth.

use serde::Serialize;
use service::auth::tokens::Claims;
use service::oauth::Issued;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a client sends for an access token (RFC 6749 §4.4.2).
#[derive(Debug, ToSchema)]
pub struct TokenForm {
    /// Always `client_credentials`.
    #[schema(max_length = 100, example = "client_credentials")]
    pub grant_type: String,
    /// Id of the client, unless it stands in the `Authorization` header.
    #[schema(max_length = 36, example = "01920000-0000-7000-8000-000000000501")]
    pub client_id: Option<String>,
    /// Secret of the client, unless it stands in the `Authorization` header.
    #[schema(format = Password, max_length = 200, example = "cps_utopia-booking-tool-demonstration-sunrise-42")]
    pub client_secret: Option<String>,
    /// Scopes to ask for, separated by spaces; all that the client has if left out.
    #[schema(max_length = 500, example = "users:read passports:read")]
    pub scope: Option<String>,
}

/// An access token (RFC 6749 §5.1).
#[derive(Serialize, ToSchema)]
pub struct IssuedToken {
    /// The token, to be sent as `Authorization: Bearer <access_token>`.
    #[schema(
        max_length = 4000,
        example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl"
    )]
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(max_length = 10, example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds for which the token is good; get another one then.
    #[schema(minimum = 0, maximum = 31_536_000, example = 600)]
    pub expires_in: u64,
    /// What the token allows, separated by spaces.
    #[schema(max_length = 500, example = "users:read passports:read")]
    pub scope: String,
}

impl From<Issued> for IssuedToken {
    fn from(issued: Issued) -> Self {
        Self {
            access_token: issued.access_token.expose().to_owned(),
            token_type: "Bearer",
            expires_in: issued.expires_in,
            scope: issued.scopes.to_string(),
        }
    }
}

/// Which access token, and who wants to know or to end it (RFC 7009 §2.1, RFC 7662 §2.1).
#[derive(Debug, ToSchema)]
pub struct TokenReference {
    /// The access token.
    #[schema(
        max_length = 4000,
        example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl"
    )]
    pub token: String,
    /// What kind of token the caller takes it for; not needed here.
    #[schema(max_length = 100, example = "access_token")]
    pub token_type_hint: Option<String>,
    /// Id of the client, unless it stands in the `Authorization` header.
    #[schema(max_length = 36, example = "01920000-0000-7000-8000-000000000501")]
    pub client_id: Option<String>,
    /// Secret of the client, unless it stands in the `Authorization` header.
    #[schema(format = Password, max_length = 200, example = "cps_utopia-booking-tool-demonstration-sunrise-42")]
    pub client_secret: Option<String>,
}

/// What there is to know of a token (RFC 7662 §2.2). Of a token that is not good, or not the client's to know about,
/// nothing but `active` is there.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Introspection {
    /// Whether the token is good at this moment.
    #[schema(example = true)]
    pub active: bool,
    /// Always `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, nullable = false, max_length = 10, example = "Bearer")]
    pub token_type: Option<&'static str>,
    /// What the token allows at this moment, if it is a client's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 500, example = "users:read passports:read")]
    pub scope: Option<String>,
    /// The client, if it is a client's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "01920000-0000-7000-8000-000000000501")]
    pub client_id: Option<Uuid>,
    /// The user or the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "01920000-0000-7000-8000-000000000501")]
    pub sub: Option<Uuid>,
    /// The session, if it is a person's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "01920000-0000-7000-8000-000000000601")]
    pub sid: Option<Uuid>,
    /// Until when it is good, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, example = 1_795_363_800)]
    pub exp: Option<i64>,
    /// When it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, example = 1_795_363_200)]
    pub iat: Option<i64>,
    /// From when on it is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, example = 1_795_363_200)]
    pub nbf: Option<i64>,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 2000, example = "http://127.0.0.1:8080")]
    pub iss: Option<String>,
    /// Whom it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100, example = "customer-profile")]
    pub aud: Option<String>,
    /// Its own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "01920000-0000-7000-8000-000000000801")]
    pub jti: Option<Uuid>,
}

impl From<Option<Claims>> for Introspection {
    fn from(claims: Option<Claims>) -> Self {
        let Some(claims) = claims else {
            return Self::default();
        };
        Self {
            active: true,
            token_type: Some("Bearer"),
            scope: claims.scope,
            client_id: claims.client_id,
            sub: Some(claims.sub),
            sid: claims.sid,
            exp: Some(claims.exp),
            iat: Some(claims.iat),
            nbf: Some(claims.nbf),
            iss: Some(claims.iss),
            aud: Some(claims.aud),
            jti: Some(claims.jti),
        }
    }
}
