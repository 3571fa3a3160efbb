//! Addresses and header fields of sane size. actix itself takes heads of up to 128 KiB.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

use crate::error::Error;

/// Bytes of path and query (RFC 9110 §4.1 asks for at least 8,000).
const MAX_URI: usize = 8 * 1024;
/// Bytes of all header fields together.
const MAX_HEADERS: usize = 32 * 1024;

/// Refuses what is longer: 414 and 431.
pub async fn limits<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let uri = request.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
    let headers: usize = request
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    let error = match (uri > MAX_URI, headers > MAX_HEADERS) {
        (true, _) => Error::UriTooLong,
        (_, true) => Error::HeadersTooLarge,
        _ => return Ok(next.call(request).await?.map_into_left_body()),
    };
    Ok(request.error_response(error).map_into_right_body())
}
