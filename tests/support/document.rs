//! The OpenAPI document, as tests walk it.

use std::sync::LazyLock;

use actix_web::http::Method;
use serde_json::Value;

static DOCUMENT: LazyLock<Value> = LazyLock::new(api::openapi::openapi_31);

/// The document of the server under test, in OpenAPI 3.1.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// One operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    pub id: String,
    pub method: Method,
    /// The path with its `{parameters}`.
    pub path: String,
    pub spec: &'static Value,
}

/// Every operation, in the order of the document.
pub fn operations() -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, item) in document()["paths"].as_object().expect("paths") {
        for (method, spec) in item.as_object().expect("operations") {
            found.push(Operation {
                id: spec["operationId"].as_str().expect("an operationId").to_owned(),
                method: method.to_uppercase().parse().expect("a method"),
                path: path.clone(),
                spec,
            });
        }
    }
    assert!(found.len() > 30, "the document has lost its operations");
    found
}

/// Every operation that takes a body.
pub fn operations_with_body() -> Vec<Operation> {
    operations()
        .into_iter()
        .filter(|operation| operation.body().is_some())
        .collect()
}

impl Operation {
    /// `PATCH /v1/users/{id}`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether nobody gets in without a token.
    pub fn is_guarded(&self) -> bool {
        let requirements = self.spec["security"].as_array().expect("security");
        let is_empty = |requirement: &Value| requirement.as_object().is_some_and(serde_json::Map::is_empty);
        !requirements.is_empty() && !requirements.iter().any(is_empty)
    }

    /// The scopes that a machine client needs; none where no scope helps.
    pub fn scopes(&self) -> Option<Vec<&'static str>> {
        let requirements = self.spec["security"].as_array().expect("security");
        let scopes = requirements.iter().find_map(|it| it["oauth2"].as_array())?;
        Some(
            scopes
                .iter()
                .map(|scope| scope.as_str().expect("a scope"))
                .collect(),
        )
    }

    /// The form that it takes: `{schema, …}`.
    pub fn form(&self) -> Option<&'static Value> {
        self.spec
            .pointer("/requestBody/content/application~1x-www-form-urlencoded")
    }

    /// The JSON body: `{schema, example}`.
    pub fn body(&self) -> Option<&'static Value> {
        self.spec.pointer("/requestBody/content/application~1json")
    }

    /// The schema of the body.
    pub fn body_schema(&self) -> &'static Value {
        resolve(&self.body().expect("a body")["schema"])
    }

    /// The example of the body.
    pub fn example(&self) -> Value {
        self.body().expect("a body")["example"].clone()
    }

    /// What the example of the body is answered: its secrets are nobody's.
    pub fn statuses_of_example(&self) -> &'static [u16] {
        match self.id.as_str() {
            "login_user" | "refresh_session" => &[401],
            "logout_user" => &[204],
            "request_password_reset"
            | "request_verification"
            | "replay_webhook_delivery"
            | "replay_webhook_deliveries" => &[202],
            // The user of the tests is active, has no password, and therefore no second factor.
            "send_invitation"
            | "confirm_second_factor"
            | "create_recovery_codes"
            | "disable_second_factor" => &[409],
            // Nor has anybody been mailed that token.
            "change_password"
            | "request_email_change"
            | "create_second_factor"
            | "accept_invitation"
            | "reset_password"
            | "verify_email"
            | "confirm_email" => &[422],
            _ => &[200, 201],
        }
    }

    /// Whether a header field of this name is among the parameters.
    pub fn takes_header(&self, name: &str) -> bool {
        self.parameters("header")
            .iter()
            .any(|parameter| parameter["name"] == name)
    }

    /// The parameters in `path`, `query` or `header`.
    pub fn parameters(&self, place: &str) -> Vec<&'static Value> {
        self.spec["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == place)
            .collect()
    }
}

/// The schema behind a `$ref`, or behind the `oneOf` of a nullable one.
pub fn resolve(schema: &'static Value) -> &'static Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return document()
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{reference} leads nowhere"));
    }
    let alternatives = schema["oneOf"].as_array().into_iter().flatten();
    match alternatives.into_iter().find(|one| one["type"] != "null") {
        Some(one) => resolve(one),
        None => schema,
    }
}

/// Whether null is a value of the schema.
pub fn is_nullable(schema: &Value) -> bool {
    let alternatives = schema["oneOf"].as_array();
    schema["type"] == "null"
        || schema["type"]
            .as_array()
            .is_some_and(|kinds| kinds.contains(&"null".into()))
        || alternatives.is_some_and(|all| all.iter().any(is_nullable))
}

/// Whether the schema has this type, nullable or not.
pub fn has_type(schema: &Value, kind: &str) -> bool {
    schema["type"] == kind
        || schema["type"]
            .as_array()
            .is_some_and(|kinds| kinds.contains(&kind.into()))
}

/// Where a value breaks its schema: what the types, the required and known properties, the enums and the bounds say.
pub fn violations(at: &str, schema: &'static Value, value: &Value) -> Vec<String> {
    if value.is_null() && is_nullable(schema) {
        return Vec::new();
    }
    let schema = resolve(schema);
    let mut found = Vec::new();
    // The service answers no value that it does not document, although callers are to be ready for one.
    let values = schema["enum"]
        .as_array()
        .or(schema["x-extensible-enum"].as_array());
    if let Some(values) = values
        && !values.contains(value)
    {
        found.push(format!("{at}: {value} is none of {values:?}"));
    }
    match value {
        Value::Object(members) if has_type(schema, "object") => {
            let known = schema["properties"].as_object().expect("properties");
            for name in schema["required"].as_array().into_iter().flatten() {
                if !members.contains_key(name.as_str().expect("a name")) {
                    found.push(format!("{at}: {name} is missing"));
                }
            }
            for (name, member) in members {
                match known.get(name) {
                    Some(property) => found.extend(violations(&format!("{at}/{name}"), property, member)),
                    None => found.push(format!("{at}: {name} is not documented")),
                }
            }
        }
        Value::Array(items) if has_type(schema, "array") => {
            if schema["maxItems"]
                .as_u64()
                .is_some_and(|most| items.len() as u64 > most)
            {
                found.push(format!("{at}: too many items"));
            }
            for (index, item) in items.iter().enumerate() {
                found.extend(violations(&format!("{at}/{index}"), &schema["items"], item));
            }
        }
        Value::String(text) if has_type(schema, "string") => {
            let length = text.chars().count() as u64;
            if schema["maxLength"].as_u64().is_some_and(|most| length > most)
                || schema["minLength"].as_u64().is_some_and(|least| length < least)
            {
                found.push(format!("{at}: {length} characters"));
            }
        }
        Value::Number(number) if has_type(schema, "integer") && !number.is_f64() => {
            let (least, most) = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
            let number = number.as_i64().unwrap_or(i64::MAX);
            if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
                found.push(format!("{at}: {number} is out of bounds"));
            }
        }
        Value::Bool(_) if has_type(schema, "boolean") => {}
        _ => found.push(format!("{at}: {value} has the wrong type")),
    }
    found
}
