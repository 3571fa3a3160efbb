//! `/v1/events`: what has happened to which record.

pub mod view;

use std::time::Duration;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use entity::values::EventPattern;
use serde::Deserialize;
use service::Core;
use service::events::After;
use service::events::feed::{self, FeedRequest};
use service::page::Limit;
use service::policy::ReadEvents;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::EventPage;
use crate::error::Result;
use crate::extract::{May, Query, comma_separated};
use crate::problem::PositionGone;
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_events);
}

/// Which part of the feed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EventQuery {
    /// `position` of the last event, or of the last answer, that you have dealt with; `latest` for none of what has happened
    /// until now. The oldest event that is kept comes first if not said.
    #[param(value_type = Option<String>, min_length = 1, max_length = 25, pattern = "^(latest|0|[1-9][0-9]*-[0-9a-f]{8})$",
        example = "latest")]
    #[serde(default)]
    after: After,
    /// Only these types, separated by commas; `passport.*` stands for all about passports.
    #[param(value_type = Option<String>, min_length = 1, max_length = 2000, example = "user.updated,passport.*")]
    #[serde(default, deserialize_with = "comma_separated")]
    types: Vec<EventPattern>,
    /// How many events at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// For how many seconds to wait for the next event if there is none; 0 if not said. The service may wait for less.
    #[param(value_type = Option<u32>, minimum = 0, maximum = 30, example = 0)]
    wait: Option<Wait>,
}

/// Seconds to wait.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u64")]
struct Wait(u64);

impl TryFrom<u64> for Wait {
    type Error = &'static str;

    fn try_from(seconds: u64) -> Result<Self, &'static str> {
        if seconds <= 30 {
            Ok(Self(seconds))
        } else {
            Err("The wait must lie between 0 and 30 seconds.")
        }
    }
}

/// Read the feed of changes
///
/// What has happened to which record, the oldest first: for other systems that keep a copy. Keep `position` of the answer, send
/// it as `after` the next time, and nothing is missed and nothing comes twice; of one record the events come in the order of its
/// changes. An event tells which fields have changed, not what they are: read the record for that, and skip what your copy has a
/// later `version` of. With `wait` the answer comes as soon as there is an event. Events are kept for 30 days, or as the agency
/// has set; who comes later than that gets 410 `position_gone` and copies everything anew. Permissions: staff; other systems see
/// the events of everybody.
#[utoipa::path(
    tag = "events",
    extensions(("x-permission" = json!("ReadEvents"))),
    params(EventQuery),
    responses((status = 200, description = "A part of the feed.", body = EventPage), PositionGone)
)]
#[get("/v1/events")]
async fn list_events(
    by: May<ReadEvents>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<EventQuery>,
) -> Result<HttpResponse> {
    let page = EventPage::from(feed::read(&core, &by, &wanted(query.0)).await?);
    Ok(reply::part(
        &request,
        ("after", page.next_cursor.as_deref()),
        &page,
    ))
}

fn wanted(query: EventQuery) -> FeedRequest {
    let EventQuery {
        after,
        types,
        limit,
        wait,
    } = query;
    let Wait(seconds) = wait.unwrap_or(Wait(0));
    FeedRequest {
        after,
        types,
        limit,
        wait: Duration::from_secs(seconds),
    }
}
