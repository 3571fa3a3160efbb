//! What people can ask of those who keep their data: consents, restriction, erasure, export.

mod erasures;
mod export;
mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use entity::ids::UserId;
use serde::Deserialize;
use service::Core;
use service::page::{Limit, PageRequest};
use service::policy::{ReadConsents, RestrictUser, WriteConsents};
use service::privacy::consents::{self, NewConsent};
use service::privacy::restriction::{self, Restriction};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{Consent, ConsentPage};
use crate::error::Result;
use crate::extract::{IfMatch, Json, May, Path, Query};
use crate::problem::{Forbidden, Stale};
use crate::reply;
use crate::users::view::User;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_consents)
        .service(create_consent)
        .service(restrict_user)
        .service(unrestrict_user);
    export::routes(config);
    erasures::routes(config);
}

/// Which user.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct UserPath {
    /// Id of the user.
    id: UserId,
}

/// Which page of the log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ConsentQuery {
    /// How many entries the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// List consents
///
/// All that a person has agreed to, refused and taken back, the oldest entry first. What counts is marked `current`: the
/// last entry of each purpose. Permissions: staff for everybody, customers for themselves.
#[utoipa::path(
    tag = "privacy",
    extensions(("x-permission" = json!("ReadConsents"))),
    params(UserPath, ConsentQuery),
    responses((status = 200, description = "A page of the log.", body = ConsentPage), Forbidden)
)]
#[get("/v1/users/{id}/consents")]
async fn list_consents(
    by: May<ReadConsents>,
    core: Data<Core>,
    request: HttpRequest,
    path: Path<UserPath>,
    query: Query<ConsentQuery>,
) -> Result<HttpResponse> {
    let ConsentQuery { limit, cursor } = query.0;
    let page = consents::list(&core, &by, path.0.id, &PageRequest { limit, cursor }).await?;
    Ok(reply::page(
        &request,
        page.next_cursor.as_deref(),
        &ConsentPage::from(page.clone()),
    ))
}

/// Record a consent
///
/// Or that one is refused or taken back. Nothing is overwritten: each is an entry of a log, with the text that the person
/// was shown, who told us, and when. Taken also where the person's data is restricted. Permissions: agents for customers,
/// administrators for everybody, customers for themselves.
#[utoipa::path(
    tag = "privacy",
    extensions(("x-permission" = json!("WriteConsents"))),
    params(UserPath),
    request_body(content = NewConsent, example = json!({
        "purpose": "marketing_email", "text_version": "2026-11-01", "granted": true
    })),
    responses((status = 201, description = "The new entry.", body = Consent), Forbidden)
)]
#[post("/v1/users/{id}/consents")]
async fn create_consent(
    by: May<WriteConsents>,
    core: Data<Core>,
    path: Path<UserPath>,
    new: Json<NewConsent>,
) -> Result<HttpResponse> {
    let id = path.0.id;
    let consent = consents::record(&core, &by, id, new.0).await?;
    // An entry never changes.
    Ok(reply::created(
        &format!("/v1/users/{id}/consents"),
        1,
        &Consent::from(consent),
    ))
}

/// Restrict a user's data
///
/// It is kept, and used by nobody (GDPR Article 18): agents and other systems find the person no more, in no list, search,
/// group or booking. Administrators and the person itself read on. Changes of the person, and of what hangs on it, answer
/// 409 `restricted`, consents excepted. Who is restricted already stays so, with the first reason. Permissions:
/// administrators.
#[utoipa::path(
    tag = "privacy",
    extensions(("x-permission" = json!("RestrictUser"))),
    params(UserPath),
    request_body(content = Restriction, example = json!({"reason": "The customer contests the date of birth"})),
    responses((status = 200, description = "The restricted user.", body = User), Forbidden, Stale)
)]
#[post("/v1/users/{id}/restrict")]
async fn restrict_user(
    by: May<RestrictUser>,
    core: Data<Core>,
    path: Path<UserPath>,
    seen: IfMatch,
    why: Json<Restriction>,
) -> Result<HttpResponse> {
    let user = restriction::restrict(&core, &by, path.0.id, &seen.0, why.0).await?;
    Ok(reply::versioned(user.version, &User::from(user)))
}

/// Lift a restriction
///
/// The person is found and changed as before. Nothing happens to who is not restricted. Permissions: administrators.
#[utoipa::path(
    tag = "privacy",
    extensions(("x-permission" = json!("RestrictUser"))),
    params(UserPath),
    responses((status = 200, description = "The user.", body = User), Forbidden, Stale)
)]
#[post("/v1/users/{id}/unrestrict")]
async fn unrestrict_user(
    by: May<RestrictUser>,
    core: Data<Core>,
    path: Path<UserPath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    let user = restriction::unrestrict(&core, &by, path.0.id, &seen.0).await?;
    Ok(reply::versioned(user.version, &User::from(user)))
}
