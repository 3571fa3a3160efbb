use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use super::new_client;
use crate::support::on_both_databases;
use crate::support::world::everything;

on_both_databases! {
    async fn a_client_is_added_with_a_secret_that_is_shown_once(app: &App) {
        let admin = app.admin().await;
        let end = "2099-12-31T22:00:00Z";
        let new = json!({"name": " Booking  tool ", "scopes": ["users:write", "users:read", "users:read"], "expires_at": end});
        let answer = admin.post("/v1/clients", new).await;
        let made = answer.expect(201);
        let id = made["id"].as_str().unwrap();
        assert_eq!(answer.header("location"), Some(format!("/v1/clients/{id}").as_str()));
        assert_eq!(answer.etag(), "\"1\"");
        let secret = made["secret"].as_str().unwrap();
        assert!(secret.starts_with("cps_") && secret.len() == 47, "{secret}");
        assert_eq!(made["scopes"], json!(["users:read", "users:write"]), "in the order of the documentation, each once");
        assert_eq!((&made["status"], &made["version"]), (&json!("active"), &json!(1)));
        assert!(made["expires_at"].as_str().unwrap().starts_with("2099-12-31T22:00:00"));
        assert_eq!(made["secrets"][0]["id"], made["secret_id"]);

        let read = admin.get(format!("/v1/clients/{id}")).await;
        let mut expected = made.clone();
        for only_once in ["secret", "secret_id"] {
            expected.as_object_mut().unwrap().shift_remove(only_once);
        }
        assert_eq!(read.expect(200), expected);
        let list = admin.get("/v1/clients").await;
        assert_eq!(list.expect(200)["data"], json!([expected]));
        for answer in [read, list] {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(!text.contains("cps_") && !text.contains("hash"), "{text}");
        }
        // Neither is it in the database.
        assert!(!everything(app).await.contains(secret));
        let known = admin.get_with(format!("/v1/clients/{id}"), &[("if-none-match", "\"1\"")]).await;
        assert_eq!(known.status, 304);
    }

    async fn what_is_wrong_is_named(app: &App) {
        let admin = app.admin().await;
        let before = everything(app).await;
        let with = |name: &str, value: Value| {
            let mut client = new_client(&["users:read"]);
            client[name] = value;
            client
        };
        let errors = admin.post("/v1/clients", json!({})).await.errors(422);
        let pointers: Vec<_> = errors.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(pointers, ["/name", "/scopes"]);
        for (body, pointer, code) in [
            (with("scopes", json!([])), "/scopes", "too_few"),
            (with("scopes", json!(["everything"])), "/scopes/0", "unknown_code"),
            (with("scopes", json!(["users:read", "users:admin"])), "/scopes/1", "unknown_code"),
            (with("scopes", json!([7])), "/scopes/0", "wrong_type"),
            (with("scopes", json!("users:read")), "/scopes", "wrong_type"),
            (with("scopes", json!(vec!["users:read"; 201])), "/scopes", "too_long"),
            (with("name", json!("")), "/name", "too_short"),
            (with("expires_at", json!("2020-01-01T00:00:00Z")), "/expires_at", "in_the_past"),
            (with("status", json!("disabled")), "/status", "unknown_field"),
            (with("secret", json!("cps_mine")), "/secret", "unknown_field"),
        ] {
            admin.post("/v1/clients", body).await.refuses(pointer, code);
        }
        assert_eq!(everything(app).await, before);
    }

    async fn names_are_unique_whatever_the_case(app: &App) {
        let admin = app.admin().await;
        admin.post("/v1/clients", json!({"name": "Booking tool", "scopes": ["users:read"]})).await.expect(201);
        let other = admin.post("/v1/clients", json!({"name": "CRM", "scopes": ["users:read"]})).await.id();
        let same = json!({"name": "BOOKING  Tool", "scopes": ["users:read"]});
        assert_eq!(admin.post("/v1/clients", same).await.problem(409), "client_name_taken");
        let url = format!("/v1/clients/{other}");
        assert_eq!(admin.patch(&url, json!({"name": "booking tool"})).await.problem(409), "client_name_taken");
        admin.patch(&url, json!({"name": "crm"})).await.expect(200);
    }

    async fn a_change_is_a_merge_patch_with_a_condition(app: &App) {
        let admin = app.admin().await;
        let made = admin.post("/v1/clients", new_client(&["users:read"])).await;
        let url = format!("/v1/clients/{}", made.id());
        let stale = [("if-match", "\"9\"")];
        assert_eq!(admin.patch_with(&url, &stale, json!({"status": "disabled"})).await.problem(412), "stale_version");
        let same = admin.patch(&url, json!({"scopes": ["users:read"], "status": "active", "expires_at": null})).await;
        assert_eq!((same.expect(200)["version"].as_i64(), same.etag().as_str()), (Some(1), "\"1\""));
        let seen = [("if-match", "\"1\"")];
        let end = (Utc::now() + TimeDelta::days(1)).to_rfc3339();
        let changes = json!({"scopes": ["groups:read", "passports:read"], "expires_at": end, "status": "disabled"});
        let changed = admin.patch_with(&url, &seen, changes).await.expect(200);
        assert_eq!(changed["scopes"], json!(["passports:read", "groups:read"]));
        assert_eq!((&changed["status"], &changed["version"]), (&json!("disabled"), &json!(2)));
        assert!(changed["expires_at"].is_string());
        let cleared = admin.patch(&url, json!({"expires_at": null})).await.expect(200);
        assert_eq!((&cleared["expires_at"], &cleared["status"]), (&Value::Null, &json!("disabled")));
        for (field, code) in [("name", "not_nullable"), ("scopes", "not_nullable"), ("status", "not_nullable")] {
            let mut patch = json!({});
            patch[field] = Value::Null;
            admin.patch(&url, patch).await.refuses(&format!("/{field}"), code);
        }
        admin.patch(&url, json!({"scopes": []})).await.refuses("/scopes", "too_few");
        assert_eq!(admin.delete_with(&url, &seen).await.problem(412), "stale_version");
        admin.delete_with(&url, &[("if-match", "\"3\"")]).await.expect(204);
        assert_eq!(admin.get(&url).await.problem(404), "not_found");
        assert_eq!(admin.delete(&url).await.problem(404), "not_found");
    }

    async fn a_list_is_walked_page_by_page(app: &App) {
        let admin = app.admin().await;
        for _ in 0..5 {
            admin.post("/v1/clients", new_client(&["users:read"])).await.expect(201);
        }
        let all = admin.get("/v1/clients").await.expect(200)["data"].clone();
        let (mut walked, mut path) = (Vec::new(), "/v1/clients?limit=2".to_owned());
        loop {
            let page = admin.get(&path).await.expect(200);
            walked.extend(page["data"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(cursor) => path = format!("/v1/clients?limit=2&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(Value::from(walked), all);
        assert_eq!(all.as_array().unwrap().len(), 5);
    }
}
