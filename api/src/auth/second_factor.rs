//! Second factors: set up an authenticator app, and get rid of one.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use entity::ids::UserId;
use serde::Deserialize;
use service::Core;
use service::auth::second_factor::{self, NewSecondFactor, SecondFactorConfirmation, SecondFactorProof};
use service::policy::{ManageOwnAccess, ResetSecondFactor};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::view::{RecoveryCodeList, SecondFactor, SecondFactorSecret};
use crate::error::Result;
use crate::extract::{From, Json, May, Path};
use crate::problem::{Forbidden, TooManyAttempts, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(get_second_factor)
        .service(create_second_factor)
        .service(confirm_second_factor)
        .service(create_recovery_codes)
        .service(disable_second_factor)
        .service(delete_user_second_factor);
}

conflicts!(CreateConflicts: SecondFactorEnabled);
conflicts!(ConfirmConflicts: SecondFactorEnabled, SecondFactorNotSetUp);
conflicts!(RenewConflicts: SecondFactorNotSetUp);
conflicts!(DisableConflicts: SecondFactorNotSetUp, SecondFactorDemanded);

/// Whose second factor.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct UserPath {
    /// Id of the user.
    id: UserId,
}

/// See my second factor
///
/// Whether signing in asks me for a code, and how many recovery codes are left. Permissions: everybody who is signed in.
#[utoipa::path(
    tag = "auth",
    extensions(("x-permission" = json!("ManageOwnAccess"))),
    responses((status = 200, description = "How it stands.", body = SecondFactor), Forbidden)
)]
#[get("/v1/auth/second-factor")]
async fn get_second_factor(by: May<ManageOwnAccess>, core: Data<Core>) -> Result<HttpResponse> {
    let status = second_factor::status(&core, &by).await?;
    Ok(reply::ok(&SecondFactor::from(status)))
}

/// Set up a second factor
///
/// Answers the secret for an authenticator app (TOTP, RFC 6238), to be typed or scanned. Signing in asks for no code until
/// `POST /v1/auth/second-factor/confirm` has taken a first one; until then this can be repeated, and makes a new secret
/// each time. Permissions: everybody who is signed in, staff without a second factor included.
#[utoipa::path(
    tag = "auth",
    extensions(("x-permission" = json!("ManageOwnAccess"))),
    request_body(content = NewSecondFactor, example = json!({"password": "utopia-sunrise-42"})),
    responses(
        (status = 200, description = "What the app needs.", body = SecondFactorSecret),
        Forbidden, CreateConflicts, TooManyAttempts,
    )
)]
#[post("/v1/auth/second-factor")]
async fn create_second_factor(
    by: May<ManageOwnAccess>,
    core: Data<Core>,
    from: From,
    command: Json<NewSecondFactor>,
) -> Result<HttpResponse> {
    let enrolment = second_factor::create(&core, &by, &from.0, command.0).await?;
    Ok(reply::ok(&SecondFactorSecret::from(enrolment)))
}

/// Confirm my second factor
///
/// Takes the first code of the app. From here on signing in asks for one; my other sessions end. The answer holds ten
/// recovery codes for when the app is lost, which are not shown again: keep them apart from the app. Permissions:
/// everybody who is signed in.
#[utoipa::path(
    tag = "auth",
    extensions(("x-permission" = json!("ManageOwnAccess"))),
    request_body(content = SecondFactorConfirmation, example = json!({"code": "287082"})),
    responses(
        (status = 200, description = "Enabled.", body = RecoveryCodeList),
        Forbidden, ConfirmConflicts, TooManyAttempts,
    )
)]
#[post("/v1/auth/second-factor/confirm")]
async fn confirm_second_factor(
    by: May<ManageOwnAccess>,
    core: Data<Core>,
    from: From,
    command: Json<SecondFactorConfirmation>,
) -> Result<HttpResponse> {
    let codes = second_factor::confirm(&core, &by, &from.0, command.0).await?;
    Ok(reply::ok(&RecoveryCodeList::from(codes)))
}

/// Make new recovery codes
///
/// Ten new codes; the old ones are good for nothing. Permissions: everybody who is signed in, with password and code.
#[utoipa::path(
    tag = "auth",
    extensions(("x-permission" = json!("ManageOwnAccess"))),
    request_body(content = SecondFactorProof, example = json!({"password": "utopia-sunrise-42", "code": "287082"})),
    responses(
        (status = 200, description = "The new codes.", body = RecoveryCodeList),
        Forbidden, RenewConflicts, TooManyAttempts,
    )
)]
#[post("/v1/auth/second-factor/recovery-codes")]
async fn create_recovery_codes(
    by: May<ManageOwnAccess>,
    core: Data<Core>,
    from: From,
    command: Json<SecondFactorProof>,
) -> Result<HttpResponse> {
    let codes = second_factor::renew_recovery_codes(&core, &by, &from.0, command.0).await?;
    Ok(reply::ok(&RecoveryCodeList::from(codes)))
}

/// Disable my second factor
///
/// Signing in asks for no code any more; my other sessions end. Where the agency asks staff for a second factor, staff
/// cannot. Permissions: everybody who is signed in, with password and code.
#[utoipa::path(
    tag = "auth",
    extensions(("x-permission" = json!("ManageOwnAccess"))),
    request_body(content = SecondFactorProof, example = json!({"password": "utopia-sunrise-42", "code": "287082"})),
    responses(
        (status = 204, description = "Disabled."),
        Forbidden, DisableConflicts, TooManyAttempts,
    )
)]
#[post("/v1/auth/second-factor/disable")]
async fn disable_second_factor(
    by: May<ManageOwnAccess>,
    core: Data<Core>,
    from: From,
    command: Json<SecondFactorProof>,
) -> Result<HttpResponse> {
    second_factor::disable(&core, &by, &from.0, command.0).await?;
    Ok(reply::no_content())
}

/// Reset a user's second factor
///
/// For somebody who has lost app and recovery codes: signing in asks for no code any more, and all sessions of the user
/// end. Make sure first that it is the user who asks. Permissions: administrators, but not for themselves.
#[utoipa::path(
    tag = "auth",
    extensions(("x-permission" = json!("ResetSecondFactor"))),
    params(UserPath),
    responses((status = 204, description = "Removed, if there was one."), Forbidden)
)]
#[delete("/v1/users/{id}/second-factor")]
async fn delete_user_second_factor(
    by: May<ResetSecondFactor>,
    core: Data<Core>,
    path: Path<UserPath>,
) -> Result<HttpResponse> {
    second_factor::reset(&core, &by, path.0.id).await?;
    Ok(reply::no_content())
}
