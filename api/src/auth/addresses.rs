//! E-mail addresses: proving one, and changing to another.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use service::Core;
use service::auth::{self, ChangeEmail, MailedLink, MyAddress};
use service::policy::ManageOwnAccess;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::error::Result;
use crate::extract::{From, Json, May};
use crate::problem::{Forbidden, TooManyAttempts, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(request_verification)
        .service(verify_email)
        .service(request_email_change)
        .service(confirm_email);
}

conflicts!(AddressConflicts: EmailTaken, Restricted);

/// Ask for a verification mail
///
/// If the address is that of an active user and not verified yet, a mail goes out to it with a link that verifies it,
/// good for a day. The answer is the same for every address. An address gets five such mails an hour at the most.
/// Permissions: anyone.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body(content = MyAddress, example = json!({"email": "anna.eriksson@mail.example"})),
    responses((status = 202, description = "If there is something to verify, a mail goes out."))
)]
#[post("/v1/auth/request-verification")]
async fn request_verification(core: Data<Core>, command: Json<MyAddress>) -> Result<HttpResponse> {
    auth::request_verification(&core, command.0).await?;
    Ok(reply::accepted())
}

/// Verify an e-mail address
///
/// With the token of the mailed link, which is good for a day and once. Where registration waits for it
/// (`REGISTRATION=verify_email`), this makes the account, with the names and the password of that registration.
/// Permissions: whoever holds the token.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body(content = MailedLink, example = json!({"token": "cpm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})),
    responses((status = 204, description = "Verified; sign in now."), AddressConflicts)
)]
#[post("/v1/auth/verify-email")]
async fn verify_email(core: Data<Core>, command: Json<MailedLink>) -> Result<HttpResponse> {
    auth::verify_email(&core, command.0).await?;
    Ok(reply::no_content())
}

/// Ask for another address
///
/// A mail goes out to the new address with a link, good for a day; nothing changes until it is used. If the address is
/// another user's, no mail goes out, and the answer is the same. Permissions: everybody who is signed in.
#[utoipa::path(
    tag = "auth",
    extensions(("x-permission" = json!("ManageOwnAccess"))),
    request_body(content = ChangeEmail, example = json!({
        "email": "anna.lindqvist@mail.example",
        "password": "utopia-sunrise-42",
    })),
    responses((status = 202, description = "A mail goes out, unless the address is another user's."), Forbidden, TooManyAttempts)
)]
#[post("/v1/auth/change-email")]
async fn request_email_change(
    by: May<ManageOwnAccess>,
    core: Data<Core>,
    from: From,
    command: Json<ChangeEmail>,
) -> Result<HttpResponse> {
    auth::change_email(&core, &by, &from.0, command.0).await?;
    Ok(reply::accepted())
}

/// Confirm another address
///
/// With the token of the mailed link, which is good for a day and once. All sessions of the user end except the one
/// that asked for the change, and the old address is told. Permissions: whoever holds the token.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body(content = MailedLink, example = json!({"token": "cpm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})),
    responses((status = 204, description = "Changed; sign in with the new address from here on."), AddressConflicts)
)]
#[post("/v1/auth/confirm-email")]
async fn confirm_email(core: Data<Core>, command: Json<MailedLink>) -> Result<HttpResponse> {
    auth::confirm_email(&core, command.0).await?;
    Ok(reply::no_content())
}
