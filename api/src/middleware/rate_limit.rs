//! How many requests a caller may send.

use actix_web::HttpMessage as _;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use service::auth::throttle::Network;
use service::policy::Actor;

use crate::error::Error;
use crate::extract::{From, Identity};
use crate::rate_limit::{Budget, Caller, RateLimits};

const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Counts the requests to the API, tells in every answer what is left (draft-ietf-httpapi-ratelimit-headers-11), and refuses
/// what is too much: 429. Health, document and pages are free.
pub async fn rate_limit<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let is_counted = ["/v1/", "/oauth/"]
        .iter()
        .any(|it| request.path().starts_with(it));
    let limits = request.app_data::<Data<Option<RateLimits>>>().cloned();
    let (true, Some(limits)) = (is_counted, limits.as_ref().and_then(|it| it.get_ref().as_ref())) else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let Some(caller) = caller(&request) else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let budget = limits.count(caller);
    let mut response = match budget.wait {
        None => next.call(request).await?.map_into_left_body(),
        Some(retry_after) => request
            .error_response(Error::TooManyRequests { retry_after })
            .map_into_right_body(),
    };
    tell(response.headers_mut(), limits, budget);
    Ok(response)
}

/// A token that proves nothing makes nobody known: those who try tokens are counted by network.
fn caller(request: &ServiceRequest) -> Option<Caller> {
    if let Some(Identity::Known(actor)) = request.extensions().get::<Identity>() {
        match actor {
            Actor::User { id, .. } => return Some(Caller::User(*id)),
            Actor::Client { id, .. } => return Some(Caller::Client(*id)),
            Actor::Anonymous | Actor::System => {}
        }
    }
    From::address_of(request.request())
        .map(Network::of)
        .map(Caller::Network)
}

fn tell(headers: &mut HeaderMap, limits: &RateLimits, budget: Budget) {
    let left = format!("\"default\";r={};t={}", budget.remaining, budget.reset);
    for (name, text) in [(RATE_LIMIT_POLICY, limits.policy()), (RATE_LIMIT, left)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    }
}
