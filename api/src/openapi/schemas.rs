//! Finds the schemas in a document: what looks like one elsewhere (an example, say) is left alone.

use serde_json::{Map, Value};

/// Keywords that hold one schema.
const SINGLE: [&str; 4] = ["items", "additionalProperties", "not", "propertyNames"];
/// Keywords that hold a list of schemas.
const LISTS: [&str; 4] = ["oneOf", "anyOf", "allOf", "prefixItems"];

/// Calls `change` for every schema of the document, inner ones first.
pub fn for_each(document: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        schemas.values_mut().for_each(|schema| visit(schema, change));
    }
    if let Some(headers) = document.pointer_mut("/components/headers") {
        find(headers, change);
    }
    if let Some(paths) = document.get_mut("paths") {
        find(paths, change);
    }
}

/// Looks for members named `schema`, where parameters, headers and media types keep theirs.
fn find(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match name.as_str() {
                    "schema" => visit(member, change),
                    "example" | "examples" => {}
                    _ => find(member, change),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| find(item, change)),
        _ => {}
    }
}

fn visit(schema: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    let Value::Object(keywords) = schema else { return };
    if let Some(Value::Object(properties)) = keywords.get_mut("properties") {
        properties
            .values_mut()
            .for_each(|property| visit(property, change));
    }
    for keyword in SINGLE {
        if let Some(inner) = keywords.get_mut(keyword) {
            visit(inner, change);
        }
    }
    for keyword in LISTS {
        if let Some(Value::Array(inner)) = keywords.get_mut(keyword) {
            for schema in inner {
                visit(schema, change);
            }
        }
    }
    change(keywords);
}
