//! What browsers and caches may do with an answer.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::middleware::Next;

use crate::pages;

/// An API's answers are no pages: nothing in them may run, load or be framed.
const STRICT: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// Swagger UI runs its own scripts, sets inline styles, and draws icons from data URIs.
const DOCS: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The pages for people have scripts, a style sheet and an icon of their own, and ask this server alone.
const PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'",
);

/// Adds the header fields to every answer.
pub async fn security_headers<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let mut response = next.call(request).await?;
    let path = response.request().path();
    let (is_docs, is_page) = (path.starts_with("/docs/"), pages::is_page(path));
    let headers = response.headers_mut();
    secure(headers);
    if is_docs {
        headers.insert(header::CONTENT_SECURITY_POLICY, DOCS);
    }
    if is_page {
        headers.insert(header::CONTENT_SECURITY_POLICY, PAGE);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        // Personal data and states of health are for this once; the files of Swagger UI change with the release.
        let lifetime = if is_docs { "max-age=3600" } else { "no-store" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime));
    }
    Ok(response)
}

/// The header fields that do not depend on the address.
pub(super) fn secure(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_SECURITY_POLICY, STRICT);
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}
