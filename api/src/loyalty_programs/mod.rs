//! `/v1/loyalty-programs`: the catalogue of what is on offer.

pub mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use entity::ids::LoyaltyProgramId;
use entity::values::{ProgramType, SupplierCode};
use serde::Deserialize;
use service::loyalty_programs::{LoyaltyProgramFilter, LoyaltyProgramPatch, NewLoyaltyProgram};
use service::page::{Limit, PageRequest};
use service::policy::{ReadLoyaltyPrograms, WriteLoyaltyPrograms};
use service::{Core, loyalty_programs};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{LoyaltyProgram, LoyaltyProgramPage};
use crate::error::Result;
use crate::extract::{IfMatch, IfNoneMatch, Json, May, Path, Query};
use crate::problem::{Forbidden, NotModified, Stale, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_loyalty_programs)
        .service(create_loyalty_program)
        .service(get_loyalty_program)
        .service(update_loyalty_program)
        .service(delete_loyalty_program);
}

conflicts!(CreateConflicts: ProgramExists);
conflicts!(UpdateConflicts: ProgramExists, TierInUse);
conflicts!(DeleteConflicts: ProgramInUse);

/// Which programme.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct LoyaltyProgramPath {
    /// Id of the loyalty programme.
    id: LoyaltyProgramId,
}

/// Which programme that nobody belongs to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct UnusedProgramPath {
    /// Id of the loyalty programme.
    #[param(example = "01920000-0000-7000-8000-000000000205")]
    id: LoyaltyProgramId,
}

/// Which page of which programmes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LoyaltyProgramQuery {
    /// Only those of this kind of supplier.
    #[param(example = "airline")]
    r#type: Option<ProgramType>,
    /// Only those of the supplier with this code.
    #[param(example = "U0")]
    supplier_code: Option<SupplierCode>,
    /// Only those that are on offer today, or only those that are not.
    #[param(example = true)]
    on_offer: Option<bool>,
    /// How many programmes the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before, with the same filters.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// List loyalty programmes
///
/// The catalogue, in the order in which it was filled; `on_offer=true` leaves what can be joined today. Permissions:
/// anyone.
#[utoipa::path(
    tag = "loyalty-programs",
    extensions(("x-permission" = json!("ReadLoyaltyPrograms"))),
    params(LoyaltyProgramQuery),
    security((), ("sign_in" = [])),
    responses((status = 200, description = "A page of programmes.", body = LoyaltyProgramPage))
)]
#[get("/v1/loyalty-programs")]
async fn list_loyalty_programs(
    by: May<ReadLoyaltyPrograms>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<LoyaltyProgramQuery>,
) -> Result<HttpResponse> {
    let LoyaltyProgramQuery {
        r#type,
        supplier_code,
        on_offer,
        limit,
        cursor,
    } = query.0;
    let filter = LoyaltyProgramFilter {
        r#type,
        supplier_code,
        on_offer,
    };
    let page = loyalty_programs::list(&core, &by, &filter, &PageRequest { limit, cursor }).await?;
    let next = page.next_cursor.clone();
    Ok(reply::page(
        &request,
        next.as_deref(),
        &LoyaltyProgramPage::new(page, core.clock.today()),
    ))
}

/// Add a loyalty programme
///
/// Makes a programme available for memberships from `offered_from` to `offered_until`, both included. Permissions:
/// administrators.
#[utoipa::path(
    tag = "loyalty-programs",
    extensions(("x-permission" = json!("WriteLoyaltyPrograms"))),
    request_body(content = NewLoyaltyProgram, example = json!({
        "supplier": "Utopia Rail", "name": "Sunrise Points", "type": "rail", "supplier_code": "UR",
        "tiers": [{"name": "Dawn"}, {"name": "Noon"}], "offered_from": "2026-01-01"
    })),
    responses((status = 201, description = "The new programme.", body = LoyaltyProgram), Forbidden, CreateConflicts)
)]
#[post("/v1/loyalty-programs")]
async fn create_loyalty_program(
    by: May<WriteLoyaltyPrograms>,
    core: Data<Core>,
    new: Json<NewLoyaltyProgram>,
) -> Result<HttpResponse> {
    let program = loyalty_programs::create(&core, &by, new.0).await?;
    let location = format!("/v1/loyalty-programs/{}", program.id);
    Ok(reply::created(
        &location,
        program.version,
        &LoyaltyProgram::new(program, core.clock.today()),
    ))
}

/// Read a loyalty programme
///
/// One programme with its tiers, lowest first. Permissions: anyone.
#[utoipa::path(
    tag = "loyalty-programs",
    extensions(("x-permission" = json!("ReadLoyaltyPrograms"))),
    params(LoyaltyProgramPath),
    security((), ("sign_in" = [])),
    responses((status = 200, description = "The programme.", body = LoyaltyProgram), NotModified)
)]
#[get("/v1/loyalty-programs/{id}")]
async fn get_loyalty_program(
    by: May<ReadLoyaltyPrograms>,
    core: Data<Core>,
    path: Path<LoyaltyProgramPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let program = loyalty_programs::get(&core, &by, path.0.id).await?;
    Ok(reply::fresh(
        &known,
        program.version,
        &LoyaltyProgram::new(program, core.clock.today()),
    ))
}

/// Change a loyalty programme
///
/// A JSON Merge Patch: what is absent stays, null clears, a list replaces. A programme is taken off offer with
/// `offered_until`; a tier that members hold cannot be left out. Permissions: administrators.
#[utoipa::path(
    tag = "loyalty-programs",
    extensions(("x-permission" = json!("WriteLoyaltyPrograms"))),
    params(LoyaltyProgramPath),
    request_body(content = LoyaltyProgramPatch, example = json!({"offered_until": "2099-12-31"})),
    responses((status = 200, description = "The changed programme.", body = LoyaltyProgram), Forbidden, UpdateConflicts, Stale)
)]
#[patch("/v1/loyalty-programs/{id}")]
async fn update_loyalty_program(
    by: May<WriteLoyaltyPrograms>,
    core: Data<Core>,
    path: Path<LoyaltyProgramPath>,
    seen: IfMatch,
    changes: Json<LoyaltyProgramPatch>,
) -> Result<HttpResponse> {
    let program = loyalty_programs::update(&core, &by, path.0.id, &seen.0, changes.0).await?;
    Ok(reply::versioned(
        program.version,
        &LoyaltyProgram::new(program, core.clock.today()),
    ))
}

/// Remove a loyalty programme
///
/// Only one that nobody belongs to; others are taken off offer with `offered_until`. Permissions: administrators.
#[utoipa::path(
    tag = "loyalty-programs",
    extensions(("x-permission" = json!("WriteLoyaltyPrograms"))),
    params(UnusedProgramPath),
    responses((status = 204, description = "Removed."), Forbidden, DeleteConflicts, Stale)
)]
#[delete("/v1/loyalty-programs/{id}")]
async fn delete_loyalty_program(
    by: May<WriteLoyaltyPrograms>,
    core: Data<Core>,
    path: Path<UnusedProgramPath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    loyalty_programs::delete(&core, &by, path.0.id, &seen.0).await?;
    Ok(reply::no_content())
}
