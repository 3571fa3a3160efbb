//! Requests of OAuth: a form (RFC 6749, appendix B) from a client that says who it is.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpRequest, mime};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use service::auth::Origin;
use service::input::Secret;
use service::oauth::{Credentials, Refusal};

use super::From;
use super::json::{is_plain_utf8, media_type, receive};
use crate::oauth::OAuthError;

const NO_QUERY: Refusal =
    Refusal::InvalidRequest("Nothing may stand in the address; send all parameters in the body.");
const NO_FORM: Refusal =
    Refusal::InvalidRequest("Send the body as application/x-www-form-urlencoded in UTF-8, not compressed.");
const TWICE: Refusal = Refusal::InvalidRequest("A parameter is given twice; send each once.");
const TWO_WAYS: Refusal = Refusal::InvalidRequest(
    "Send client id and secret in one way: in the Authorization header or in the body.",
);

/// The parameters of a form, and the client's credentials: from the `Authorization` header or from the form (RFC 6749
/// §2.3.1), never from the address.
#[derive(Debug)]
pub struct ClientRequest {
    /// Where the request comes from.
    pub from: Origin,
    /// What the client shows to prove who it is.
    pub credentials: Credentials,
    parameters: Parameters,
}

impl ClientRequest {
    /// A parameter of the form; one without a value counts as one that was not sent (RFC 6749 §3.2).
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name)
    }

    /// The parameter `token`.
    ///
    /// # Errors
    /// `InvalidRequest` when it is missing.
    pub fn token(&self) -> Result<&str, Refusal> {
        const MISSING: Refusal = Refusal::InvalidRequest("The parameter token is missing.");
        self.parameter("token").ok_or(MISSING)
    }
}

impl FromRequest for ClientRequest {
    type Error = OAuthError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, OAuthError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let acceptable = check(request);
        let shown = basic(request.headers());
        let from = From::from_request(request, payload).into_inner();
        let body = receive(request, payload);
        Box::pin(async move {
            acceptable?;
            let parameters = Parameters::read(&body.await?)?;
            let credentials = match shown? {
                Some(shown) => parameters.agree_with(shown)?,
                None => parameters.credentials()?,
            };
            Ok(Self {
                from: from?.0,
                credentials,
                parameters,
            })
        })
    }
}

fn check(request: &HttpRequest) -> Result<(), Refusal> {
    if !request.query_string().is_empty() {
        return Err(NO_QUERY);
    }
    let media_type = media_type(request).filter(|it| {
        it.essence_str() == mime::APPLICATION_WWW_FORM_URLENCODED.essence_str() && is_plain_utf8(request, it)
    });
    media_type.map(|_| ()).ok_or(NO_FORM)
}

/// Id and secret of `Authorization: Basic`, if the field is there: each form-urlencoded, then both in base64.
fn basic(headers: &HeaderMap) -> Result<Option<Credentials>, Refusal> {
    let mut fields = headers.get_all(header::AUTHORIZATION);
    let Some(field) = fields.next() else {
        return Ok(None);
    };
    if fields.next().is_some() {
        return Err(TWO_WAYS);
    }
    decode(field.to_str().unwrap_or_default())
        .map(Some)
        .ok_or(Refusal::InvalidClient)
}

fn decode(field: &str) -> Option<Credentials> {
    let (scheme, token) = field.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(token.trim_matches(' ')).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some(Credentials {
        id: form_decoded(id)?,
        secret: Secret::new(form_decoded(secret)?),
    })
}

/// One value of a form.
fn form_decoded(text: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    match (pairs.next(), pairs.next()) {
        // A value without `=` reads as a name.
        (Some((value, rest)), None) if rest.is_empty() && !text.contains('=') => Some(value.into_owned()),
        _ => None,
    }
}

/// The pairs of a form that have a value. They hold a secret.
struct Parameters(Vec<(String, String)>);

impl std::fmt::Debug for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Parameters(***)")
    }
}

impl Parameters {
    fn read(body: &[u8]) -> Result<Self, Refusal> {
        let mut found: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(body) {
            if found.iter().any(|(known, _)| *known == name) {
                return Err(TWICE);
            }
            found.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(found))
    }

    fn get(&self, name: &str) -> Option<&str> {
        let pair = self.0.iter().find(|(known, _)| known == name);
        pair.map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Id and secret in the form.
    fn credentials(&self) -> Result<Credentials, Refusal> {
        match (self.get("client_id"), self.get("client_secret")) {
            (Some(id), Some(secret)) => Ok(Credentials {
                id: id.to_owned(),
                secret: Secret::new(secret.to_owned()),
            }),
            _ => Err(Refusal::InvalidClient),
        }
    }

    /// Whoever uses the header may repeat the id in the form, but nothing else.
    fn agree_with(&self, shown: Credentials) -> Result<Credentials, Refusal> {
        let is_other = self.get("client_id").is_some_and(|id| id != shown.id);
        if is_other || self.get("client_secret").is_some() {
            return Err(TWO_WAYS);
        }
        Ok(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Option<(String, String)> {
        let credentials = decode(&format!("Basic {}", STANDARD.encode(text)))?;
        Some((credentials.id, credentials.secret.expose().to_owned()))
    }

    #[test]
    fn id_and_secret_are_form_urlencoded_before_base64() {
        let pair = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(decoded("a:b"), pair("a", "b"));
        assert_eq!(decoded("a%3Ab+c:d%25%2B"), pair("a:b c", "d%+"));
        assert_eq!(decoded("a:b:c"), pair("a", "b:c"));
        for bad in ["ab", "a:", ":b", "a:b&c", "a:b=c"] {
            assert_eq!(decoded(bad), None, "{bad}");
        }
        assert!(decode("Basic ???").is_none() && decode("Bearer YTpi").is_none());
        assert!(decode("bAsIc YTpi").is_some());
    }

    #[test]
    fn a_parameter_is_given_once() {
        assert_eq!(Parameters::read(b"a=1&b=2&a=1").unwrap_err(), TWICE);
        let parameters = Parameters::read(b"a=1&b=&c").unwrap();
        assert_eq!(
            (parameters.get("a"), parameters.get("b"), parameters.get("c")),
            (Some("1"), None, None)
        );
    }

    #[test]
    fn credentials_come_in_one_way() {
        let shown = || Credentials {
            id: "a".into(),
            secret: Secret::new("b".into()),
        };
        let agrees = |form: &str| Parameters::read(form.as_bytes()).unwrap().agree_with(shown());
        assert!(agrees("").is_ok() && agrees("client_id=a").is_ok());
        assert_eq!(agrees("client_id=c").unwrap_err(), TWO_WAYS);
        assert_eq!(agrees("client_secret=b").unwrap_err(), TWO_WAYS);
    }

    #[test]
    fn what_holds_a_secret_does_not_print_it() {
        let parameters = Parameters::read(b"client_id=a&client_secret=hush").unwrap();
        let request = ClientRequest {
            from: Origin::default(),
            credentials: parameters.credentials().unwrap(),
            parameters,
        };
        assert!(!format!("{request:?}").contains("hush"));
    }
}
