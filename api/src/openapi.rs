//! The OpenAPI document: generated from the same table of routes that builds the server, then brought into the
//! form that readers and SDK generators handle best.

mod answers;
mod bounds;
mod common;
mod description;
mod downgrade;
mod examples;
mod idempotency;
mod inline;
mod methods;
mod open_values;
mod prune;
mod schemas;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use actix_web::App;
use actix_web::web::Bytes;
use serde_json::Value;
use utoipa_actix_web::AppExt;

pub use self::answers::Answering;
pub use self::methods::{Methods, Route};
use crate::extract::content_tag;
use crate::routes::routes;

/// The document in both versions, ready to be sent, and the methods that each path takes.
#[derive(Debug)]
pub struct Document {
    v31: Served,
    v30: Served,
    methods: Methods,
    answers: BTreeMap<String, Vec<Answering>>,
}

/// A file that stays the same as long as the process runs.
#[derive(Debug)]
pub struct Served {
    /// The file.
    pub body: Bytes,
    /// Its strong entity tag.
    pub tag: String,
}

impl Document {
    /// The document of this program, which is built once: tests start many servers in a process.
    pub fn shared() -> Arc<Self> {
        static SHARED: LazyLock<Arc<Document>> = LazyLock::new(|| Arc::new(Document::build()));
        Arc::clone(&SHARED)
    }

    fn build() -> Self {
        let document = openapi_31();
        Self {
            v30: Served::new(&downgrade::to_openapi_30(document.clone())),
            v31: Served::new(&document),
            methods: Methods::of(&document),
            answers: answers::of(&document),
        }
    }

    /// OpenAPI 3.1.
    pub const fn v31(&self) -> &Served {
        &self.v31
    }

    /// OpenAPI 3.0, for tools that know no 3.1.
    pub const fn v30(&self) -> &Served {
        &self.v30
    }

    /// Which methods each path takes.
    pub const fn methods(&self) -> &Methods {
        &self.methods
    }

    /// The operations that answer each code of a problem.
    pub const fn answers(&self) -> &BTreeMap<String, Vec<Answering>> {
        &self.answers
    }
}

impl Served {
    /// A file of JSON; its tag follows from what it holds.
    pub fn new(json: &Value) -> Self {
        let body = json.to_string();
        let tag = content_tag(body.as_bytes());
        Self {
            body: body.into(),
            tag,
        }
    }
}

/// The document in OpenAPI 3.1.
pub fn openapi_31() -> Value {
    let (_, document) = App::new()
        .into_utoipa_app()
        .openapi(description::frame())
        .configure(routes)
        .split_for_parts();
    let mut document = serde_json::to_value(document).unwrap_or_default();
    common::complete(&mut document);
    inline::inline(&mut document);
    bounds::fill(&mut document);
    examples::fill(&mut document);
    open_values::open(&mut document);
    examples::share(&mut document);
    examples::prefill(&mut document);
    prune::prune(&mut document);
    document
}

/// The document in OpenAPI 3.0.
pub fn openapi_30() -> Value {
    downgrade::to_openapi_30(openapi_31())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_says_what_it_is() {
        let document = openapi_31();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let name = format!("{method} {path}");
                assert!(operation["operationId"].is_string(), "{name}");
                assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name}");
                let summary = operation["summary"].as_str().unwrap_or_default();
                assert!(
                    (1..=6).contains(&summary.split_whitespace().count()),
                    "{name}: {summary:?}"
                );
                assert!(!summary.ends_with('.'), "{name}: {summary:?}");
                if path.starts_with("/v1/") {
                    let description = operation["description"].as_str().unwrap_or_default();
                    assert!(description.contains("Permissions:"), "{name}");
                }
            }
        }
    }

    #[test]
    fn every_parameter_of_a_path_is_described() {
        let document = openapi_31();
        for (path, item) in document["paths"].as_object().unwrap() {
            for name in path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                for (method, operation) in item.as_object().unwrap() {
                    let mut parameters = operation["parameters"].as_array().into_iter().flatten();
                    let found = parameters.any(|it| it["in"] == "path" && it["name"] == name);
                    assert!(
                        found,
                        "{method} {path}: add the parameters to params(...) of #[utoipa::path]"
                    );
                }
            }
        }
    }

    #[test]
    fn every_list_takes_a_page() {
        let document = openapi_31();
        for (path, item) in document["paths"].as_object().unwrap() {
            let list = &item["get"];
            let schema = &list["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
            if schema.as_str().is_some_and(|schema| schema.ends_with("Page")) {
                let mut parameters = list["parameters"].as_array().into_iter().flatten();
                // The feed of changes is read on from a place that a reader keeps for weeks.
                let place = if path == "/v1/events" { "after" } else { "cursor" };
                assert!(
                    parameters.any(|it| it["name"] == place),
                    "{path}: add the query to params(...)"
                );
            }
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        for document in [openapi_31(), openapi_30()] {
            let text = document.to_string();
            for reference in text.split("\"$ref\":\"#").skip(1) {
                let pointer = reference.split('"').next().unwrap();
                assert!(document.pointer(pointer).is_some(), "{pointer}");
            }
        }
    }

    #[test]
    fn nothing_of_3_1_is_left_in_3_0() {
        let text = openapi_30().to_string();
        for keyword in [
            "\"null\"",
            "\"const\"",
            "\"identifier\"",
            "\"propertyNames\"",
            "\"type\":[",
        ] {
            assert!(!text.contains(keyword), "{keyword}");
        }
        assert!(text.contains("\"openapi\":\"3.0.3\""));
    }

    #[test]
    fn the_tag_is_that_of_the_text() {
        let document = Document::build();
        assert_ne!(document.v30().tag, document.v31().tag);
        assert_eq!(document.v31().tag, Document::build().v31().tag);
        assert_eq!(document.v31().tag.len(), 34);
    }
}
