//! `/v1/traveller-numbers`: by what states know customers.

pub mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use chrono::NaiveDate;
use entity::ids::{TravellerNumberId, UserId};
use entity::values::TravellerNumberType;
use serde::Deserialize;
use service::documents::Reveal;
use service::page::{Limit, PageRequest};
use service::policy::{ReadTravellerNumbers, RevealTravellerNumber, WriteTravellerNumbers};
use service::traveller_numbers::{
    NewTravellerNumber, TravellerNumberFilter, TravellerNumberPatch, TravellerNumberSearch,
};
use service::{Core, traveller_numbers};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{TravellerNumber, TravellerNumberPage};
use crate::error::Result;
use crate::extract::{IfMatch, IfNoneMatch, Json, May, Path, Query, strict};
use crate::problem::{NotModified, Stale, TooManyReveals, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_traveller_numbers)
        .service(search_traveller_numbers)
        .service(create_traveller_number)
        .service(get_traveller_number)
        .service(reveal_traveller_number)
        .service(update_traveller_number)
        .service(delete_traveller_number);
}

conflicts!(WriteConflicts: TravellerNumberExists, Restricted);
conflicts!(RemoveConflicts: Restricted);

/// Which number.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TravellerNumberPath {
    /// Id of the number.
    id: TravellerNumberId,
}

/// Which page of which traveller numbers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TravellerNumberQuery {
    /// Only those of this user.
    #[param(example = "01920000-0000-7000-8000-000000000003")]
    user_id: Option<UserId>,
    /// Only those of this type.
    #[param(example = "known_traveller")]
    r#type: Option<TravellerNumberType>,
    /// Only those that expire before this day.
    #[param(example = "2099-12-31")]
    #[serde(default, deserialize_with = "strict")]
    expires_before: Option<NaiveDate>,
    /// How many numbers the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before, with the same filters.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// List traveller numbers
///
/// In the order in which they were recorded, masked for everybody but the traveller. Permissions: staff see all,
/// customers their own.
#[utoipa::path(
    tag = "traveller-numbers",
    extensions(("x-permission" = json!("ReadTravellerNumbers"))),
    params(TravellerNumberQuery),
    responses((status = 200, description = "A page of traveller numbers.", body = TravellerNumberPage))
)]
#[get("/v1/traveller-numbers")]
async fn list_traveller_numbers(
    by: May<ReadTravellerNumbers>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<TravellerNumberQuery>,
) -> Result<HttpResponse> {
    let TravellerNumberQuery {
        user_id,
        r#type,
        expires_before,
        limit,
        cursor,
    } = query.0;
    let filter = TravellerNumberFilter {
        user_id,
        r#type,
        expires_before,
    };
    let page = traveller_numbers::list(&core, &by, &filter, &PageRequest { limit, cursor }).await?;
    let next = page.next_cursor.clone();
    Ok(reply::page(
        &request,
        next.as_deref(),
        &TravellerNumberPage::new(page, core.clock.today()),
    ))
}

/// Find travellers by number
///
/// Everybody who has said this number, because it is nobody's alone: a page that is usually one record or none. The number
/// travels in the body, because URLs end up in logs; the answer masks it for everybody but the traveller. Permissions:
/// staff find all, customers their own.
#[utoipa::path(
    tag = "traveller-numbers",
    extensions(("x-permission" = json!("ReadTravellerNumbers"))),
    request_body(content = TravellerNumberSearch, example = json!({"type": "known_traveller", "number": "TT1234567"})),
    responses((status = 200, description = "Those with this number.", body = TravellerNumberPage))
)]
#[post("/v1/traveller-numbers/search")]
async fn search_traveller_numbers(
    by: May<ReadTravellerNumbers>,
    core: Data<Core>,
    search: Json<TravellerNumberSearch>,
) -> Result<HttpResponse> {
    let page = traveller_numbers::search(&core, &by, search.0).await?;
    Ok(reply::ok(&TravellerNumberPage::new(page, core.clock.today())))
}

/// Record a traveller's number
///
/// A Known Traveler Number, a Redress Control Number, or that of another programme: one of each type and country. One that
/// does not look like its type is recorded, and `warnings` say so. Permissions: staff for everybody, customers for
/// themselves.
#[utoipa::path(
    tag = "traveller-numbers",
    extensions(("x-permission" = json!("WriteTravellerNumbers"))),
    request_body(content = NewTravellerNumber, example = json!({
        "user_id": "01920000-0000-7000-8000-000000000003", "type": "redress", "number": "4711202", "country": "USA"
    })),
    responses((status = 201, description = "The new number.", body = TravellerNumber), WriteConflicts)
)]
#[post("/v1/traveller-numbers")]
async fn create_traveller_number(
    by: May<WriteTravellerNumbers>,
    core: Data<Core>,
    new: Json<NewTravellerNumber>,
) -> Result<HttpResponse> {
    let number = traveller_numbers::create(&core, &by, new.0).await?;
    let location = format!("/v1/traveller-numbers/{}", number.record.id);
    Ok(reply::created(
        &location,
        number.record.version,
        &TravellerNumber::new(number, core.clock.today()),
    ))
}

/// Read a traveller's number
///
/// One number with all that is known of it; masked for everybody but the traveller. Permissions: staff read all, customers
/// their own.
#[utoipa::path(
    tag = "traveller-numbers",
    extensions(("x-permission" = json!("ReadTravellerNumbers"))),
    params(TravellerNumberPath),
    responses((status = 200, description = "The number.", body = TravellerNumber), NotModified)
)]
#[get("/v1/traveller-numbers/{id}")]
async fn get_traveller_number(
    by: May<ReadTravellerNumbers>,
    core: Data<Core>,
    path: Path<TravellerNumberPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let number = traveller_numbers::get(&core, &by, path.0.id).await?;
    Ok(reply::fresh(
        &known,
        number.record.version,
        &TravellerNumber::new(number, core.clock.today()),
    ))
}

/// Reveal a traveller's number
///
/// The number in clear. Say what for: the audit trail keeps purpose, caller and time of each reveal by anybody
/// but the traveller. It counts against the same limit of the hour as the numbers of passports (`REVEALS_PER_HOUR`).
/// Permissions: staff reveal all, customers their own.
#[utoipa::path(
    tag = "traveller-numbers",
    extensions(("x-permission" = json!("RevealTravellerNumber"))),
    params(TravellerNumberPath),
    request_body(content = Reveal, example = json!({"purpose": "check-in for QF1"})),
    responses((status = 200, description = "The number in clear.", body = TravellerNumber), TooManyReveals)
)]
#[post("/v1/traveller-numbers/{id}/reveal")]
async fn reveal_traveller_number(
    by: May<RevealTravellerNumber>,
    core: Data<Core>,
    path: Path<TravellerNumberPath>,
    why: Json<Reveal>,
) -> Result<HttpResponse> {
    let number = traveller_numbers::reveal(&core, &by, path.0.id, why.0).await?;
    Ok(reply::versioned(
        number.record.version,
        &TravellerNumber::new(number, core.clock.today()),
    ))
}

/// Change a traveller's number
///
/// A JSON Merge Patch: what is absent stays, null clears. A number that was read masked is left out, or sent in clear: sent
/// back with its bullets it is refused. Permissions: staff change all, customers their own.
#[utoipa::path(
    tag = "traveller-numbers",
    extensions(("x-permission" = json!("WriteTravellerNumbers"))),
    params(TravellerNumberPath),
    request_body(content = TravellerNumberPatch, example = json!({"program": "NEXUS"})),
    responses((status = 200, description = "The changed number.", body = TravellerNumber), WriteConflicts, Stale)
)]
#[patch("/v1/traveller-numbers/{id}")]
async fn update_traveller_number(
    by: May<WriteTravellerNumbers>,
    core: Data<Core>,
    path: Path<TravellerNumberPath>,
    seen: IfMatch,
    changes: Json<TravellerNumberPatch>,
) -> Result<HttpResponse> {
    let number = traveller_numbers::update(&core, &by, path.0.id, &seen.0, changes.0).await?;
    Ok(reply::versioned(
        number.record.version,
        &TravellerNumber::new(number, core.clock.today()),
    ))
}

/// Remove a traveller's number
///
/// Bookings that were made with it keep it. Permissions: staff remove all, customers their own.
#[utoipa::path(
    tag = "traveller-numbers",
    extensions(("x-permission" = json!("WriteTravellerNumbers"))),
    params(TravellerNumberPath),
    responses((status = 204, description = "Removed."), RemoveConflicts, Stale)
)]
#[delete("/v1/traveller-numbers/{id}")]
async fn delete_traveller_number(
    by: May<WriteTravellerNumbers>,
    core: Data<Core>,
    path: Path<TravellerNumberPath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    traveller_numbers::delete(&core, &by, path.0.id, &seen.0).await?;
    Ok(reply::no_content())
}
