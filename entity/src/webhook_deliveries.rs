//! Table `webhook_deliveries`: what is to be sent to an endpoint, and what became of it.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{WebhookDeliveryId, WebhookEndpointId};
use crate::values::{WebhookDeliveryStatus, WebhookFailure};

/// A message for an endpoint.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_deliveries")]
pub struct Model {
    /// UUIDv7: the order in which they became messages.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookDeliveryId,
    /// For whom.
    #[sea_orm(unique_key = "message")]
    pub endpoint_id: WebhookEndpointId,
    /// `webhook-id`: the same however often it is sent.
    #[sea_orm(unique_key = "message")]
    pub message_id: String,
    /// Type of the event.
    pub event_type: String,
    /// The record that it is about, whose messages are sent one after the other.
    pub subject_id: Option<Uuid>,
    /// Place of the event in the feed; none for a ping.
    pub place: Option<i64>,
    /// What is sent, as JSON.
    pub payload: String,
    /// What has become of it.
    pub status: WebhookDeliveryStatus,
    /// How often it was sent.
    pub attempts: i64,
    /// When it is sent next.
    pub next_attempt_at: DateTime<Utc>,
    /// Until when a process has it in its hands.
    pub claimed_until: Option<DateTime<Utc>>,
    /// When it was sent last.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// What the receiver answered last.
    pub response_status: Option<i64>,
    /// Why it did not get through last.
    pub failure: Option<WebhookFailure>,
    /// When the receiver got it.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When the event happened.
    pub occurred_at: DateTime<Utc>,
    /// For whom.
    #[sea_orm(belongs_to, from = "endpoint_id", to = "id", on_delete = "Cascade")]
    pub endpoint: BelongsTo<super::webhook_endpoints::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
