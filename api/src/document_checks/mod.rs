//! `/v1/document-checks` and the readiness of groups: whether people may travel on the documents that they hold.

pub mod view;

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use chrono::NaiveDate;
use entity::ids::GroupId;
use entity::values::{CountryCode, TripPurpose};
use serde::Deserialize;
use service::document_checks::{DocumentCheck, Journey};
use service::policy::CheckDocuments;
use service::{Core, document_checks};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{CheckedDocuments, GroupReadiness};
use crate::error::Result;
use crate::extract::{Json, May, Path, Query, comma_separated, strict, strict_required};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(check_documents).service(get_group_readiness);
}

/// Which group.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TravellersPath {
    /// Id of the group.
    id: GroupId,
}

/// Where the group wants to go, and when.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct JourneyQuery {
    /// First day of the journey.
    #[param(value_type = NaiveDate, example = "2027-06-01")]
    #[serde(deserialize_with = "strict_required")]
    departure: NaiveDate,
    /// Last day of the journey; the first if not said.
    #[param(value_type = Option<NaiveDate>, example = "2027-06-14")]
    #[serde(default, deserialize_with = "strict")]
    r#return: Option<NaiveDate>,
    /// The countries, 1 to 10, separated by commas.
    #[param(value_type = String, min_length = 1, max_length = 40, example = "FRA,USA")]
    #[serde(deserialize_with = "comma_separated")]
    countries: Vec<CountryCode>,
    /// What the journey is for; rules for trips of one purpose are left out if not said.
    #[param(example = "tourism")]
    purpose: Option<TripPurpose>,
}

/// Check travel documents
///
/// Says before a booking, for each traveller and each leg, which passport is the best, what the rules of entry say about it,
/// and what is missing. Consecutive legs in the Schengen area are one stay. Each finding names its rule with its source and the day on
/// which it was last compared. Advisory, and nothing is stored: what counts is what the carrier reads in Timatic.
/// Permissions: staff check everybody; customers check themselves, also as members of a group.
#[utoipa::path(
    tag = "document-checks",
    extensions(("x-permission" = json!("CheckDocuments"))),
    request_body(content = DocumentCheck, example = json!({
        "user_ids": ["01920000-0000-7000-8000-000000000003"],
        "legs": [
            {"country": "FRA", "arrive": "2027-06-01", "depart": "2027-06-08"},
            {"country": "ITA", "arrive": "2027-06-08", "depart": "2027-06-14"},
            {"country": "USA", "arrive": "2027-06-14", "depart": "2027-06-28"}
        ]
    })),
    responses((status = 200, description = "What was found.", body = CheckedDocuments))
)]
#[post("/v1/document-checks")]
async fn check_documents(
    by: May<CheckDocuments>,
    core: Data<Core>,
    check: Json<DocumentCheck>,
) -> Result<HttpResponse> {
    let checked = document_checks::check(&core, &by, check.0).await?;
    Ok(reply::ok(&CheckedDocuments::from(checked)))
}

/// Read a group's readiness
///
/// Whether the members of a group have all that a journey needs: documents by the rules of entry, date of birth, gender, a way to reach
/// them, and for minors a guardian. Each country is checked for the whole journey. Advisory, and nothing is stored.
/// Permissions: staff read all; customers, in the groups they belong to, themselves only.
#[utoipa::path(
    tag = "document-checks",
    extensions(("x-permission" = json!("CheckDocuments"))),
    params(TravellersPath, JourneyQuery),
    responses((status = 200, description = "Who is ready, and what the others lack.", body = GroupReadiness))
)]
#[get("/v1/groups/{id}/readiness")]
async fn get_group_readiness(
    by: May<CheckDocuments>,
    core: Data<Core>,
    path: Path<TravellersPath>,
    query: Query<JourneyQuery>,
) -> Result<HttpResponse> {
    let JourneyQuery {
        departure,
        r#return,
        countries,
        purpose,
    } = query.0;
    let journey = Journey {
        departure,
        r#return,
        countries,
        purpose,
    };
    let ready = document_checks::readiness(&core, &by, path.0.id, &journey).await?;
    Ok(reply::ok(&GroupReadiness::from(ready)))
}
