//! Passwords: choosing the first one, a new one, another one.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use entity::ids::UserId;
use serde::Deserialize;
use service::Core;
use service::auth::{self, ChangePassword, ChoosePassword, MyAddress};
use service::policy::{InviteUser, ManageOwnAccess};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::error::Result;
use crate::extract::{From, Json, May, Path};
use crate::problem::{Forbidden, TooManyAttempts, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(send_invitation)
        .service(accept_invitation)
        .service(request_password_reset)
        .service(reset_password)
        .service(change_password);
}

conflicts!(InvitationConflicts: NotInvited, Restricted);
conflicts!(AcceptConflicts: Restricted);

/// Whom to invite.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct UserPath {
    /// Id of the user.
    id: UserId,
}

/// Send an invitation again
///
/// A mail with a link to choose a password goes out, good for seven days; the link of the mail before is void. An
/// address gets five such mails an hour at the most. Permissions: agents to customers, administrators to everybody.
#[utoipa::path(
    tag = "auth",
    extensions(("x-permission" = json!("InviteUser"))),
    params(UserPath),
    responses((status = 202, description = "A mail goes out."), Forbidden, InvitationConflicts)
)]
#[post("/v1/users/{id}/invitation")]
async fn send_invitation(
    by: May<InviteUser>,
    core: Data<Core>,
    path: Path<UserPath>,
) -> Result<HttpResponse> {
    auth::send_invitation(&core, &by, path.0.id).await?;
    Ok(reply::accepted())
}

/// Accept an invitation
///
/// Chooses the first password with the token of the mailed link, which is good for seven days and once; the user is
/// active from here on and the address verified. A password that is refused does not use up the token.
/// Permissions: whoever holds the token.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body(content = ChoosePassword, example = json!({
        "token": "cpm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "password": "fjord-and-ferry-7",
    })),
    responses((status = 204, description = "Chosen; sign in now."), AcceptConflicts)
)]
#[post("/v1/auth/accept-invitation")]
async fn accept_invitation(core: Data<Core>, command: Json<ChoosePassword>) -> Result<HttpResponse> {
    auth::accept_invitation(&core, command.0).await?;
    Ok(reply::no_content())
}

/// Ask for a new password
///
/// If the address is that of an active user, a mail goes out to it with a link to choose a new password, good for half
/// an hour; who is invited gets the invitation again. The answer is the same for every address. An address gets five
/// such mails an hour at the most. Permissions: anyone.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body(content = MyAddress, example = json!({"email": "anna.eriksson@mail.example"})),
    responses((status = 202, description = "If the address is known, a mail goes out."))
)]
#[post("/v1/auth/forgot-password")]
async fn request_password_reset(core: Data<Core>, command: Json<MyAddress>) -> Result<HttpResponse> {
    auth::forgot_password(&core, command.0).await?;
    Ok(reply::accepted())
}

/// Choose a new password
///
/// With the token of the mailed link, which is good for half an hour and once. All sessions of the user end; nobody is
/// signed in by it. A password that is refused does not use up the token. Permissions: whoever holds the token.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body(content = ChoosePassword, example = json!({
        "token": "cpm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "password": "fjord-and-ferry-7",
    })),
    responses((status = 204, description = "Chosen; sign in now."))
)]
#[post("/v1/auth/reset-password")]
async fn reset_password(core: Data<Core>, command: Json<ChoosePassword>) -> Result<HttpResponse> {
    auth::reset_password(&core, command.0).await?;
    Ok(reply::no_content())
}

/// Change my password
///
/// With the current one, and a code where I have a second factor. My other sessions end, links that I was mailed before are void, and a mail tells me of it.
/// Permissions: everybody who is signed in.
#[utoipa::path(
    tag = "auth",
    extensions(("x-permission" = json!("ManageOwnAccess"))),
    request_body(content = ChangePassword, example = json!({
        "current_password": "utopia-sunrise-42",
        "new_password": "fjord-and-ferry-7",
    })),
    responses((status = 204, description = "Changed."), Forbidden, TooManyAttempts)
)]
#[post("/v1/auth/change-password")]
async fn change_password(
    by: May<ManageOwnAccess>,
    core: Data<Core>,
    from: From,
    command: Json<ChangePassword>,
) -> Result<HttpResponse> {
    auth::change_password(&core, &by, &from.0, command.0).await?;
    Ok(reply::no_content())
}
