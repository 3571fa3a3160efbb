//! Compressed answers: actix's own `Compress`, between what decides what is compressed, and how, and keeps the entity tags
//! apart.

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, AcceptEncoding, Encoding, Header as _, HeaderMap, HeaderValue};
use actix_web::middleware::Next;

use crate::extract::CODINGS;

/// Bytes from which on compressing an answer is worth the while: what is shorter fits into one packet as it is.
const WORTH_WHILE: u64 = 1024;
const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

/// Decides: `Compress` leaves alone what names a coding already. Failures get their bodies further out.
pub async fn choose<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let mut response = next.call(request).await?;
    let is_long = match response.response().body().size() {
        BodySize::None => false,
        BodySize::Sized(bytes) => bytes >= WORTH_WHILE,
        BodySize::Stream => true,
    };
    if !is_long || !response.status().is_success() {
        response.headers_mut().insert(header::CONTENT_ENCODING, IDENTITY);
    }
    Ok(response)
}

/// Chooses the coding, and keeps the entity tags apart: a strong tag stands for the same bytes (RFC 9110 §8.8.1), so that each
/// coding has its own, `"3"` and `"3-gzip"`. Both are taken in conditions.
pub async fn tag<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    negotiate(&mut request);
    let mut response = next.call(request).await?;
    let known = response.request().headers().get(header::IF_NONE_MATCH).cloned();
    let is_not_modified = response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    if headers.get(header::CONTENT_ENCODING) == Some(&IDENTITY) {
        headers.remove(header::CONTENT_ENCODING);
    }
    let Some(tag) = headers
        .get(header::ETAG)
        .and_then(|it| it.to_str().ok())
        .map(str::to_owned)
    else {
        return Ok(response);
    };
    let coding = if is_not_modified {
        // What a full answer would be tagged with is what the caller has.
        let known = known.as_ref().and_then(|it| it.to_str().ok()).unwrap_or_default();
        CODINGS
            .into_iter()
            .find(|coding| known.contains(&coded(&tag, coding)))
    } else {
        let used = headers.get(header::CONTENT_ENCODING);
        CODINGS
            .into_iter()
            .find(|coding| used.is_some_and(|it| it == coding))
    };
    if let Some(value) = coding.and_then(|coding| HeaderValue::from_str(&coded(&tag, coding)).ok()) {
        headers.insert(header::ETAG, value);
    }
    vary(headers);
    Ok(response)
}

/// Leaves `Compress` no choice but one of [`CODINGS`] or none: it knows deflate as well, which has no tag of its own here and
/// which not all programs read alike (RFC 9110 §8.4.1.2), and it refuses whoever excludes every coding it knows, `identity`
/// included; they get the answer as it is (§15.5.7), as those do whose `Accept` excludes JSON.
fn negotiate(request: &mut ServiceRequest) {
    if !request.headers().contains_key(header::ACCEPT_ENCODING) {
        return;
    }
    let had = [Encoding::brotli(), Encoding::gzip(), Encoding::identity()];
    let wanted = AcceptEncoding::parse(request).ok();
    let coding = wanted.and_then(|wanted| wanted.negotiate(had.iter()));
    let value = coding.and_then(|coding| HeaderValue::from_str(&coding.to_string()).ok());
    let headers = request.headers_mut();
    headers.insert(header::ACCEPT_ENCODING, value.unwrap_or(IDENTITY));
}

/// The tag of a coding: `"3"` becomes `"3-gzip"`.
fn coded(tag: &str, coding: &str) -> String {
    format!("{}-{coding}\"", tag.trim_end_matches('"'))
}

/// Caches keep what has a tag, for each coding that a caller may ask for.
fn vary(headers: &mut HeaderMap) {
    let is_said = headers.get_all(header::VARY).any(|it| {
        it.to_str()
            .is_ok_and(|it| it.to_ascii_lowercase().contains("accept-encoding"))
    });
    if !is_said {
        headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
}
