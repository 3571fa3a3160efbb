//! `Reveal-Purpose`: what numbers of documents are shown in clear for. In a header field, because what stands in the address
//! ends in logs.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpRequest};
use entity::values::RevealPurpose;
use service::error::FieldError;

use crate::error::{Error, Result};

/// Name of the header field, as the document has it.
const NAME: &str = "Reveal-Purpose";
/// The header field.
pub const REVEAL_PURPOSE: HeaderName = HeaderName::from_static("reveal-purpose");

/// The purpose that a request names, if it names one.
#[derive(Debug)]
pub struct Purpose(pub Option<RevealPurpose>);

impl Purpose {
    /// The purpose, where one is needed.
    ///
    /// # Errors
    /// `InvalidParameter` when the request names none.
    pub fn required(self) -> Result<RevealPurpose> {
        self.0.ok_or_else(|| {
            let detail = "Say in this header field what the numbers are shown for; the audit trail keeps it.";
            Error::parameters(vec![FieldError::parameter(NAME, "required", detail)])
        })
    }
}

impl FromRequest for Purpose {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            read(request.headers())
                .map(Self)
                .map_err(|error| Error::parameters(vec![error])),
        )
    }
}

fn read(headers: &HeaderMap) -> Result<Option<RevealPurpose>, FieldError> {
    let mut fields = headers.get_all(&REVEAL_PURPOSE);
    let Some(field) = fields.next() else {
        return Ok(None);
    };
    if fields.next().is_some() {
        return Err(FieldError::parameter(
            NAME,
            "duplicate_parameter",
            "Send one purpose.",
        ));
    }
    let text = std::str::from_utf8(field.as_bytes())
        .map_err(|_| FieldError::parameter(NAME, "invalid_character", "Write the purpose in UTF-8."))?;
    text.parse()
        .map(Some)
        .map_err(|invalid: entity::values::Invalid| FieldError::parameter(NAME, invalid.code, invalid.detail))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn purpose(lines: &[&str]) -> Result<Option<String>, String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(REVEAL_PURPOSE, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        let read = read(&headers).map_err(|error| error.code.into_owned())?;
        Ok(read.map(|it| it.as_str().to_owned()))
    }

    #[test]
    fn a_purpose_is_a_text_and_stands_once() {
        assert_eq!(purpose(&[]), Ok(None));
        assert_eq!(
            purpose(&["Umzug nach Zürich"]),
            Ok(Some("Umzug nach Zürich".into()))
        );
        assert!(purpose(&["ab"]).is_err());
        assert_eq!(
            purpose(&["one purpose", "another"]),
            Err("duplicate_parameter".into())
        );
    }
}
