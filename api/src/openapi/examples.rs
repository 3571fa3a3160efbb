//! Examples: each of a problem is kept once, because repeated at every operation they are most of the document; and
//! values that show their form by themselves, and have no example of their own, get one.

use serde_json::{Map, Value, json};

use super::schemas;

/// Shows the form of dates, times, named values and booleans where the handler shows no value.
pub fn fill(document: &mut Value) {
    schemas::for_each(document, &mut |schema| {
        if !schema.contains_key("examples")
            && let Some(example) = evident(schema)
        {
            schema.insert("examples".to_owned(), json!([example]));
        }
    });
}

fn evident(schema: &Map<String, Value>) -> Option<Value> {
    let text = |keyword: &str| schema.get(keyword).and_then(Value::as_str);
    match (text("type"), text("format")) {
        (_, Some("date")) => Some("2030-06-15".into()),
        (_, Some("date-time")) => Some("2026-11-22T16:00:00Z".into()),
        (Some("boolean"), _) => Some(true.into()),
        _ => schema.get("enum")?.get(0).cloned(),
    }
}

/// Moves the named examples of all media types into the components, where they are the same.
pub fn share(document: &mut Value) {
    let mut shared = Map::new();
    if let Some(paths) = document.get_mut("paths") {
        collect(paths, &mut shared);
    }
    if let Some(Value::Object(components)) = document.get_mut("components")
        && !shared.is_empty()
    {
        components.insert("examples".to_owned(), Value::Object(shared));
    }
}

/// Gives each parameter of a path or query the example of its schema as its own: Swagger UI fills in no other, and a
/// newcomer should be able to execute every operation as it stands.
pub fn prefill(document: &mut Value) {
    let items = document
        .get_mut("paths")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten();
    for operation in items
        .filter_map(|(_, item)| item.as_object_mut())
        .flat_map(Map::values_mut)
    {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten();
        for parameter in parameters.filter(|parameter| parameter["in"] != "header") {
            let example = parameter.pointer("/schema/examples/0").cloned();
            if let (Some(example), None) = (example, parameter.get("example")) {
                parameter["example"] = example;
            }
        }
    }
}

fn collect(value: &mut Value, shared: &mut Map<String, Value>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Object(examples)) = members
                .get_mut(crate::problem::MEDIA_TYPE)
                .and_then(|content| content.get_mut("examples"))
            {
                for (name, example) in examples {
                    if shared.entry(name).or_insert_with(|| example.clone()) == example {
                        *example = json!({ "$ref": format!("#/components/examples/{name}") });
                    }
                }
            }
            members.values_mut().for_each(|member| collect(member, shared));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| collect(item, shared)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_without_an_example_get_one() {
        let mut document = json!({ "components": { "schemas": { "User": { "properties": {
            "born": { "type": "string", "format": "date", "examples": ["1974-08-12"] },
            "made": { "type": "string", "format": "date-time" },
        } } } } });
        fill(&mut document);
        let properties = &document["components"]["schemas"]["User"]["properties"];
        assert_eq!(properties["born"]["examples"], json!(["1974-08-12"]));
        assert_eq!(properties["made"]["examples"], json!(["2026-11-22T16:00:00Z"]));
    }

    #[test]
    fn named_values_and_booleans_show_one_of_theirs() {
        let mut document = json!({ "components": { "schemas": {
            "Role": { "type": "string", "enum": ["customer", "agent"] },
            "User": { "properties": { "active": { "type": "boolean" } } },
        } } });
        fill(&mut document);
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["Role"]["examples"], json!(["customer"]));
        assert_eq!(schemas["User"]["properties"]["active"]["examples"], json!([true]));
    }

    #[test]
    fn the_example_of_a_schema_is_filled_in_but_no_condition_is() {
        let id = json!({ "name": "id", "in": "path", "schema": { "examples": ["7"] } });
        let condition = json!({ "name": "If-Match", "in": "header", "schema": { "examples": ["\"1\""] } });
        let mut document = json!({ "paths": { "/x/{id}": { "get": { "parameters": [id, condition] } } } });
        prefill(&mut document);
        let parameters = &document["paths"]["/x/{id}"]["get"]["parameters"];
        assert_eq!(parameters[0]["example"], "7");
        assert!(parameters[1].get("example").is_none());
    }

    #[test]
    fn equal_examples_are_kept_once() {
        let response = |detail: &str| json!({ "content": { "application/problem+json": { "examples": { "busy": { "value": detail } } } } });
        let mut document =
            json!({ "paths": [response("a"), response("a"), response("b")], "components": {} });
        share(&mut document);
        let example = |index: usize| {
            document["paths"][index]["content"]["application/problem+json"]["examples"]["busy"].clone()
        };
        assert_eq!(
            document["components"]["examples"]["busy"],
            json!({ "value": "a" })
        );
        assert_eq!(example(0), json!({ "$ref": "#/components/examples/busy" }));
        assert_eq!(example(1), example(0));
        assert_eq!(example(2), json!({ "value": "b" }));
    }
}
