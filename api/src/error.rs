//! The one error type of the HTTP layer: what the business rules refuse, and what only HTTP can get wrong.

use std::time::Duration;

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, ResponseError};
use service::error::{Denial, FieldError, Repeated, Unauthenticated};

use crate::problem::Kind;

/// Media types that a PATCH takes, for `Accept-Patch` (RFC 5789 §3.1).
const ACCEPT_PATCH: HeaderValue = HeaderValue::from_static("application/merge-patch+json, application/json");
/// Seconds after which a service that is overloaded, or at the same request already, may be asked again.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// Why a request fails. The middleware `problems` writes it as a [`crate::problem::Problem`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The business rules refuse.
    #[error(transparent)]
    Service(#[from] service::Error),
    /// The request is not proper HTTP, in a way that has no better name.
    #[error("bad request")]
    BadRequest,
    /// The address exists, but not with this method.
    #[error("method not allowed")]
    MethodNotAllowed {
        /// The methods that exist, as `Allow` lists them.
        allow: String,
    },
    /// The body did not arrive in time.
    #[error("request timeout")]
    RequestTimeout,
    /// The body is longer than this server takes.
    #[error("payload too large")]
    PayloadTooLarge {
        /// What it takes, in bytes.
        limit: usize,
    },
    /// The caller has sent more requests than one may.
    #[error("too many requests")]
    TooManyRequests {
        /// After how long the next one is taken.
        retry_after: Duration,
    },
    /// Path and query are longer than this server takes.
    #[error("URI too long")]
    UriTooLong,
    /// The body is of a type, a charset or an encoding that the operation does not take.
    #[error("unsupported media type")]
    UnsupportedMediaType(Method),
    /// The header fields are longer than this server takes.
    #[error("header fields too large")]
    HeadersTooLarge,
    /// A handler panicked. The text is the place in the source, for the log.
    #[error("a handler panicked")]
    Panicked,
}

/// What every handler and extractor returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Query and path parameters that break a rule.
    pub const fn parameters(errors: Vec<FieldError>) -> Self {
        Self::Service(service::Error::InvalidParameter(errors))
    }

    /// The closest error to a status that the framework chose by itself.
    pub fn from_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::Service(service::Error::NotFound),
            StatusCode::REQUEST_TIMEOUT => Self::RequestTimeout,
            StatusCode::URI_TOO_LONG => Self::UriTooLong,
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Self::HeadersTooLarge,
            StatusCode::SERVICE_UNAVAILABLE => {
                Self::Service(service::Error::Unavailable("the server is busy"))
            }
            status if status.as_u16() < 500 => Self::BadRequest,
            _ => Self::Panicked,
        }
    }

    /// Header fields that belong to the status.
    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        match self {
            Self::Service(service::Error::Unauthenticated(reason)) => {
                headers.insert(header::WWW_AUTHENTICATE, challenge(*reason));
            }
            Self::Service(service::Error::Denied(Denial::Scopes(scopes))) => {
                // RFC 6750 §3.1.
                let challenge = format!(
                    r#"Bearer realm="customer-profile", error="insufficient_scope", scope="{scopes}""#
                );
                if let Ok(challenge) = HeaderValue::from_str(&challenge) {
                    headers.insert(header::WWW_AUTHENTICATE, challenge);
                }
            }
            Self::TooManyRequests { retry_after }
            | Self::Service(
                service::Error::TooManyAttempts { retry_after }
                | service::Error::TooManyReveals { retry_after },
            ) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds(*retry_after)));
            }
            Self::Service(
                service::Error::Unavailable(_) | service::Error::Repeated(Repeated::InProgress),
            ) => {
                headers.insert(header::RETRY_AFTER, RETRY_AFTER);
            }
            Self::MethodNotAllowed { allow } => {
                if let Ok(allow) = HeaderValue::from_str(allow) {
                    headers.insert(header::ALLOW, allow);
                }
            }
            Self::UnsupportedMediaType(Method::PATCH) => {
                headers.insert(header::HeaderName::from_static("accept-patch"), ACCEPT_PATCH);
            }
            // What is left of the body is not worth reading.
            Self::RequestTimeout | Self::PayloadTooLarge { .. } => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        headers
    }
}

/// How to sign in (RFC 6750 §3): without `error` when no credentials were sent. By hand, because
/// actix-web-httpauth leaves out the comma between the parameters (RFC 9110 §11.2).
const fn challenge(reason: Unauthenticated) -> HeaderValue {
    HeaderValue::from_static(match reason {
        Unauthenticated::InvalidToken => r#"Bearer realm="customer-profile", error="invalid_token""#,
        Unauthenticated::Missing
        | Unauthenticated::InvalidCredentials
        | Unauthenticated::SecondFactorRequired
        | Unauthenticated::InvalidCode
        | Unauthenticated::InvalidRefreshToken => r#"Bearer realm="customer-profile""#,
    })
}

/// Whole seconds, rounded up, and at least one.
fn seconds(duration: Duration) -> u64 {
    duration
        .as_millis()
        .div_ceil(1000)
        .max(1)
        .try_into()
        .unwrap_or(u64::MAX)
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(Kind::of(self).status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Status and header fields; the body needs the request's id, which only the middleware knows.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status_code());
        for (name, value) in self.headers() {
            response.headers_mut().append(name, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge_text(reason: Unauthenticated) -> String {
        challenge(reason).to_str().unwrap_or_default().to_owned()
    }

    #[test]
    fn the_challenge_names_an_error_only_for_a_bad_token() {
        assert_eq!(
            challenge_text(Unauthenticated::Missing),
            r#"Bearer realm="customer-profile""#
        );
        assert_eq!(
            challenge_text(Unauthenticated::InvalidCredentials),
            r#"Bearer realm="customer-profile""#
        );
        assert_eq!(
            challenge_text(Unauthenticated::InvalidToken),
            r#"Bearer realm="customer-profile", error="invalid_token""#
        );
    }

    #[test]
    fn only_a_refused_patch_is_told_what_a_patch_takes() {
        let header = |method| {
            Error::UnsupportedMediaType(method)
                .error_response()
                .headers()
                .contains_key("accept-patch")
        };
        assert!(header(Method::PATCH));
        assert!(!header(Method::POST));
    }
}
