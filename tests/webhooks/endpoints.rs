//! Endpoints and their secrets.

use actix_web::HttpResponse;
use chrono::TimeDelta;
use sea_orm::EntityTrait as _;
use serde_json::{Value, json};

use super::{Receiver, endpoint};
use crate::support::on_both_databases;

on_both_databases! {
    async fn an_endpoint_is_added_changed_and_removed(app: &App) {
        let admin = app.client("webhooks:read webhooks:write").await;
        let new = json!({"url": "https://hooks.agency.example/in", "events": ["visa.*", "user.created", "visa.*"], "description": "CRM"});
        let made = admin.post("/v1/webhook-endpoints", new).await;
        let body = made.expect(201);
        let path = made.header("location").unwrap().to_owned();
        assert!(body["secret"].as_str().unwrap().starts_with("whsec_"));
        assert_eq!(body["events"], json!(["user.created", "visa.*"]));
        let read = admin.get(&path).await;
        assert!(!read.expect(200).to_string().contains("whsec_"), "shown once");
        assert_eq!(read.etag(), made.etag());
        admin.get_with(&path, &[("if-none-match", &read.etag())]).await.expect(304);
        let changed = admin.patch(&path, json!({"events": null, "description": null, "status": "disabled"})).await.expect(200);
        assert_eq!((&changed["events"], &changed["description"], &changed["stopped_because"], &changed["version"]), (&json!([]), &Value::Null, &json!("asked"), &json!(2)));
        assert_eq!(admin.patch(&path, json!({"status": "disabled"})).await.expect(200)["version"], 2);
        admin.patch_with(&path, &[("if-match", "\"1\"")], json!({"status": "active"})).await.expect(412);
        assert_eq!(admin.get("/v1/webhook-endpoints").await.expect(200)["data"].as_array().unwrap().len(), 1);
        admin.patch(&path, json!({"events": ["visa.eaten"]})).await.refuses("/events/0", "unknown_code");
        admin.delete(&path).await.expect(204);
        assert_eq!(admin.get(&path).await.problem(404), "not_found");
        for number in 0..20 {
            admin.post("/v1/webhook-endpoints", json!({"url": format!("https://hooks.agency.example/{number}")})).await.expect(201);
        }
        let more = json!({"url": "https://hooks.agency.example/more"});
        assert_eq!(admin.post("/v1/webhook-endpoints", more).await.problem(409), "too_many_webhook_endpoints");
    }

    async fn a_secret_is_changed_without_losing_a_message(app: &App) with |config| config.webhooks_to_loopback = true => {
        let (admin, receiver) = (app.admin().await, Receiver::start());
        let it = endpoint(&admin, &receiver.url, &["user.created"]).await;
        let rotated = admin.post(format!("{}/rotate-secret", it.path), Value::Null).await.expect(200);
        let secret = rotated["secret"].as_str().unwrap().to_owned();
        assert!(secret != it.secret && !rotated["old_secret_until"].is_null());
        app.profile("A").await;
        let received = receiver.wait_for(1).await;
        assert_eq!(received[0].signatures.len(), 2);
        assert!(received[0].is_signed_by(&secret) && received[0].is_signed_by(&it.secret));
        app.core.clock.shift(TimeDelta::hours(25));
        app.profile("B").await;
        let received = receiver.wait_for(2).await;
        assert_eq!(received[1].signatures.len(), 1);
        assert!(received[1].is_signed_by(&secret) && !received[1].is_signed_by(&it.secret));
        // What is stored opens nothing.
        let stored = entity::webhook_endpoints::Entity::find().one(app.core.db.read()).await.unwrap().unwrap();
        for text in [stored.secret.expose(), stored.old_secret.as_ref().unwrap().expose()] {
            assert!(!text.contains(&secret[6..]) && !text.contains(&it.secret[6..]));
        }
        receiver.stop().await;
    }

    async fn a_ping_tells_at_once_what_came_of_it(app: &App) with |config| config.webhooks_to_loopback = true => {
        let (admin, receiver) = (app.admin().await, Receiver::start());
        let it = endpoint(&admin, &receiver.url, &["user.created"]).await;
        let ping = async || admin.post(format!("{}/ping", it.path), Value::Null).await.expect(200);
        let done = ping().await;
        assert_eq!((&done["status"], &done["response_status"], &done["event_type"]), (&json!("delivered"), &json!(204), &json!("webhook.ping")));
        let received = receiver.received();
        assert!(received[0].is_signed_by(&it.secret));
        assert_eq!((&received[0].json()["type"], &json!(received[0].id)), (&json!("webhook.ping"), &done["message_id"]));
        receiver.answers(|_, _| HttpResponse::Found().insert_header(("location", "/elsewhere")).finish());
        let done = ping().await;
        assert_eq!((&done["status"], &done["response_status"], &done["failure"]), (&json!("failed"), &json!(302), &json!("status")), "not followed");
        receiver.stays_at(2).await;
        receiver.stop().await;
        let done = ping().await;
        assert_eq!((&done["status"], &done["response_status"], &done["failure"]), (&json!("failed"), &Value::Null, &json!("connection")));
        let log = admin.get(format!("{}/deliveries?status=failed", it.path)).await.expect(200);
        assert_eq!(log["data"].as_array().unwrap().len(), 2);
    }
}
