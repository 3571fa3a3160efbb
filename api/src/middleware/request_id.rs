//! A name for every request, for support and logs.

use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use serde::Deserialize;
use tracing::Instrument;
use uuid::Uuid;

/// Header field that carries the id, both ways.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Name of a request: the caller's own, if it is safe to repeat, else a new UUIDv7.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct RequestId(String);

impl TryFrom<String> for RequestId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if is_safe(&text) {
            Ok(Self(text))
        } else {
            Err("This is no id of a request: 1 to 64 letters, digits, dots, hyphens and underscores.")
        }
    }
}

impl RequestId {
    fn of(request: &ServiceRequest) -> Self {
        let sent = request
            .headers()
            .get(X_REQUEST_ID)
            .and_then(|id| id.to_str().ok());
        Self(
            sent.filter(|id| is_safe(id))
                .map_or_else(|| Uuid::now_v7().to_string(), ToOwned::to_owned),
        )
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as a header field.
    pub fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).unwrap_or_else(|_| HeaderValue::from_static("-"))
    }
}

/// Short, and made of what can neither break a line of a log nor a header field.
fn is_safe(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// Names the request, in the answer and in every line of the log that it causes.
pub async fn request_id<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let id = RequestId::of(&request);
    // At the level of errors, so that they bear the id however quiet the log is.
    let span = tracing::error_span!("request", request_id = id.as_str());
    request.extensions_mut().insert(id.clone());
    let mut response = next.call(request).instrument(span).await?;
    response.headers_mut().insert(X_REQUEST_ID, id.header());
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::is_safe;

    #[test]
    fn only_short_and_safe_ids_are_repeated() {
        assert!(is_safe("req-1.A_b"));
        assert!(is_safe(&"a".repeat(64)));
        for bad in ["", "a b", "a\u{e9}", "a\r\nX: y", "{}", &"a".repeat(65)] {
            assert!(!is_safe(bad), "{bad:?}");
        }
    }
}
