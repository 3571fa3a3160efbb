//! A query where none is taken: a filter or an access token in the wrong place.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use serde::Deserialize;

use crate::error::Error;
use crate::extract::parse_query;
use crate::openapi::Document;

/// Refuses the query of an operation that documents no parameter; the others check theirs with
/// [`crate::extract::Query`].
pub async fn stray_query<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    match check(&request) {
        Ok(()) => Ok(next.call(request).await?.map_into_left_body()),
        Err(error) => Ok(request.error_response(error).map_into_right_body()),
    }
}

fn check(request: &ServiceRequest) -> Result<(), Error> {
    if request.query_string().is_empty() || !request.path().starts_with("/v1/") {
        return Ok(());
    }
    let document = request.app_data::<Data<Document>>();
    let route = document.and_then(|document| document.methods().find(request.path()));
    match route {
        Some(route) if route.takes(request.method()) && !route.takes_query(request.method()) => {
            parse_query::<Nothing>(request.query_string())
                .map(|_| ())
                .map_err(Error::parameters)
        }
        _ => Ok(()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}
