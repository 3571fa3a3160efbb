//! What is sent twice under one key is done once, and answered as the first time.

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpResponse};
use serde::{Deserialize, Serialize};
use service::Core;
use service::error::Repeated;
use service::idempotency::{self, Attempt, Once};
use service::policy::Actor;

use crate::error::{Error, Result};
use crate::extract::{IDEMPOTENCY_KEY, Identity, idempotency_key};
use crate::openapi::Document;

/// Marks an answer that was given before.
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// What belongs to an answer beside status and body; all else is of the request that it is given to.
const KEPT: [HeaderName; 3] = [header::CONTENT_TYPE, header::ETAG, header::LOCATION];

/// Runs operations that make something once for each `Idempotency-Key`. Others do not know the header field.
pub async fn idempotency<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if *request.method() != Method::POST || !request.headers().contains_key(&IDEMPOTENCY_KEY) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    match begin(&request) {
        Ok(Some(attempt)) => Box::pin(once(attempt, request, next)).await,
        Ok(None) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(error) => Ok(request.error_response(error).map_into_boxed_body()),
    }
}

fn begin(request: &ServiceRequest) -> Result<Option<Arc<Attempt>>> {
    let (Some(core), Some(document)) = (
        request.app_data::<Data<Core>>(),
        request.app_data::<Data<Document>>(),
    ) else {
        return Ok(None);
    };
    let route = document.methods().find(request.path());
    let Some(route) = route.filter(|route| route.takes_idempotency_key(request.method())) else {
        return Ok(None);
    };
    let Some(key) = idempotency_key(request.headers())? else {
        return Ok(None);
    };
    let by = match request.extensions().get::<Identity>() {
        Some(Identity::Known(actor)) => *actor,
        // What the operation says to a token that proves nothing is not kept.
        Some(Identity::Failed(_)) | None => Actor::Anonymous,
    };
    let once = Once {
        by: &by,
        operation: route.pattern(),
        address: request.path(),
        key: &key,
    };
    Ok(Some(Attempt::begin(core, &once)?))
}

async fn once<B: MessageBody + 'static>(
    attempt: Arc<Attempt>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = match idempotency::during(Arc::clone(&attempt), next.call(request)).await {
        Ok(response) => response.map_into_boxed_body(),
        Err(error) => {
            attempt.undo().await;
            return Err(error);
        }
    };
    if response.status().is_success() {
        return Ok(keep(&attempt, response).await);
    }
    attempt.undo().await;
    Ok(match attempt.first_answer() {
        Some(answer) if is_answered(&response) => match Answer::read(&answer) {
            Ok(first) => response.into_response(first),
            Err(error) => response.error_response(error),
        },
        _ => response,
    })
}

/// Keeps the answer and commits what was done; or says that it could not be done.
async fn keep(attempt: &Attempt, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let kept = match to_bytes(body).await {
        Ok(body) => match Answer::written(&head, &body) {
            Ok(answer) => attempt.keep(&answer).await.map(|()| body).map_err(Error::from),
            Err(error) => Err(error),
        },
        Err(_) => Err(unreadable()),
    };
    match kept {
        Ok(body) => ServiceResponse::new(request, head.set_body(BoxBody::new(body))),
        Err(error) => {
            attempt.undo().await;
            ServiceResponse::from_err(error, request)
        }
    }
}

fn is_answered(response: &ServiceResponse<BoxBody>) -> bool {
    let error = response.response().error();
    matches!(
        error.and_then(|error| error.as_error::<Error>()),
        Some(Error::Service(service::Error::Repeated(Repeated::Answered)))
    )
}

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    fn written(head: &HttpResponse<()>, body: &[u8]) -> Result<Vec<u8>> {
        let headers = KEPT.iter().filter_map(|name| {
            let value = head.headers().get(name)?.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        });
        let answer = Self {
            status: head.status().as_u16(),
            headers: headers.collect(),
            body: String::from_utf8(body.to_vec()).map_err(|_| unreadable())?,
        };
        serde_json::to_vec(&answer).map_err(|_| unreadable())
    }

    fn read(kept: &[u8]) -> Result<HttpResponse> {
        let Self {
            status,
            headers,
            body,
        } = serde_json::from_slice(kept).map_err(|_| unreadable())?;
        let mut response = HttpResponse::build(StatusCode::from_u16(status).map_err(|_| unreadable())?);
        for header in headers {
            response.insert_header(header);
        }
        response.insert_header((IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true")));
        Ok(response.body(body))
    }
}

fn unreadable() -> Error {
    service::Error::Internal("an answer cannot be kept, or not be read again".into()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn an_answer_is_given_again_as_it_was() {
        let head = HttpResponse::Created()
            .insert_header((header::LOCATION, "/v1/users/1"))
            .insert_header((header::ETAG, "\"1\""))
            .insert_header((header::CONTENT_TYPE, "application/json"))
            .insert_header(("x-request-id", "r1"))
            .finish()
            .drop_body();
        let again = Answer::read(&Answer::written(&head, b"{\"id\":1}").unwrap()).unwrap();
        assert_eq!(again.status(), 201);
        let header = |name: &str| again.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(header("location"), Some("/v1/users/1"));
        assert_eq!(header("etag"), Some("\"1\""));
        assert_eq!(header("content-type"), Some("application/json"));
        assert_eq!(header("idempotency-replayed"), Some("true"));
        assert_eq!(header("x-request-id"), None);
        assert_eq!(to_bytes(again.into_body()).await.unwrap(), "{\"id\":1}");
        assert!(Answer::read(b"{}").is_err());
    }
}
