//! Whom to call: `/v1/emergency-contacts`.

mod access;
mod records;

use entity::ids::UserId;
use serde_json::{Value, json};

/// A contact that breaks no rule.
fn contact(user: impl std::fmt::Display, name: &str) -> Value {
    json!({"user_id": user.to_string(), "name": name, "phone": "+46 70 174 06 06"})
}

/// The names in a list.
fn names(page: &Value) -> Vec<&str> {
    let data = page["data"].as_array().expect("a list");
    data.iter()
        .map(|it| it["name"].as_str().expect("a name"))
        .collect()
}

fn of(user: UserId) -> String {
    format!("/v1/emergency-contacts?user_id={user}")
}
