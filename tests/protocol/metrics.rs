use std::collections::BTreeMap;

use entity::values::WebhookDeliveryStatus;
use serde_json::json;

use crate::support::{App, Caller, on_both_databases};

/// Every metric with its labels, and its value.
async fn read(app: &App) -> BTreeMap<String, i64> {
    let caller = Caller::new(app.metrics_addr.expect("metrics are served"), None, None);
    let answer = caller.get("/metrics").await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(text.ends_with("# EOF\n"), "{text}");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name.to_owned(), value)
        })
        // Whole numbers are all that is asked for here; sums of seconds are none.
        .filter_map(|(name, value)| Some((name, value.parse().ok()?)))
        .collect()
}

on_both_databases! {
    async fn requests_are_counted_by_route_and_never_by_path(app: &App) with |config| config.metrics_addr = Some("127.0.0.1:0".into()) => {
        let agent = app.agent().await;
        let id = app.profile("Anna").await;
        for _ in 0..3 {
            agent.get(format!("/v1/users/{id}")).await.expect(200);
        }
        let refused = agent.get("/v1/users/anna.eriksson@mail.example").await.status;
        app.anonymous().get("/anna.eriksson").await;
        let metrics = read(app).await;
        let count = |route: &str, status: u16| {
            let labels = format!("http_request_method=\"GET\",http_route=\"{route}\",http_response_status_code=\"{status}\"");
            metrics.get(&format!("http_server_request_duration_seconds_count{{{labels}}}")).copied()
        };
        assert_eq!(count("/v1/users/{id}", 200), Some(3));
        assert_eq!((count("/v1/users/{id}", refused), count("-", 404)), (Some(1), Some(1)));
        assert_eq!(metrics["http_server_active_requests"], 0);
        assert!(metrics["customer_profile_database_statements_total"] > 3);
        assert!(metrics["process_resident_memory_bytes"] > 1_000_000);
        assert_eq!(metrics["customer_profile_database_up"], 1);
        let text = format!("{metrics:?}");
        assert!(!text.contains("anna") && !text.contains(&id.to_string()), "{text}");
        // It is nowhere that a caller of the API can reach.
        app.anonymous().get("/metrics").await.problem(404);
    }

    async fn a_queue_that_is_not_served_is_told_of(app: &App) with |config| config.metrics_addr = Some("127.0.0.1:0".into()) => {
        let admin = app.admin().await;
        let age = async |queue: &str| read(app).await[&format!("customer_profile_queue_age_seconds{{queue=\"{queue}\"}}")];
        for queue in ["audit", "events", "mail", "webhooks"] {
            assert!(age(queue).await < 60, "{queue}");
        }
        // A message that was due ten minutes ago is in the hands of a process that does nothing with it.
        let endpoint = json!({"url": "https://receiver.agency.example/", "events": ["user.created"]});
        let endpoint = admin.post("/v1/webhook-endpoints", endpoint).await.expect(201)["id"].as_str().unwrap().to_owned();
        late(app, &endpoint).await;
        let waited = age("webhooks").await;
        assert!((590..700).contains(&waited), "{waited}");
        assert_eq!(app.anonymous().get("/health/ready").await.expect(200), json!({"status": "ok", "late": ["webhooks"]}));
        // Nobody waits for what is switched off.
        admin.patch(format!("/v1/webhook-endpoints/{endpoint}"), json!({"status": "disabled"})).await.expect(200);
        assert_eq!(age("webhooks").await, 0);
    }

    /// Whoever watches is told that the database is away, instead of nothing.
    async fn a_database_that_is_away_is_told_of(app: &App) with |config| config.metrics_addr = Some("127.0.0.1:0".into()) => {
        app.core.clone().close().await;
        let metrics = read(app).await;
        assert_eq!(metrics["customer_profile_database_up"], 0);
        assert!(!metrics.keys().any(|name| name.starts_with("customer_profile_queue")), "{metrics:?}");
    }

    /// What nobody has asked for in a request is not counted among what requests have sent.
    async fn to_watch_is_no_request(app: &App) with |config| config.metrics_addr = Some("127.0.0.1:0".into()) => {
        let statements = async || read(app).await["customer_profile_database_statements_total"];
        assert_eq!(statements().await, statements().await);
    }

    async fn nobody_is_served_metrics_unless_a_setting_says_so(app: &App) {
        assert_eq!(app.metrics_addr, None);
        assert_eq!(app.anonymous().get("/health/ready").await.expect(200), json!({"status": "ok", "late": []}));
    }
}

/// Writes a message that was due ten minutes ago.
async fn late(app: &App, endpoint: &str) {
    let endpoint: entity::ids::WebhookEndpointId = endpoint.parse().unwrap();
    let due = app.core.clock.now() - chrono::TimeDelta::minutes(10);
    let message = entity::webhook_deliveries::ActiveModelEx::new()
        .set_id(entity::ids::WebhookDeliveryId::new())
        .set_endpoint_id(endpoint)
        .set_message_id("late")
        .set_event_type("user.created")
        .set_payload("{}")
        .set_status(WebhookDeliveryStatus::Pending)
        .set_attempts(0)
        .set_next_attempt_at(due)
        .set_claimed_until(Some(due + chrono::TimeDelta::hours(1)))
        .set_occurred_at(due);
    message.insert(app.core.db.writer()).await.unwrap();
}
