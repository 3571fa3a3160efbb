//! Names as airlines write them.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use entity::ids::UserId;
use entity::values::CarrierCode;
use serde::Deserialize;
use service::policy::ReadUser;
use service::{Core, booking};
use utoipa::IntoParams;

use super::names_view::PersonNames;
use crate::error::Result;
use crate::extract::{May, Path, Query};
use crate::reply;

/// Whose names.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct NamesPath {
    /// Id of the user.
    id: UserId,
}

/// For which airline.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct NamesQuery {
    /// Airline whose rule is used for what does not fit; what IATA recommends if not said, or if no rule of it is known.
    #[param(example = "VS")]
    carrier: Option<CarrierCode>,
}

/// Read a person's names
///
/// The name as it is, in the letters of a machine readable zone (ICAO Doc 9303), and as a ticket writes it, of the profile
/// and of the primary passport; what was changed; and whether the two names may be one. Permissions: staff read
/// everybody, customers themselves; other systems need `users:read`, and see the passport's name with `passports:read`.
#[utoipa::path(
    tag = "booking",
    extensions(("x-permission" = json!("ReadUser"))),
    params(NamesPath, NamesQuery),
    responses((status = 200, description = "The names.", body = PersonNames))
)]
#[get("/v1/users/{id}/names")]
pub async fn get_user_names(
    by: May<ReadUser>,
    core: Data<Core>,
    path: Path<NamesPath>,
    query: Query<NamesQuery>,
) -> Result<HttpResponse> {
    let names = booking::names(&core, &by, path.0.id, query.0.carrier).await?;
    Ok(reply::ok(&PersonNames::from(names)))
}
