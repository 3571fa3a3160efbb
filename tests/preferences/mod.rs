//! How somebody likes to travel: `/v1/users/{id}/preferences`.

use entity::ids::UserId;
use serde_json::{Value, json};

use crate::sealing::stored;
use crate::support::on_both_databases;

fn path(user: UserId) -> String {
    format!("/v1/users/{user}/preferences")
}

on_both_databases! {
    async fn who_has_said_nothing_has_version_zero(app: &App) {
        let rosa = app.customer("Rosa").await;
        let before = rosa.get(path(rosa.id())).await;
        assert_eq!(before.etag(), "\"0\"");
        assert_eq!(before.expect(200), json!({
            "user_id": rosa.id(), "seat": null, "seat_note": null, "meal": null, "meal_note": null, "assistance": [],
            "version": 0, "created_at": null, "updated_at": null,
        }));
        assert_eq!(rosa.patch(path(rosa.id()), json!({})).await.expect(200), before.json());
        assert_eq!(rosa.patch(path(rosa.id()), json!({"meal": null, "assistance": null})).await.etag(), "\"0\"");
        let first = [("if-match", "\"0\"")];
        let made = rosa.patch_with(path(rosa.id()), &first, json!({"seat": "window"})).await;
        assert_eq!(made.etag(), "\"1\"");
        let made = made.expect(200);
        assert_eq!((&made["seat"], &made["created_at"]), (&json!("window"), &made["updated_at"]));
        assert_eq!(rosa.patch_with(path(rosa.id()), &first, json!({"seat": "aisle"})).await.problem(412), "stale_version");
        assert_eq!(rosa.get_with(path(rosa.id()), &[("if-none-match", "\"1\"")]).await.status, 304);
    }

    /// Two who see nothing and write at once: one of them has not seen the other.
    async fn the_first_word_is_said_once(app: &App) {
        let rosa = app.customer("Rosa").await;
        let sent = ["window", "aisle", "middle"].map(|seat| {
            let rosa = rosa.clone();
            async move { rosa.patch_with(path(rosa.id()), &[("if-match", "\"0\"")], json!({"seat": seat})).await.status }
        });
        let mut answers = futures_util::future::join_all(sent).await;
        answers.sort_unstable();
        assert_eq!(answers, [200, 412, 412]);
    }

    async fn a_merge_patch_leaves_replaces_and_clears(app: &App) {
        let (agent, rosa) = (app.agent().await, app.profile("Rosa").await);
        let help = json!([{"code": "WCHR"}, {"code": "dpna", "note": "Travels with a carer"}]);
        let all = json!({"seat": "aisle", "seat_note": "Near the front", "meal": "spml", "meal_note": "No nuts", "assistance": help});
        let made = agent.patch(path(rosa), all).await.expect(200);
        assert_eq!(made["meal"], "SPML");
        let kept = json!([{"code": "WCHR", "note": null}, {"code": "DPNA", "note": "Travels with a carer"}]);
        assert_eq!(made["assistance"], kept);
        let left = agent.patch(path(rosa), json!({"seat_note": null})).await.expect(200);
        assert_eq!((&left["seat_note"], &left["seat"], &left["assistance"], &left["version"]), (&Value::Null, &json!("aisle"), &kept, &json!(2)));
        let one = agent.patch(path(rosa), json!({"assistance": [{"code": "BLND"}]})).await.expect(200);
        assert_eq!(one["assistance"], json!([{"code": "BLND", "note": null}]));
        // What is taken back leaves nothing, and the version goes on.
        let cleared = json!({"seat": null, "meal": null, "meal_note": null, "assistance": []});
        let none = agent.patch(path(rosa), cleared).await.expect(200);
        assert_eq!((&none["assistance"], &none["meal"], &none["version"]), (&json!([]), &Value::Null, &json!(4)));
        assert_eq!(agent.get(path(rosa)).await.expect(200), none);
    }

    async fn codes_are_those_that_airlines_take(app: &App) {
        let (agent, rosa) = (app.agent().await, app.profile("Rosa").await);
        let refused = async |body: Value| {
            let answer = agent.patch(path(rosa), body).await;
            let errors = answer.errors(422);
            (errors, answer.json()["errors"][0]["detail"].as_str().unwrap().to_owned())
        };
        let one = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
        for (code, successor) in [("HFML", "SPML"), ("LPML", "SPML"), ("PRML", "SPML"), ("ORML", "VOML")] {
            let (errors, detail) = refused(json!({"meal": code})).await;
            assert_eq!(errors, one("/meal", "withdrawn_code"));
            assert!(detail.contains(successor), "{detail}");
        }
        assert_eq!(refused(json!({"meal": "WCHR"})).await.0, one("/meal", "unknown_code"));
        assert_eq!(refused(json!({"meal": "NONE"})).await.0, one("/meal", "unknown_code"));
        assert_eq!(refused(json!({"meal": "SPML"})).await.0, one("/meal_note", "required"));
        assert_eq!(refused(json!({"assistance": [{"code": "VGML"}]})).await.0, one("/assistance/0/code", "unknown_code"));
        for code in ["DPNA", "MEDA", "LANG"] {
            assert_eq!(refused(json!({"assistance": [{"code": "WCHR"}, {"code": code}]})).await.0, one("/assistance/1/note", "required"));
        }
        assert_eq!(refused(json!({"assistance": [{"code": "BLND"}, {"code": "blnd"}]})).await.0, one("/assistance/1/code", "duplicate"));
        assert_eq!(refused(json!({"assistance": [{"code": "BLND", "why": 1}]})).await.0, one("/assistance/0/why", "unknown_field"));
        assert_eq!(refused(json!({"assistance": ["BLND"]})).await.0, one("/assistance/0", "wrong_type"));
        let many: Vec<_> = (0..11).map(|_| json!({"code": "BLND"})).collect();
        assert_eq!(refused(json!({"assistance": many})).await.0, one("/assistance", "too_long"));
        let errors = refused(json!({"seat": "wing", "meal": "HFML", "seat_note": "x".repeat(181), "cabin": "first"})).await.0;
        let pointers: Vec<_> = errors.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(pointers, ["/cabin", "/meal", "/seat", "/seat_note"]);
        // A note that is there already is enough; one that goes away while SPML stays is not.
        agent.patch(path(rosa), json!({"meal_note": "No nuts"})).await.expect(200);
        agent.patch(path(rosa), json!({"meal": "SPML"})).await.expect(200);
        assert_eq!(refused(json!({"meal_note": null})).await.0, one("/meal_note", "required"));
        assert_eq!(agent.get(path(rosa)).await.expect(200)["version"], 2);
    }

    async fn customers_reach_their_own_alone(app: &App) {
        let (anna, bo) = (app.customer("Anna").await, app.customer("Bo").await);
        for other in [bo.id(), UserId::new()] {
            assert_eq!(anna.get(path(other)).await.problem(404), "not_found");
            assert_eq!(anna.patch(path(other), json!({"seat": "aisle"})).await.problem(404), "not_found");
        }
        let agent = app.agent().await;
        let reader = app.client("preferences:read").await;
        reader.get(path(anna.id())).await.expect(200);
        assert_eq!(reader.get(path(agent.id())).await.problem(404), "not_found");
        assert_eq!(reader.patch(path(anna.id()), json!({})).await.problem(403), "insufficient_scope");
        let other = app.client("users:read emergency-contacts:read").await;
        assert_eq!(other.get(path(anna.id())).await.problem(403), "insufficient_scope");
    }

    async fn what_tells_of_religion_and_health_is_sealed_and_named_in_the_history(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let all = json!({"seat": "aisle", "seat_note": "Qzseat", "meal": "KSML", "meal_note": "Qzmeal", "assistance": [{"code": "MEDA", "note": "Qzheart"}]});
        agent.patch(path(rosa.id()), all).await.expect(200);
        let stored = stored(app, "travel_preferences").await;
        assert!(stored.contains("aisle"), "{stored}");
        for secret in ["Qz", "KSML", "MEDA"] {
            assert!(!stored.contains(secret), "{secret}: {stored}");
        }
        let trail = crate::sealing::stored(app, "audit_events").await;
        assert!(trail.contains("preferences.updated") && !trail.contains("KSML") && !trail.contains("Qzheart"), "{trail}");
        let history = rosa.get(format!("/v1/users/{}/history", rosa.id())).await.expect(200);
        assert_eq!(history["data"][0]["action"], "preferences.updated");
        assert!(history["data"][0].to_string().contains("KSML"), "{history}");
    }

    async fn few_statements_read_them(app: &App) {
        let (agent, rosa) = (app.agent().await, app.profile("Rosa").await);
        let read = async || app.statements(async { agent.get(path(rosa)).await }).await;
        assert!(read().await <= 3);
        agent.patch(path(rosa), json!({"seat": "aisle"})).await.expect(200);
        assert!(read().await <= 2);
    }
}
