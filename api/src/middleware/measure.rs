//! Counts requests, where somebody watches (`METRICS_ADDR`).

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;

use super::access_log::method_name;
use crate::metrics::Metrics;

/// Counts a request while it is under way, and its answer when it is ready (its body may still be on its way).
pub async fn measure<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let Some(metrics) = request.app_data::<Data<Metrics>>().cloned() else {
        return next.call(request).await;
    };
    let (started, method) = (Instant::now(), method_name(request.method()));
    let active = metrics.begin();
    let result = next.call(request).await;
    drop(active);
    let (route, status) = match &result {
        Ok(response) => (response.request().match_pattern(), response.status()),
        Err(error) => (None, error.as_response_error().status_code()),
    };
    metrics.answered(method, route, status.as_u16(), started.elapsed());
    result
}
