//! `/v1/webhook-endpoints`: where events are sent to.

mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use entity::ids::{WebhookDeliveryId, WebhookEndpointId};
use entity::values::WebhookDeliveryStatus;
use serde::Deserialize;
use service::page::{Limit, PageRequest};
use service::policy::{ReadWebhooks, WriteWebhooks};
use service::webhooks::{DeliveryFilter, NewWebhookEndpoint, ReplayWebhooks, WebhookEndpointPatch};
use service::{Core, webhooks};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{
    CreatedWebhookEndpoint, ReplayedWebhooks, WebhookDelivery, WebhookDeliveryPage, WebhookEndpoint,
    WebhookEndpointPage,
};
use crate::error::Result;
use crate::extract::{IfMatch, IfNoneMatch, Json, May, Path, Query};
use crate::problem::{Forbidden, NotModified, Stale, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_webhook_endpoints)
        .service(create_webhook_endpoint)
        .service(get_webhook_endpoint)
        .service(update_webhook_endpoint)
        .service(delete_webhook_endpoint)
        .service(rotate_webhook_secret)
        .service(ping_webhook_endpoint)
        .service(list_webhook_deliveries)
        .service(replay_webhook_delivery)
        .service(replay_webhook_deliveries);
}

conflicts!(EndpointConflicts: TooManyWebhookEndpoints);

/// Which endpoint.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct EndpointPath {
    /// Id of the endpoint.
    id: WebhookEndpointId,
}

/// Which message to which endpoint.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct DeliveryPath {
    /// Id of the endpoint.
    id: WebhookEndpointId,
    /// Id of the message in the log.
    delivery_id: WebhookDeliveryId,
}

/// Which page of the endpoints.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EndpointQuery {
    /// How many endpoints the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// Which page of the log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeliveryQuery {
    /// Only those with this status.
    #[param(example = "failed")]
    status: Option<WebhookDeliveryStatus>,
    /// How many messages the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before, with the same filters.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// List webhook endpoints
///
/// Where events are sent to, and whether they arrive. Permissions: administrators.
#[utoipa::path(
    tag = "webhooks",
    extensions(("x-permission" = json!("ReadWebhooks"))),
    params(EndpointQuery),
    responses((status = 200, description = "A page of endpoints.", body = WebhookEndpointPage), Forbidden)
)]
#[get("/v1/webhook-endpoints")]
async fn list_webhook_endpoints(
    by: May<ReadWebhooks>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<EndpointQuery>,
) -> Result<HttpResponse> {
    let EndpointQuery { limit, cursor } = query.0;
    let page = webhooks::list(&core, &by, &PageRequest { limit, cursor }).await?;
    let next = page.next_cursor.clone();
    Ok(reply::page(
        &request,
        next.as_deref(),
        &WebhookEndpointPage::from(page),
    ))
}

/// Add a webhook endpoint
///
/// Events that happen from now on are sent to its `url` by POST, signed as Standard Webhooks 1.0.0 says: libraries that check the
/// signature exist for most languages. The answer holds the secret for them, this once. Answer 2xx once you have *stored* the
/// message; anything else, and no answer within ten seconds, is tried again for three days, messages about one record in order.
/// A message can come twice: `webhook-id` is then the same. Permissions: administrators.
#[utoipa::path(
    tag = "webhooks",
    extensions(("x-permission" = json!("WriteWebhooks"))),
    request_body(content = NewWebhookEndpoint, example = json!({
        "url": "https://hooks.agency.example/customer-profile", "events": ["user.*", "passport.updated"],
        "description": "Keeps the booking tool in step",
    })),
    responses(
        (status = 201, description = "The new endpoint with its secret.", body = CreatedWebhookEndpoint), Forbidden,
        EndpointConflicts,
    )
)]
#[post("/v1/webhook-endpoints")]
async fn create_webhook_endpoint(
    by: May<WriteWebhooks>,
    core: Data<Core>,
    new: Json<NewWebhookEndpoint>,
) -> Result<HttpResponse> {
    let made = webhooks::create(&core, &by, new.0).await?;
    let location = format!("/v1/webhook-endpoints/{}", made.endpoint.id);
    Ok(reply::created(
        &location,
        made.endpoint.version,
        &CreatedWebhookEndpoint::from(made),
    ))
}

/// Read a webhook endpoint
///
/// One endpoint, and whether its receiver can be reached. Permissions: administrators.
#[utoipa::path(
    tag = "webhooks",
    extensions(("x-permission" = json!("ReadWebhooks"))),
    params(EndpointPath),
    responses((status = 200, description = "The endpoint.", body = WebhookEndpoint), Forbidden, NotModified)
)]
#[get("/v1/webhook-endpoints/{id}")]
async fn get_webhook_endpoint(
    by: May<ReadWebhooks>,
    core: Data<Core>,
    path: Path<EndpointPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let found = webhooks::get(&core, &by, path.0.id).await?;
    Ok(reply::fresh(&known, found.version, &WebhookEndpoint::from(found)))
}

/// Change a webhook endpoint
///
/// A JSON Merge Patch: what is absent stays, null clears, a list replaces. An endpoint that is disabled and made active again
/// goes on where it was, as far back as events are kept. Permissions: administrators.
#[utoipa::path(
    tag = "webhooks",
    extensions(("x-permission" = json!("WriteWebhooks"))),
    params(EndpointPath),
    request_body(content = WebhookEndpointPatch, example = json!({"events": ["user.*"], "status": "active"})),
    responses((status = 200, description = "The changed endpoint.", body = WebhookEndpoint), Forbidden, EndpointConflicts, Stale)
)]
#[patch("/v1/webhook-endpoints/{id}")]
async fn update_webhook_endpoint(
    by: May<WriteWebhooks>,
    core: Data<Core>,
    path: Path<EndpointPath>,
    seen: IfMatch,
    changes: Json<WebhookEndpointPatch>,
) -> Result<HttpResponse> {
    let found = webhooks::update(&core, &by, path.0.id, &seen.0, changes.0).await?;
    Ok(reply::versioned(found.version, &WebhookEndpoint::from(found)))
}

/// Remove a webhook endpoint
///
/// Nothing is sent to it any more, and its log goes. Permissions: administrators.
#[utoipa::path(
    tag = "webhooks",
    extensions(("x-permission" = json!("WriteWebhooks"))),
    params(EndpointPath),
    responses((status = 204, description = "Removed."), Forbidden, Stale)
)]
#[delete("/v1/webhook-endpoints/{id}")]
async fn delete_webhook_endpoint(
    by: May<WriteWebhooks>,
    core: Data<Core>,
    path: Path<EndpointPath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    webhooks::delete(&core, &by, path.0.id, &seen.0).await?;
    Ok(reply::no_content())
}

/// Change a webhook endpoint's secret
///
/// The answer holds the new secret, this once. For 24 hours messages are signed by the old one as well, so that the receiver can
/// change over without losing any. Permissions: administrators.
#[utoipa::path(
    tag = "webhooks",
    extensions(("x-permission" = json!("WriteWebhooks"))),
    params(EndpointPath),
    responses((status = 200, description = "The endpoint with its new secret.", body = CreatedWebhookEndpoint), Forbidden, Stale)
)]
#[post("/v1/webhook-endpoints/{id}/rotate-secret")]
async fn rotate_webhook_secret(
    by: May<WriteWebhooks>,
    core: Data<Core>,
    path: Path<EndpointPath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    let made = webhooks::rotate_secret(&core, &by, path.0.id, &seen.0).await?;
    Ok(reply::versioned(
        made.endpoint.version,
        &CreatedWebhookEndpoint::from(made),
    ))
}

/// Ping a webhook endpoint
///
/// Sends a message of type `webhook.ping` now, once, also to an endpoint that is disabled, and tells what came of it. What the
/// receiver wrote in its answer is not shown. Permissions: administrators.
#[utoipa::path(
    tag = "webhooks",
    extensions(("x-permission" = json!("WriteWebhooks"))),
    params(EndpointPath),
    responses((status = 200, description = "What came of it.", body = WebhookDelivery), Forbidden)
)]
#[post("/v1/webhook-endpoints/{id}/ping")]
async fn ping_webhook_endpoint(
    by: May<WriteWebhooks>,
    core: Data<Core>,
    path: Path<EndpointPath>,
) -> Result<HttpResponse> {
    let sent = webhooks::ping(&core, &by, path.0.id).await?;
    Ok(reply::ok(&WebhookDelivery::from(sent)))
}

/// List a webhook endpoint's deliveries
///
/// Messages that were sent and those that are to be sent, the newest first, each with what came of the last attempt. Permissions:
/// administrators.
#[utoipa::path(
    tag = "webhooks",
    extensions(("x-permission" = json!("ReadWebhooks"))),
    params(EndpointPath, DeliveryQuery),
    responses((status = 200, description = "A page of messages.", body = WebhookDeliveryPage), Forbidden)
)]
#[get("/v1/webhook-endpoints/{id}/deliveries")]
async fn list_webhook_deliveries(
    by: May<ReadWebhooks>,
    core: Data<Core>,
    request: HttpRequest,
    path: Path<EndpointPath>,
    query: Query<DeliveryQuery>,
) -> Result<HttpResponse> {
    let DeliveryQuery {
        status,
        limit,
        cursor,
    } = query.0;
    let page = PageRequest { limit, cursor };
    let page = webhooks::deliveries(&core, &by, path.0.id, &DeliveryFilter { status }, &page).await?;
    let next = page.next_cursor.clone();
    Ok(reply::page(
        &request,
        next.as_deref(),
        &WebhookDeliveryPage::from(page),
    ))
}

/// Send a message once more
///
/// Under the `webhook-id` that it had; one that is still on its way is left alone. Permissions: administrators.
#[utoipa::path(
    tag = "webhooks",
    extensions(("x-permission" = json!("WriteWebhooks"))),
    params(DeliveryPath),
    responses((status = 202, description = "It goes out.", body = WebhookDelivery), Forbidden)
)]
#[post("/v1/webhook-endpoints/{id}/deliveries/{delivery_id}/replay")]
async fn replay_webhook_delivery(
    by: May<WriteWebhooks>,
    core: Data<Core>,
    path: Path<DeliveryPath>,
) -> Result<HttpResponse> {
    let DeliveryPath { id, delivery_id } = path.0;
    let message = webhooks::replay(&core, &by, id, delivery_id).await?;
    Ok(reply::accepted_with(&WebhookDelivery::from(message)))
}

/// Send messages once more
///
/// For a receiver that has lost something: all messages of the log about events of that time, or only those that never got
/// through, under the `webhook-id` that they had. Permissions: administrators.
#[utoipa::path(
    tag = "webhooks",
    extensions(("x-permission" = json!("WriteWebhooks"))),
    params(EndpointPath),
    request_body(content = ReplayWebhooks, example = json!({"since": "2026-01-01T00:00:00Z", "failed_only": true})),
    responses((status = 202, description = "They go out.", body = ReplayedWebhooks), Forbidden)
)]
#[post("/v1/webhook-endpoints/{id}/replay")]
async fn replay_webhook_deliveries(
    by: May<WriteWebhooks>,
    core: Data<Core>,
    path: Path<EndpointPath>,
    wanted: Json<ReplayWebhooks>,
) -> Result<HttpResponse> {
    let count = webhooks::replay_range(&core, &by, path.0.id, wanted.0).await?;
    Ok(reply::accepted_with(&ReplayedWebhooks { count }))
}
