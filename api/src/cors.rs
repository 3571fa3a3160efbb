//! Pages of other origins that may call the API from a browser (`CORS_ORIGINS`); none unless the agency names them.

use actix_cors::Cors;
use actix_web::http::header;
use actix_web::http::{Method, Uri};

/// Seconds for which a browser may remember what it was told.
const MAX_AGE: usize = 600;

/// What browsers are told about these origins. Tokens travel in a header, so that no cookie is sent along.
pub fn allow(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allowed_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
        ])
        .allowed_headers(["idempotency-key", "reveal-purpose", "x-request-id"])
        .expose_headers([
            header::ETAG,
            header::LINK,
            header::LOCATION,
            header::RETRY_AFTER,
            header::WWW_AUTHENTICATE,
        ])
        .expose_headers([
            "content-disposition",
            "export-as-of",
            "export-count",
            "idempotency-replayed",
            "ratelimit",
            "ratelimit-policy",
            "x-request-id",
        ])
        .max_age(MAX_AGE);
    origins
        .iter()
        .fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// The origins of a list with commas between them: scheme, host and port, as browsers send them (RFC 6454 §6.2).
///
/// # Errors
/// A sentence that names what is no origin. `*` is none: it would let every page on the web in.
pub fn origins(text: &str) -> Result<Vec<String>, String> {
    let named = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    named.map(|origin| {
        let is_origin = origin.parse::<Uri>().is_ok_and(|uri| {
            let scheme = uri.scheme_str().unwrap_or_default();
            let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
            matches!(scheme, "http" | "https") && origin == format!("{scheme}://{authority}") && !authority.contains(['@', '*'])
        });
        if is_origin && origin == origin.to_ascii_lowercase() {
            Ok(origin.to_owned())
        } else {
            Err(format!(
                "CORS_ORIGINS: {origin:?} is no origin; write scheme, host and port in small letters, such as https://desk.agency.example."
            ))
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        assert_eq!(origins("").unwrap(), Vec::<String>::new());
        assert_eq!(
            origins("https://desk.agency.example, http://localhost:3000").unwrap(),
            ["https://desk.agency.example", "http://localhost:3000"]
        );
        for wrong in [
            "*",
            "https://*.agency.example",
            "null",
            "desk.agency.example",
            "https://a.example/",
            "https://a.example/x",
            "HTTPS://a.example",
            "ftp://a.example",
            "https://u@a.example",
            "https://",
        ] {
            assert!(origins(wrong).is_err(), "{wrong}");
        }
    }
}
