//! What bookings need of travellers: names, lines and fields.

mod data;
mod names;

use serde_json::Value;

/// The codes of a list of warnings.
fn codes(warnings: &Value) -> Vec<&str> {
    let warnings = warnings.as_array().expect("warnings");
    warnings
        .iter()
        .map(|warning| warning["code"].as_str().expect("a code"))
        .collect()
}
