//! Operations that make something can be told to make it once: every POST that answers 201.

use serde_json::{Map, Value, json};

use super::common::{add, add_parameters, sort_responses};
use crate::problem::{Kind, MEDIA_TYPE, problem_response};

/// Name of the header field.
const NAME: &str = "Idempotency-Key";

/// Adds the header field and what can be wrong with it.
pub fn complete(method: &str, operation: &mut Value) {
    if method != "post" || operation["responses"].get("201").is_none() {
        return;
    }
    // No example: Swagger UI and others would send it with every request, which would then be one and the same.
    let parameter = json!({
        "name": NAME,
        "in": "header",
        "required": false,
        "description": "A key of your own, such as a random UUID, for what is to be made: sent again with the same body, \
            the request is answered as the first time (header `Idempotency-Replayed`), and nothing is made twice. Kept \
            for 24 hours unless the agency has set another time; a request that failed leaves none. With quotes, as \
            structured fields have them, or without.",
        "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": 257,
            "pattern": r#"^("[!#-\[\]-~]{1,255}"|[!#-\[\]-~]{1,255})$"#,
        },
    });
    add_parameters(operation, vec![parameter]);
    say(
        operation,
        409,
        "The request, or one under the same key, is being worked on.",
        "idempotency_in_progress",
    );
    say(
        operation,
        422,
        "The key was sent with another request.",
        "idempotency_key_reused",
    );
    sort_responses(operation);
}

/// Whether an operation takes the header field.
pub fn is_taken_by(operation: &Value) -> bool {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters.into_iter().any(|parameter| parameter["name"] == NAME)
}

/// Adds a problem to those of its status, or the status.
fn say(operation: &mut Value, status: u16, description: &str, code: &str) {
    let is_it = |kind: &Kind| kind.code == code;
    add(operation, status, description, is_it);
    let more = problem_response(description, Kind::with_status(status).filter(is_it));
    let mut more = serde_json::to_value(more).unwrap_or_default();
    let known = operation["responses"].get_mut(status.to_string());
    if let (Some(known), Some(more)) = (known.and_then(examples), examples(&mut more)) {
        known.append(more);
    }
}

fn examples(response: &mut Value) -> Option<&mut Map<String, Value>> {
    let problem = response.get_mut("content")?.get_mut(MEDIA_TYPE)?;
    problem.get_mut("examples")?.as_object_mut()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_something_takes_a_key() {
        let taken = |method: &str, responses: Value| {
            let mut operation = json!({ "responses": responses });
            complete(method, &mut operation);
            is_taken_by(&operation)
        };
        assert!(taken("post", json!({ "201": {} })));
        assert!(!taken("post", json!({ "200": {} })));
        assert!(!taken("put", json!({ "201": {} })));
    }

    #[test]
    fn what_can_be_wrong_with_a_key_stands_beside_what_else_can_be_wrong() {
        let invalid = problem_response(
            "mine",
            Kind::with_status(422).filter(|kind| kind.code == "invalid_fields"),
        );
        let mut operation = json!({ "responses": { "201": {}, "422": invalid } });
        complete("post", &mut operation);
        let responses = &operation["responses"];
        assert_eq!(responses["422"]["description"], "mine");
        let codes = |status: &str| {
            let examples = responses[status]["content"][MEDIA_TYPE]["examples"]
                .as_object()
                .unwrap();
            examples.keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(codes("422"), ["invalid_fields", "idempotency_key_reused"]);
        assert_eq!(codes("409"), ["idempotency_in_progress"]);
    }
}
