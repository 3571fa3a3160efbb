//! One line per request. It names the route's pattern, never the path, the query or anything a user sent: those
//! hold personal data, and logs live long.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

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
            method = method.as_str(),
            route = route.as_deref().unwrap_or("-"),
            status = status.as_u16(),
            duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        );
    }
    result
}
