//! Finds out who asks.

use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web_httpauth::headers::authorization::Bearer;
use service::Core;
use service::error::{Error, Unauthenticated};

use crate::extract::Identity;

/// Checks the bearer token of a request to `/v1`, if it has one. A failure is kept for the operation to raise
/// ([`crate::extract::May`]), so that a stale token does not stop anybody from signing in again.
pub async fn authenticate<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    if request.path().starts_with("/v1/")
        && request.headers().contains_key(header::AUTHORIZATION)
        && let Some(core) = request.app_data::<Data<Core>>()
    {
        let identity = match bearer(request.headers()) {
            None => Identity::Failed(Error::Unauthenticated(Unauthenticated::InvalidToken)),
            Some(token) => match service::auth::authenticate(core, token.token()).await {
                Ok(actor) => Identity::Known(actor),
                Err(error) => Identity::Failed(error),
            },
        };
        request.extensions_mut().insert(identity);
    }
    next.call(request).await
}

/// The token of the one `Authorization: Bearer` field. The scheme is case-insensitive (RFC 9110 §11.1), which
/// the parser of actix-web-httpauth does not know.
fn bearer(headers: &HeaderMap) -> Option<Bearer> {
    let mut fields = headers.get_all(header::AUTHORIZATION);
    let (field, None) = (fields.next()?, fields.next()) else {
        return None;
    };
    let (scheme, token) = field.to_str().ok()?.split_once(' ')?;
    let token = token.trim_matches(' ');
    let is_token = !token.is_empty() && token.bytes().all(is_token_byte);
    (scheme.eq_ignore_ascii_case("bearer") && is_token).then(|| Bearer::new(token.to_owned()))
}

/// `b64token` of RFC 6750 §2.1.
const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn token(fields: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(field));
        }
        bearer(&headers).map(|bearer| bearer.token().to_owned())
    }

    #[test]
    fn the_scheme_may_be_written_in_any_case() {
        for field in ["Bearer a.b-c", "bearer a.b-c", "BEARER  a.b-c"] {
            assert_eq!(token(&[field]).as_deref(), Some("a.b-c"), "{field}");
        }
    }

    #[test]
    fn anything_but_one_bearer_token_is_refused() {
        for fields in [
            &["Basic YTpi"][..],
            &["Bearer"],
            &["Bearer "],
            &["Bearer a b"],
            &["Bearer a", "Bearer b"],
        ] {
            assert_eq!(token(fields), None, "{fields:?}");
        }
    }
}
