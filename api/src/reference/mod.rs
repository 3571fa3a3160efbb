//! `/v1/reference`: lists of codes, the same for everybody.

pub mod view;

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use service::{Core, reference};
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{CountryList, SpecialServiceList};
use crate::extract::IfNoneMatch;
use crate::openapi::Served;
use crate::problem::NotModified;
use crate::reply;

/// Nothing personal, and it changes with the release only: caches may keep it for a day.
const CACHEABLE: &str = "public, max-age=86400";

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_countries).service(list_special_services);
}

/// List country codes
///
/// Every code that is taken as a country or nationality, on one page: what passports print (ICAO Doc 9303-3 §5), with
/// the codes of ISO 3166-1. Permissions: anyone.
#[utoipa::path(
    tag = "reference",
    security(()),
    responses((status = 200, description = "All codes.", body = CountryList), NotModified)
)]
#[get("/v1/reference/countries")]
async fn list_countries(core: Data<Core>, known: IfNoneMatch) -> HttpResponse {
    let list = CountryList::new(reference::countries(&core));
    let file = Served::new(&serde_json::to_value(list).unwrap_or_default());
    reply::file(&file, &known, CACHEABLE)
}

/// List special services
///
/// Every meal and every kind of assistance that can be recorded in travel preferences, on one page: the code that airlines
/// know (IATA SSR), what it means, and whether it needs a note. What belongs to one journey, such as a pet or a bassinet,
/// is booked with that journey. Permissions: anyone.
#[utoipa::path(
    tag = "reference",
    security(()),
    responses((status = 200, description = "All services.", body = SpecialServiceList), NotModified)
)]
#[get("/v1/reference/special-services")]
async fn list_special_services(known: IfNoneMatch) -> HttpResponse {
    let list = SpecialServiceList::new(reference::special_services());
    let file = Served::new(&serde_json::to_value(list).unwrap_or_default());
    reply::file(&file, &known, CACHEABLE)
}
