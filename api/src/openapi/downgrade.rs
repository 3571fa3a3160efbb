//! OpenAPI 3.0 for tools that know no 3.1. The down-converters at hand leave `oneOf [$ref, null]` in, which is what
//! utoipa makes of every optional enum.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::schemas;

/// Keywords of JSON Schema 2020-12 that OpenAPI 3.0 does not know and can do without.
const UNKNOWN: [&str; 5] = [
    "propertyNames",
    "contentMediaType",
    "contentEncoding",
    "$comment",
    "patternProperties",
];

/// Rewrites a 3.1 document.
pub fn to_openapi_30(mut document: Value) -> Value {
    if let Value::Object(members) = &mut document {
        members.insert("openapi".to_owned(), json!("3.0.3"));
        members.shift_remove("jsonSchemaDialect");
        members.shift_remove("webhooks");
    }
    if let Some(Value::Object(license)) = document.pointer_mut("/info/license") {
        license.shift_remove("identifier");
        license.insert("url".to_owned(), json!("https://spdx.org/licenses/"));
    }
    let kinds = kinds(&document);
    schemas::for_each(&mut document, &mut |keywords| schema(keywords, &kinds));
    name_apart(&mut document);
    document
}

/// Gives a title to each property whose schema a generator would call like a component: progenitor makes a type of every
/// text with a length, and calls the one of `status` in `Visa` `VisaStatus`, unless it has a title.
fn name_apart(document: &mut Value) {
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else {
        return;
    };
    let components: BTreeSet<String> = schemas.keys().cloned().collect();
    for (name, schema) in schemas.iter_mut() {
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (property, schema) in properties.into_iter().flatten() {
            if components.contains(&format!("{name}{}", in_pascal_case(property)))
                && let Some(keywords) = schema.as_object_mut()
                && keywords.get("type").is_some_and(|kind| kind == "string")
                && !keywords.contains_key("allOf")
            {
                let title = format!("{} of {name}", property.replace('_', " "));
                keywords.insert("title".to_owned(), title.into());
            }
        }
    }
}

/// `alliance_status` becomes `AllianceStatus`.
fn in_pascal_case(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let first = word.chars().next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(word.chars().skip(1)).collect::<String>()
    });
    words.collect()
}

/// The type of each component, by the reference to it.
fn kinds(document: &Value) -> Map<String, Value> {
    let components = document.pointer("/components/schemas").and_then(Value::as_object);
    let kinds = components.into_iter().flatten().filter_map(|(name, schema)| {
        Some((
            format!("#/components/schemas/{name}"),
            schema.get("type")?.clone(),
        ))
    });
    kinds.collect()
}

fn schema(schema: &mut Map<String, Value>, kinds: &Map<String, Value>) {
    for keyword in UNKNOWN {
        schema.shift_remove(keyword);
    }
    nullable_type(schema);
    nullable_alternative(schema, kinds);
    reference_with_siblings(schema);
    exclusive_bound(schema, "minimum", "exclusiveMinimum");
    exclusive_bound(schema, "maximum", "exclusiveMaximum");
    if let Some(value) = schema.shift_remove("const") {
        schema.insert("enum".to_owned(), json!([value]));
    }
    if let Some(Value::Array(examples)) = schema.shift_remove("examples")
        && let Some(example) = examples.into_iter().next()
    {
        schema.insert("example".to_owned(), example);
    }
}

/// `type: [string, null]` becomes `type: string, nullable: true`.
fn nullable_type(schema: &mut Map<String, Value>) {
    let Some(Value::Array(kinds)) = schema.get_mut("type") else {
        return;
    };
    let had = kinds.len();
    kinds.retain(|kind| kind != "null");
    let nullable = kinds.len() < had;
    if let [kind] = kinds.as_slice() {
        let kind = kind.clone();
        schema.insert("type".to_owned(), kind);
    }
    if nullable {
        schema.insert("nullable".to_owned(), Value::Bool(true));
    }
}

/// `oneOf [null, X]` becomes `type: <that of X>, allOf [X], nullable: true`: since 3.0.3, `nullable` means nothing
/// without a type beside it.
fn nullable_alternative(schema: &mut Map<String, Value>, kinds: &Map<String, Value>) {
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(alternatives)) = schema.get_mut(keyword) else {
            continue;
        };
        let had = alternatives.len();
        alternatives.retain(|alternative| alternative["type"] != "null");
        if alternatives.len() == had {
            continue;
        }
        let alternatives = alternatives.clone();
        if let [only] = alternatives.as_slice() {
            let reference = only.get("$ref").and_then(Value::as_str);
            if let Some(kind) = reference.and_then(|reference| kinds.get(reference)) {
                schema.insert("type".to_owned(), kind.clone());
            }
            schema.shift_remove(keyword);
            schema.insert("allOf".to_owned(), Value::Array(alternatives));
        }
        schema.insert("nullable".to_owned(), Value::Bool(true));
    }
}

/// OpenAPI 3.0 ignores everything beside a `$ref`.
fn reference_with_siblings(schema: &mut Map<String, Value>) {
    if schema.len() > 1
        && let Some(reference) = schema.shift_remove("$ref")
    {
        schema.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
}

/// `exclusiveMinimum: 3` becomes `minimum: 3, exclusiveMinimum: true`.
fn exclusive_bound(schema: &mut Map<String, Value>, inclusive: &str, exclusive: &str) {
    if let Some(bound) = schema.get(exclusive).filter(|bound| bound.is_number()).cloned() {
        schema.insert(inclusive.to_owned(), bound);
        schema.insert(exclusive.to_owned(), Value::Bool(true));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::needless_pass_by_value)] // json! makes values.
    fn converted(property: Value) -> Value {
        let document = json!({ "components": { "schemas": {
            "User": { "properties": { "it": property } },
            "Role": { "type": "string", "enum": ["agent"] },
        } } });
        to_openapi_30(document)["components"]["schemas"]["User"]["properties"]["it"].clone()
    }

    #[test]
    fn null_becomes_nullable() {
        assert_eq!(
            converted(json!({ "type": ["string", "null"], "examples": ["a", "b"] })),
            json!({ "type": "string", "nullable": true, "example": "a" })
        );
        assert_eq!(
            converted(json!({ "description": "d", "oneOf": [{ "type": "null" }, { "$ref": "#/r" }] })),
            json!({ "description": "d", "allOf": [{ "$ref": "#/r" }], "nullable": true })
        );
        assert_eq!(
            converted(json!({ "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Role" }] })),
            json!({ "type": "string", "allOf": [{ "$ref": "#/components/schemas/Role" }], "nullable": true })
        );
    }

    #[test]
    fn references_keep_what_stands_beside_them() {
        assert_eq!(converted(json!({ "$ref": "#/r" })), json!({ "$ref": "#/r" }));
        assert_eq!(
            converted(json!({ "$ref": "#/r", "description": "d" })),
            json!({ "description": "d", "allOf": [{ "$ref": "#/r" }] })
        );
    }

    #[test]
    fn a_text_is_not_called_like_a_component() {
        let text = json!({ "type": "string", "maxLength": 64 });
        let document = to_openapi_30(json!({ "components": { "schemas": {
            "Visa": { "properties": { "status": text, "number": text } },
            "VisaStatus": { "type": "string", "enum": ["active"] },
        } } }));
        let properties = &document["components"]["schemas"]["Visa"]["properties"];
        assert_eq!(properties["status"]["title"], "status of Visa");
        assert_eq!(properties["number"], text);
    }

    #[test]
    fn constants_and_bounds_are_said_in_the_old_words() {
        assert_eq!(converted(json!({ "const": "a" })), json!({ "enum": ["a"] }));
        assert_eq!(
            converted(json!({ "type": "integer", "exclusiveMinimum": 0 })),
            json!({ "type": "integer", "minimum": 0, "exclusiveMinimum": true })
        );
    }
}
