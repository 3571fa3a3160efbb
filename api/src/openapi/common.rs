//! What every operation has in common, said once: the extractors and the middleware do it, so no handler needs to
//! repeat it in its documentation.
//!
//! A handler documents its success and what is its own (403, 409, 412, 304); from these and from its shape follow the
//! rest of the failures, the parameters of conditional requests, and the header fields of the answers.

use serde_json::{Map, Value, json};

use super::description::{BEARER, OAUTH2};
use super::idempotency;
use crate::problem::{Kind, problem_response};

/// Where a handler says which permission is in its signature: `extensions(("x-permission" = json!("ReadUser")))`.
const PERMISSION: &str = "x-permission";

/// Completes all operations of the document.
pub fn complete(document: &mut Value) {
    if let Some(Value::Object(components)) = document.get_mut("components") {
        components.insert("headers".to_owned(), headers());
    }
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if path.starts_with("/v1/") {
                name_optional_body(operation);
                guard(operation);
                add_failures(path, method, operation);
                idempotency::complete(method, operation);
            }
            say_public(operation);
            add_conditions(operation);
            let is_counted = path.starts_with("/v1/") || path.starts_with("/oauth/");
            add_headers(method, is_counted, operation);
        }
    }
}

/// A body that may be left out is a named schema that is not required, not an alternative to null.
fn name_optional_body(operation: &mut Value) {
    let Some(body) = operation.get_mut("requestBody") else {
        return;
    };
    let Some(schema) = body.pointer_mut("/content/application~1json/schema") else {
        return;
    };
    let named = schema["oneOf"]
        .as_array()
        .and_then(|alternatives| alternatives.iter().find(|it| it.get("$ref").is_some()).cloned());
    if let Some(named) = named {
        *schema = named;
        body["required"] = false.into();
    }
}

/// An operation that does not say that it is public is not. Which scopes another system needs for it follows from its
/// permission and the table of `service::policy`; the handler repeats only the name of the permission that is in its
/// signature, because utoipa does not see the type (tests/authorization.rs compares the two).
fn guard(operation: &mut Value) {
    if operation.get("security").is_none() {
        operation["security"] = json!([{ BEARER: [] }]);
        if operation.get(PERMISSION).is_none() {
            // Left in the document, where a test finds it.
            operation[PERMISSION] = "forgotten".into();
        }
    }
    let grants = operation
        .get(PERMISSION)
        .and_then(Value::as_str)
        .and_then(service::policy::grants);
    let (Some(grants), Value::Object(members)) = (grants, &mut *operation) else {
        return;
    };
    members.shift_remove(PERMISSION);
    if let Some((scopes, _)) = grants.client {
        let scopes: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
        if let Some(requirements) = members.get_mut("security").and_then(Value::as_array_mut) {
            requirements.push(json!({ OAUTH2: scopes }));
        }
    }
    add(
        operation,
        403,
        "The caller's role or scopes do not allow this.",
        |kind| kind.code != "registration_closed",
    );
}

/// utoipa writes of a public operation that it takes one credential, namely none; some generators then ask for one.
fn say_public(operation: &mut Value) {
    if operation.get("security") == Some(&json!([{}])) {
        operation["security"] = json!([]);
    }
}

fn takes_token(operation: &Value) -> bool {
    let requirements = operation["security"].as_array().into_iter().flatten();
    requirements
        .into_iter()
        .any(|requirement| requirement.get(BEARER).is_some())
}

fn add_failures(path: &str, method: &str, operation: &mut Value) {
    let has_body = operation.get("requestBody").is_some();
    add(
        operation,
        400,
        "The request is malformed, or a parameter breaks a rule.",
        |kind| kind.code == "invalid_parameter" || has_body && kind.code == "malformed_json",
    );
    if takes_token(operation) {
        add(
            operation,
            401,
            "Nobody is signed in, or the access token is not valid.",
            |kind| matches!(kind.code, "unauthenticated" | "invalid_token"),
        );
    }
    if path.contains('{') {
        add(
            operation,
            404,
            "There is no such record, or it is not the caller's to see.",
            |_| true,
        );
    }
    if has_body {
        add(operation, 408, "The body did not arrive in time.", |_| true);
        add(operation, 413, "The body is too large.", |_| true);
        add(operation, 415, "The body is no JSON in UTF-8.", |_| true);
        add(
            operation,
            422,
            "One or more fields break a rule; all of them are named.",
            |kind| kind.code == "invalid_fields",
        );
        if method == "patch" {
            set_header(operation, "415", "Accept-Patch");
        }
    }
    add(
        operation,
        429,
        "The caller has sent as many requests as one may.",
        |kind| kind.code == "too_many_requests",
    );
    add(operation, 500, "A fault of ours.", |_| true);
    add(
        operation,
        503,
        "The service is busy, or its database out of reach.",
        |_| true,
    );
    sort_responses(operation);
}

/// Adds a failure, unless the handler describes that status itself.
pub(super) fn add(operation: &mut Value, status: u16, description: &str, applies: impl Fn(&Kind) -> bool) {
    let response = problem_response(description, Kind::with_status(status).filter(applies));
    if let Some(responses) = operation["responses"].as_object_mut() {
        let documented = responses.entry(status.to_string());
        documented.or_insert_with(|| serde_json::to_value(response).unwrap_or_default());
    }
}

pub(super) fn sort_responses(operation: &mut Value) {
    if let Some(responses) = operation["responses"].as_object_mut() {
        responses.sort_keys();
    }
}

/// Whoever can answer 412 takes `If-Match`; whoever can answer 304 takes `If-None-Match`.
fn add_conditions(operation: &mut Value) {
    let answers = |status: &str| operation["responses"].get(status).is_some();
    let mut parameters = Vec::new();
    if answers("412") {
        parameters.push(json!({
            "name": "If-Match",
            "in": "header",
            "required": false,
            "description": "The ETag that was read: change the record only if it still is that version.",
            "schema": { "type": "string", "maxLength": 200, "examples": ["\"1\""] },
        }));
    }
    if answers("304") {
        parameters.push(json!({
            "name": "If-None-Match",
            "in": "header",
            "required": false,
            "description": "The ETag that was read: answer 304 without a body if it still is that version.",
            "schema": { "type": "string", "maxLength": 200, "examples": ["\"0\""] },
        }));
    }
    add_parameters(operation, parameters);
}

/// Adds parameters to those that the handler describes.
pub(super) fn add_parameters(operation: &mut Value, parameters: Vec<Value>) {
    if parameters.is_empty() {
        return;
    }
    match operation.get_mut("parameters").and_then(Value::as_array_mut) {
        Some(known) => known.extend(parameters),
        None => operation["parameters"] = Value::Array(parameters),
    }
}

fn add_headers(method: &str, is_counted: bool, operation: &mut Value) {
    let statuses: Vec<String> = operation["responses"]
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .cloned()
        .collect();
    let is_versioned = statuses
        .iter()
        .any(|status| matches!(status.as_str(), "304" | "412"));
    for status in &statuses {
        set_header(operation, status, "X-Request-Id");
        // Said where it matters; on every failure it would make the document a third longer.
        if is_counted && (status.starts_with('2') || status == "429") {
            set_header(operation, status, "RateLimit-Policy");
            set_header(operation, status, "RateLimit");
        }
        if status.starts_with('2') && idempotency::is_taken_by(operation) {
            set_header(operation, status, "Idempotency-Replayed");
        }
        match status.as_str() {
            "200" if is_page(operation) && method == "get" => set_header(operation, status, "Link"),
            "200" | "304" if is_versioned => set_header(operation, status, "ETag"),
            "201" => {
                set_header(operation, status, "Location");
                set_header(operation, status, "ETag");
            }
            "401" => set_header(operation, status, "WWW-Authenticate"),
            "409" if idempotency::is_taken_by(operation) => set_header(operation, status, "Retry-After"),
            "429" | "503" => set_header(operation, status, "Retry-After"),
            _ => {}
        }
    }
}

/// Lists answer a schema that is named for it: `UserPage`.
fn is_page(operation: &Value) -> bool {
    let schema = operation.pointer("/responses/200/content/application~1json/schema/$ref");
    schema
        .and_then(Value::as_str)
        .is_some_and(|reference| reference.ends_with("Page"))
}

fn set_header(operation: &mut Value, status: &str, name: &str) {
    if let Some(Value::Object(response)) = operation["responses"].get_mut(status) {
        let headers = response.entry("headers").or_insert_with(|| json!({}));
        headers[name] = json!({ "$ref": format!("#/components/headers/{name}") });
    }
}

fn headers() -> Value {
    let header = |description: &str, example: &str| {
        json!({
            "description": description,
            "schema": { "type": "string", "maxLength": 2000, "examples": [example] },
        })
    };
    json!({
        "X-Request-Id": header(
            "Id of the request, to quote to support. A request may bring its own (1 to 64 of A-Z a-z 0-9 . _ -).",
            "01920000-0000-7000-8000-00000000f001",
        ),
        "ETag": header("Version of the record, for If-Match and If-None-Match.", "\"1\""),
        "Location": header("Address of the new record.", "/v1/users/01920000-0000-7000-8000-000000000003"),
        "Link": header("Address of the next page, as rel=\"next\"; missing on the last one.",
            "</v1/users?cursor=AZIAAA>; rel=\"next\""),
        "WWW-Authenticate": header("How to sign in (RFC 6750).", "Bearer realm=\"customer-profile\""),
        "Retry-After": header("Seconds after which to try again.", "1"),
        "RateLimit-Policy": header("How many requests (q) within how many seconds (w) one caller may send.", "\"default\";q=6000;w=60"),
        "RateLimit": header("How many requests are left (r), and in how many seconds (t) all of them are there again.",
            "\"default\";r=5999;t=1"),
        "Idempotency-Replayed": header("`true` when the answer was given before, to the same request under the same Idempotency-Key.", "true"),
        "Accept-Patch": header("Media types that PATCH takes.", "application/merge-patch+json, application/json"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::needless_pass_by_value)] // json! makes values.
    fn completed(path: &str, method: &str, operation: Value) -> Value {
        let mut document = json!({ "paths": { path: { method: operation } }, "components": {} });
        complete(&mut document);
        document["paths"][path][method].clone()
    }

    fn statuses(operation: &Value) -> Vec<&str> {
        operation["responses"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect()
    }

    #[test]
    fn a_patch_gets_all_that_a_patch_can_answer() {
        let patch = json!({ "requestBody": {}, "responses": { "200": {}, "412": {} } });
        let patch = completed("/v1/users/{user_id}", "patch", patch);
        assert_eq!(
            statuses(&patch),
            [
                "200", "400", "401", "404", "408", "412", "413", "415", "422", "429", "500", "503"
            ]
        );
        assert_eq!(patch["parameters"][0]["name"], "If-Match");
        assert_eq!(patch["security"], json!([{ "sign_in": [] }]));
        assert!(patch["responses"]["415"]["headers"]["Accept-Patch"].is_object());
        assert!(patch["responses"]["200"]["headers"]["ETag"].is_object());
    }

    #[test]
    fn the_scopes_of_another_system_follow_from_the_permission() {
        let security = |permission: &str| {
            let operation = json!({ "x-permission": permission, "responses": { "200": {} } });
            completed("/v1/users", "get", operation)["security"].clone()
        };
        assert_eq!(
            security("ListUsers"),
            json!([{ "sign_in": [] }, { "oauth2": ["users:read"] }])
        );
        assert_eq!(security("ManageClients"), json!([{ "sign_in": [] }]));
        assert!(!crate::openapi::openapi_31().to_string().contains(PERMISSION));
    }

    #[test]
    fn a_public_operation_needs_no_token() {
        let list = json!({ "security": [{}], "responses": { "200": {} } });
        let list = completed("/v1/loyalty-programs", "get", list);
        assert_eq!(statuses(&list), ["200", "400", "429", "500", "503"]);
        assert_eq!(list["security"], json!([]));
    }

    #[test]
    fn what_a_handler_says_itself_stays() {
        let login = json!({ "security": [{}], "responses": { "401": { "description": "mine" } } });
        let login = completed("/v1/auth/login", "post", login);
        assert_eq!(login["responses"]["401"]["description"], "mine");
        assert!(login["responses"]["401"]["headers"]["WWW-Authenticate"].is_object());
    }

    #[test]
    fn health_is_left_alone() {
        let live = completed("/health/live", "get", json!({ "responses": { "200": {} } }));
        assert_eq!(statuses(&live), ["200"]);
    }
}
