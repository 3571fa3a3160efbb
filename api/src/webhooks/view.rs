//! Endpoints and messages as administrators see them.

use chrono::{DateTime, Utc};
use entity::ids::{WebhookDeliveryId, WebhookEndpointId};
use entity::values::{
    EventPattern, WebhookDeliveryStatus, WebhookDescription, WebhookFailure, WebhookStatus, WebhookStop,
    WebhookUrl,
};
use entity::{webhook_deliveries, webhook_endpoints};
use serde::Serialize;
use service::events::EventPatternName;
use service::webhooks::{self, Made};
use utoipa::ToSchema;

use crate::page::page_view;

/// Where events are sent to.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookEndpoint {
    /// Id.
    pub id: WebhookEndpointId,
    /// Where events are sent to.
    pub url: WebhookUrl,
    /// Which events; all, if the list is empty.
    #[schema(value_type = Vec<EventPatternName>, max_items = 200, example = json!(["user.*", "passport.updated"]))]
    pub events: Vec<EventPattern>,
    /// What it is for.
    #[schema(required)]
    pub description: Option<WebhookDescription>,
    /// Whether events are sent.
    pub status: WebhookStatus,
    /// Why not, if not.
    #[schema(required)]
    pub stopped_because: Option<WebhookStop>,
    /// How many attempts in a row have failed because the receiver was away or overloaded; 0 when all is well.
    #[schema(minimum = 0, example = 0)]
    pub failures: i64,
    /// Until when it is left alone because of that.
    #[schema(required, example = "2026-01-15T09:30:45Z")]
    pub paused_until: Option<DateTime<Utc>>,
    /// Until when messages are signed by the old secret as well.
    #[schema(required, example = "2026-01-16T09:30:00Z")]
    pub old_secret_until: Option<DateTime<Utc>>,
    /// Counts the changes; the ETag in quotes.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// An endpoint with a secret that has just been made, which is shown this once.
#[derive(Serialize, ToSchema)]
pub struct CreatedWebhookEndpoint {
    /// Id.
    pub id: WebhookEndpointId,
    /// What messages are signed with. Hand it to the receiver now: nobody can see it again.
    #[schema(
        max_length = 100,
        example = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    )]
    pub secret: String,
    /// Where events are sent to.
    pub url: WebhookUrl,
    /// Which events; all, if the list is empty.
    #[schema(value_type = Vec<EventPatternName>, max_items = 200, example = json!(["user.*", "passport.updated"]))]
    pub events: Vec<EventPattern>,
    /// What it is for.
    #[schema(required)]
    pub description: Option<WebhookDescription>,
    /// Whether events are sent.
    pub status: WebhookStatus,
    /// Until when messages are signed by the old secret as well.
    #[schema(required, example = "2026-01-16T09:30:00Z")]
    pub old_secret_until: Option<DateTime<Utc>>,
    /// Counts the changes; the ETag in quotes.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A message to an endpoint, and what came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookDelivery {
    /// Id in the log.
    pub id: WebhookDeliveryId,
    /// `webhook-id`: the same however often it is sent.
    #[schema(max_length = 64, example = "msg_01920000000070008000000000000a01")]
    pub message_id: String,
    /// Type of the event, or `webhook.ping`.
    #[schema(max_length = 100, example = "user.updated")]
    pub event_type: String,
    /// When the event happened.
    pub occurred_at: DateTime<Utc>,
    /// What has become of it.
    pub status: WebhookDeliveryStatus,
    /// How often it was sent.
    #[schema(minimum = 0, example = 1)]
    pub attempts: i64,
    /// When it is sent next, if it is to be sent.
    #[schema(required, example = "2026-01-15T09:35:00Z")]
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was sent last.
    #[schema(required, example = "2026-01-15T09:30:00Z")]
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// The status that the receiver answered last.
    #[schema(required, minimum = 100, maximum = 999, example = 200)]
    pub response_status: Option<i64>,
    /// Why it did not get through last.
    #[schema(required)]
    pub failure: Option<WebhookFailure>,
    /// When the receiver got it.
    #[schema(required, example = "2026-01-15T09:30:00Z")]
    pub delivered_at: Option<DateTime<Utc>>,
}

/// How many messages go out once more.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayedWebhooks {
    /// How many.
    #[schema(minimum = 0, example = 12)]
    pub count: u64,
}

impl From<webhook_endpoints::Model> for WebhookEndpoint {
    fn from(it: webhook_endpoints::Model) -> Self {
        Self {
            events: webhooks::patterns(&it),
            id: it.id,
            url: it.url,
            description: it.description,
            status: it.status,
            stopped_because: it.stopped_because,
            failures: it.failures,
            paused_until: it.paused_until,
            old_secret_until: it.old_secret_until,
            version: it.version,
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

impl From<Made> for CreatedWebhookEndpoint {
    fn from(it: Made) -> Self {
        let secret = it.secret.expose().to_owned();
        let it = it.endpoint;
        Self {
            events: webhooks::patterns(&it),
            id: it.id,
            secret,
            url: it.url,
            description: it.description,
            status: it.status,
            old_secret_until: it.old_secret_until,
            version: it.version,
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

impl From<webhook_deliveries::Model> for WebhookDelivery {
    fn from(it: webhook_deliveries::Model) -> Self {
        let is_pending = it.status == WebhookDeliveryStatus::Pending;
        Self {
            id: it.id,
            message_id: it.message_id,
            event_type: it.event_type,
            occurred_at: it.occurred_at,
            status: it.status,
            attempts: it.attempts,
            next_attempt_at: is_pending.then_some(it.next_attempt_at),
            last_attempt_at: it.last_attempt_at,
            response_status: it.response_status,
            failure: it.failure,
            delivered_at: it.delivered_at,
        }
    }
}

page_view! {
    /// A page of endpoints.
    WebhookEndpointPage of WebhookEndpoint from webhook_endpoints::Model
}

page_view! {
    /// A page of messages, the newest first.
    WebhookDeliveryPage of WebhookDelivery from webhook_deliveries::Model
}
