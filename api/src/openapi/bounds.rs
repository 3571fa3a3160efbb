//! Bounds that follow from the kind of a value, and that no handler needs to repeat.

use serde_json::{Map, Value};

use super::schemas;

/// The largest whole number that JavaScript reads as it was sent (ECMA-262, `Number.MAX_SAFE_INTEGER`).
const LARGEST_SAFE: u64 = 9_007_199_254_740_991;

/// Says how large whole numbers can be, and bounds the long ones that have no bounds of their own: versions, positions and times, none of which is negative.
pub fn fill(document: &mut Value) {
    schemas::for_each(document, &mut |schema| {
        // utoipa has no format for the small types of Rust.
        if is_integer(schema) && !schema.contains_key("format") {
            schema.insert("format".to_owned(), "int32".into());
        }
        if schema.get("format").and_then(Value::as_str) == Some("int64") {
            or_insert(schema, "minimum", 0);
            or_insert(schema, "maximum", LARGEST_SAFE);
        }
    });
}

fn is_integer(schema: &Map<String, Value>) -> bool {
    match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "integer"),
        Some(kind) => kind == "integer",
        None => false,
    }
}

fn or_insert(schema: &mut Map<String, Value>, keyword: &str, bound: u64) {
    schema.entry(keyword).or_insert_with(|| bound.into());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn long_numbers_are_such_that_java_script_reads_them() {
        let mut document = json!({ "components": { "schemas": { "User": { "properties": {
            "version": { "type": "integer", "format": "int64", "minimum": 1 },
            "seq": { "type": ["integer", "null"], "format": "int64" },
            "count": { "type": "integer", "format": "int32" },
            "place": { "type": ["integer", "null"] },
        } } } } });
        fill(&mut document);
        let properties = &document["components"]["schemas"]["User"]["properties"];
        assert_eq!(properties["version"]["minimum"], 1);
        assert_eq!(properties["version"]["maximum"], LARGEST_SAFE);
        assert_eq!(properties["seq"]["minimum"], 0);
        assert_eq!(properties["place"]["format"], "int32");
        assert!(properties["count"].get("maximum").is_none());
    }
}
