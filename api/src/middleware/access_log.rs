//! One line per request. It names the route's pattern, never the path, the query or anything a user sent: those
//! hold personal data, and logs live long.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;

/// Methods that are logged by name.
const METHODS: [&str; 9] = [
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE",
];

/// The method, if it is one of HTTP's: a client can write anything in its place.
pub(super) fn method_name(method: &Method) -> &'static str {
    METHODS
        .into_iter()
        .find(|name| *name == method.as_str())
        .unwrap_or("-")
}

/// Writes the line when the answer is ready (its body may still be on its way).
pub async fn access_log<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let started = Instant::now();
    let method = request.method().clone();
    let result = next.call(request).await;
    if tracing::enabled!(target: "access", tracing::Level::INFO) {
        let (route, status) = match &result {
            Ok(response) => (response.request().match_pattern(), response.status()),
            Err(error) => (None, error.as_response_error().status_code()),
        };
        tracing::info!(
            target: "access",
            method = method_name(&method),
            route = route.as_deref().unwrap_or("-"),
            status = status.as_u16(),
            duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        );
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_methods_of_http_are_named() {
        let name = |text: &str| text.parse().map_or("?", |method| method_name(&method));
        assert_eq!(name("PATCH"), "PATCH");
        assert_eq!(name("anna.eriksson"), "-");
    }
}
