//! `/v1/alerts`: what has expired or soon will.

mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use entity::ids::{GroupId, UserId};
use entity::values::AlertKind;
use serde::Deserialize;
use service::alerts::{Ahead, AlertFilter};
use service::page::{Limit, PageRequest};
use service::policy::ReadAlerts;
use service::{Core, alerts};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::AlertPage;
use crate::error::Result;
use crate::extract::{May, Query};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_alerts);
}

/// Which page of which alerts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AlertQuery {
    /// Only what expires within so many days; within the longest of the agency's thresholds (180, unless it has set others)
    /// if not said.
    #[param(value_type = Option<u32>, minimum = 0, maximum = 3650, example = 90)]
    within: Option<Ahead>,
    /// Only this kind.
    #[param(example = "passport")]
    kind: Option<AlertKind>,
    /// Only this person's.
    #[param(example = "01920000-0000-7000-8000-000000000003")]
    user_id: Option<UserId>,
    /// Only those of the members of this group.
    #[param(example = "01920000-0000-7000-8000-000000000401")]
    group_id: Option<GroupId>,
    /// How many alerts the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before, with the same filters.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// List alerts
///
/// Active passports, visas, identity cards and memberships, and traveller numbers, that have expired within the last 90 days or
/// soon will, what expires first at the top, of all kinds in one list. `threshold_days` says how urgent each is. Permissions: staff see everybody's, customers their own; other
/// systems see customers', with `group_id` only if they have `groups:read` too.
#[utoipa::path(
    tag = "alerts",
    extensions(("x-permission" = json!("ReadAlerts"))),
    params(AlertQuery),
    responses((status = 200, description = "A page of alerts.", body = AlertPage))
)]
#[get("/v1/alerts")]
async fn list_alerts(
    by: May<ReadAlerts>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<AlertQuery>,
) -> Result<HttpResponse> {
    let (filter, page) = split(query.0);
    let page = alerts::list(&core, &by, &filter, &page).await?;
    let next = page.next_cursor.clone();
    let view = AlertPage::new(page, core.clock.today(), &core.settings.alert_days);
    Ok(reply::page(&request, next.as_deref(), &view))
}

fn split(query: AlertQuery) -> (AlertFilter, PageRequest) {
    let AlertQuery {
        within,
        kind,
        user_id,
        group_id,
        limit,
        cursor,
    } = query;
    let filter = AlertFilter {
        within,
        kind,
        user_id,
        group_id,
    };
    (filter, PageRequest { limit, cursor })
}
