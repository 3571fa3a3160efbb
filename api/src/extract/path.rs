//! Parameters in the path.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::text;
use crate::error::{Error, Result};
use crate::openapi::Document;

/// The parameters of the path as a struct with `IntoParams`; a bare id would drop out of the document.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Path<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = request
            .match_info()
            .iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        ready(
            text::read(pairs)
                .map(Self)
                .map_err(|errors| wrong_method(request).unwrap_or_else(|| Error::parameters(errors))),
        )
    }
}

/// `GET /v1/users/search` lands at `GET /v1/users/{user_id}`, while the address exists for POST alone.
fn wrong_method(request: &HttpRequest) -> Option<Error> {
    let document = request.app_data::<Data<Document>>()?;
    let route = document.methods().find(request.path())?;
    (!route.takes(request.method())).then(|| Error::MethodNotAllowed { allow: route.allow() })
}
