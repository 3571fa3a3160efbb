//! `/v1/passports`: the documents that customers travel on.

mod mrz;
pub mod mrz_view;
pub mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use chrono::NaiveDate;
use entity::ids::{PassportId, UserId};
use entity::values::PassportStatus;
use serde::Deserialize;
use service::documents::Reveal;
use service::page::{Limit, PageRequest};
use service::passports::{NewPassport, PassportFilter, PassportPatch, PassportSearch};
use service::policy::{ReadPassports, RevealPassport, WritePassports};
use service::{Core, passports};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{Passport, PassportPage};
use crate::error::Result;
use crate::external_ids::ExternalIdPath;
use crate::extract::{IfMatch, IfNoneMatch, Json, May, Path, Query, strict};
use crate::problem::{NotModified, Stale, TooManyReveals, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_passports)
        .service(search_passports)
        .service(mrz::parse_mrz)
        .service(create_passport)
        .service(get_passport_by_external_id)
        .service(get_passport)
        .service(mrz::get_passport_mrz)
        .service(reveal_passport)
        .service(update_passport)
        .service(delete_passport);
}

conflicts!(WriteConflicts: PassportExists, ExternalIdTaken, PrimaryNotActive, Restricted);
conflicts!(RemoveConflicts: Restricted);

/// Which passport.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct PassportPath {
    /// Id of the passport.
    id: PassportId,
}

/// Which page of which passports.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PassportQuery {
    /// Only those of this user.
    #[param(example = "01920000-0000-7000-8000-000000000003")]
    user_id: Option<UserId>,
    /// Only those with this status.
    #[param(example = "active")]
    status: Option<PassportStatus>,
    /// Only those that expire before this day.
    #[param(example = "2099-12-31")]
    #[serde(default, deserialize_with = "strict")]
    expires_before: Option<NaiveDate>,
    /// How many passports the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before, with the same filters.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// List passports
///
/// In the order in which they were recorded, with masked numbers for everybody but the holder. Permissions: staff see all, customers their own.
#[utoipa::path(
    tag = "passports",
    extensions(("x-permission" = json!("ReadPassports"))),
    params(PassportQuery),
    responses((status = 200, description = "A page of passports.", body = PassportPage))
)]
#[get("/v1/passports")]
async fn list_passports(
    by: May<ReadPassports>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<PassportQuery>,
) -> Result<HttpResponse> {
    let PassportQuery {
        user_id,
        status,
        expires_before,
        limit,
        cursor,
    } = query.0;
    let filter = PassportFilter {
        user_id,
        status,
        expires_before,
    };
    let page = passports::list(&core, &by, &filter, &PageRequest { limit, cursor }).await?;
    let next = page.next_cursor.clone();
    Ok(reply::page(
        &request,
        next.as_deref(),
        &PassportPage::new(page, core.clock.today()),
    ))
}

/// Find a passport by number
///
/// The passport with this issuing country and number: a page with one record or none. The number travels in the body,
/// because URLs end up in logs; the answer masks it for everybody but the holder. Permissions: staff find all, customers their own.
#[utoipa::path(
    tag = "passports",
    extensions(("x-permission" = json!("ReadPassports"))),
    request_body(content = PassportSearch, example = json!({"issuing_country": "UTO", "passport_number": "L898902C3"})),
    responses((status = 200, description = "The passport, if there is one.", body = PassportPage))
)]
#[post("/v1/passports/search")]
async fn search_passports(
    by: May<ReadPassports>,
    core: Data<Core>,
    search: Json<PassportSearch>,
) -> Result<HttpResponse> {
    let page = passports::search(&core, &by, search.0).await?;
    Ok(reply::ok(&PassportPage::new(page, core.clock.today())))
}

/// Record a passport
///
/// As printed in the document, or from its machine readable zone: `mrz` stands for all fields that it holds, and is taken
/// only if all its check digits are right. The first active passport of a user becomes the primary one; an expired one
/// can be recorded and answers `"expired": true`. Permissions: staff for everybody, customers for themselves.
#[utoipa::path(
    tag = "passports",
    extensions(("x-permission" = json!("WritePassports"))),
    request_body(content = NewPassport, example = json!({
        "user_id": "01920000-0000-7000-8000-000000000003", "document_code": "P", "issuing_country": "UTO",
        "nationality": "UTO", "passport_number": "X4711 2026", "surname": "Eriksson", "given_names": "Anna Maria",
        "date_of_birth": "1974-08-12", "sex": "F", "place_of_birth": "Zenith", "issue_date": "2026-01-15",
        "expiry_date": "2036-01-14"
    })),
    responses((status = 201, description = "The new passport.", body = Passport), WriteConflicts)
)]
#[post("/v1/passports")]
async fn create_passport(
    by: May<WritePassports>,
    core: Data<Core>,
    new: Json<NewPassport>,
) -> Result<HttpResponse> {
    let passport = passports::create(&core, &by, new.0).await?;
    let location = format!("/v1/passports/{}", passport.id);
    Ok(reply::created(
        &location,
        passport.version,
        &Passport::new(passport, core.clock.today()),
    ))
}

/// Find a passport by external id
///
/// The passport as `GET /v1/passports/{id}` shows it. Permissions: staff read all, customers their own.
#[utoipa::path(
    tag = "passports",
    extensions(("x-permission" = json!("ReadPassports"))),
    params(ExternalIdPath),
    responses((status = 200, description = "The passport.", body = Passport), NotModified)
)]
#[get("/v1/passports/by-external-id/{system}/{id}")]
async fn get_passport_by_external_id(
    by: May<ReadPassports>,
    core: Data<Core>,
    path: Path<ExternalIdPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let passport = passports::get_by_external_id(&core, &by, &path.0.into()).await?;
    Ok(reply::fresh(
        &known,
        passport.version,
        &Passport::new(passport, core.clock.today()),
    ))
}

/// Read a passport
///
/// One passport with all its data; its numbers are masked for everybody but the holder. Permissions: staff read all, customers their own.
#[utoipa::path(
    tag = "passports",
    extensions(("x-permission" = json!("ReadPassports"))),
    params(PassportPath),
    responses((status = 200, description = "The passport.", body = Passport), NotModified)
)]
#[get("/v1/passports/{id}")]
async fn get_passport(
    by: May<ReadPassports>,
    core: Data<Core>,
    path: Path<PassportPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let passport = passports::get(&core, &by, path.0.id).await?;
    Ok(reply::fresh(
        &known,
        passport.version,
        &Passport::new(passport, core.clock.today()),
    ))
}

/// Reveal a passport
///
/// The passport with its numbers in clear. Say what for: the audit trail keeps purpose, caller and time of each reveal by
/// anybody but the holder, who sees the numbers anyway. Within an hour a caller sees as many as the agency has set
/// (`REVEALS_PER_HOUR`), together with those in machine readable zones and booking data. Permissions: staff reveal all,
/// customers their own.
#[utoipa::path(
    tag = "passports",
    extensions(("x-permission" = json!("RevealPassport"))),
    params(PassportPath),
    request_body(content = Reveal, example = json!({"purpose": "check-in for QF1"})),
    responses((status = 200, description = "The passport in clear.", body = Passport), TooManyReveals)
)]
#[post("/v1/passports/{id}/reveal")]
async fn reveal_passport(
    by: May<RevealPassport>,
    core: Data<Core>,
    path: Path<PassportPath>,
    why: Json<Reveal>,
) -> Result<HttpResponse> {
    let passport = passports::reveal(&core, &by, path.0.id, why.0).await?;
    Ok(reply::versioned(
        passport.version,
        &Passport::new(passport, core.clock.today()),
    ))
}

/// Change a passport
///
/// A JSON Merge Patch: what is absent stays, null clears. `"primary": true` makes it the one to book with; a primary
/// passport that is lost, stolen or replaced hands over to the active one that is valid longest. Permissions: staff
/// change all, customers their own. A number that was read masked is left out, or sent in clear: sent back with its bullets
/// it is refused.
#[utoipa::path(
    tag = "passports",
    extensions(("x-permission" = json!("WritePassports"))),
    params(PassportPath),
    request_body(content = PassportPatch, example = json!({"birth_country": "UTO"})),
    responses((status = 200, description = "The changed passport.", body = Passport), WriteConflicts, Stale)
)]
#[patch("/v1/passports/{id}")]
async fn update_passport(
    by: May<WritePassports>,
    core: Data<Core>,
    path: Path<PassportPath>,
    seen: IfMatch,
    changes: Json<PassportPatch>,
) -> Result<HttpResponse> {
    let passport = passports::update(&core, &by, path.0.id, &seen.0, changes.0).await?;
    Ok(reply::versioned(
        passport.version,
        &Passport::new(passport, core.clock.today()),
    ))
}

/// Remove a passport
///
/// If it was the primary one, the active one that is valid longest takes its place. Permissions: staff remove all,
/// customers their own.
#[utoipa::path(
    tag = "passports",
    extensions(("x-permission" = json!("WritePassports"))),
    params(PassportPath),
    responses((status = 204, description = "Removed."), RemoveConflicts, Stale)
)]
#[delete("/v1/passports/{id}")]
async fn delete_passport(
    by: May<WritePassports>,
    core: Data<Core>,
    path: Path<PassportPath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    passports::delete(&core, &by, path.0.id, &seen.0).await?;
    Ok(reply::no_content())
}
