//! `/v1/calendar-feeds`: last days of validity, as calendar programs subscribe to them.

pub mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use entity::ids::CalendarFeedId;
use serde::Deserialize;
use service::calendar_feeds::NewCalendarFeed;
use service::input::Secret;
use service::page::{Limit, PageRequest};
use service::policy::ManageCalendarFeeds;
use service::{Core, calendar_feeds};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{CalendarFeedPage, CreatedCalendarFeed};
use crate::error::Result;
use crate::extract::{From, IfNoneMatch, Json, May, Path, Query};
use crate::problem::{NotModified, TooManyAttempts, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_calendar_feeds)
        .service(create_calendar_feed)
        .service(get_calendar)
        .service(revoke_calendar_feed);
}

conflicts!(FeedConflicts: TooManyCalendarFeeds, Restricted);

/// Which feed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct FeedPath {
    /// Id of the feed.
    id: CalendarFeedId,
}

/// The secret of an address; without `Debug`, so that it gets into no log.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct CalendarPath {
    /// What the address of the feed ends with.
    #[param(max_length = 200, example = "cpf_utopia-calendar-feed-demonstration-sunrise")]
    token: String,
}

/// Which page of the caller's feeds.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FeedQuery {
    /// How many feeds the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// A calendar (RFC 5545) with an all-day event on each last day of validity and alarms before it.
#[derive(ToSchema)]
#[schema(example = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n")]
struct Calendar(#[allow(dead_code)] String); // For the document alone.

/// List calendar feeds
///
/// The caller's own feeds, without their addresses. Permissions: everybody their own.
#[utoipa::path(
    tag = "alerts",
    extensions(("x-permission" = json!("ManageCalendarFeeds"))),
    params(FeedQuery),
    responses((status = 200, description = "A page of feeds.", body = CalendarFeedPage))
)]
#[get("/v1/calendar-feeds")]
async fn list_calendar_feeds(
    by: May<ManageCalendarFeeds>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<FeedQuery>,
) -> Result<HttpResponse> {
    let FeedQuery { limit, cursor } = query.0;
    let page = calendar_feeds::list(&core, &by, &PageRequest { limit, cursor }).await?;
    let next = page.next_cursor.clone();
    Ok(reply::page(
        &request,
        next.as_deref(),
        &CalendarFeedPage::from(page),
    ))
}

/// Make a calendar feed
///
/// The answer holds the address, this once: subscribe to it in a calendar program. It shows when travel documents, traveller
/// numbers and memberships run out: the caller's own, one person's (`user_id`) or those of a group's members (`group_id`), as far as the caller may see
/// them at each time it is read. Whoever has the address can read the calendar: revoke the feed when it may have got
/// into other hands. One may have ten. Permissions: everybody, of what they may see.
#[utoipa::path(
    tag = "alerts",
    extensions(("x-permission" = json!("ManageCalendarFeeds"))),
    request_body(content = NewCalendarFeed, example = json!({
        "name": "Passports of the family", "user_id": "01920000-0000-7000-8000-000000000003"
    })),
    responses((status = 201, description = "The new feed with its address.", body = CreatedCalendarFeed), FeedConflicts)
)]
#[post("/v1/calendar-feeds")]
async fn create_calendar_feed(
    by: May<ManageCalendarFeeds>,
    core: Data<Core>,
    new: Json<NewCalendarFeed>,
) -> Result<HttpResponse> {
    let made = calendar_feeds::create(&core, &by, new.0).await?;
    let view = CreatedCalendarFeed::new(made, &core.settings.public_url);
    // A feed never changes.
    Ok(reply::created("/v1/calendar-feeds", 1, &view))
}

/// Read a calendar
///
/// For calendar programs, which cannot sign in: the secret in the address says which feed it is. An address that never was one,
/// a feed that was revoked, and one whose owner may not sign in or may not see person or group any more all answer 404.
/// Permissions: everybody who has the address.
#[utoipa::path(
    tag = "alerts",
    security(()),
    params(CalendarPath),
    responses(
        (status = 200, description = "The calendar.", content_type = "text/calendar", body = Calendar),
        NotModified,
        TooManyAttempts
    )
)]
#[get("/v1/calendar-feeds/{token}.ics")]
async fn get_calendar(
    core: Data<Core>,
    from: From,
    path: Path<CalendarPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let token = Secret::new(path.0.token);
    let calendar = calendar_feeds::calendar(&core, &from.0, &token).await?;
    Ok(reply::calendar(&known, calendar))
}

/// Revoke a calendar feed
///
/// Its address is good for nothing from here on. Permissions: everybody their own.
#[utoipa::path(
    tag = "alerts",
    extensions(("x-permission" = json!("ManageCalendarFeeds"))),
    params(FeedPath),
    responses((status = 204, description = "Revoked."))
)]
#[delete("/v1/calendar-feeds/{id}")]
async fn revoke_calendar_feed(
    by: May<ManageCalendarFeeds>,
    core: Data<Core>,
    path: Path<FeedPath>,
) -> Result<HttpResponse> {
    calendar_feeds::revoke(&core, &by, path.0.id).await?;
    Ok(reply::no_content())
}
