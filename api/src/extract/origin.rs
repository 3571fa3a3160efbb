//! Where a request comes from.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use service::auth::Origin;

use crate::error::Error;

/// Address and program of the caller, for what keeps note of where somebody signs in.
#[derive(Debug)]
pub struct From(pub Origin);

impl FromRequest for From {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let user_agent = request.headers().get(header::USER_AGENT);
        ready(Ok(Self(Origin {
            address: request.peer_addr().map(|peer| peer.ip()),
            user_agent: user_agent.and_then(|it| it.to_str().ok()).map(str::to_owned),
        })))
    }
}
