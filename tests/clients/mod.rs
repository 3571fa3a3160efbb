//! The other systems of the agency, as administrators manage them.

mod manage;
mod reach;
mod secrets;

use serde_json::{Value, json};

use crate::support::world::unique;

/// A client that breaks no rule.
fn new_client(scopes: &[&str]) -> Value {
    json!({"name": format!("Booking tool {}", unique()), "scopes": scopes})
}
