//! JSON bodies.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpRequest, mime};
use serde::de::DeserializeOwned;
use service::idempotency;
use service::input::{self, Valid};
use validator::Validate;

use crate::error::{Error, Result};

/// How long a body may take to arrive: actix cuts slow headers, but never slow bodies.
const DEADLINE: Duration = Duration::from_secs(10);

/// The most bytes that a body may have (`MAX_BODY_BYTES`).
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit(pub usize);

/// A command from a JSON body, of which every field has been checked.
#[derive(Debug)]
pub struct Json<T>(pub Valid<T>);

impl<T> Deref for Json<T> {
    type Target = Valid<T>;

    fn deref(&self) -> &Valid<T> {
        &self.0
    }
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Json<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let acceptable = check_media_type(request);
        let body = receive(request, payload);
        Box::pin(async move {
            acceptable?;
            Ok(Self(input::parse(&body.await?)?))
        })
    }
}

/// The same where a request may come without a body, which stands for a command without fields.
#[derive(Debug)]
pub struct MaybeJson<T>(pub Valid<T>);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for MaybeJson<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (acceptable, is_bare) = (check_media_type(request), media_type(request).is_none());
        let body = receive(request, payload);
        Box::pin(async move {
            let body = body.await?;
            if is_bare && body.is_empty() {
                return Ok(Self(input::parse(b"{}")?));
            }
            acceptable?;
            Ok(Self(input::parse(&body)?))
        })
    }
}

/// The whole body, if it is short enough and arrives in time.
pub(super) fn receive(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<Bytes>> + use<> {
    let limit = request.app_data::<Data<BodyLimit>>().map_or(0, |limit| limit.0);
    let acceptable = check_length(request, limit);
    let payload = payload.take();
    async move {
        acceptable?;
        let body = tokio::time::timeout(DEADLINE, read(payload, limit)).await;
        let body = body.map_err(|_| Error::RequestTimeout)??;
        idempotency::received(&body).await?;
        Ok(body)
    }
}

/// `application/json`, on PATCH also `application/merge-patch+json` (RFC 7396 §4), in UTF-8 and not compressed.
fn check_media_type(request: &HttpRequest) -> Result<()> {
    let unsupported = || Error::UnsupportedMediaType(request.method().clone());
    let media_type = media_type(request).ok_or_else(unsupported)?;
    let essence = media_type.essence_str();
    let is_json = essence == mime::APPLICATION_JSON.essence_str()
        || (*request.method() == Method::PATCH && essence == "application/merge-patch+json");
    if is_json && is_plain_utf8(request, &media_type) {
        Ok(())
    } else {
        Err(unsupported())
    }
}

/// Whether the body is text in UTF-8, not compressed.
pub(crate) fn is_plain_utf8(request: &HttpRequest, media_type: &mime::Mime) -> bool {
    let is_utf8 = media_type
        .get_param(mime::CHARSET)
        .is_none_or(|charset| charset == mime::UTF_8);
    let coding = request.headers().get(header::CONTENT_ENCODING);
    is_utf8 && coding.is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// The media type of the body. The parser of the `mime` crate does not know that white space may stand before a parameter (RFC 9110 §5.6.6).
pub(crate) fn media_type(request: &HttpRequest) -> Option<mime::Mime> {
    let text = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    match text.split_once(';') {
        Some((essence, parameters)) => format!("{};{parameters}", essence.trim()).parse(),
        None => text.trim().parse(),
    }
    .ok()
}

/// A body that says it is too long need not be read to be believed.
fn check_length(request: &HttpRequest, limit: usize) -> Result<()> {
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    match length.and_then(|length| length.parse::<usize>().ok()) {
        Some(length) if length > limit => Err(Error::PayloadTooLarge { limit }),
        _ => Ok(()),
    }
}

async fn read(mut payload: Payload, limit: usize) -> Result<Bytes> {
    let mut body = BytesMut::new();
    while let Some(chunk) = next(&mut payload).await {
        let chunk = chunk.map_err(|_| Error::BadRequest)?;
        if body.len() + chunk.len() > limit {
            return Err(Error::PayloadTooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// The next piece of the body.
async fn next(payload: &mut Payload) -> Option<Result<Bytes, actix_web::error::PayloadError>> {
    use futures_core::Stream as _;
    std::future::poll_fn(|context| Pin::new(&mut *payload).poll_next(context)).await
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::test::TestRequest;
    use actix_web::{App, HttpResponse, ResponseError, web};
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Command {
        name: String,
    }

    async fn extract(request: TestRequest) -> StatusCode {
        let (request, mut payload) = request.app_data(Data::new(BodyLimit(40))).to_http_parts();
        match Json::<Command>::from_request(&request, &mut payload).await {
            Ok(Json(command)) => {
                assert_eq!(command.get().name, "Anna");
                StatusCode::OK
            }
            Err(error) => error.status_code(),
        }
    }

    fn post(content_type: &str, body: &'static str) -> TestRequest {
        TestRequest::post()
            .insert_header((header::CONTENT_TYPE, content_type))
            .set_payload(body)
    }

    const ANNA: &str = r#"{"name":"Anna"}"#;

    #[actix_web::test]
    async fn the_media_type_is_json_in_utf_8() {
        for good in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/json ; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
        ] {
            assert_eq!(extract(post(good, ANNA)).await, 200, "{good}");
        }
        for bad in [
            "text/plain",
            "application/json; charset=latin1",
            "application/merge-patch+json",
            "nonsense",
        ] {
            assert_eq!(extract(post(bad, ANNA)).await, 415, "{bad}");
        }
        assert_eq!(extract(TestRequest::post().set_payload(ANNA)).await, 415);
        let compressed = post("application/json", ANNA).insert_header((header::CONTENT_ENCODING, "gzip"));
        assert_eq!(extract(compressed).await, 415);
    }

    #[actix_web::test]
    async fn a_patch_may_call_itself_a_merge_patch() {
        let patch = post("application/merge-patch+json", ANNA).method(Method::PATCH);
        assert_eq!(extract(patch).await, 200);
    }

    #[actix_web::test]
    async fn broken_wrong_and_long_bodies_are_told_apart() {
        assert_eq!(extract(post("application/json", "{")).await, 400);
        assert_eq!(extract(post("application/json", "")).await, 400);
        assert_eq!(extract(post("application/json", "[]")).await, 422);
        assert_eq!(extract(post("application/json", r#"{"nome":"Anna"}"#)).await, 422);
        let long = r#"{"name":"Anna                                    "}"#;
        assert_eq!(extract(post("application/json", long)).await, 413);
    }

    #[actix_web::test]
    async fn a_body_that_says_it_is_long_is_not_read() {
        let app = actix_web::test::init_service(
            App::new()
                .app_data(Data::new(BodyLimit(40)))
                .route("/", web::post().to(async |_: Json<Command>| HttpResponse::Ok())),
        )
        .await;
        let request = post("application/json", ANNA).insert_header((header::CONTENT_LENGTH, "41"));
        assert_eq!(
            actix_web::test::call_service(&app, request.to_request())
                .await
                .status(),
            413
        );
    }
}
