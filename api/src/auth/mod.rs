//! Register and sign in.

mod view;

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use service::Core;
use service::auth::{Login, Register, Registered};
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::AccessToken;
use crate::error::Result;
use crate::extract::Json;
use crate::problem::{InvalidCredentials, RegistrationClosed, conflicts};
use crate::reply;
use crate::users::view::User;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(register_user).service(login_user);
}

conflicts!(RegisterConflicts: EmailTaken);

/// Register as a customer
///
/// Makes a customer's profile and the password to sign in with. Where the agency wants addresses verified
/// (`REGISTRATION=verify_email`), the answer is 202 whether or not the address is known, and the
/// account works once staff have set its status to `active`.
/// Permissions: anyone, unless the agency has closed registration.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body(content = Register, example = json!({
        "email": "bjorn.nilsen@mail.example",
        "password": "fjord-and-ferry-7",
        "first_name": "Bjørn",
        "last_name": "Nilsen",
    })),
    responses(
        (status = 201, description = "Registered; sign in now.", body = User),
        (status = 202, description = "Accepted; if the address is new, the account waits for staff to activate it."),
        RegistrationClosed,
        RegisterConflicts,
    )
)]
#[post("/v1/auth/register")]
pub async fn register_user(core: Data<Core>, command: Json<Register>) -> Result<HttpResponse> {
    Ok(match service::auth::register(&core, command.0).await? {
        Registered::User(user) => reply::created(
            &format!("/v1/users/{}", user.id),
            user.version,
            &User::from(*user),
        ),
        Registered::Accepted => reply::accepted(),
    })
}

/// Sign in with a password
///
/// Answers an access token to send as `Authorization: Bearer <access token>`; sign in again when it has expired.
/// A wrong password, an unknown address and a disabled user are told apart by nothing. Permissions: anyone.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body(content = Login, example = json!({
        "email": "agent@utopia-travel.example",
        "password": "utopia-sunrise-42",
    })),
    responses((status = 200, description = "Signed in.", body = AccessToken), InvalidCredentials)
)]
#[post("/v1/auth/login")]
pub async fn login_user(core: Data<Core>, command: Json<Login>) -> Result<HttpResponse> {
    let sign_in = service::auth::login(&core, command.0).await?;
    Ok(reply::ok(&AccessToken::from(sign_in)))
}
