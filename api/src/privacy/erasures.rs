//! Erasing people, and their requests for it.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use entity::ids::ErasureId;
use entity::values::ErasureStatus;
use serde::Deserialize;
use service::Core;
use service::page::{Limit, PageRequest};
use service::policy::{DecideErasure, EraseUser, ReadErasures};
use service::privacy::erasure::{self, Asked, ErasureFilter, NewErasure, Refusal};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::UserPath;
use super::view::{Erasure, ErasurePage};
use crate::error::Result;
use crate::extract::{Json, May, Path, Query};
use crate::problem::{Forbidden, conflicts};
use crate::reply;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(erase_user)
        .service(list_erasures)
        .service(get_erasure)
        .service(approve_erasure)
        .service(reject_erasure);
}

conflicts!(EraseConflicts: LastAdmin);
conflicts!(ApproveConflicts: ErasureDecided, LastAdmin);
conflicts!(RejectConflicts: ErasureDecided);

/// Which erasure.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ErasurePath {
    /// Id of the erasure, or of the request for it.
    id: ErasureId,
}

/// Which page of which erasures.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ErasureQuery {
    /// Only those that stand like this.
    #[param(example = "requested")]
    status: Option<ErasureStatus>,
    /// How many the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before, with the same filter.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// Erase a user
///
/// An administrator erases at once: the person goes with all that hangs on it, with the key of what is sealed about it
/// elsewhere, and with every group that is left with fewer than two members. What stays is the answer. A backup does not
/// bring the person back. Whoever asks for themselves gets 202: an administrator decides; asking again answers the same
/// request. Permissions: administrators; everybody for themselves.
#[utoipa::path(
    tag = "privacy",
    extensions(("x-permission" = json!("EraseUser"))),
    params(UserPath),
    request_body(content = NewErasure, example = json!({"reason": "The customer has asked for it by letter"})),
    responses(
        (status = 200, description = "The person is erased.", body = Erasure),
        (status = 202, description = "An administrator decides.", body = Erasure),
        Forbidden,
        EraseConflicts
    )
)]
#[post("/v1/users/{id}/erase")]
async fn erase_user(
    by: May<EraseUser>,
    core: Data<Core>,
    path: Path<UserPath>,
    why: Json<NewErasure>,
) -> Result<HttpResponse> {
    Ok(match erasure::erase(&core, &by, path.0.id, why.0).await? {
        Asked::Done(done) => reply::ok(&Erasure::from(done)),
        Asked::Requested(request) => reply::accepted_with(&Erasure::from(request)),
    })
}

/// List erasures
///
/// Who has asked to be erased, and who is, the oldest request first. Permissions: administrators.
#[utoipa::path(
    tag = "privacy",
    extensions(("x-permission" = json!("ReadErasures"))),
    params(ErasureQuery),
    responses((status = 200, description = "A page of erasures.", body = ErasurePage), Forbidden)
)]
#[get("/v1/erasures")]
async fn list_erasures(
    by: May<ReadErasures>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<ErasureQuery>,
) -> Result<HttpResponse> {
    let ErasureQuery {
        status,
        limit,
        cursor,
    } = query.0;
    let page = erasure::list(
        &core,
        &by,
        &ErasureFilter { status },
        &PageRequest { limit, cursor },
    )
    .await?;
    Ok(reply::page(
        &request,
        page.next_cursor.as_deref(),
        &ErasurePage::from(page.clone()),
    ))
}

/// Read an erasure
///
/// The certificate that somebody is erased, or the request for it. Permissions: administrators.
#[utoipa::path(
    tag = "privacy",
    extensions(("x-permission" = json!("ReadErasures"))),
    params(ErasurePath),
    responses((status = 200, description = "The erasure.", body = Erasure), Forbidden)
)]
#[get("/v1/erasures/{id}")]
async fn get_erasure(
    by: May<ReadErasures>,
    core: Data<Core>,
    path: Path<ErasurePath>,
) -> Result<HttpResponse> {
    let found = erasure::get(&core, &by, path.0.id).await?;
    Ok(reply::ok(&Erasure::from(found)))
}

/// Grant a request
///
/// Erases who has asked for it. Permissions: administrators.
#[utoipa::path(
    tag = "privacy",
    extensions(("x-permission" = json!("DecideErasure"))),
    params(ErasurePath),
    responses((status = 200, description = "The person is erased.", body = Erasure), Forbidden, ApproveConflicts)
)]
#[post("/v1/erasures/{id}/approve")]
async fn approve_erasure(
    by: May<DecideErasure>,
    core: Data<Core>,
    path: Path<ErasurePath>,
) -> Result<HttpResponse> {
    let done = erasure::approve(&core, &by, path.0.id).await?;
    Ok(reply::ok(&Erasure::from(done)))
}

/// Refuse a request
///
/// The person stays, and may ask again. Permissions: administrators.
#[utoipa::path(
    tag = "privacy",
    extensions(("x-permission" = json!("DecideErasure"))),
    params(ErasurePath),
    request_body(content = Refusal, example = json!({"reason": "A booking is under way until 1 March"})),
    responses((status = 200, description = "The refused request.", body = Erasure), Forbidden, RejectConflicts)
)]
#[post("/v1/erasures/{id}/reject")]
async fn reject_erasure(
    by: May<DecideErasure>,
    core: Data<Core>,
    path: Path<ErasurePath>,
    why: Json<Refusal>,
) -> Result<HttpResponse> {
    let rejected = erasure::reject(&core, &by, path.0.id, why.0).await?;
    Ok(reply::ok(&Erasure::from(rejected)))
}
