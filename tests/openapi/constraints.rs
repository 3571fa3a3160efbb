//! Every constraint that the document names is enforced, and the answer names what breaks it.

use serde_json::{Value, json};

use crate::support::document::{Operation, has_type, is_nullable, operations, operations_with_body, resolve};
use crate::support::world::{Belongings, Canaries, everything};
use crate::support::{Answer, App, on_both_databases};

/// What a schema refuses: `(what is wrong, value)`.
fn broken_values(property: &'static Value) -> Vec<(&'static str, Value)> {
    let schema = resolve(property);
    let number = |keyword: &str| schema[keyword].as_i64();
    let mut broken = vec![("wrong type", json!({ "surprise": 1 }))];
    if has_type(schema, "string") {
        broken.push(("a number for a string", json!(4711)));
        broken.push(("a list for a string", json!(["a"])));
        if let Some(most) = number("maxLength") {
            broken.push(("maxLength", "a".repeat(usize::try_from(most).unwrap() + 1).into()));
        }
        if let Some(least @ 1..) = number("minLength") {
            broken.push((
                "minLength",
                "a".repeat(usize::try_from(least).unwrap() - 1).into(),
            ));
        }
        if schema.get("pattern").is_some() {
            // No pattern of ours takes control characters.
            let least = usize::try_from(number("minLength").unwrap_or(1)).unwrap();
            broken.push(("pattern", "\u{1}".repeat(least.max(1)).into()));
        }
        if schema.get("enum").is_some() {
            broken.push(("enum", "surprise".into()));
            broken.push(("enum", "".into()));
        }
        match schema["format"].as_str() {
            Some("date") => {
                broken.push(("format", "2026-02-30".into()));
                broken.push(("format", "12/31/2026".into()));
            }
            Some("date-time") => broken.push(("format", "2026-01-01".into())),
            Some("uuid") => broken.push(("format", "not-an-id".into())),
            Some("email") => broken.push(("format", "nobody".into())),
            _ => {}
        }
    } else if has_type(schema, "integer") {
        broken.push(("a string for a number", json!("1")));
        broken.push(("a fraction", json!(1.5)));
        broken.extend(number("minimum").map(|least| ("minimum", json!(least - 1))));
        broken.extend(number("maximum").map(|most| ("maximum", json!(most + 1))));
    } else if has_type(schema, "boolean") {
        broken.push(("a string for a boolean", json!("true")));
        broken.push(("a number for a boolean", json!(1)));
    }
    if !is_nullable(property) {
        broken.push(("null", Value::Null));
    }
    broken
}

struct Walk<'a> {
    operation: &'a Operation,
    findings: Vec<String>,
    sent: usize,
}

impl Walk<'_> {
    /// Notes an answer that is not 422 naming the pointer.
    fn judge(&mut self, what: &str, pointer: &str, answer: &Answer) {
        self.sent += 1;
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        // What is too long belongs to nobody: it fails as any other wrong sign-in does.
        let is_wrong_sign_in =
            self.operation.id == "login_user" && what.starts_with("maxLength") && answer.status == 401;
        let named = answer.status == 422
            && answer.errors(422).iter().any(|(named, _)| {
                named == pointer || named.starts_with(pointer) && named[pointer.len()..].starts_with('/')
            });
        if !named && !is_wrong_sign_in {
            let name = self.operation.name();
            self.findings
                .push(format!("{name} {pointer}: {what}: {} {body}", answer.status));
        }
    }
}

/// Every change of one field that the schema refuses: `(what, pointer of the field, body)`.
fn broken_bodies(at: &str, schema: &'static Value, body: &Value) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    let with = |pointer: &str, value: Option<Value>| {
        let mut changed = body.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = changed.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value {
            Some(value) => parent.insert(name.to_owned(), value),
            None => parent.shift_remove(name),
        };
        changed
    };
    for name in schema["required"].as_array().into_iter().flatten() {
        let pointer = format!("{at}/{}", name.as_str().unwrap());
        found.push(("required".to_owned(), pointer.clone(), with(&pointer, None)));
    }
    if schema["additionalProperties"] == false {
        let pointer = format!("{at}/surprise");
        found.push((
            "additional".to_owned(),
            pointer.clone(),
            with(&pointer, Some(1.into())),
        ));
    }
    for (name, property) in schema["properties"].as_object().unwrap() {
        let pointer = format!("{at}/{name}");
        for (what, value) in broken_values(property) {
            found.push((
                format!("{what} ({value:.40})"),
                pointer.clone(),
                with(&pointer, Some(value)),
            ));
        }
        let array = resolve(property);
        if has_type(array, "object") && body.pointer(&pointer).is_some_and(Value::is_object) {
            found.extend(broken_bodies(&pointer, array, body));
        }
        if has_type(array, "array") {
            let item = |index: usize| match body.pointer(&format!("{pointer}/0")) {
                Some(item) if item.get("user_id").is_some() => json!({ "user_id": uuid::Uuid::now_v7() }),
                _ => json!({ "name": format!("Item {index}") }),
            };
            let list = |length: usize| (0..length).map(item).collect::<Value>();
            if let Some(most) = array["maxItems"].as_u64() {
                let many = list(usize::try_from(most).unwrap() + 1);
                found.push(("maxItems".to_owned(), pointer.clone(), with(&pointer, Some(many))));
            }
            if let Some(least @ 1..) = array["minItems"].as_u64() {
                let few = list(usize::try_from(least).unwrap() - 1);
                found.push(("minItems".to_owned(), pointer.clone(), with(&pointer, Some(few))));
            }
            found.push((
                "a text as item".to_owned(),
                pointer.clone(),
                with(&pointer, Some(json!(["a"]))),
            ));
            if body
                .pointer(&format!("{pointer}/0"))
                .is_some_and(Value::is_object)
            {
                found.extend(broken_bodies(
                    &format!("{pointer}/0"),
                    resolve(&array["items"]),
                    body,
                ));
            }
        }
    }
    found
}

async fn world(app: &App) -> (Belongings, crate::support::Caller) {
    let admin = app.admin().await;
    let (belongings, _) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
    (belongings, admin)
}

on_both_databases! {
    async fn every_constraint_of_a_body_is_enforced(app: &App) {
        let (belongings, admin) = world(app).await;
        let before = everything(app).await;
        let (mut findings, mut sent) = (Vec::new(), 0);
        for operation in operations_with_body() {
            let mut walk = Walk { operation: &operation, findings: Vec::new(), sent: 0 };
            let (url, good) = (belongings.url(&operation), belongings.body(&operation));
            for (what, pointer, body) in broken_bodies("", operation.body_schema(), &good) {
                let answer = admin.json(operation.method.clone(), &url, &[], &body).await;
                walk.judge(&what, &pointer, &answer);
            }
            findings.extend(walk.findings);
            sent += walk.sent;
        }
        assert!(findings.is_empty(), "{} of {sent}:\n{}", findings.len(), findings.join("\n"));
        assert!(sent > 500, "{sent}");
        assert_eq!(everything(app).await, before, "a refused request has written");
    }

    /// What the document calls nullable can be null, unless a rule of its own (403, 409, what the address says) stands against it.
    async fn null_is_taken_where_the_document_says_so(app: &App) {
        let (belongings, admin) = world(app).await;
        let mut findings = Vec::new();
        for operation in operations_with_body() {
            for (name, property) in operation.body_schema()["properties"].as_object().unwrap() {
                if is_nullable(property) {
                    let mut body = belongings.body(&operation);
                    body[name] = Value::Null;
                    let answer = admin.json(operation.method.clone(), &belongings.url(&operation), &[], &body).await;
                    let body = String::from_utf8_lossy(&answer.body);
                    if !matches!(answer.status, 200 | 201 | 202 | 403 | 409) && !body.contains("contradicts_address") {
                        findings.push(format!("{} {name}: {} {body}", operation.name(), answer.status));
                    }
                }
            }
        }
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }

    async fn every_constraint_of_a_query_is_enforced(app: &App) {
        let (belongings, admin) = world(app).await;
        let (mut findings, mut sent) = (Vec::new(), 0);
        for operation in operations() {
            let url = |query: String| belongings.url_with(&operation, &query);
            for parameter in operation.parameters("query") {
                let name = parameter["name"].as_str().unwrap();
                let mut texts: Vec<String> = broken_values(&parameter["schema"])
                    .into_iter()
                    .filter_map(|(what, value)| match value {
                        // Every value of a query is a text.
                        _ if what.contains(" for a ") => None,
                        Value::String(text) => Some(text),
                        Value::Number(number) => Some(number.to_string()),
                        _ => None,
                    })
                    .collect();
                texts.push(String::new());
                texts.push("\u{0}".to_owned());
                if has_type(resolve(&parameter["schema"]), "boolean") {
                    texts.push("yes".to_owned());
                }
                if name == "cursor" {
                    texts.push("AAAA".to_owned());
                }
                for text in texts {
                    let escaped: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
                    let answer = admin.get(url(format!("{name}={escaped}"))).await;
                    sent += 1;
                    let named = answer.status == 400 && answer.errors(400).iter().any(|(pointer, _)| pointer == name);
                    if !named {
                        findings.push(format!("{} {name}={text:?}: {}", operation.name(), answer.status));
                    }
                }
                let twice = admin.get(url(format!("{name}=1&{name}=1"))).await;
                assert!(twice.errors(400).iter().any(|(pointer, _)| pointer == name));
            }
            if !operation.path.starts_with("/v1/") {
                continue;
            }
            let unknown = admin.send(operation.method.clone(), &url("surprise=1".to_owned()), &[], None).await;
            let is_named = unknown.status == 400
                && unknown.errors(400) == [("surprise".to_owned(), "unknown_parameter".to_owned())];
            if !is_named {
                findings.push(format!("{} ?surprise: {}", operation.name(), unknown.status));
            }
        }
        assert!(findings.is_empty(), "{} of {sent}:\n{}", findings.len(), findings.join("\n"));
        assert!(sent > 80, "{sent}");
    }
}
