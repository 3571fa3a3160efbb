//! Register, sign in, and stay signed in.

mod addresses;
mod passwords;
mod second_factor;
mod sessions;
mod view;

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use service::Core;
use service::auth::{Login, Logout, Refresh, Register, Registered};
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{SignedIn, Tokens};
use crate::error::Result;
use crate::extract::{Caller, From, Json, MaybeJson, device_cookie};
use crate::problem::{
    InvalidCredentials, InvalidRefreshToken, RegistrationClosed, TooManyAttempts, conflicts,
};
use crate::reply;
use crate::users::view::User;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(register_user)
        .service(login_user)
        .service(refresh_session)
        .service(logout_user);
    passwords::routes(config);
    addresses::routes(config);
    second_factor::routes(config);
    sessions::routes(config);
}

conflicts!(RegisterConflicts: EmailTaken);

/// Register as a customer
///
/// Makes a customer's profile and the password to sign in with, and mails a link that verifies the address. Where the
/// agency wants addresses verified first (`REGISTRATION=verify_email`), the answer is 202 whether or not the address is
/// known, and the account is made when the link is used (`POST /v1/auth/verify-email`).
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
        (status = 202, description = "Accepted; a mail says how it goes on."),
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
/// Answers an access token to send as `Authorization: Bearer <access token>`, and a refresh token that gets the next
/// one at `POST /v1/auth/refresh`. A wrong password, an unknown address and a disabled user are told apart by nothing.
/// An account with a second factor answers `second_factor_required` when the password was right and the `code` is missing.
/// After five failures in a row each further try has to wait for longer, up to a quarter of an hour, except from a
/// device that has signed in before and sends its `device_token`, in the body or as the cookie `device`.
/// Permissions: anyone.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body(content = Login, example = json!({
        "email": "agent@utopia-travel.example",
        "password": "utopia-sunrise-42",
    })),
    responses(
        (status = 200, description = "Signed in.", body = SignedIn),
        InvalidCredentials,
        TooManyAttempts,
    )
)]
#[post("/v1/auth/login")]
pub async fn login_user(core: Data<Core>, from: From, command: Json<Login>) -> Result<HttpResponse> {
    let signed_in = service::auth::login(&core, &from.0, command.0).await?;
    let cookie = device_cookie(&signed_in.device_token, &core.settings.public_url);
    Ok(reply::with_cookie(cookie, &SignedIn::from(signed_in)))
}

/// Get the next tokens
///
/// Takes the refresh token of the last answer, which is good once, and answers new tokens of the same session. A token
/// that was used before ends the session, for it may have been stolen; only for ten seconds, while the token that took
/// its place is unused, may it be sent again by a caller whom the answer did not reach. Permissions: anyone.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body(content = Refresh, example = json!({
        "refresh_token": "cpr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    })),
    responses((status = 200, description = "The next tokens.", body = Tokens), InvalidRefreshToken)
)]
#[post("/v1/auth/refresh")]
pub async fn refresh_session(core: Data<Core>, command: Json<Refresh>) -> Result<HttpResponse> {
    let sign_in = service::auth::refresh(&core, command.0).await?;
    Ok(reply::ok(&Tokens::from(sign_in)))
}

/// Sign out
///
/// Ends a session and all its tokens: the session of the refresh token in the body or, without a body, the one of the
/// access token. A refresh token that is not known is no error. Permissions: anyone.
#[utoipa::path(
    tag = "auth",
    security((), ("sign_in" = [])),
    request_body(content = Option<Logout>, example = json!({
        "refresh_token": "cpr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    })),
    responses((status = 204, description = "Signed out."))
)]
#[post("/v1/auth/logout")]
pub async fn logout_user(
    caller: Caller,
    core: Data<Core>,
    command: MaybeJson<Logout>,
) -> Result<HttpResponse> {
    service::auth::logout(&core, &caller.0, command.0).await?;
    Ok(reply::no_content())
}
