//! How OAuth says no: JSON of its own (RFC 6749 §5.2) instead of a problem.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::json;
use service::oauth::{Failure, Refusal};
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use super::unstored;
use crate::error::Error;
use crate::problem::Kind;

/// How to prove who one is (RFC 7617). RFC 9110 §15.5.2 wants it with every 401.
const CHALLENGE: HeaderValue = HeaderValue::from_static(r#"Basic realm="customer-profile", charset="UTF-8""#);

/// Why a request of OAuth fails. The middleware `problems` leaves the refusals as they are.
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// In the words of OAuth.
    #[error("{}", .0.code())]
    Refused(Refusal),
    /// As any other request, with a problem.
    #[error(transparent)]
    Failed(Error),
}

impl From<Refusal> for OAuthError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for OAuthError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Failure> for OAuthError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Failed(error) => Self::Failed(error.into()),
        }
    }
}

impl ResponseError for OAuthError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Refused(Refusal::InvalidClient) => StatusCode::UNAUTHORIZED,
            Self::Refused(_) => StatusCode::BAD_REQUEST,
            Self::Failed(error) => error.status_code(),
        }
    }

    fn error_response(&self) -> HttpResponse {
        let refusal = match self {
            Self::Refused(refusal) => *refusal,
            Self::Failed(error) => return error.error_response(),
        };
        let mut response = unstored(HttpResponse::build(self.status_code()));
        if refusal == Refusal::InvalidClient {
            response.insert_header((header::WWW_AUTHENTICATE, CHALLENGE));
        }
        response.json(OAuthRefusal {
            error: refusal.code(),
            error_description: refusal.description(),
        })
    }
}

/// Why a request of OAuth was refused (RFC 6749 §5.2).
#[derive(Debug, Serialize, ToSchema)]
pub struct OAuthRefusal<'a> {
    /// Name of the error in the standard or, where it has none that fits, of the problem (`docs/ERRORS.md`).
    #[schema(value_type = String, max_length = 100, pattern = "^[a-z][a-z0-9_]*$", example = "invalid_client")]
    pub error: &'a str,
    /// What is wrong and what to do, in one sentence for people.
    #[schema(
        value_type = String,
        max_length = 1000,
        example = "The client id and the secret do not belong to a client that gets in; check both, or ask an administrator."
    )]
    pub error_description: &'a str,
}

/// Documents what every operation of OAuth can answer beside its own, all of it in the form of OAuth.
macro_rules! failures {
    ($($(#[$doc:meta])* $name:ident: $($refusal:expr),+;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $name;

            impl IntoResponses for $name {
                fn responses() -> BTreeMap<String, RefOr<Response>> {
                    documented(&[$($refusal),+])
                }
            }
        )+
    };
}

failures! {
    /// Of getting a token.
    GrantFailures: Refusal::InvalidRequest("The parameter grant_type is missing."), Refusal::UnsupportedGrantType,
        Refusal::InvalidScope;
    /// Of revoking one.
    RevocationFailures: Refusal::InvalidRequest("The parameter token is missing."), Refusal::UnauthorizedClient,
        Refusal::UnsupportedTokenType;
    /// Of asking about one.
    IntrospectionFailures: Refusal::InvalidRequest("The parameter token is missing.");
}

fn documented(refusals: &[Refusal]) -> BTreeMap<String, RefOr<Response>> {
    let said = |refusal: &Refusal| (refusal.code(), refusal.description());
    let mut responses = BTreeMap::from([
        (
            "400".to_owned(),
            refused("The request is refused.", refusals.iter().map(said)),
        ),
        (
            "401".to_owned(),
            refused(
                "The client did not prove who it is, or gets in no more.",
                [said(&Refusal::InvalidClient)],
            ),
        ),
    ]);
    for (status, description) in [
        (408, "The body did not arrive in time."),
        (413, "The body is too large."),
        (
            429,
            "Too many attempts have failed, or too many requests were sent.",
        ),
        (500, "A fault of ours."),
        (503, "The service is busy, or its database out of reach."),
    ] {
        let kinds = Kind::with_status(status)
            .filter(|kind| kind.code != "too_many_reveals")
            .map(|kind| (kind.code, kind.detail));
        responses.insert(status.to_string(), refused(description, kinds));
    }
    responses
}

/// An answer with what stands in it for each name of an error.
fn refused<'a>(description: &str, errors: impl IntoIterator<Item = (&'a str, &'a str)>) -> RefOr<Response> {
    let examples = errors.into_iter().map(|(error, error_description)| {
        let value = json!(OAuthRefusal {
            error,
            error_description
        });
        (
            error,
            ExampleBuilder::new().summary(error).value(Some(value)).build(),
        )
    });
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("OAuthRefusal")))
        .examples_from_iter(examples)
        .build();
    ResponseBuilder::new()
        .description(description)
        .content("application/json", content)
        .build()
        .into()
}
