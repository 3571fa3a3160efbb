//! `/v1/imports`: users from the file of another system.

mod rows;
pub mod view;

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post, put};
use entity::ids::ImportId;
use entity::values::FileFormat;
use serde::Deserialize;
use service::policy::ImportUsers;
use service::user_imports::NewImport;
use service::{Core, user_imports};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::rows::File;
pub use self::rows::ImportLimit;
use self::view::{Import, ImportProblems, ProblemTable, RowsAsLines, RowsAsTable, table};
use crate::error::Result;
use crate::extract::{Json, May, Path, Query};
use crate::problem::{Forbidden, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(create_import)
        .service(get_import)
        .service(put_import_rows)
        .service(list_import_problems);
}

conflicts!(RowConflicts: ImportDiffers, ImportInProgress);

/// Which import.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ImportPath {
    /// Id of the import.
    id: ImportId,
}

/// In which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ProblemQuery {
    /// Form of the list; `json` if not said.
    #[param(example = "json")]
    format: Option<FileFormat>,
}

/// Open an import
///
/// Says what is to become of a file of users; the rows follow with `PUT /v1/imports/{id}/rows`. With `dry_run` nothing is written.
/// Permissions: agents add and change customers; administrators everybody; other systems customers.
#[utoipa::path(
    tag = "imports",
    extensions(("x-permission" = json!("ImportUsers"))),
    request_body(content = NewImport, example = json!({
        "existing": "patch", "dry_run": true, "columns": [{"name": "Vorname", "field": "first_name"}, {"name": "Notiz", "field": null}],
    })),
    responses((status = 201, description = "The import; its rows follow.", body = Import), Forbidden)
)]
#[post("/v1/imports")]
async fn create_import(
    by: May<ImportUsers>,
    core: Data<Core>,
    import: Json<NewImport>,
) -> Result<HttpResponse> {
    let import = user_imports::open(&core, &by, import.0).await?;
    let location = format!("/v1/imports/{}", import.id);
    // Nobody changes an import but by its rows: this is the one version that has none.
    Ok(reply::created(&location, 1, &Import::from(import)))
}

/// Read an import
///
/// How many rows have been looked at, also while they arrive, and what has become of them. It is there for 30 days. Permissions:
/// administrators read all; agents and other systems their own.
#[utoipa::path(
    tag = "imports",
    extensions(("x-permission" = json!("ImportUsers"))),
    params(ImportPath),
    responses((status = 200, description = "The import.", body = Import), Forbidden)
)]
#[get("/v1/imports/{id}")]
async fn get_import(by: May<ImportUsers>, core: Data<Core>, path: Path<ImportPath>) -> Result<HttpResponse> {
    let import = user_imports::get(&core, &by, path.0.id).await?;
    Ok(reply::ok(&Import::from(import)))
}

/// Send the rows of an import
///
/// The whole file: a JSON object on each line (`application/x-ndjson`), or a table with a header row (`text/csv`; UTF-8, with commas,
/// semicolons or tabs). Each row has the fields of `POST /v1/users`, without `password`; in a table those of the address are
/// called `address_city` and so on, `external_ids` is one cell (`crm 10003; gds K7`), and an empty cell is a field that is not said. What an export has beyond these fields is passed
/// over. Rows are taken as they arrive, 500 in one transaction, by the rules of a single request; a row that breaks one is a problem,
/// and the others are taken. Nobody is invited. The file is not kept. If the connection breaks, send the same file again: rows that
/// were taken are passed over. The answer tells what has become of all. Permissions: as for opening it.
#[utoipa::path(
    tag = "imports",
    extensions(("x-permission" = json!("ImportUsers"))),
    params(ImportPath),
    request_body(content((RowsAsLines = "application/x-ndjson"), (RowsAsTable = "text/csv"))),
    responses((status = 200, description = "What has become of the rows.", body = Import), Forbidden, RowConflicts)
)]
#[put("/v1/imports/{id}/rows")]
async fn put_import_rows(
    by: May<ImportUsers>,
    core: Data<Core>,
    path: Path<ImportPath>,
    file: File,
) -> Result<HttpResponse> {
    let import = Box::pin(file.import(&core, &by, path.0.id)).await?;
    Ok(reply::ok(&Import::from(import)))
}

/// List the problems of an import
///
/// Row, field and code of what could not be taken, the first thousand; with `format=csv` as a file for spreadsheets. No value of a row is
/// in it. Permissions: as for reading it.
#[utoipa::path(
    tag = "imports",
    extensions(("x-permission" = json!("ImportUsers"))),
    params(ImportPath, ProblemQuery),
    responses(
        (
            status = 200,
            description = "The problems.",
            content((ImportProblems = "application/json"), (ProblemTable = "text/csv"))
        ),
        Forbidden
    )
)]
#[get("/v1/imports/{id}/problems")]
async fn list_import_problems(
    by: May<ImportUsers>,
    core: Data<Core>,
    path: Path<ImportPath>,
    query: Query<ProblemQuery>,
) -> Result<HttpResponse> {
    let import = user_imports::get(&core, &by, path.0.id).await?;
    Ok(match query.0.format.unwrap_or(FileFormat::Json) {
        FileFormat::Json => reply::ok(&ImportProblems::from(import.problems)),
        FileFormat::Csv => reply::csv("problems.csv", table(&import.problems)?),
    })
}
