//! `/v1/visas`: what lets customers into a country, beside the passport.

pub mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use chrono::NaiveDate;
use entity::ids::{UserId, VisaId};
use entity::values::{CountryCode, VisaStatus, VisaType};
use serde::Deserialize;
use service::documents::Reveal;
use service::page::{Limit, PageRequest};
use service::policy::{ReadVisas, RevealVisa, WriteVisas};
use service::visas::{NewVisa, VisaFilter, VisaPatch, VisaSearch};
use service::{Core, visas};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{Visa, VisaPage};
use crate::error::Result;
use crate::extract::{IfMatch, IfNoneMatch, Json, May, Path, Query, strict};
use crate::problem::{NotModified, Stale, TooManyReveals, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_visas)
        .service(search_visas)
        .service(create_visa)
        .service(get_visa)
        .service(reveal_visa)
        .service(update_visa)
        .service(delete_visa);
}

conflicts!(WriteConflicts: VisaExists, Restricted);
conflicts!(RemoveConflicts: Restricted);

/// Which visa.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct VisaPath {
    /// Id of the visa.
    id: VisaId,
}

/// Which page of which visas.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct VisaQuery {
    /// Only those of this user.
    #[param(example = "01920000-0000-7000-8000-000000000003")]
    user_id: Option<UserId>,
    /// Only those of this country.
    #[param(example = "USA")]
    country: Option<CountryCode>,
    /// Only those of this type.
    #[param(example = "business")]
    r#type: Option<VisaType>,
    /// Only those with this status.
    #[param(example = "active")]
    status: Option<VisaStatus>,
    /// Only those that expire before this day.
    #[param(example = "2099-12-31")]
    #[serde(default, deserialize_with = "strict")]
    expires_before: Option<NaiveDate>,
    /// How many visas the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before, with the same filters.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// List visas
///
/// In the order in which they were recorded, with masked numbers for everybody but the holder. Permissions: staff see all,
/// customers their own.
#[utoipa::path(
    tag = "visas",
    extensions(("x-permission" = json!("ReadVisas"))),
    params(VisaQuery),
    responses((status = 200, description = "A page of visas.", body = VisaPage))
)]
#[get("/v1/visas")]
async fn list_visas(
    by: May<ReadVisas>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<VisaQuery>,
) -> Result<HttpResponse> {
    let VisaQuery {
        user_id,
        country,
        r#type,
        status,
        expires_before,
        limit,
        cursor,
    } = query.0;
    let filter = VisaFilter {
        user_id,
        country,
        r#type,
        status,
        expires_before,
    };
    let page = visas::list(&core, &by, &filter, &PageRequest { limit, cursor }).await?;
    let next = page.next_cursor.clone();
    Ok(reply::page(
        &request,
        next.as_deref(),
        &VisaPage::new(page, core.clock.today()),
    ))
}

/// Find a visa by number
///
/// The visa of this country with this number: a page with one record or none. The number travels in the body, because
/// URLs end up in logs; the answer masks it for everybody but the holder. Permissions: staff find all, customers their
/// own.
#[utoipa::path(
    tag = "visas",
    extensions(("x-permission" = json!("ReadVisas"))),
    request_body(content = VisaSearch, example = json!({"country": "USA", "visa_number": "V41730598"})),
    responses((status = 200, description = "The visa, if there is one.", body = VisaPage))
)]
#[post("/v1/visas/search")]
async fn search_visas(
    by: May<ReadVisas>,
    core: Data<Core>,
    search: Json<VisaSearch>,
) -> Result<HttpResponse> {
    let page = visas::search(&core, &by, search.0).await?;
    Ok(reply::ok(&VisaPage::new(page, core.clock.today())))
}

/// Record a visa
///
/// A visa, or an electronic travel authorization (ESTA, ETA, ETIAS), with the passport that it belongs to. An expired one
/// can be recorded and answers `"expired": true`. Permissions: staff for everybody, customers for themselves.
#[utoipa::path(
    tag = "visas",
    extensions(("x-permission" = json!("WriteVisas"))),
    request_body(content = NewVisa, example = json!({
        "user_id": "01920000-0000-7000-8000-000000000003", "passport_id": "01920000-0000-7000-8000-000000000101",
        "country": "IND", "visa_number": "VK 4711 2026", "type": "tourist", "entries": "double", "max_stay_days": 30,
        "place_of_issue": "Old Haven", "issue_date": "2026-01-15", "valid_from": "2026-02-01", "expiry_date": "2026-12-31"
    })),
    responses((status = 201, description = "The new visa.", body = Visa), WriteConflicts)
)]
#[post("/v1/visas")]
async fn create_visa(by: May<WriteVisas>, core: Data<Core>, new: Json<NewVisa>) -> Result<HttpResponse> {
    let visa = visas::create(&core, &by, new.0).await?;
    let location = format!("/v1/visas/{}", visa.id);
    Ok(reply::created(
        &location,
        visa.version,
        &Visa::new(visa, core.clock.today()),
    ))
}

/// Read a visa
///
/// One visa with all its data; its number is masked for everybody but the holder. Permissions: staff read all, customers
/// their own.
#[utoipa::path(
    tag = "visas",
    extensions(("x-permission" = json!("ReadVisas"))),
    params(VisaPath),
    responses((status = 200, description = "The visa.", body = Visa), NotModified)
)]
#[get("/v1/visas/{id}")]
async fn get_visa(
    by: May<ReadVisas>,
    core: Data<Core>,
    path: Path<VisaPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let visa = visas::get(&core, &by, path.0.id).await?;
    Ok(reply::fresh(
        &known,
        visa.version,
        &Visa::new(visa, core.clock.today()),
    ))
}

/// Reveal a visa
///
/// The visa with its number in clear. Say what for: the audit trail keeps purpose, caller and time of each reveal by anybody
/// but the holder. It counts against the same limit of the hour as the numbers of passports (`REVEALS_PER_HOUR`).
/// Permissions: staff reveal all, customers their own.
#[utoipa::path(
    tag = "visas",
    extensions(("x-permission" = json!("RevealVisa"))),
    params(VisaPath),
    request_body(content = Reveal, example = json!({"purpose": "check-in for QF1"})),
    responses((status = 200, description = "The visa in clear.", body = Visa), TooManyReveals)
)]
#[post("/v1/visas/{id}/reveal")]
async fn reveal_visa(
    by: May<RevealVisa>,
    core: Data<Core>,
    path: Path<VisaPath>,
    why: Json<Reveal>,
) -> Result<HttpResponse> {
    let visa = visas::reveal(&core, &by, path.0.id, why.0).await?;
    Ok(reply::versioned(
        visa.version,
        &Visa::new(visa, core.clock.today()),
    ))
}

/// Change a visa
///
/// A JSON Merge Patch: what is absent stays, null clears. A number that was read masked is left out, or sent in clear: sent
/// back with its bullets it is refused. Permissions: staff change all, customers their own.
#[utoipa::path(
    tag = "visas",
    extensions(("x-permission" = json!("WriteVisas"))),
    params(VisaPath),
    request_body(content = VisaPatch, example = json!({"status": "used"})),
    responses((status = 200, description = "The changed visa.", body = Visa), WriteConflicts, Stale)
)]
#[patch("/v1/visas/{id}")]
async fn update_visa(
    by: May<WriteVisas>,
    core: Data<Core>,
    path: Path<VisaPath>,
    seen: IfMatch,
    changes: Json<VisaPatch>,
) -> Result<HttpResponse> {
    let visa = visas::update(&core, &by, path.0.id, &seen.0, changes.0).await?;
    Ok(reply::versioned(
        visa.version,
        &Visa::new(visa, core.clock.today()),
    ))
}

/// Remove a visa
///
/// The passport that it names stays. Permissions: staff remove all, customers their own.
#[utoipa::path(
    tag = "visas",
    extensions(("x-permission" = json!("WriteVisas"))),
    params(VisaPath),
    responses((status = 204, description = "Removed."), RemoveConflicts, Stale)
)]
#[delete("/v1/visas/{id}")]
async fn delete_visa(
    by: May<WriteVisas>,
    core: Data<Core>,
    path: Path<VisaPath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    visas::delete(&core, &by, path.0.id, &seen.0).await?;
    Ok(reply::no_content())
}
