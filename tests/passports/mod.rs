mod access;
mod conditional;
mod countries;
mod create;
mod create_from_mrz;
mod dates;
mod list;
mod masking;
mod mrz;
mod primary;
mod reveal;
mod search;
mod update;

use entity::ids::UserId;
use serde_json::{Value, json};

use crate::support::{anna_passport, json_object};

/// A passport that breaks no rule, with these fields in place of its own.
fn passport(user: UserId, number: &str, changes: &Value) -> Value {
    let mut passport = anna_passport(user, number);
    for (field, value) in json_object(changes) {
        passport[field] = value.clone();
    }
    passport
}

/// A passport that expires on this day.
fn expiring(user: UserId, number: &str, day: &str) -> Value {
    passport(user, number, &json!({ "expiry_date": day }))
}

/// The ids of the records of a list.
fn ids(page: &Value) -> Vec<String> {
    let data = page["data"].as_array().expect("a list");
    data.iter()
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect()
}
