//! Every failure leaves as a `Problem`: those of our own, those of actix (which are plain text), and panics. Under
//! `/oauth` it has the form that the standard of OAuth gives to errors.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, ResponseError};

use super::access_log::method_name;
use super::request_id::{RequestId, X_REQUEST_ID};
use super::security_headers::secure;
use crate::error::Error;
use crate::oauth::{OAuthError, OAuthRefusal};
use crate::problem::{MEDIA_TYPE, Problem};

/// Writes the body of every answer that is a failure, and logs those that are ours.
pub async fn problems<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let id = request.extensions().get::<RequestId>().cloned();
    let id = id.as_ref().map_or("-", RequestId::as_str);
    let method = method_name(request.method());
    let form = Form::at(request.path());
    let response = match caught(next.call(request)).await {
        Ok(Ok(response)) => response,
        // Without a response there is no request left to attach one to, and the outer middleware is passed by.
        Ok(Err(error)) => {
            return Err(last_resort(
                error.as_error().unwrap_or(&Error::Panicked),
                id,
                form,
            ));
        }
        Err(_) => return Err(last_resort(&Error::Panicked, id, form)),
    };
    if !response.status().is_client_error() && !response.status().is_server_error() {
        return Ok(response.map_into_boxed_body());
    }
    let by_status = Error::from_status(response.status());
    let failure = response.response().error();
    let error = match failure.and_then(|error| error.as_error::<OAuthError>()) {
        // It has been written in the form of OAuth where it was found.
        Some(OAuthError::Refused(_)) => return Ok(response.map_into_boxed_body()),
        Some(OAuthError::Failed(error)) => Some(error),
        None => failure.and_then(|error| error.as_error::<Error>()),
    };
    let error = error.unwrap_or(&by_status);
    let route = response.request().match_pattern();
    log(error, method, route.as_deref().unwrap_or("-"));
    let problem = Problem::new(error, id);
    Ok(response.map_body(|head, _| {
        head.status = StatusCode::from_u16(problem.status).unwrap_or(head.status);
        form.describe(&mut head.headers);
        BoxBody::new(form.body(&problem))
    }))
}

/// What a failure looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As everywhere (RFC 9457).
    Problem,
    /// As libraries for OAuth know it, for what no refusal of OAuth fits too (RFC 6749 §5.2).
    OAuth,
}

impl Form {
    fn at(path: &str) -> Self {
        if path.starts_with("/oauth/") {
            Self::OAuth
        } else {
            Self::Problem
        }
    }

    fn describe(self, headers: &mut HeaderMap) {
        let media_type = match self {
            Self::Problem => MEDIA_TYPE,
            Self::OAuth => "application/json",
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self == Self::OAuth {
            headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        }
        headers.remove(header::CONTENT_LENGTH);
    }

    fn body(self, problem: &Problem) -> Vec<u8> {
        let body = match self {
            Self::Problem => serde_json::to_vec(problem),
            Self::OAuth => serde_json::to_vec(&OAuthRefusal {
                error: problem.code,
                error_description: &problem.detail,
            }),
        };
        body.unwrap_or_default()
    }
}

/// Runs a future to its end or its panic, so that the caller of a broken operation still gets an answer.
async fn caught<F: Future>(future: F) -> std::thread::Result<F::Output> {
    let mut future = pin!(future);
    poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(panic) => Poll::Ready(Err(panic)),
        },
    )
    .await
}

/// The span of the request adds its id.
fn log(error: &Error, method: &str, route: &str) {
    match error {
        Error::Service(error @ service::Error::Unavailable(_)) => {
            tracing::warn!(method, route, "{error}");
        }
        Error::Service(error) if !error.is_callers() => tracing::error!(method, route, "{error}"),
        Error::Panicked => tracing::error!(method, route, "{error}"),
        _ => {}
    }
}

/// A failure for which actix makes the response itself, after all middleware.
#[derive(Debug, thiserror::Error)]
#[error("{} {}", .0.status, .0.code)]
struct LastResort(Problem, Option<HeaderValue>, Form);

fn last_resort(error: &Error, id: &str, form: Form) -> actix_web::Error {
    log(error, "-", "-");
    LastResort(Problem::new(error, id), HeaderValue::from_str(id).ok(), form).into()
}

impl ResponseError for LastResort {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status_code());
        self.2.describe(response.headers_mut());
        secure(response.headers_mut());
        if let Some(id) = &self.1 {
            response.headers_mut().insert(X_REQUEST_ID, id.clone());
        }
        response.set_body(BoxBody::new(self.2.body(&self.0)))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::App;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, init_service, try_call_service};
    use actix_web::web::get;
    use serde_json::Value;

    use super::*;
    use crate::middleware::request_id;

    async fn broken() -> HttpResponse {
        panic!("P1234567")
    }

    #[actix_web::test]
    async fn a_panic_is_answered_without_its_message() {
        let app = App::new()
            .route("/", get().to(broken))
            .wrap(from_fn(problems))
            .wrap(from_fn(request_id));
        let app = init_service(app).await;
        let request = TestRequest::get()
            .insert_header((X_REQUEST_ID, "r1"))
            .to_request();
        let response = try_call_service(&app, request)
            .await
            .unwrap_err()
            .error_response();
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers().get(X_REQUEST_ID).unwrap(), "r1");
        assert_eq!(response.headers().get(header::CONTENT_TYPE).unwrap(), MEDIA_TYPE);
        let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
        let problem: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            (&problem["code"], &problem["request_id"]),
            (&"internal_error".into(), &"r1".into())
        );
        assert!(!String::from_utf8_lossy(&body).contains("P1234567"));
    }

    #[actix_web::test]
    async fn what_actix_answers_itself_becomes_a_problem() {
        let app = App::new()
            .route(
                "/{id}",
                get().to(async |_: actix_web::web::Path<u32>| HttpResponse::Ok()),
            )
            .wrap(from_fn(problems))
            .wrap(from_fn(request_id));
        let app = init_service(app).await;
        let response = try_call_service(&app, TestRequest::with_uri("/x").to_request())
            .await
            .unwrap();
        assert_eq!(response.status(), 404);
        assert_eq!(response.headers().get(header::CONTENT_TYPE).unwrap(), MEDIA_TYPE);
    }
}
