//! Which operations answer which code of a problem: read from the examples of the document.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::problem::MEDIA_TYPE;

/// An operation that answers a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answering {
    /// Method and path: `POST /v1/users`.
    pub name: String,
    /// Where Swagger UI shows it: `#/users/create_user`.
    pub fragment: String,
}

/// The operations that answer each code, in the order of the document.
pub fn of(document: &Value) -> BTreeMap<String, Vec<Answering>> {
    let mut answers: BTreeMap<String, Vec<Answering>> = BTreeMap::new();
    for (path, item) in members(&document["paths"]) {
        for (method, operation) in members(item) {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let answering = Answering {
                name: format!("{} {path}", method.to_uppercase()),
                fragment: format!(
                    "#/{}/{}",
                    operation.pointer("/tags/0").map(text).unwrap_or_default(),
                    text(&operation["operationId"])
                ),
            };
            for (_, response) in members(&operation["responses"]) {
                let problem = response["content"].get(MEDIA_TYPE).unwrap_or(&Value::Null);
                for (code, _) in members(&problem["examples"]) {
                    answers.entry(code.clone()).or_default().push(answering.clone());
                }
            }
        }
    }
    answers
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
