//! The examples work, and what the server answers is what the document says.

use serde_json::{Value, json};

use crate::support::document::{Operation, operations, operations_with_body, violations};
use crate::support::world::{Belongings, Canaries};
use crate::support::{Answer, on_both_databases};

/// Where an answer departs from the document.
fn departures(operation: &Operation, answer: &Answer) -> Vec<String> {
    let at = format!("{} {}", operation.name(), answer.status);
    let Some(response) = operation.spec["responses"].get(answer.status.to_string()) else {
        return vec![format!(
            "{at} is not documented: {}",
            String::from_utf8_lossy(&answer.body)
        )];
    };
    let mut found = Vec::new();
    for name in response["headers"]
        .as_object()
        .into_iter()
        .flat_map(|it| it.keys())
    {
        // The last page has no next one; few answers are given twice; and few conflicts pass by themselves.
        let may_be_missing = matches!(
            (name.as_str(), answer.status),
            ("Link" | "Idempotency-Replayed", _) | ("Retry-After", 409)
        );
        if answer.header(name).is_none() && !may_be_missing {
            found.push(format!("{at}: no {name}"));
        }
    }
    match response["content"]
        .as_object()
        .and_then(|contents| contents.iter().next())
    {
        None if answer.body.is_empty() => {}
        None => found.push(format!("{at}: a body that is not documented")),
        Some((media_type, _)) if media_type.starts_with("text/") || media_type == "application/x-ndjson" => {
            let named = answer.header("content-type").and_then(|it| it.split(';').next());
            if named != Some(media_type) || str::from_utf8(&answer.body).is_err() {
                found.push(format!("{at}: {:?}", answer.header("content-type")));
            }
        }
        Some((media_type, content)) => {
            if answer.header("content-type") != Some(media_type) {
                found.push(format!("{at}: {:?}", answer.header("content-type")));
            }
            let schema = &content["schema"];
            found.extend(violations(&at, schema, &answer.json()));
        }
    }
    found
}

on_both_databases! {
    /// The document's own values, with nothing but the ids made real.
    async fn every_example_of_a_body_is_accepted(app: &App) {
        let admin = app.admin().await;
        let (belongings, _) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        let mut findings = Vec::new();
        for operation in operations_with_body() {
            let body = belongings.example(&operation);
            let answer = admin.json(operation.method.clone(), &belongings.url(&operation), &[], &body).await;
            if !operation.statuses_of_example().contains(&answer.status) {
                let body = String::from_utf8_lossy(&answer.body);
                findings.push(format!("{}: {} {body}", operation.name(), answer.status));
            }
        }
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }

    async fn every_example_of_a_parameter_is_accepted(app: &App) {
        let admin = app.admin().await;
        let (belongings, _) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        for operation in operations() {
            for parameter in operation.parameters("query") {
                let schema = &parameter["schema"];
                let example = parameter.get("example").or_else(|| schema["examples"].get(0));
                let Some(example) = example.cloned().map(|example| belongings.translate(example)) else {
                    continue;
                };
                let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
                let name = parameter["name"].as_str().unwrap();
                let answer = admin.get(belongings.url_with(&operation, &format!("{name}={text}"))).await;
                assert_eq!(answer.status, 200, "{} {name}={text}", operation.name());
            }
        }
    }

    /// Examples of fields, each in the place of the body's own value.
    async fn every_example_of_a_field_is_accepted(app: &App) {
        let admin = app.admin().await;
        let (belongings, _) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        let mut findings = Vec::new();
        for operation in operations_with_body() {
            for (name, property) in operation.body_schema()["properties"].as_object().unwrap() {
                for example in property["examples"].as_array().into_iter().flatten() {
                    let mut body = belongings.body(&operation);
                    body[name] = belongings.translate(example.clone());
                    let answer = admin.json(operation.method.clone(), &belongings.url(&operation), &[], &body).await;
                    // A rule over several fields can refuse the combination, but not the field by itself.
                    // Nor is an example the secret of anybody here.
                    let rules = ["out_of_order", "in_mrz", "not_both", "not_of_this_kind", "invalid_token", "wrong_password"];
                    let is_rule = |(_, code): &(String, String)| rules.contains(&code.as_str());
                    if answer.status == 400 || answer.status == 422 && !answer.errors(422).iter().all(is_rule) {
                        findings.push(format!("{} {name} {example}: {}", operation.name(), answer.json()));
                    }
                }
            }
        }
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }

    async fn answers_are_what_the_document_says(app: &App) {
        let admin = app.admin().await;
        let (belongings, customer) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        let missing = belongings.missing();
        // Who is erased is not there for what follows.
        let (leaving, _) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        let mut findings = Vec::new();
        let mut all = operations();
        // What takes things away comes last.
        all.sort_by_key(|operation| {
            let is_last = operation.method == "DELETE";
            (
                is_last,
                is_last && !operation.path.contains("/members") && !operation.path.contains("/secrets"),
                operation.path == "/v1/users/{id}",
                operation.path.ends_with("/sessions"),
            )
        });
        for operation in all {
            let belongings = if operation.id == "erase_user" { &leaving } else { &belongings };
            let anyone = app.anonymous();
            findings.extend(departures(&operation, &anyone.send(operation.method.clone(), &operation.path.replace(['{', '}'], ""), &[], None).await));
            if operation.is_guarded() {
                findings.extend(departures(&operation, &belongings.send(&anyone, &operation).await));
            }
            let bad = [("authorization", "Bearer bad")];
            let body = operation.body().map(|_| belongings.body(&operation).to_string().into_bytes());
            let json = body.as_ref().map(|_| ("content-type", "application/json"));
            let headers: Vec<_> = bad.into_iter().chain(json).collect();
            findings.extend(departures(&operation, &anyone.send(operation.method.clone(), &belongings.url(&operation), &headers, body).await));
            if operation.body().is_some() {
                let url = belongings.url(&operation);
                findings.extend(departures(&operation, &admin.json(operation.method.clone(), &url, &[], &json!({"surprise": 1})).await));
                findings.extend(departures(&operation, &admin.send(operation.method.clone(), &url, &[("content-type", "text/plain")], Some(b"x".to_vec())).await));
            }
            if operation.takes_header("Idempotency-Key") {
                let (url, key) = (belongings.url(&operation), [("idempotency-key", "no key")]);
                findings.extend(departures(&operation, &admin.send(operation.method.clone(), &url, &key, None).await));
            }
            if operation.takes_header("If-Match") || operation.takes_header("If-None-Match") {
                let url = belongings.url(&operation);
                let body = operation.body().map(|_| belongings.body(&operation).to_string().into_bytes());
                let headers = [("content-type", "application/json"), ("if-match", "\"999\""), ("if-none-match", "*")];
                findings.extend(departures(&operation, &admin.send(operation.method.clone(), &url, &headers, body).await));
            }
            if operation.path.contains('{') {
                findings.extend(departures(&operation, &missing.send(&admin, &operation).await));
            }
            findings.extend(departures(&operation, &missing.send(&customer, &operation).await));
            app.forgive().await;
            let own = ["/v1/auth/", "/v1/calendar-feeds/{id}"].iter().any(|path| operation.path.starts_with(path));
            let done = belongings.send(if own { &customer } else { &admin }, &operation).await;
            if done.status != 204 && !operation.statuses_of_example().contains(&done.status) {
                findings.push(format!("{} did not succeed: {}", operation.name(), done.status));
            }
            findings.extend(departures(&operation, &done));
        }
        findings.sort();
        findings.dedup();
        assert!(findings.is_empty(), "{} departures:\n{}", findings.len(), findings.join("\n"));
    }
}

/// A validator that finds nothing proves nothing.
#[test]
fn departures_are_found() {
    let find = |name: &str| {
        operations()
            .into_iter()
            .find(|operation| operation.id == name)
            .unwrap()
    };
    let schema = &find("login_user").spec["responses"]["200"]["content"]["application/json"]["schema"];
    let good = json!({
        "access_token": "a", "token_type": "Bearer", "expires_in": 1, "refresh_token": "a", "refresh_expires_in": 1,
        "user_id": "x", "device_token": "a",
    });
    assert_eq!(violations("", schema, &good), Vec::<String>::new());
    let with = |name: &str, value: Value| {
        let mut bad = good.clone();
        bad[name] = value;
        violations("", schema, &bad).len()
    };
    assert_eq!(with("expires_in", json!("1")), 1);
    assert_eq!(with("expires_in", json!(0)), 1);
    assert_eq!(with("token_type", Value::Null), 1);
    assert_eq!(with("surprise", json!(1)), 1);
    assert_eq!(violations("", schema, &json!({})).len(), 7);
}
