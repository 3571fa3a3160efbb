//! `Idempotency-Key`: the caller's own name for what is to be done once.

use actix_web::http::header::{HeaderMap, HeaderName};
use service::error::FieldError;
use service::idempotency::{Key, KeyError};

use crate::error::{Error, Result};

/// The header field.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The key of a request, if it has one: a string of structured fields (RFC 9651 §3.3.3), as
/// draft-ietf-httpapi-idempotency-key-header has it, or the same without its quotes, as others send it.
///
/// # Errors
/// `InvalidParameter` when it is no key, or there are several: to ignore it would do twice what is to be done once.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<Key>> {
    let mut fields = headers.get_all(&IDEMPOTENCY_KEY);
    let Some(field) = fields.next() else {
        return Ok(None);
    };
    if fields.next().is_some() {
        return Err(refused(
            "duplicate_parameter",
            "Send one Idempotency-Key.".to_owned(),
        ));
    }
    let text = field.to_str().unwrap_or("\\");
    unquoted(text.trim_matches([' ', '\t']))
        .parse()
        .map(Some)
        .map_err(|error: KeyError| refused(code(error), error.to_string()))
}

fn unquoted(text: &str) -> &str {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(text)
}

const fn code(error: KeyError) -> &'static str {
    match error {
        KeyError::Length => "out_of_range",
        KeyError::Character => "invalid_character",
    }
}

fn refused(code: &'static str, detail: String) -> Error {
    Error::parameters(vec![FieldError::parameter("Idempotency-Key", code, detail)])
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn key(lines: &[&str]) -> Result<Option<String>> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(IDEMPOTENCY_KEY, HeaderValue::from_str(line).unwrap());
        }
        Ok(idempotency_key(&headers)?.map(|key| key.expose().to_owned()))
    }

    #[test]
    fn a_key_is_the_same_with_quotes_and_without() {
        assert_eq!(key(&[]).unwrap(), None);
        for same in ["a-1", "\"a-1\"", " \"a-1\" "] {
            assert_eq!(key(&[same]).unwrap().as_deref(), Some("a-1"), "{same}");
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let long = "x".repeat(256);
        for bad in [
            "",
            "\"\"",
            "\"",
            "\"a",
            "a\"",
            "a b",
            "\"a\";b=1",
            "\"a\\\"b\"",
            "\u{e9}",
            &long,
        ] {
            assert!(key(&[bad]).is_err(), "{bad:?}");
        }
        assert!(key(&["a", "a"]).is_err());
    }
}
