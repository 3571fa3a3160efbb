//! Rules of entry: data that administrators edit.

mod crud;
mod import;

use serde_json::{Value, json};

use crate::support::json_object;

/// A rule that breaks none, with these fields in place of its own; null takes one away.
fn rule(code: &str, changes: &Value) -> Value {
    let mut rule = json!({
        "code": code, "kind": "passport_validity", "destinations": ["ISL"], "anchor": "stay_end", "min_days": 30,
        "severity": "warn", "confidence": "confirmed", "source_title": "House rule", "checked_on": "2026-01-01",
    });
    for (field, value) in json_object(changes) {
        rule[field] = value.clone();
    }
    json_object(&rule)
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(field, value)| (field.clone(), value.clone()))
        .collect()
}

/// The codes of the rules of a list.
fn codes(page: &Value) -> Vec<&str> {
    let data = page["data"].as_array().expect("a list");
    data.iter()
        .map(|it| it["code"].as_str().expect("a code"))
        .collect()
}
