//! Records by the numbers that other systems have given them.

mod put;
mod records;

use serde_json::{Value, json};

/// Where a user stands under a number of the CRM.
fn in_crm(id: &str) -> String {
    format!("/v1/users/by-external-id/crm/{id}")
}

/// The list of numbers: system and number.
fn ids<T: AsRef<str>>(pairs: &[(&str, T)]) -> Value {
    pairs
        .iter()
        .map(|(system, id)| json!({"system": system, "id": id.as_ref()}))
        .collect()
}
