//! Sessions: see where somebody is signed in, and end it.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get};
use entity::ids::{SessionId, UserId};
use serde::Deserialize;
use service::Core;
use service::auth::sessions;
use service::page::{Limit, PageRequest};
use service::policy::{ManageOwnAccess, ManageSessions};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::view::SessionPage;
use crate::error::Result;
use crate::extract::{May, Path, Query};
use crate::problem::Forbidden;
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_sessions)
        .service(end_other_sessions)
        .service(end_session)
        .service(list_user_sessions)
        .service(end_user_sessions);
}

/// Which session.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct SessionPath {
    /// Id of the session.
    id: SessionId,
}

/// Whose sessions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct UserPath {
    /// Id of the user.
    id: UserId,
}

/// Which page of the sessions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SessionQuery {
    /// How many sessions the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

impl From<SessionQuery> for PageRequest {
    fn from(SessionQuery { limit, cursor }: SessionQuery) -> Self {
        Self { limit, cursor }
    }
}

/// List my sessions
///
/// Where I am signed in, the oldest sign-in first; what is not mine can be ended. Permissions: everybody who is signed
/// in.
#[utoipa::path(
    tag = "auth",
    extensions(("x-permission" = json!("ManageOwnAccess"))),
    params(SessionQuery),
    responses((status = 200, description = "A page of my sessions.", body = SessionPage), Forbidden)
)]
#[get("/v1/auth/sessions")]
async fn list_sessions(
    by: May<ManageOwnAccess>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<SessionQuery>,
) -> Result<HttpResponse> {
    let page = sessions::list_own(&core, &by, &query.0.into()).await?;
    let next = page.next_cursor.clone();
    let view = SessionPage::new(page, by.actor().session_id());
    Ok(reply::page(&request, next.as_deref(), &view))
}

/// End my other sessions
///
/// Everywhere but here I have to sign in again; the access tokens of those sessions are refused at once.
/// Permissions: everybody who is signed in.
#[utoipa::path(tag = "auth", extensions(("x-permission" = json!("ManageOwnAccess"))), responses((status = 204, description = "Ended."), Forbidden))]
#[delete("/v1/auth/sessions")]
async fn end_other_sessions(by: May<ManageOwnAccess>, core: Data<Core>) -> Result<HttpResponse> {
    sessions::end_own_others(&core, &by).await?;
    Ok(reply::no_content())
}

/// End a session of mine
///
/// Its tokens are refused at once. Permissions: everybody who is signed in, their own sessions.
#[utoipa::path(tag = "auth", extensions(("x-permission" = json!("ManageOwnAccess"))), params(SessionPath), responses((status = 204, description = "Ended."), Forbidden))]
#[delete("/v1/auth/sessions/{id}")]
async fn end_session(
    by: May<ManageOwnAccess>,
    core: Data<Core>,
    path: Path<SessionPath>,
) -> Result<HttpResponse> {
    sessions::end_own(&core, &by, path.0.id).await?;
    Ok(reply::no_content())
}

/// List a user's sessions
///
/// Where the user is signed in, the oldest sign-in first. Permissions: agents for customers, administrators for
/// everybody.
#[utoipa::path(
    tag = "auth",
    extensions(("x-permission" = json!("ManageSessions"))),
    params(UserPath, SessionQuery),
    responses((status = 200, description = "A page of the user's sessions.", body = SessionPage), Forbidden)
)]
#[get("/v1/users/{id}/sessions")]
async fn list_user_sessions(
    by: May<ManageSessions>,
    core: Data<Core>,
    request: HttpRequest,
    path: Path<UserPath>,
    query: Query<SessionQuery>,
) -> Result<HttpResponse> {
    let page = sessions::list_of(&core, &by, path.0.id, &query.0.into()).await?;
    let next = page.next_cursor.clone();
    let view = SessionPage::new(page, by.actor().session_id());
    Ok(reply::page(&request, next.as_deref(), &view))
}

/// End a user's sessions
///
/// The user has to sign in again everywhere; all access tokens are refused at once. Permissions: agents for customers,
/// administrators for everybody.
#[utoipa::path(tag = "auth", extensions(("x-permission" = json!("ManageSessions"))), params(UserPath), responses((status = 204, description = "Ended."), Forbidden))]
#[delete("/v1/users/{id}/sessions")]
async fn end_user_sessions(
    by: May<ManageSessions>,
    core: Data<Core>,
    path: Path<UserPath>,
) -> Result<HttpResponse> {
    sessions::end_of(&core, &by, path.0.id).await?;
    Ok(reply::no_content())
}
