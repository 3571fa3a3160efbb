//! Removes the components that nothing refers to any more.

use std::collections::BTreeSet;

use serde_json::Value;

/// Removes unused schemas.
pub fn prune(document: &mut Value) {
    let used = reachable(document, [&document["paths"]]);
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        schemas.retain(|name, _| used.contains(&format!("#/components/schemas/{name}")));
    }
}

/// All references that parts of a document make, themselves or through others.
pub fn reachable<'a>(document: &Value, parts: impl IntoIterator<Item = &'a Value>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = Vec::new();
    parts.into_iter().for_each(|part| references(part, &mut open));
    while let Some(reference) = open.pop() {
        if let Some(component) = document.pointer(reference.trim_start_matches('#'))
            && found.insert(reference)
        {
            references(component, &mut open);
        }
    }
    found
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                found.push(reference.clone());
            }
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_used_through_others_stays() {
        let mut document = json!({
            "paths": { "/x": { "get": { "$ref": "#/components/schemas/A" } } },
            "components": { "schemas": {
                "A": { "items": { "$ref": "#/components/schemas/B" } },
                "B": { "items": { "$ref": "#/components/schemas/A" } },
                "C": { "items": { "$ref": "#/components/schemas/B" } },
            }},
        });
        prune(&mut document);
        let schemas = document["components"]["schemas"].as_object().unwrap();
        assert_eq!(schemas.keys().collect::<Vec<_>>(), ["A", "B"]);
    }
}
