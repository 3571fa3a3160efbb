//! `/v1/reference`: lists of codes, the same for everybody.

pub mod view;

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use service::{Core, reference};
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::CountryList;
use crate::extract::IfNoneMatch;
use crate::openapi::Served;
use crate::problem::NotModified;
use crate::reply;

/// Nothing personal, and it changes with the release only: caches may keep it for a day.
const CACHEABLE: &str = "public, max-age=86400";

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_countries);
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
