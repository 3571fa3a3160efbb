//! `/v1/users/{id}/preferences`: how somebody likes to travel, and what help they need.

pub mod view;

use actix_web::web::Data;
use actix_web::{HttpResponse, get, patch};
use entity::ids::UserId;
use serde::Deserialize;
use service::policy::{ReadPreferences, WritePreferences};
use service::preferences::PreferencesPatch;
use service::{Core, preferences};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::TravelPreferences;
use crate::error::Result;
use crate::extract::{IfMatch, IfNoneMatch, Json, May, Path};
use crate::problem::{NotModified, Stale, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(get_user_preferences)
        .service(update_user_preferences);
}

conflicts!(ChangeConflicts: Restricted);

/// Whose preferences.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct PreferencesPath {
    /// Id of the user.
    id: UserId,
}

/// Read a user's travel preferences
///
/// Seat, meal and assistance. Of who has said nothing yet, all is empty and the version is 0. Meals tell of religion and
/// health, assistance of health (GDPR Article 9): read them to book and for nothing else. Permissions: staff read
/// everybody's, customers their own.
#[utoipa::path(
    tag = "preferences",
    extensions(("x-permission" = json!("ReadPreferences"))),
    params(PreferencesPath),
    responses((status = 200, description = "The preferences.", body = TravelPreferences), NotModified)
)]
#[get("/v1/users/{id}/preferences")]
async fn get_user_preferences(
    by: May<ReadPreferences>,
    core: Data<Core>,
    path: Path<PreferencesPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let found = preferences::get(&core, &by, path.0.id).await?;
    Ok(reply::fresh(
        &known,
        found.version,
        &TravelPreferences::from(found),
    ))
}

/// Change a user's travel preferences
///
/// A JSON Merge Patch: what is absent stays, null clears, a list takes the place of the one before. The first change makes
/// version 1; `If-Match: "0"` holds it to that. Meal, its note and assistance are data of Article 9 GDPR: the agency asks
/// for explicit consent, records it under `POST /v1/users/{id}/consents`, and clears these fields when it is taken back;
/// this operation does not look for it. Permissions: staff change everybody's, customers their own.
#[utoipa::path(
    tag = "preferences",
    extensions(("x-permission" = json!("WritePreferences"))),
    params(PreferencesPath),
    request_body(content = PreferencesPatch, example = json!({
        "seat": "window", "meal": "VGML",
        "assistance": [{"code": "WCHR"}, {"code": "LANG", "note": "Swedish only"}]
    })),
    responses((status = 200, description = "The changed preferences.", body = TravelPreferences), ChangeConflicts, Stale)
)]
#[patch("/v1/users/{id}/preferences")]
async fn update_user_preferences(
    by: May<WritePreferences>,
    core: Data<Core>,
    path: Path<PreferencesPath>,
    seen: IfMatch,
    changes: Json<PreferencesPatch>,
) -> Result<HttpResponse> {
    let found = preferences::update(&core, &by, path.0.id, &seen.0, changes.0).await?;
    Ok(reply::versioned(found.version, &TravelPreferences::from(found)))
}
