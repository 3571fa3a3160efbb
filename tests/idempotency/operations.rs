//! Every operation that makes something, as the document lists them.

use std::collections::BTreeSet;

use super::{is_replayed, kept, key, seen};
use crate::privacy::dump;
use crate::support::document::{Operation, operations};
use crate::support::on_both_databases;
use crate::support::world::{Belongings, Canaries, everything};

/// What makes something says so by 201; what is not POST can be repeated anyway.
fn makes_something(operation: &Operation) -> bool {
    operation.method == "POST" && operation.spec["responses"].get("201").is_some()
}

#[test]
fn what_makes_something_takes_a_key() {
    let (mut with, mut making) = (BTreeSet::new(), BTreeSet::new());
    for operation in operations() {
        if operation.takes_header("Idempotency-Key") {
            with.insert(operation.name());
            let responses = &operation.spec["responses"];
            for (status, code) in [
                ("409", "idempotency_in_progress"),
                ("422", "idempotency_key_reused"),
            ] {
                let examples = &responses[status]["content"]["application/problem+json"]["examples"];
                assert!(examples.get(code).is_some(), "{} {code}", operation.name());
            }
            assert!(responses["201"]["headers"].get("Idempotency-Replayed").is_some());
        }
        if makes_something(&operation) {
            making.insert(operation.name());
        }
    }
    assert_eq!(with, making);
    assert!(with.len() >= 15, "{with:?}");
}

on_both_databases! {
    async fn what_is_sent_twice_is_made_once(app: &App) {
        let admin = app.admin().await;
        let (belongings, customer) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        let mut secrets = 0;
        for operation in operations().into_iter().filter(makes_something) {
            let (name, url) = (operation.name(), belongings.url(&operation));
            let caller = if operation.path.starts_with("/v1/calendar-feeds") { &customer } else { &admin };
            let body = operation.body().map(|_| belongings.body(&operation).to_string().into_bytes());
            let mut headers = key("the-same-for-all").to_vec();
            headers.extend(body.as_ref().map(|_| ("content-type", "application/json")));
            let first = caller.send(operation.method.clone(), &url, &headers, body.clone()).await;
            assert_eq!(first.status, 201, "{name}: {}", String::from_utf8_lossy(&first.body));
            assert!(!is_replayed(&first), "{name}");
            let before = everything(app).await;
            let again = caller.send(operation.method.clone(), &url, &headers, body).await;
            assert!(is_replayed(&again), "{name}: {}", again.status);
            assert_eq!(seen(&again), seen(&first), "{name}");
            assert!(everything(app).await == before, "{name} has written something");
            // What is shown once is shown to the caller again, and stands nowhere.
            let made = first.json();
            let in_address = || made["url"].as_str()?.rsplit('/').next();
            if let Some(secret) = made["secret"].as_str().or_else(in_address) {
                secrets += 1;
                assert!(!dump(app).await.contains(secret.trim_end_matches(".ics")), "{name}");
            }
        }
        assert_eq!(secrets, 4, "clients, their secrets, calendar feeds, webhook endpoints");
    }

    /// To the others the header field means nothing.
    async fn what_makes_nothing_takes_no_key(app: &App) {
        let admin = app.admin().await;
        let bad = [("idempotency-key", "no key"), ("content-type", "application/json")];
        let search = admin.send("POST".parse().unwrap(), "/v1/users/search", &bad, Some(b"{}".to_vec())).await;
        search.expect(200);
        assert!(!is_replayed(&search));
        admin.get_with("/v1/users", &bad[..1]).await.expect(200);
        let change = serde_json::json!({"first_name": "Eva"});
        for _ in 0..2 {
            let changed = admin.patch_with("/v1/me", &key("a"), change.clone()).await;
            changed.expect(200);
            assert!(!is_replayed(&changed));
        }
        assert_eq!(kept(app).await, 0);
    }
}
