//! What readers and SDK generators need of a document.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::support::document::{Operation, document, has_type, is_nullable, operations, resolve};
use crate::support::on_both_databases;

const VERBS: [&str; 34] = [
    "reveal",
    "list",
    "get",
    "create",
    "update",
    "put",
    "delete",
    "search",
    "register",
    "login",
    "refresh",
    "logout",
    "end",
    "check",
    "parse",
    "send",
    "accept",
    "request",
    "reset",
    "change",
    "verify",
    "confirm",
    "disable",
    "revoke",
    "introspect",
    "restrict",
    "unrestrict",
    "erase",
    "approve",
    "reject",
    "export",
    "rotate",
    "ping",
    "replay",
];

/// Examples of these would lie: nobody has been given that cursor, and a key that everybody copies names no request.
const WITHOUT_EXAMPLE: [&str; 2] = ["cursor", "Idempotency-Key"];

/// Fails with all findings at once.
#[track_caller]
fn none(findings: &[String]) {
    assert!(
        findings.is_empty(),
        "{} findings:\n{}",
        findings.len(),
        findings.join("\n")
    );
}

fn schemas() -> &'static Map<String, Value> {
    document()["components"]["schemas"].as_object().unwrap()
}

/// Names of the schemas that requests use.
fn request_schemas() -> BTreeSet<String> {
    let bodies = operations()
        .iter()
        .filter_map(|operation| operation.body().or(operation.form()))
        .map(|body| &body["schema"])
        .collect();
    schemas_in(bodies)
}

/// Names of the schemas that these refer to, and of those that these refer to.
fn schemas_in(mut open: Vec<&'static Value>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    while let Some(value) = open.pop() {
        if let Some(reference) = value["$ref"].as_str() {
            let target = document().pointer(reference.trim_start_matches('#'));
            match reference.strip_prefix("#/components/schemas/") {
                Some(name) if !names.insert(name.to_owned()) => {}
                _ => open.push(target.expect(reference)),
            }
        }
        match value {
            Value::Object(members) => open.extend(members.values()),
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    assert!(names.len() > 10);
    names
}

fn has_text(value: &Value, name: &str) -> bool {
    value[name].as_str().is_some_and(|text| text.len() > 2)
}

fn has_example(value: &Value) -> bool {
    value.get("example").is_some() || value["examples"].as_array().is_some_and(|all| !all.is_empty())
}

/// What shows by itself what it takes: enums, booleans, and schemas whose parts have examples of their own.
fn explains_itself(schema: &'static Value) -> bool {
    let schema = resolve(schema);
    schema.get("enum").is_some()
        || has_type(schema, "boolean")
        || has_type(schema, "object")
        || has_type(schema, "array")
}

#[test]
fn every_operation_is_described() {
    let tags: BTreeSet<_> = document()["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| {
            assert!(has_text(tag, "description"), "{tag}");
            tag["name"].as_str().unwrap()
        })
        .collect();
    let mut ids = BTreeSet::new();
    let mut used = BTreeSet::new();
    for operation in operations() {
        let (name, spec) = (operation.name(), operation.spec);
        assert!(has_text(spec, "summary"), "{name}");
        let description = spec["description"].as_str().unwrap_or_default();
        assert!(description.contains("Permissions:"), "{name}: {description}");
        let [tag] = spec["tags"].as_array().unwrap().as_slice() else {
            panic!("{name} has not one tag");
        };
        assert!(
            tags.contains(tag.as_str().unwrap()),
            "{name}: {tag} is not described"
        );
        used.insert(tag.as_str().unwrap());
        let (verb, resource) = operation.id.split_once('_').unwrap_or((&operation.id, ""));
        assert!(VERBS.contains(&verb), "{name}: {}", operation.id);
        assert!(
            !resource.is_empty() && resource.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
            "{name}: {}",
            operation.id
        );
        assert!(ids.insert(operation.id.clone()), "{} twice", operation.id);
        assert!(spec["security"].is_array(), "{name} says nothing about security");
    }
    let unused: Vec<_> = tags.difference(&used).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn every_parameter_is_described() {
    let mut findings = Vec::new();
    for operation in operations() {
        let in_path: BTreeSet<_> = operation
            .parameters("path")
            .iter()
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let braces: BTreeSet<_> = operation
            .path
            .split('{')
            .skip(1)
            .map(|rest| rest.split('}').next().unwrap())
            .collect();
        assert_eq!(in_path, braces, "{}", operation.name());
        let parameters = ["path", "query", "header"].map(|place| operation.parameters(place));
        for parameter in parameters.into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            let at = format!("{} {name}", operation.name());
            if !has_text(parameter, "description") {
                findings.push(format!("{at}: no description"));
            }
            let example = has_example(parameter) || has_example(&parameter["schema"]);
            if !example && !WITHOUT_EXAMPLE.contains(&name) {
                findings.push(format!("{at}: no example"));
            }
            if parameter["in"] == "path" && (parameter["required"] != true || !example) {
                findings.push(format!("{at}: a path parameter is required and has an example"));
            }
            if is_nullable(&parameter["schema"]) {
                findings.push(format!("{at}: nobody can send null"));
            }
            if has_type(&parameter["schema"], "string") && !is_bounded(&parameter["schema"]) {
                findings.push(format!("{at}: no bound"));
            }
        }
    }
    none(&findings);
}

fn is_bounded(schema: &Value) -> bool {
    ["maxLength", "enum", "format"]
        .iter()
        .any(|keyword| schema.get(*keyword).is_some())
}

#[test]
fn every_property_is_described() {
    let mut findings = Vec::new();
    for (name, schema) in schemas() {
        if !has_text(schema, "description") {
            findings.push(format!("{name}: no description"));
        }
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            if !has_text(property, "description") {
                findings.push(format!("{name}.{field}: no description"));
            }
            if !has_example(property)
                && !explains_itself(property)
                && !WITHOUT_EXAMPLE.contains(&field.as_str())
            {
                findings.push(format!("{name}.{field}: no example"));
            }
        }
    }
    none(&findings);
}

#[test]
fn every_request_is_bounded_and_closed() {
    let mut findings = Vec::new();
    for name in request_schemas() {
        let schema = &schemas()[&name];
        // What a form has beyond the known is passed over (RFC 6749 §3.2).
        let is_form = operations()
            .iter()
            .filter_map(Operation::form)
            .any(|form| form["schema"]["$ref"] == format!("#/components/schemas/{name}"));
        if has_type(schema, "object") && !is_form && schema["additionalProperties"] != false {
            findings.push(format!("{name}: open to any property"));
        }
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            let is_unbounded = has_type(property, "string") && !is_bounded(property)
                || has_type(property, "array") && property.get("maxItems").is_none()
                || has_type(property, "integer")
                    && (property.get("minimum").is_none() || property.get("maximum").is_none());
            if is_unbounded {
                findings.push(format!("{name}.{field}: no bound"));
            }
        }
    }
    for operation in operations() {
        if let Some(body) = operation.body() {
            let required = operation.spec["requestBody"]["required"] == true || operation.id == "logout_user";
            if !required || !body["example"].is_object() {
                findings.push(format!(
                    "{}: a body is required and has an example",
                    operation.name()
                ));
            }
        }
    }
    none(&findings);
}

#[test]
fn every_answer_is_described() {
    let mut findings = Vec::new();
    for operation in operations() {
        let name = operation.name();
        let responses = operation.spec["responses"].as_object().unwrap();
        if operation.path.starts_with("/v1/") && !responses.keys().any(|status| status.starts_with('4')) {
            findings.push(format!("{name}: cannot fail"));
        }
        if !responses.keys().any(|status| status.starts_with('2')) {
            findings.push(format!("{name}: cannot succeed"));
        }
        for (status, response) in responses {
            let at = format!("{name} {status}");
            if status.parse::<u16>().is_err() {
                findings.push(format!("{at}: no status"));
            }
            if !has_text(response, "description") {
                findings.push(format!("{at}: no description"));
            }
            if response.pointer("/headers/X-Request-Id").is_none() {
                findings.push(format!("{at}: no X-Request-Id"));
            }
            let contents = response["content"].as_object();
            let is_failure = status.starts_with(['4', '5']);
            // OAuth has a form of its own (RFC 6749 §5.2), which its clients read whatever has failed.
            if is_failure && operation.path.starts_with("/oauth/") {
                let refusal = response.pointer("/content/application~1json/schema/$ref");
                if refusal != Some(&"#/components/schemas/OAuthRefusal".into()) {
                    findings.push(format!("{at}: no refusal"));
                }
            } else if is_failure {
                let problem = contents.and_then(|it| it.get("application/problem+json"));
                let is_problem =
                    problem.is_some_and(|it| it["schema"]["$ref"] == "#/components/schemas/Problem");
                if !is_problem || contents.is_some_and(|it| it.len() != 1) {
                    findings.push(format!("{at}: no Problem"));
                }
            }
            for (media_type, content) in contents.into_iter().flatten() {
                // A file is a text, whatever it holds.
                let is_file = (media_type.starts_with("text/") || media_type == "application/x-ndjson")
                    && content["schema"]["type"] == "string";
                if content["schema"]["$ref"].is_null() && !is_file {
                    findings.push(format!("{at} {media_type}: a schema without a name"));
                }
            }
            if status == "401" && response.pointer("/headers/WWW-Authenticate").is_none() {
                findings.push(format!("{at}: no WWW-Authenticate"));
            }
        }
        if operation.is_guarded() && !responses.contains_key("401") {
            findings.push(format!("{name}: no 401"));
        }
        if let Some(schema) = operation.body().map(|body| &body["schema"])
            && schema["$ref"].is_null()
        {
            findings.push(format!("{name}: a body without a name"));
        }
    }
    none(&findings);
}

/// What callers send is closed, and what they are answered may have more one day: one schema of fields cannot be both.
#[test]
fn no_fields_are_sent_and_answered_by_one_schema() {
    let answers = operations()
        .iter()
        .map(|operation| &operation.spec["responses"])
        .collect();
    let answered = schemas_in(answers);
    assert!(answered.len() > 50, "{answered:?}");
    let both = request_schemas()
        .into_iter()
        .filter(|name| answered.contains(name));
    let both: Vec<_> = both.filter(|name| has_type(&schemas()[name], "object")).collect();
    assert_eq!(both, Vec::<String>::new());
}

/// Generators invent names for what has none, and cannot make types of alternatives.
#[test]
fn schemas_are_such_that_generators_make_good_types() {
    let mut findings = Vec::new();
    let requests = request_schemas();
    for (name, schema) in schemas() {
        let lower = name.to_lowercase();
        if ["_inner", "inner", "oneof", "anyof", "inline"]
            .iter()
            .any(|word| lower.contains(word))
        {
            findings.push(format!("{name}: a name that a generator would invent"));
        }
        let fields = schema["properties"].as_object().into_iter().flatten();
        for (at, part) in fields.flat_map(|(field, property)| {
            let at = format!("{name}.{field}");
            [(at.clone(), property), (at + "[]", &property["items"])]
        }) {
            if part.get("properties").is_some() || part.get("enum").is_some() {
                findings.push(format!("{at}: a type without a name"));
            }
            // Generated clients refuse a whole answer for one value that they do not know.
            if !requests.contains(name) && resolve(part).get("enum").is_some() {
                findings.push(format!("{at}: a closed enum in an answer"));
            }
            if part.get("anyOf").is_some() || part.get("allOf").is_some() {
                findings.push(format!("{at}: alternatives"));
            }
            if let Some(one_of) = part["oneOf"].as_array() {
                let nulls = one_of.iter().filter(|one| one["type"] == "null").count();
                if one_of.len() != 2 || nulls != 1 {
                    findings.push(format!("{at}: alternatives"));
                }
            }
        }
        // One generator keeps a record in a variable that is named after its type, beside those of its fields.
        if let Some(fields) = schema["properties"].as_object()
            && fields.keys().any(|field| field.replace('_', "") == lower)
        {
            findings.push(format!("{name}: a field of the same name"));
        }
        // Generated clients have these of their own.
        if [
            "client",
            "apiclient",
            "authenticatedclient",
            "configuration",
            "error",
        ]
        .contains(&lower.as_str())
        {
            findings.push(format!("{name}: the name of a part of every client"));
        }
        for keyword in ["oneOf", "anyOf", "allOf"] {
            if schema.get(keyword).is_some() {
                findings.push(format!("{name}: {keyword}"));
            }
        }
        for value in schema["enum"].as_array().into_iter().flatten() {
            let text = value.as_str().unwrap_or_default();
            let is_word = text.starts_with(|c: char| c.is_ascii_lowercase())
                && text
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            // Codes and names of standards are kept as they are: F, TD3, MRV-A.
            let is_code = text.starts_with(|c: char| c.is_ascii_uppercase())
                && text
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-');
            if !is_word && !is_code {
                findings.push(format!("{name}: {value}"));
            }
        }
        if name != "Problem"
            && schema.pointer("/properties/request_id").is_some()
            && schema.pointer("/properties/status").is_some()
        {
            findings.push(format!("{name}: a second problem"));
        }
        // Optional in a response means that a reader has to tell absent from null.
        // What may not be said of a token has no name there either (RFC 7662 §2.2).
        let is_response = !requests.contains(name) && name != "Introspection";
        let required: Vec<_> = schema["required"].as_array().into_iter().flatten().collect();
        for field in schema["properties"].as_object().into_iter().flat_map(Map::keys) {
            if is_response && !required.iter().any(|name| **name == *field.as_str()) {
                findings.push(format!("{name}.{field}: always sent, and not required"));
            }
        }
    }
    none(&findings);
}

on_both_databases! {
    async fn without_a_token_every_guarded_operation_answers_401(app: &App) {
        let anyone = app.anonymous();
        let mut guarded = 0;
        for operation in operations().into_iter().filter(Operation::is_guarded) {
            let url = operation.path.replace("{id}", "01920000-0000-7000-8000-000000000003");
            let url = url.replace("{user_id}", "01920000-0000-7000-8000-000000000003");
            let answer = anyone.send(operation.method.clone(), &url, &[], None).await;
            assert_eq!(answer.problem(401), "unauthenticated", "{}", operation.name());
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"customer-profile\""));
            let bad = [("authorization", "Bearer nonsense")];
            let answer = anyone.send(operation.method.clone(), &url, &bad, None).await;
            assert_eq!(answer.problem(401), "invalid_token", "{}", operation.name());
            assert!(answer.header("www-authenticate").unwrap().contains("error=\"invalid_token\""));
            guarded += 1;
        }
        assert!(guarded > 25, "{guarded}");
    }
}
