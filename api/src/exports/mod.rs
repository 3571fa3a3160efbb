//! `/v1/exports`: all records of a kind in one piece, for systems that keep a copy and for spreadsheets.

pub mod lines;
mod stream;

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use entity::values::{DocumentDisplay, ExportFormat, RevealPurpose};
use serde::Deserialize;
use service::Core;
use service::exports::{Export, ExportRequest, Groups, Loyalties, Passports, Users};
use service::policy::{ExportGroups, ExportLoyalties, ExportPassports, ExportUsers, Permit};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use self::lines::Shown;
use self::stream::answer;
use crate::error::Result;
use crate::extract::{May, Purpose, Query};
use crate::problem::{Forbidden, TooManyReveals};

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(export_users)
        .service(export_passports)
        .service(export_loyalties)
        .service(export_groups);
}

/// A JSON object on each line, each in the shape of the record; the last line is `{"end":true,"count":…,"as_of":…}`, and a
/// text without it is not whole.
#[derive(ToSchema)]
#[schema(
    example = "{\"id\":\"01920000-0000-7000-8000-000000000003\"}\n{\"end\":true,\"count\":1,\"as_of\":\"2026-01-15T09:30:00Z\"}\n"
)]
pub struct ExportLines(#[allow(dead_code)] String); // For the document alone.

/// A row for each record under a header row (RFC 4180, UTF-8 with a byte order mark); what is a record in a record is spread over
/// columns. An apostrophe stands before texts that a spreadsheet would run or take for a number. It is whole when it has
/// `Export-Count` rows beside the header row.
#[derive(ToSchema)]
#[schema(example = "id,version\r\n01920000-0000-7000-8000-000000000003,1\r\n")]
pub struct ExportTable(#[allow(dead_code)] String); // For the document alone.

/// In which form, and from where on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// Form of the export; `ndjson` if not said.
    #[param(example = "ndjson")]
    format: Option<ExportFormat>,
    /// Id of the last record that has arrived whole, to go on after it: the records that follow, without a header row.
    #[param(example = "01920000-0000-7000-8000-000000000001")]
    after: Option<Uuid>,
}

/// In which form, from where on, and with which numbers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PassportExportQuery {
    /// Form of the export; `ndjson` if not said.
    #[param(example = "ndjson")]
    format: Option<ExportFormat>,
    /// Id of the last record that has arrived whole, to go on after it: the records that follow, without a header row.
    #[param(example = "01920000-0000-7000-8000-000000000101")]
    after: Option<Uuid>,
    /// How numbers of documents are shown; `masked` if not said.
    #[param(example = "masked")]
    documents: Option<DocumentDisplay>,
}

/// What numbers are shown for.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)] // For the document alone.
struct PurposeHeader {
    /// What the numbers are shown in clear for: needed with `documents=clear`. The audit trail keeps it; put nothing personal
    /// into it.
    #[param(rename = "Reveal-Purpose", example = "moving to the new booking tool")]
    reveal_purpose: Option<RevealPurpose>,
}

/// Exports what a caller may see, in the form that the query asks for.
async fn export<K: Shown>(
    core: &Core,
    by: &Permit<K::Permission>,
    ExportQuery { format, after }: ExportQuery,
    reveal: Option<RevealPurpose>,
) -> Result<HttpResponse> {
    let format = format.unwrap_or(ExportFormat::Ndjson);
    let request = ExportRequest {
        after,
        format,
        reveal,
    };
    // On the heap, so that no handler carries its state about.
    let export = Box::pin(Export::<K>::begin(core, by, request, None)).await?;
    Box::pin(answer(export, format)).await
}

/// Export users
///
/// All users that the caller may see, in the order in which they were added, as of one moment, in the shape of
/// `GET /v1/users/{id}`: a JSON object on each line, or with `format=csv` a file for spreadsheets. The answer comes bit by bit
/// and ends with the line `{"end":true,…}`; where it breaks off, ask again with `after` set to the id of the last record that
/// has arrived whole: what follows is as of the moment of that request. It may take as long as `EXPORT_TIMEOUT` says (15 minutes), and
/// is cut off when the caller takes nothing for 30 seconds. Every export is in the audit trail. Permissions: agents and
/// administrators; other systems see customers only.
#[utoipa::path(
    tag = "exports",
    extensions(("x-permission" = json!("ExportUsers"))),
    params(ExportQuery),
    responses(
        (
            status = 200,
            description = "The users.",
            headers(
                ("Export-Count" = u64, description = "How many records there are."),
                ("Export-As-Of" = String, description = "As of when (RFC 3339): what was committed before is in it."),
            ),
            content((ExportLines = "application/x-ndjson"), (ExportTable = "text/csv"))
        ),
        Forbidden
    )
)]
#[get("/v1/exports/users")]
async fn export_users(
    by: May<ExportUsers>,
    core: Data<Core>,
    query: Query<ExportQuery>,
) -> Result<HttpResponse> {
    export::<Users>(&core, &by, query.0, None).await
}

/// Export passports
///
/// All passports that the caller may see, as [the export of users](#tag/exports/operation/export_users) has users, in the shape
/// of `GET /v1/passports/{id}`. With `documents=clear` numbers of documents are in clear, for the purpose that the header field
/// `Reveal-Purpose` names: each of somebody else is a reveal, in the audit trail and of the hour's limit, and if there are more
/// of them than the caller may still see, nothing is shown. Permissions: agents and administrators; other systems see those of
/// customers only, and need `passports:reveal` too for numbers in clear.
#[utoipa::path(
    tag = "exports",
    extensions(("x-permission" = json!("ExportPassports"))),
    params(PassportExportQuery, PurposeHeader),
    responses(
        (
            status = 200,
            description = "The passports.",
            headers(
                ("Export-Count" = u64, description = "How many records there are."),
                ("Export-As-Of" = String, description = "As of when (RFC 3339): what was committed before is in it."),
            ),
            content((ExportLines = "application/x-ndjson"), (ExportTable = "text/csv"))
        ),
        Forbidden,
        TooManyReveals
    )
)]
#[get("/v1/exports/passports")]
async fn export_passports(
    by: May<ExportPassports>,
    core: Data<Core>,
    query: Query<PassportExportQuery>,
    purpose: Purpose,
) -> Result<HttpResponse> {
    let reveal = match query.0.documents {
        Some(DocumentDisplay::Clear) => Some(purpose.required()?),
        Some(DocumentDisplay::Masked) | None => None,
    };
    let PassportExportQuery { format, after, .. } = query.0;
    export::<Passports>(&core, &by, ExportQuery { format, after }, reveal).await
}

/// Export loyalty memberships
///
/// All memberships in loyalty programmes that the caller may see, as
/// [the export of users](#tag/exports/operation/export_users) has users, in the shape of `GET /v1/loyalties/{id}`. Permissions:
/// agents and administrators; other systems see those of customers only.
#[utoipa::path(
    tag = "exports",
    extensions(("x-permission" = json!("ExportLoyalties"))),
    params(ExportQuery),
    responses(
        (
            status = 200,
            description = "The memberships.",
            headers(
                ("Export-Count" = u64, description = "How many records there are."),
                ("Export-As-Of" = String, description = "As of when (RFC 3339): what was committed before is in it."),
            ),
            content((ExportLines = "application/x-ndjson"), (ExportTable = "text/csv"))
        ),
        Forbidden
    )
)]
#[get("/v1/exports/loyalties")]
async fn export_loyalties(
    by: May<ExportLoyalties>,
    core: Data<Core>,
    query: Query<ExportQuery>,
) -> Result<HttpResponse> {
    export::<Loyalties>(&core, &by, query.0, None).await
}

/// Export travel groups
///
/// All groups with their members, as [the export of users](#tag/exports/operation/export_users) has users, in the shape of
/// `GET /v1/groups/{id}`; in a file for spreadsheets the members of a group share a column: `lead 0192…; companion 0192…`.
/// Permissions: agents and administrators, and other systems.
#[utoipa::path(
    tag = "exports",
    extensions(("x-permission" = json!("ExportGroups"))),
    params(ExportQuery),
    responses(
        (
            status = 200,
            description = "The groups.",
            headers(
                ("Export-Count" = u64, description = "How many records there are."),
                ("Export-As-Of" = String, description = "As of when (RFC 3339): what was committed before is in it."),
            ),
            content((ExportLines = "application/x-ndjson"), (ExportTable = "text/csv"))
        ),
        Forbidden
    )
)]
#[get("/v1/exports/groups")]
async fn export_groups(
    by: May<ExportGroups>,
    core: Data<Core>,
    query: Query<ExportQuery>,
) -> Result<HttpResponse> {
    export::<Groups>(&core, &by, query.0, None).await
}
