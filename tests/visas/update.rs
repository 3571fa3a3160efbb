//! `PATCH /v1/visas/{id}`

use serde_json::{Value, json};

use super::{recorded, visa};
use crate::support::on_both_databases;

on_both_databases! {
    async fn every_field_but_the_holder_can_be_changed(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let url = recorded(&agent, rosa.id(), "V1").await;
        let changes = json!({
            "country": "IND", "visa_number": "N7", "type": "student", "entries": "single", "max_stay_days": 365,
            "place_of_issue": "Łódź", "issue_date": "2025-01-01", "valid_from": "2025-02-01", "expiry_date": "2027-01-01",
            "status": "revoked",
        });
        agent.patch(&url, changes.clone()).await.expect(200);
        let seen = rosa.get(&url).await.expect(200);
        for (field, value) in changes.as_object().unwrap() {
            assert_eq!(&seen[field], value, "{field}");
        }
        assert_eq!(seen["version"], 2);
        // The number is found under the new country, and no longer under the old one.
        for (country, number, found) in [("IND", "N7", 1), ("USA", "V1", 0), ("USA", "N7", 0)] {
            let search = json!({"country": country, "visa_number": number});
            let page = agent.post("/v1/visas/search", search).await.expect(200);
            assert_eq!(page["data"].as_array().unwrap().len(), found, "{country} {number}");
        }
        let cleared = json!({"max_stay_days": null, "place_of_issue": null, "valid_from": null});
        let cleared = agent.patch(&url, cleared).await.expect(200);
        for field in ["max_stay_days", "place_of_issue", "valid_from"] {
            assert_eq!(cleared[field], Value::Null, "{field}");
        }
        agent.patch(&url, json!({"user_id": agent.id()})).await.refuses("/user_id", "unknown_field");
        for field in ["country", "visa_number", "type", "entries", "issue_date", "expiry_date", "status"] {
            agent.patch(&url, json!({(field): null})).await.refuses(&format!("/{field}"), "not_nullable");
        }
        // A rule over several fields holds for what the change makes of them.
        agent.patch(&url, json!({"expiry_date": "2024-12-31"})).await.refuses("/issue_date", "out_of_order");
    }

    async fn what_changes_nothing_writes_nothing(app: &App) {
        let (agent, rosa) = (app.agent().await, app.profile("Rosa").await);
        let created = agent.post("/v1/visas", visa(rosa, "V1", &json!({}))).await;
        let url = format!("/v1/visas/{}", created.id());
        let same = agent.patch(&url, json!({"status": "active", "visa_number": "v 1"})).await;
        assert_eq!((same.etag(), same.expect(200)), (created.etag(), created.json()));
        assert_eq!(agent.patch_with(&url, &[("if-match", "\"7\"")], json!({"status": "used"})).await.problem(412), "stale_version");
    }
}
