//! The feed of changes: nothing is missed, nothing comes twice, and nobody learns more than what has changed.

mod command_line;
mod mirror;
mod order;
mod position;
mod read;

use entity::ids::UserId;
use serde_json::Value;

use crate::support::{App, Caller};

/// A reader who keeps its place.
struct Reader {
    caller: Caller,
    position: String,
}

impl Reader {
    /// Somebody who begins now.
    async fn from_now(app: &App) -> Self {
        let caller = app.client("events:read").await;
        let page = caller.get("/v1/events?after=latest").await.expect(200);
        Self {
            caller,
            position: page["position"].as_str().unwrap().to_owned(),
        }
    }

    /// All that has happened since the last time.
    async fn new_events(&mut self) -> Vec<Value> {
        let mut found = Vec::new();
        loop {
            let page = self
                .caller
                .get(format!("/v1/events?limit=200&after={}", self.position))
                .await
                .expect(200);
            page["position"].as_str().unwrap().clone_into(&mut self.position);
            found.extend(page["data"].as_array().unwrap().iter().cloned());
            if page["has_more"] == false {
                return found;
            }
        }
    }
}

/// Type, kind and id of the record, version, and fields of an event.
fn told(event: &Value) -> (String, String, Option<i64>, Vec<String>) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let fields = event["changed_fields"].as_array().unwrap();
    (
        text(&event["type"]),
        text(&event["subject"]["id"]),
        event["version"].as_i64(),
        fields.iter().map(text).collect(),
    )
}

fn types(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect()
}

/// Whom an event concerns.
fn person(event: &Value) -> Option<UserId> {
    event["user_id"].as_str().map(|id| id.parse().unwrap())
}
