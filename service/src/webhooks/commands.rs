//! What is said of webhooks.

use chrono::{DateTime, Utc};
use entity::values::{EventPatterns, WebhookDescription, WebhookStatus, WebhookUrl};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::events::EventPatternName;
use crate::input::{Input, not_null, optional, required};

/// An endpoint to add.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewWebhookEndpoint {
    /// Where events are to be sent: https, on a public address.
    #[schema(value_type = WebhookUrl, required)]
    #[validate(custom(function = "required"))]
    pub url: Input<WebhookUrl>,
    /// Which events, by type, or as `passport.*` for all about passports; all if not said.
    #[schema(value_type = Option<Vec<EventPatternName>>, max_items = 200, example = json!(["user.*", "passport.updated"]))]
    #[validate(custom(function = "optional"))]
    pub events: Input<EventPatterns>,
    /// What it is for.
    #[schema(value_type = Option<WebhookDescription>)]
    #[validate(custom(function = "optional"))]
    pub description: Input<WebhookDescription>,
}

/// A change of an endpoint, as a JSON Merge Patch (RFC 7396): absent leaves, null clears, a list replaces.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WebhookEndpointPatch {
    /// Where events are to be sent: https, on a public address.
    #[schema(value_type = WebhookUrl)]
    #[validate(custom(function = "not_null"))]
    pub url: Input<WebhookUrl>,
    /// Which events; an empty list, or null, for all.
    #[schema(value_type = Option<Vec<EventPatternName>>, max_items = 200, example = json!(["user.*", "passport.updated"]))]
    #[validate(custom(function = "optional"))]
    pub events: Input<EventPatterns>,
    /// What it is for.
    #[schema(value_type = Option<WebhookDescription>)]
    #[validate(custom(function = "optional"))]
    pub description: Input<WebhookDescription>,
    /// Whether events are sent. Who is active again goes on where it was.
    #[schema(value_type = WebhookStatus, example = "active")]
    #[validate(custom(function = "not_null"))]
    pub status: Input<WebhookStatus>,
}

/// Which messages are to be sent once more.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReplayWebhooks {
    /// Of events that happened at this time or later.
    #[schema(value_type = DateTime<Utc>, required, example = "2026-01-01T00:00:00Z")]
    #[validate(custom(function = "required"))]
    pub since: Input<DateTime<Utc>>,
    /// Of events that happened before this time; until now if not said.
    #[schema(value_type = Option<DateTime<Utc>>, example = "2099-12-31T00:00:00Z")]
    #[validate(custom(function = "optional"))]
    pub until: Input<DateTime<Utc>>,
    /// Only those that never got through.
    #[schema(value_type = bool, example = true)]
    #[validate(custom(function = "not_null"))]
    pub failed_only: Input<bool>,
}
