//! `/v1/audit-events` and `/v1/users/{id}/history`: who did what to whose data.

pub(crate) mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{DateTime, Utc};
use entity::ids::{RecordId, UserId};
use entity::values::{AuditAction, AuditOutcome, AuditSubject};
use serde::Deserialize;
use service::Core;
use service::audit::read::{self, AuditFilter, HistoryFilter};
use service::audit::{ActionName, SubjectName};
use service::page::{Limit, PageRequest};
use service::policy::{ReadAuditEvents, ReadHistory};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{AuditEventPage, HistoryPage};
use crate::error::Result;
use crate::extract::{May, Path, Query, strict};
use crate::middleware::RequestId;
use crate::problem::Forbidden;
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_user_history).service(list_audit_events);
}

/// Whose history.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct HistoryPath {
    /// Id of the user, who may have been removed.
    id: UserId,
}

/// Which page of a history.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// Only this action.
    #[param(value_type = Option<ActionName>, example = "user.updated")]
    action: Option<AuditAction>,
    /// How many entries the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before, with the same filters.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// Which page of the audit trail.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// Only what this person or other system did.
    #[param(example = "01920000-0000-7000-8000-000000000002")]
    actor_id: Option<RecordId>,
    /// Only what concerns this person.
    #[param(example = "01920000-0000-7000-8000-000000000003")]
    user_id: Option<UserId>,
    /// Only what was done to records of this kind.
    #[param(value_type = Option<SubjectName>, example = "passport")]
    subject_type: Option<AuditSubject>,
    /// Only what was done to this record.
    #[param(example = "01920000-0000-7000-8000-000000000101")]
    subject_id: Option<RecordId>,
    /// Only this action.
    #[param(value_type = Option<ActionName>, example = "passport.revealed")]
    action: Option<AuditAction>,
    /// Only with this outcome.
    #[param(example = "done")]
    outcome: Option<AuditOutcome>,
    /// Only after this time (RFC 3339).
    #[param(example = "2026-01-01T00:00:00Z")]
    #[serde(default, deserialize_with = "strict")]
    occurred_after: Option<DateTime<Utc>>,
    /// Only before this time (RFC 3339).
    #[param(example = "2099-12-31T00:00:00Z")]
    #[serde(default, deserialize_with = "strict")]
    occurred_before: Option<DateTime<Utc>>,
    /// Only what was done in this request.
    #[param(value_type = Option<String>, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]+$",
        example = "01920000-0000-7000-8000-00000000abcd")]
    request_id: Option<RequestId>,
    /// How many entries the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before, with the same filters.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// List the history of a user
///
/// What was done to a person's data and tried on it, the newest first; also after the person was removed. What fields
/// were and are is shown to administrators and to the person; others see which fields have changed. Who of the staff it
/// was, and from where, is shown to staff alone. Permissions: staff read everybody's, customers their own.
#[utoipa::path(
    tag = "audit",
    extensions(("x-permission" = json!("ReadHistory"))),
    params(HistoryPath, HistoryQuery),
    responses((status = 200, description = "A page of entries, the newest first.", body = HistoryPage), Forbidden)
)]
#[get("/v1/users/{id}/history")]
async fn list_user_history(
    by: May<ReadHistory>,
    core: Data<Core>,
    request: HttpRequest,
    path: Path<HistoryPath>,
    query: Query<HistoryQuery>,
) -> Result<HttpResponse> {
    let HistoryQuery {
        action,
        limit,
        cursor,
    } = query.0;
    let page = PageRequest { limit, cursor };
    let page = read::history(&core, &by, path.0.id, &HistoryFilter { action }, &page).await?;
    let next = page.next_cursor.clone();
    Ok(reply::page(&request, next.as_deref(), &HistoryPage::from(page)))
}

/// Read the audit trail
///
/// All that was done and tried, the newest first, without values. For a breach report, ask for
/// `action=passport.revealed` with `actor_id` and the times between which it happened: the answer names whose data was
/// read, and in which requests. Permissions: administrators.
#[utoipa::path(
    tag = "audit",
    extensions(("x-permission" = json!("ReadAuditEvents"))),
    params(AuditQuery),
    responses((status = 200, description = "A page of entries, the newest first.", body = AuditEventPage), Forbidden)
)]
#[get("/v1/audit-events")]
async fn list_audit_events(
    by: May<ReadAuditEvents>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<AuditQuery>,
) -> Result<HttpResponse> {
    let AuditQuery {
        actor_id,
        user_id,
        subject_type,
        subject_id,
        action,
        outcome,
        occurred_after,
        occurred_before,
        request_id,
        limit,
        cursor,
    } = query.0;
    let filter = AuditFilter {
        actor_id: actor_id.map(RecordId::uuid),
        user_id,
        subject_type,
        subject_id: subject_id.map(RecordId::uuid),
        action,
        outcome,
        occurred_after,
        occurred_before,
        request_id: request_id.map(|id| id.as_str().to_owned()),
    };
    let page = read::list(&core, &by, &filter, &PageRequest { limit, cursor }).await?;
    let next = page.next_cursor.clone();
    Ok(reply::page(
        &request,
        next.as_deref(),
        &AuditEventPage::from(page),
    ))
}
