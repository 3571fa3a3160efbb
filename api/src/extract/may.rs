//! Who asks, and whether they may.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use service::policy::{Actor, Permission, Permit};

use crate::error::{Error, Result};

/// What the middleware `authenticate` found out about the caller. A failure waits here until an operation wants
/// to know: public operations do not.
#[derive(Debug)]
pub enum Identity {
    /// The caller proved who they are.
    Known(Actor),
    /// The caller sent something that proves nothing.
    Failed(service::Error),
}

/// Name of the permission that the operation asks for, for the audit trail.
#[derive(Debug, Clone, Copy)]
pub struct NeededPermission(pub &'static str);

/// The permission `P` in a handler's signature: an operation without it has nothing to hand to the service.
///
/// As the first argument its error wins before the body is read.
#[derive(Debug)]
pub struct May<P>(Permit<P>);

impl<P> Deref for May<P> {
    type Target = Permit<P>;

    fn deref(&self) -> &Permit<P> {
        &self.0
    }
}

impl<P: Permission> FromRequest for May<P> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let identity = request.extensions_mut().remove::<Identity>();
        request.extensions_mut().insert(NeededPermission(P::NAME));
        let actor = match identity {
            None => Actor::Anonymous,
            Some(Identity::Failed(error)) => return ready(Err(error.into())),
            Some(Identity::Known(actor)) => {
                // A second permit of the same handler asks again.
                request.extensions_mut().insert(Identity::Known(actor));
                actor
            }
        };
        ready(Permit::obtain(actor).map(Self).map_err(Error::from))
    }
}

/// Who asks, for operations that are open to everybody: a token that proves nothing is no token.
#[derive(Debug)]
pub struct Caller(pub Actor);

impl FromRequest for Caller {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let actor = match request.extensions().get::<Identity>() {
            Some(Identity::Known(actor)) => *actor,
            _ => Actor::Anonymous,
        };
        ready(Ok(Self(actor)))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError;
    use actix_web::test::TestRequest;
    use entity::ids::{SessionId, UserId};
    use entity::values::Role;
    use service::error::Unauthenticated;
    use service::policy::{ListUsers, ReadLoyaltyPrograms};

    use super::*;

    async fn status<P: Permission>(identity: Option<Identity>) -> u16 {
        let request = TestRequest::default().to_http_request();
        if let Some(identity) = identity {
            request.extensions_mut().insert(identity);
        }
        match May::<P>::extract(&request).await {
            Ok(_) => 200,
            Err(error) => error.status_code().as_u16(),
        }
    }

    fn known(role: Role, id: UserId) -> Identity {
        Identity::Known(Actor::User {
            id,
            role,
            session: SessionId::from(id.uuid()),
            enrolling: false,
        })
    }

    #[actix_web::test]
    async fn the_table_of_permissions_decides() {
        let id = UserId::new();
        assert_eq!(status::<ListUsers>(Some(known(Role::Agent, id))).await, 200);
        assert_eq!(status::<ListUsers>(Some(known(Role::Customer, id))).await, 403);
        assert_eq!(status::<ListUsers>(None).await, 401);
        assert_eq!(status::<ReadLoyaltyPrograms>(None).await, 200);
    }

    #[actix_web::test]
    async fn a_bad_token_is_not_the_same_as_none() {
        let failed = || {
            Some(Identity::Failed(service::Error::Unauthenticated(
                Unauthenticated::InvalidToken,
            )))
        };
        assert_eq!(status::<ReadLoyaltyPrograms>(failed()).await, 401);
        let away = Some(Identity::Failed(service::Error::Unavailable(
            "the database is away",
        )));
        assert_eq!(status::<ReadLoyaltyPrograms>(away).await, 503);
    }
}
