//! The passenger list of a group, for programs and for spreadsheets.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use entity::ids::GroupId;
use entity::values::{DocumentDisplay, FileFormat};
use serde::Deserialize;
use service::policy::ReadGroupManifest;
use service::{Core, booking};
use utoipa::IntoParams;

use super::manifest_csv::{ManifestFile, file};
use super::manifest_view::GroupManifest;
use crate::error::Result;
use crate::extract::{May, Path, Query};
use crate::problem::TooManyReveals;
use crate::reply;

/// Whose list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ManifestPath {
    /// Id of the group.
    id: GroupId,
}

/// In which form, and with which numbers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ManifestQuery {
    /// Form of the list; `json` if not said.
    #[param(example = "json")]
    format: Option<FileFormat>,
    /// How numbers of documents are shown; `masked` if not said.
    #[param(example = "masked")]
    documents: Option<DocumentDisplay>,
}

/// Read a group's passenger list
///
/// What airlines and hotels ask of each member, in the order in which they joined: names, also as a machine readable zone has
/// them, birth date, gender, nationality, primary passport, visas, identity cards, traveller numbers, contacts, whom to call in
/// an emergency, memberships, meal, assistance and seat; what is missing, and minors without a guardian. Where there is no
/// passport, an identity card stands in for it. `format=csv` answers a file for spreadsheets. With `documents=clear` numbers of
/// documents are in clear: each of somebody else is a reveal, in the audit trail and of the hour's limit, and if there are more of
/// them than the caller may still see, nothing is shown. Permissions: staff read all; customers, in the groups they belong to,
/// themselves only; other systems need `passports:reveal` and `travel-documents:reveal` too for numbers in clear, and without
/// `emergency-contacts:read` and `preferences:read` these parts are left out, which each traveller's warnings say.
#[utoipa::path(
    tag = "booking",
    extensions(("x-permission" = json!("ReadGroupManifest"))),
    params(ManifestPath, ManifestQuery),
    responses(
        (
            status = 200,
            description = "The list.",
            content((GroupManifest = "application/json"), (ManifestFile = "text/csv"))
        ),
        TooManyReveals
    )
)]
#[get("/v1/groups/{id}/manifest")]
pub async fn get_group_manifest(
    by: May<ReadGroupManifest>,
    core: Data<Core>,
    path: Path<ManifestPath>,
    query: Query<ManifestQuery>,
) -> Result<HttpResponse> {
    let (id, ManifestQuery { format, documents }) = (path.0.id, query.0);
    let documents = documents.unwrap_or(DocumentDisplay::Masked);
    let manifest = booking::manifest(&core, &by, id, documents).await?;
    Ok(match format.unwrap_or(FileFormat::Json) {
        FileFormat::Json => reply::ok(&GroupManifest::from(manifest)),
        // The id alone names the file: the name of a group is often a family's.
        FileFormat::Csv => reply::csv(&format!("manifest-{id}.csv"), file(&manifest)?),
    })
}
