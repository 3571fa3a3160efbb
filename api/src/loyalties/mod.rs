//! `/v1/loyalties`: who belongs to which loyalty programme.

pub mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use entity::ids::{LoyaltyId, LoyaltyProgramId, UserId};
use entity::values::LoyaltyStatus;
use serde::Deserialize;
use service::loyalties::{LoyaltyFilter, LoyaltyPatch, LoyaltySearch, NewLoyalty};
use service::page::{Limit, PageRequest};
use service::policy::{ReadLoyalties, WriteLoyalties};
use service::{Core, loyalties};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{Loyalty, LoyaltyPage};
use crate::error::Result;
use crate::external_ids::ExternalIdPath;
use crate::extract::{IfMatch, IfNoneMatch, Json, May, Path, Query};
use crate::problem::{NotModified, Stale, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_loyalties)
        .service(search_loyalties)
        .service(create_loyalty)
        .service(get_loyalty_by_external_id)
        .service(get_loyalty)
        .service(update_loyalty)
        .service(delete_loyalty);
}

conflicts!(CreateConflicts: LoyaltyExists, ExternalIdTaken, ProgramNotOffered, Restricted);
conflicts!(ChangeConflicts: Restricted, ExternalIdTaken);
conflicts!(RemoveConflicts: Restricted);

/// Which membership.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct LoyaltyPath {
    /// Id of the membership.
    id: LoyaltyId,
}

/// Which page of which memberships.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LoyaltyQuery {
    /// Only those of this user.
    #[param(example = "01920000-0000-7000-8000-000000000003")]
    user_id: Option<UserId>,
    /// Only those in this programme.
    #[param(example = "01920000-0000-7000-8000-000000000201")]
    program_id: Option<LoyaltyProgramId>,
    /// Only those with this status.
    #[param(example = "active")]
    status: Option<LoyaltyStatus>,
    /// How many memberships the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before, with the same filters.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// List loyalty memberships
///
/// In the order in which they were recorded. Permissions: staff see all, customers their own.
#[utoipa::path(
    tag = "loyalties",
    extensions(("x-permission" = json!("ReadLoyalties"))),
    params(LoyaltyQuery),
    responses((status = 200, description = "A page of memberships.", body = LoyaltyPage))
)]
#[get("/v1/loyalties")]
async fn list_loyalties(
    by: May<ReadLoyalties>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<LoyaltyQuery>,
) -> Result<HttpResponse> {
    let LoyaltyQuery {
        user_id,
        program_id,
        status,
        limit,
        cursor,
    } = query.0;
    let filter = LoyaltyFilter {
        user_id,
        program_id,
        status,
    };
    let page = loyalties::list(&core, &by, &filter, &PageRequest { limit, cursor }).await?;
    let next = page.next_cursor.clone();
    Ok(reply::page(&request, next.as_deref(), &LoyaltyPage::from(page)))
}

/// Search for a loyalty membership
///
/// Those with this number on the card, in one programme or in all. The number travels in the body, because URLs end up in
/// logs; spaces, hyphens and case do not matter. Permissions: staff find all, customers their own.
#[utoipa::path(
    tag = "loyalties",
    extensions(("x-permission" = json!("ReadLoyalties"))),
    request_body(content = LoyaltySearch, example = json!({"membership_number": "UA 7400 1234"})),
    responses((status = 200, description = "A page of the memberships with this number.", body = LoyaltyPage))
)]
#[post("/v1/loyalties/search")]
async fn search_loyalties(
    by: May<ReadLoyalties>,
    core: Data<Core>,
    search: Json<LoyaltySearch>,
) -> Result<HttpResponse> {
    let page = loyalties::search(&core, &by, search.0).await?;
    Ok(reply::ok(&LoyaltyPage::from(page)))
}

/// Record a loyalty membership
///
/// One for each user and programme, in a programme that is on offer today, with one of its tiers or none.
/// Permissions: staff for everybody, customers for themselves.
#[utoipa::path(
    tag = "loyalties",
    extensions(("x-permission" = json!("WriteLoyalties"))),
    request_body(content = NewLoyalty, example = json!({
        "user_id": "01920000-0000-7000-8000-000000000003", "program_id": "01920000-0000-7000-8000-000000000203",
        "membership_number": "GD-2468-1357", "tier": "Compact", "expiry_date": "2028-03-31"
    })),
    responses((status = 201, description = "The new membership.", body = Loyalty), CreateConflicts)
)]
#[post("/v1/loyalties")]
async fn create_loyalty(
    by: May<WriteLoyalties>,
    core: Data<Core>,
    new: Json<NewLoyalty>,
) -> Result<HttpResponse> {
    let loyalty = loyalties::create(&core, &by, new.0).await?;
    Ok(reply::created(
        &format!("/v1/loyalties/{}", loyalty.id),
        loyalty.version,
        &Loyalty::from(loyalty),
    ))
}

/// Find a membership by external id
///
/// The membership as `GET /v1/loyalties/{id}` shows it. Permissions: staff read all, customers their own.
#[utoipa::path(
    tag = "loyalties",
    extensions(("x-permission" = json!("ReadLoyalties"))),
    params(ExternalIdPath),
    responses((status = 200, description = "The membership.", body = Loyalty), NotModified)
)]
#[get("/v1/loyalties/by-external-id/{system}/{id}")]
async fn get_loyalty_by_external_id(
    by: May<ReadLoyalties>,
    core: Data<Core>,
    path: Path<ExternalIdPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let loyalty = loyalties::get_by_external_id(&core, &by, &path.0.into()).await?;
    Ok(reply::fresh(&known, loyalty.version, &Loyalty::from(loyalty)))
}

/// Read a loyalty membership
///
/// One membership. Permissions: staff read all, customers their own.
#[utoipa::path(
    tag = "loyalties",
    extensions(("x-permission" = json!("ReadLoyalties"))),
    params(LoyaltyPath),
    responses((status = 200, description = "The membership.", body = Loyalty), NotModified)
)]
#[get("/v1/loyalties/{id}")]
async fn get_loyalty(
    by: May<ReadLoyalties>,
    core: Data<Core>,
    path: Path<LoyaltyPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let loyalty = loyalties::get(&core, &by, path.0.id).await?;
    Ok(reply::fresh(&known, loyalty.version, &Loyalty::from(loyalty)))
}

/// Change a loyalty membership
///
/// A JSON Merge Patch: what is absent stays, null clears. User and programme stay what they are. Permissions: staff
/// change all, customers their own.
#[utoipa::path(
    tag = "loyalties",
    extensions(("x-permission" = json!("WriteLoyalties"))),
    params(LoyaltyPath),
    request_body(content = LoyaltyPatch, example = json!({"tier": "Gold"})),
    responses((status = 200, description = "The changed membership.", body = Loyalty), ChangeConflicts, Stale)
)]
#[patch("/v1/loyalties/{id}")]
async fn update_loyalty(
    by: May<WriteLoyalties>,
    core: Data<Core>,
    path: Path<LoyaltyPath>,
    seen: IfMatch,
    changes: Json<LoyaltyPatch>,
) -> Result<HttpResponse> {
    let loyalty = loyalties::update(&core, &by, path.0.id, &seen.0, changes.0).await?;
    Ok(reply::versioned(loyalty.version, &Loyalty::from(loyalty)))
}

/// Remove a loyalty membership
///
/// The programme stays in the catalogue. Permissions: staff remove all, customers their own.
#[utoipa::path(
    tag = "loyalties",
    extensions(("x-permission" = json!("WriteLoyalties"))),
    params(LoyaltyPath),
    responses((status = 204, description = "Removed."), RemoveConflicts, Stale)
)]
#[delete("/v1/loyalties/{id}")]
async fn delete_loyalty(
    by: May<WriteLoyalties>,
    core: Data<Core>,
    path: Path<LoyaltyPath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    loyalties::delete(&core, &by, path.0.id, &seen.0).await?;
    Ok(reply::no_content())
}
