//! Opens the named values of answers: generated clients refuse a whole page for one value that they do not know, and a
//! later version of the service may have more of them.
//!
//! What callers send stays a closed enum; in what only answers hold, it becomes a string that lists the values of today
//! (`x-extensible-enum`).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::prune::reachable;

const PREFIX: &str = "#/components/schemas/";
/// Longest of any value that may be added.
const LONGEST: usize = 64;

/// Opens the enums of all schemas that no request uses.
pub fn open(document: &mut Value) {
    let sent = sent(document);
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else {
        return;
    };
    let enums: Map<String, Value> = schemas
        .iter()
        .filter(|(_, schema)| schema.get("enum").is_some())
        .map(|(name, schema)| (format!("{PREFIX}{name}"), schema.clone()))
        .collect();
    let answered = schemas
        .iter_mut()
        .filter(|(name, _)| !sent.contains(&format!("{PREFIX}{name}")));
    for properties in answered.filter_map(|(_, schema)| schema.get_mut("properties")?.as_object_mut()) {
        for property in properties.values_mut().filter_map(Value::as_object_mut) {
            open_property(property, &enums);
            if let Some(items) = property.get_mut("items").and_then(Value::as_object_mut) {
                open_property(items, &enums);
            }
        }
    }
}

/// References to all schemas that bodies and parameters of requests use.
fn sent(document: &Value) -> BTreeSet<String> {
    let items = document["paths"].as_object().into_iter().flatten();
    let operations = items.filter_map(|(_, item)| item.as_object()).flatten();
    let parts = operations.flat_map(|(_, operation)| [&operation["requestBody"], &operation["parameters"]]);
    reachable(document, parts)
}

fn open_property(property: &mut Map<String, Value>, enums: &Map<String, Value>) {
    let (reference, nullable) = match property.get("oneOf").and_then(Value::as_array) {
        Some(alternatives) => (alternatives.iter().find_map(|one| one.get("$ref")), true),
        None => (property.get("$ref"), false),
    };
    let Some(known) = reference
        .and_then(Value::as_str)
        .and_then(|reference| enums.get(reference))
    else {
        return;
    };
    let (values, examples) = (known["enum"].clone(), known["examples"].clone());
    let description = describe(property.get("description"), &known["description"], &values);
    property.shift_remove("oneOf");
    property.shift_remove("$ref");
    let kind = if nullable {
        json!(["string", "null"])
    } else {
        json!("string")
    };
    property.insert("type".to_owned(), kind);
    property.insert("description".to_owned(), description.into());
    property.insert("maxLength".to_owned(), LONGEST.into());
    property.entry("examples").or_insert(examples);
    property.insert("x-extensible-enum".to_owned(), values);
}

/// What the property means, what its values mean, and that there may be more.
fn describe(property: Option<&Value>, known: &Value, values: &Value) -> String {
    let known = known.as_str().unwrap_or_default();
    let (meaning, list) = known.split_once("\n\n").unwrap_or((known, ""));
    let meaning = property.and_then(Value::as_str).unwrap_or(meaning);
    let names = values.as_array().into_iter().flatten().filter_map(Value::as_str);
    let list = if list.is_empty() {
        names
            .map(|name| format!("* `{name}`"))
            .collect::<Vec<_>>()
            .join("\n")
    } else {
        list.to_owned()
    };
    format!("{meaning}\n\n{list}\n\nMore values may be added.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened() -> Value {
        let role = json!({ "$ref": "#/components/schemas/Role" });
        let content = |name: &str| json!({ "schema": { "$ref": format!("{PREFIX}{name}") } });
        let mut document = json!({
            "paths": { "/v1/users": { "post": {
                "requestBody": content("NewUser"), "responses": { "201": content("User") },
            } } },
            "components": { "schemas": {
                "Role": { "type": "string", "enum": ["agent"], "examples": ["agent"],
                    "description": "What a user may do.\n\n* `agent`: Staff." },
                "NewUser": { "properties": { "role": role } },
                "User": { "properties": {
                    "role": role,
                    "second": { "oneOf": [{ "type": "null" }, role], "description": "Another." },
                    "all": { "type": "array", "items": role },
                } },
            } },
        });
        open(&mut document);
        document["components"]["schemas"].clone()
    }

    #[test]
    fn what_is_answered_may_be_a_value_of_tomorrow() {
        let user = &opened()["User"]["properties"];
        assert_eq!(
            user["role"],
            json!({ "type": "string", "description": "What a user may do.\n\n* `agent`: Staff.\n\nMore values may be added.",
                "maxLength": 64, "examples": ["agent"], "x-extensible-enum": ["agent"] })
        );
        assert_eq!(user["second"]["type"], json!(["string", "null"]));
        assert_eq!(
            user["second"]["description"],
            "Another.\n\n* `agent`: Staff.\n\nMore values may be added."
        );
        assert_eq!(user["all"]["items"]["x-extensible-enum"], json!(["agent"]));
    }

    #[test]
    fn what_is_sent_is_one_of_the_values() {
        assert_eq!(
            opened()["NewUser"]["properties"]["role"],
            json!({ "$ref": "#/components/schemas/Role" })
        );
    }
}
