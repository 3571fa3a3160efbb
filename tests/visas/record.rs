//! `POST /v1/visas`

use serde_json::{Value, json};

use super::{day, passport, recorded, visa};
use crate::support::{anna_visa, on_both_databases};

on_both_databases! {
    /// An agent records a visa before a trip, finds it again, corrects it and removes it.
    async fn a_visa_is_recorded_found_changed_and_removed(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let passport = passport(&agent, rosa.id(), "L898902C3").await;
        let created = agent.post("/v1/visas", anna_visa(rosa.id(), &passport, " v4173-0598 ")).await;
        let url = format!("/v1/visas/{}", created.id());
        assert_eq!(created.header("location"), Some(url.as_str()));
        assert_eq!(created.etag(), "\"1\"");
        let seen = created.expect(201);
        for (field, value) in [
            ("user_id", json!(rosa.id())), ("passport_id", json!(passport)), ("country", json!("USA")),
            ("country_alpha2", json!("US")), ("visa_number", json!("••••0598")), ("masked", json!(true)),
            ("type", json!("business")), ("entries", json!("multiple")), ("max_stay_days", json!(90)),
            ("place_of_issue", json!("Old Haven")), ("issue_date", json!("2026-01-15")), ("valid_from", Value::Null),
            ("expiry_date", json!("2036-01-14")), ("expired", json!(false)), ("status", json!("active")), ("version", json!(1)),
        ] {
            assert_eq!(seen[field], value, "{field}");
        }
        assert_eq!(rosa.get(&url).await.expect(200)["visa_number"], "V41730598");
        let search = json!({"country": "us", "visa_number": "V4173 0598"});
        let found = agent.post("/v1/visas/search", search).await.expect(200);
        assert_eq!((&found["data"], &found["has_more"]), (&json!([seen]), &json!(false)));
        let changed = agent.patch_with(&url, &[("if-match", "\"1\"")], json!({"status": "used", "max_stay_days": null})).await;
        assert_eq!(changed.etag(), "\"2\"");
        assert_eq!((&changed.json()["status"], &changed.json()["max_stay_days"]), (&json!("used"), &Value::Null));
        assert_eq!(agent.get_with(&url, &[("if-none-match", "\"2\"")]).await.status, 304);
        assert_eq!(agent.delete_with(&url, &[("if-match", "\"1\"")]).await.problem(412), "stale_version");
        agent.delete_with(&url, &[("if-match", "\"2\"")]).await.expect(204);
        assert_eq!(agent.get(&url).await.problem(404), "not_found");
        let history = rosa.get(format!("/v1/users/{}/history", rosa.id())).await.expect(200).to_string();
        for action in ["visa.created", "visa.updated", "visa.deleted"] {
            assert!(history.contains(action), "{action}: {history}");
        }
    }

    async fn what_is_not_said_is_assumed(app: &App) {
        let rosa = app.customer("Rosa").await;
        let esta = visa(rosa.id(), "ESTA1", &json!({"type": "electronic_authorization"}));
        let esta = rosa.post("/v1/visas", esta).await.expect(201);
        for (field, value) in [
            ("passport_id", Value::Null), ("entries", json!("multiple")), ("max_stay_days", Value::Null),
            ("place_of_issue", Value::Null), ("valid_from", Value::Null), ("status", json!("active")), ("masked", json!(false)),
        ] {
            assert_eq!(esta[field], value, "{field}");
        }
    }

    async fn all_wrong_fields_are_named_at_once(app: &App) {
        let agent = app.agent().await;
        let answer = agent.post("/v1/visas", json!({
            "country": "ELB", "visa_number": "V/1", "type": "holiday", "entries": null, "max_stay_days": 0,
            "place_of_issue": "Paris/FR", "issue_date": "2026-02-30", "status": "lost", "colour": "blue",
        })).await;
        let mut errors = answer.errors(422);
        errors.sort();
        let expected = [
            ("/colour", "unknown_field"), ("/country", "unknown_code"), ("/entries", "not_nullable"), ("/expiry_date", "required"),
            ("/issue_date", "invalid_date"), ("/max_stay_days", "out_of_range"), ("/place_of_issue", "invalid_character"),
            ("/status", "unknown_code"), ("/type", "unknown_code"), ("/user_id", "required"), ("/visa_number", "invalid_character"),
        ];
        assert_eq!(errors, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    }

    async fn dates_follow_each_other(app: &App) {
        let (agent, user) = (app.agent().await, app.profile("Rosa").await);
        let sent = async |number: &str, changes: Value| agent.post("/v1/visas", visa(user, number, &changes)).await;
        for (changes, pointer, code) in [
            (json!({"issue_date": "2036-01-15"}), "/issue_date", "out_of_order"),
            (json!({"issue_date": day(app, 1)}), "/issue_date", "in_the_future"),
            (json!({"valid_from": "2026-01-14"}), "/valid_from", "out_of_order"),
            (json!({"valid_from": "2036-01-15"}), "/valid_from", "out_of_order"),
            (json!({"country": "XXA"}), "/country", "not_an_issuer"),
        ] {
            sent("V1", changes).await.refuses(pointer, code);
        }
        // The last days that are good: issued and good today, good from the last day on.
        let today = day(app, 0);
        sent("V1", json!({"issue_date": today, "expiry_date": today})).await.expect(201);
        sent("V2", json!({"valid_from": "2036-01-14", "max_stay_days": 3650})).await.expect(201);
        let old = sent("V3", json!({"issue_date": "2016-01-15", "expiry_date": "2020-01-14"})).await;
        assert_eq!(old.expect(201)["expired"], true);
    }

    async fn a_number_is_recorded_once_in_a_country(app: &App) {
        let (agent, rosa, ida) = (app.agent().await, app.profile("Rosa").await, app.profile("Ida").await);
        recorded(&agent, rosa, "V1").await;
        for user in [rosa, ida] {
            let again = agent.post("/v1/visas", visa(user, "v-1", &json!({}))).await;
            assert_eq!(again.problem(409), "visa_exists");
        }
        agent.post("/v1/visas", visa(ida, "V1", &json!({"country": "CAN"}))).await.expect(201);
        let other = recorded(&agent, ida, "V2").await;
        assert_eq!(agent.patch(&other, json!({"visa_number": "V1"})).await.problem(409), "visa_exists");
    }

    async fn specimen_countries_are_refused_where_they_are_not_taken(app: &App) with |config| { config.allow_specimen = false; } => {
        let (agent, user) = (app.agent().await, app.profile("Rosa").await);
        let answer = agent.post("/v1/visas", visa(user, "V1", &json!({"country": "UTO"}))).await;
        answer.refuses("/country", "specimen");
    }
}
