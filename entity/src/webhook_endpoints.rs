//! Table `webhook_endpoints`: where events are sent to.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::WebhookEndpointId;
use crate::values::{Hidden, WebhookDescription, WebhookStatus, WebhookStop, WebhookUrl};

/// A receiver of events (Standard Webhooks 1.0.0).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_endpoints")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookEndpointId,
    /// Where events are sent to.
    pub url: WebhookUrl,
    /// What it is for.
    pub description: Option<WebhookDescription>,
    /// Which events, as patterns with commas between them; absent for all.
    pub events: Option<String>,
    /// Whether events are sent.
    pub status: WebhookStatus,
    /// Why not, if not.
    pub stopped_because: Option<WebhookStop>,
    /// What messages are signed with, sealed.
    pub secret: Hidden,
    /// What they are signed with as well, sealed, after the secret was changed.
    pub old_secret: Option<Hidden>,
    /// Until when.
    pub old_secret_until: Option<DateTime<Utc>>,
    /// Place in the feed of the last event that became a message.
    pub place: i64,
    /// How many messages in a row did not get through because the receiver could not be reached or was overloaded.
    pub failures: i64,
    /// Until when it is left alone because of that.
    pub paused_until: Option<DateTime<Utc>>,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What was sent to it.
    #[sea_orm(has_many)]
    pub deliveries: HasMany<super::webhook_deliveries::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
