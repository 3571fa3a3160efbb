//! Writes plain values where they are used.
//!
//! In Rust an e-mail address is a type of its own; in the document it would be a component that SDK generators turn
//! into wrappers, and `Option` of it a `oneOf` that some cannot read. Named enums stay components: generators make
//! good types of them.

use serde_json::{Map, Value, json};

use super::schemas;

const PREFIX: &str = "#/components/schemas/";

/// Inlines all references to plain values.
pub fn inline(document: &mut Value) {
    let plain = plain_components(document);
    schemas::for_each(document, &mut |schema| {
        drop_null_default(schema);
        unwrap_single_all_of(schema, &plain);
        if let Some(reference) = plain_reference(schema, &plain) {
            schema.shift_remove("$ref");
            merge(schema, reference);
        }
        inline_nullable(schema);
        lift_description(schema);
        name_examples(schema);
        spread_example(schema);
    });
    drop_null_from_parameters(document);
}

/// The components that are a bare string, number or boolean with its bounds.
fn plain_components(document: &Value) -> Map<String, Value> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let plain = schemas
        .into_iter()
        .flatten()
        .filter(|(_, schema)| is_plain(schema));
    plain
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect()
}

fn is_plain(schema: &Value) -> bool {
    let kind = schema.get("type").and_then(Value::as_str);
    matches!(kind, Some("string" | "integer" | "number" | "boolean")) && schema.get("enum").is_none()
}

fn plain_reference<'a>(
    schema: &Map<String, Value>,
    plain: &'a Map<String, Value>,
) -> Option<&'a Map<String, Value>> {
    plain
        .get(schema.get("$ref")?.as_str()?.strip_prefix(PREFIX)?)?
        .as_object()
}

/// Adds the keywords of a component; what the place of use says itself counts more.
fn merge(schema: &mut Map<String, Value>, component: &Map<String, Value>) {
    let has_example = schema.contains_key("example") || schema.contains_key("examples");
    for (keyword, value) in component {
        let is_example = matches!(keyword.as_str(), "example" | "examples");
        if !(schema.contains_key(keyword) || is_example && has_example) {
            schema.insert(keyword.clone(), value.clone());
        }
    }
}

/// `allOf` of one plain reference is only a way to say more beside it.
fn unwrap_single_all_of(schema: &mut Map<String, Value>, plain: &Map<String, Value>) {
    if let Some([Value::Object(only)]) = schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice)
        && (plain_reference(only, plain).is_some() || is_plain(&Value::Object(only.clone())))
    {
        let only = only.clone();
        schema.shift_remove("allOf");
        merge(schema, &only);
    }
}

/// `oneOf [null, plain]` becomes `type: [plain, null]`. The alternatives have been inlined before.
fn inline_nullable(schema: &mut Map<String, Value>) {
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(alternatives)) = schema.get(keyword) else {
            continue;
        };
        let (nulls, others): (Vec<_>, Vec<_>) =
            alternatives.iter().partition(|schema| schema["type"] == "null");
        let ([_], [other]) = (nulls.as_slice(), others.as_slice()) else {
            continue;
        };
        let (true, Value::Object(plain)) = (is_plain(other), *other) else {
            continue;
        };
        let plain = plain.clone();
        schema.shift_remove(keyword);
        merge(schema, &plain);
        let kind = schema.get("type").cloned();
        schema.insert("type".to_owned(), json!([kind, "null"]));
    }
}

/// utoipa describes a nullable enum beside the `$ref` in its `oneOf`, where readers of the property do not look.
fn lift_description(schema: &mut Map<String, Value>) {
    if schema.contains_key("description") {
        return;
    }
    let alternatives = schema.get_mut("oneOf").and_then(Value::as_array_mut);
    let described = alternatives
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
        .find_map(|alternative| alternative.shift_remove("description"));
    if let Some(description) = described {
        schema.insert("description".to_owned(), description);
    }
}

/// JSON Schema 2020-12 knows `examples`; `example` is what is left of OpenAPI 3.0.
fn name_examples(schema: &mut Map<String, Value>) {
    if let Some(example) = schema.shift_remove("example") {
        schema.insert("examples".to_owned(), json!([example]));
    }
}

/// The example of an object is that of its fields: utoipa drops what a field says beside a reference.
fn spread_example(schema: &mut Map<String, Value>) {
    let Some(example) = schema
        .get("examples")
        .and_then(|examples| examples.get(0))
        .cloned()
    else {
        return;
    };
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    for (name, property) in properties {
        if let (Some(value), Value::Object(property)) = (example.get(name), property)
            && !value.is_null()
            && property.contains_key("type")
        {
            property.insert("examples".to_owned(), json!([value]));
        }
    }
}

/// utoipa takes the default of an absent field of a command for one that callers could send.
fn drop_null_default(schema: &mut Map<String, Value>) {
    if schema.get("default") == Some(&Value::Null) {
        schema.shift_remove("default");
    }
}

/// A parameter can be absent, but nobody can send a null in a query.
fn drop_null_from_parameters(document: &mut Value) {
    let items = document
        .get_mut("paths")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::values_mut);
    let operations = items.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    let parameters = operations
        .filter_map(|operation| operation.get_mut("parameters")?.as_array_mut())
        .flatten();
    for schema in parameters.filter_map(|parameter| parameter.get_mut("schema")?.as_object_mut()) {
        if let Some(Value::Array(kinds)) = schema.get_mut("type") {
            kinds.retain(|kind| kind != "null");
            if let [kind] = kinds.as_slice() {
                let kind = kind.clone();
                schema.insert("type".to_owned(), kind);
            }
        }
        if let Some(Value::Array(alternatives)) = schema.get_mut("oneOf") {
            alternatives.retain(|schema| schema["type"] != "null");
            if let [Value::Object(only)] = alternatives.as_slice() {
                let only = only.clone();
                schema.shift_remove("oneOf");
                merge(schema, &only);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::needless_pass_by_value)] // json! makes values.
    fn inlined(property: Value) -> Value {
        let mut document = json!({
            "components": { "schemas": {
                "Email": { "type": "string", "format": "email", "maxLength": 254, "examples": ["a@b.example"] },
                "Role": { "type": "string", "enum": ["agent"] },
                "User": { "type": "object", "properties": { "it": property } },
            }},
        });
        inline(&mut document);
        document["components"]["schemas"]["User"]["properties"]["it"].clone()
    }

    #[test]
    fn a_plain_reference_becomes_the_value_itself() {
        assert_eq!(
            inlined(
                json!({ "$ref": "#/components/schemas/Email", "description": "Where to write.", "example": "c@d.example" })
            ),
            json!({ "description": "Where to write.", "type": "string", "format": "email", "maxLength": 254,
                "examples": ["c@d.example"] })
        );
    }

    #[test]
    fn a_nullable_plain_reference_becomes_a_list_of_types() {
        let nullable = json!({ "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Email" }], "default": null });
        assert_eq!(
            inlined(nullable),
            json!({ "type": ["string", "null"], "format": "email", "maxLength": 254, "examples": ["a@b.example"] })
        );
    }

    #[test]
    fn the_example_of_an_object_is_that_of_its_fields() {
        let email = json!({ "$ref": "#/components/schemas/Email" });
        let object = json!({ "properties": { "email": email, "name": email },
            "example": { "email": "anna@d.example", "name": null } });
        let properties = &inlined(object)["properties"];
        assert_eq!(properties["email"]["examples"], json!(["anna@d.example"]));
        assert_eq!(properties["name"]["examples"], json!(["a@b.example"]));
    }

    #[test]
    fn enums_stay_components() {
        let role = json!({ "$ref": "#/components/schemas/Role" });
        assert_eq!(inlined(role.clone()), role);
        let nullable = json!({ "oneOf": [{ "type": "null" }, role] });
        assert_eq!(inlined(nullable.clone()), nullable);
    }

    #[test]
    fn a_nullable_enum_is_described_where_it_is_used() {
        let role = json!({ "$ref": "#/components/schemas/Role", "description": "What for." });
        let role = inlined(json!({ "oneOf": [{ "type": "null" }, role] }));
        assert_eq!(role["description"], "What for.");
        assert_eq!(role["oneOf"][1], json!({ "$ref": "#/components/schemas/Role" }));
    }

    #[test]
    fn a_query_parameter_is_never_null() {
        let mut document = json!({ "paths": { "/x": { "get": { "parameters": [
            { "name": "limit", "schema": { "type": ["integer", "null"], "minimum": 1 } },
            { "name": "role", "schema": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Role" }] } },
        ]}}}});
        inline(&mut document);
        let parameters = &document["paths"]["/x"]["get"]["parameters"];
        assert_eq!(
            parameters[0]["schema"],
            json!({ "type": "integer", "minimum": 1 })
        );
        assert_eq!(
            parameters[1]["schema"],
            json!({ "$ref": "#/components/schemas/Role" })
        );
    }
}
