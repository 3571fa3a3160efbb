//! `/v1/entry-rules`.

use entity::ids::EntryRuleId;
use sea_orm::{EntityTrait as _, QueryOrder as _};
use serde_json::json;

use super::{codes, rule};
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_rule_is_answered_as_sent_and_read_by_everybody_who_is_signed_in(app: &App) {
        let admin = app.admin().await;
        let sent = rule("house-iceland", &json!({
            "destinations": ["isl", "schengen"], "nationalities": ["GB"], "nationalities_except": ["EU_EEA_CH"], "min_months": 1,
            "purpose": "business", "source_url": "https://www.utl.is/", "note": "By telephone.",
        }));
        let created = admin.post("/v1/entry-rules", sent.clone()).await;
        let mut answered = created.expect(201);
        assert_eq!(created.etag(), "\"1\"");
        let location = created.header("location").unwrap();
        assert_eq!(location, format!("/v1/entry-rules/{}", created.id()));
        for reader in [app.customer("Anna").await, app.agent().await, admin.clone(), app.client("entry-rules:read").await] {
            let read = reader.get(location).await;
            assert_eq!(read.expect(200), answered);
            let known = reader.get_with(location, &[("if-none-match", &read.etag())]).await;
            assert_eq!((known.status, known.body.len()), (304, 0));
            assert_eq!(codes(&reader.get("/v1/entry-rules").await.expect(200)), ["house-iceland"]);
            let missing = format!("/v1/entry-rules/{}", EntryRuleId::new());
            assert_eq!(reader.get(missing).await.problem(404), "not_found");
        }
        app.anonymous().get(location).await.problem(401);
        assert_eq!(app.client("users:read").await.get(location).await.problem(403), "insufficient_scope");
        let fields = answered.as_object_mut().unwrap();
        fields.remove("id").unwrap();
        assert_eq!(fields.remove("created_at").unwrap(), fields.remove("updated_at").unwrap());
        let mut expected = sent;
        (expected["destinations"], expected["nationalities"]) = (json!(["ISL", "SCHENGEN"]), json!(["GBR"]));
        (expected["max_age_years"], expected["active"], expected["shipped"]) = (json!(null), json!(true), json!(false));
        expected["version"] = json!(1);
        assert_eq!(answered, expected);
    }

    async fn only_administrators_change_rules(app: &App) {
        let admin = app.admin().await;
        let path = format!("/v1/entry-rules/{}", admin.post("/v1/entry-rules", rule("one", &json!({}))).await.id());
        for (caller, status) in [
            (app.anonymous(), 401), (app.customer("Anna").await, 403), (app.agent().await, 403), (app.client("entry-rules:read").await, 403),
        ] {
            caller.post("/v1/entry-rules", rule("two", &json!({}))).await.problem(status);
            caller.patch(&path, json!({"active": false})).await.problem(status);
            caller.delete(&path).await.problem(status);
        }
        let client = app.client("entry-rules:read entry-rules:write").await;
        client.post("/v1/entry-rules", rule("two", &json!({}))).await.expect(201);
        client.patch(&path, json!({"active": false})).await.expect(200);
        client.delete(&path).await.expect(204);
        assert_eq!(codes(&admin.get("/v1/entry-rules").await.expect(200)), ["two"]);
    }

    async fn what_is_missing_or_wrong_is_named_at_once(app: &App) {
        let admin = app.admin().await;
        let post = async |body| admin.post("/v1/entry-rules", body).await.errors(422);
        let required = ["checked_on", "code", "confidence", "destinations", "kind", "severity", "source_title"];
        assert_eq!(post(json!({})).await, required.map(|name| (format!("/{name}"), "required".to_owned())));
        let named = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            list.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
        };
        for (changes, expected) in [
            (
                json!({"code": "A B", "destinations": ["ZZ"], "min_months": 121, "min_days": -1, "source_url": "http://a.example", "severity": "high", "purpose": "leisure"}),
                &[
                    ("/code", "invalid_format"), ("/destinations/0", "unknown_code"), ("/min_days", "out_of_range"),
                    ("/min_months", "out_of_range"), ("/purpose", "unknown_code"), ("/severity", "unknown_code"), ("/source_url", "invalid_format"),
                ][..],
            ),
            (json!({"destinations": []}), &[("/destinations", "too_few")]),
            (json!({"destinations": ["DE", "D"]}), &[("/destinations", "duplicate")]),
            (json!({"anchor": null}), &[("/anchor", "required")]),
            (json!({"kind": "passport_age"}), &[("/anchor", "not_of_this_kind"), ("/min_days", "not_of_this_kind"), ("/max_age_years", "required")]),
            (json!({"kind": "visa", "min_months": 3, "max_age_years": 10}), &[
                ("/anchor", "not_of_this_kind"), ("/min_months", "not_of_this_kind"), ("/min_days", "not_of_this_kind"),
                ("/max_age_years", "not_of_this_kind"),
            ]),
            (json!({"checked_on": "2199-01-01"}), &[("/checked_on", "in_the_future")]),
            (json!({"version": 3}), &[("/version", "unknown_field")]),
        ] {
            assert_eq!(post(rule("one", &changes)).await, named(expected), "{changes}");
        }
        assert_eq!(codes(&admin.get("/v1/entry-rules").await.expect(200)), Vec::<&str>::new());
    }

    async fn a_code_is_there_once(app: &App) {
        let admin = app.admin().await;
        admin.post("/v1/entry-rules", rule("one", &json!({}))).await.expect(201);
        assert_eq!(admin.post("/v1/entry-rules", rule("one", &json!({}))).await.problem(409), "entry_rule_exists");
    }

    async fn a_change_replaces_clears_and_keeps(app: &App) {
        let admin = app.admin().await;
        let path = format!("/v1/entry-rules/{}", admin.post("/v1/entry-rules", rule("one", &json!({"note": "A note."}))).await.id());
        let stale = [("if-match", "\"7\"")];
        assert_eq!(admin.patch_with(&path, &stale, json!({"active": false})).await.problem(412), "stale_version");
        let changed = admin.patch_with(&path, &[("if-match", "\"1\"")], json!({"note": null, "min_days": 45, "destinations": ["BMU"]})).await;
        let rule = changed.expect(200);
        assert_eq!((&rule["note"], &rule["min_days"], &rule["destinations"], &rule["version"]), (&json!(null), &json!(45), &json!(["BMU"]), &json!(2)));
        assert_eq!(changed.etag(), "\"2\"");
        assert_eq!(admin.patch(&path, json!({"min_days": 45})).await.expect(200)["version"], 2);
        assert_eq!(admin.patch(&path, json!({"code": "two"})).await.errors(422), [("/code".to_owned(), "unknown_field".to_owned())]);
        assert_eq!(admin.patch(&path, json!({"kind": "visa"})).await.errors(422), [("/kind".to_owned(), "unknown_field".to_owned())]);
        for field in ["anchor", "nationalities", "max_age_years", "active"] {
            assert_eq!(admin.patch(&path, json!({field: null})).await.errors(422), [(format!("/{field}"), "not_nullable".to_owned())]);
        }
        assert_eq!(admin.patch(&path, json!({"max_age_years": 10})).await.errors(422), [("/max_age_years".to_owned(), "not_of_this_kind".to_owned())]);
        assert_eq!(admin.delete_with(&path, &stale).await.problem(412), "stale_version");
        admin.delete(&path).await.expect(204);
        assert_eq!(admin.delete(&path).await.problem(404), "not_found");
        let entries = entity::audit_events::Entity::find()
            .order_by_asc(entity::audit_events::COLUMN.id)
            .all(app.core.db.read())
            .await
            .unwrap();
        let actions: Vec<_> = entries.iter().map(|it| it.action.as_str()).filter(|it| it.starts_with("entry_rule")).collect();
        assert_eq!(actions, ["entry_rule.created", "entry_rule.updated", "entry_rule.deleted"]);
    }

    async fn lists_are_narrowed_and_paged(app: &App) {
        let admin = app.admin().await;
        for (code, changes) in [
            ("a", json!({"destinations": ["SCHENGEN"]})),
            ("b", json!({"destinations": ["ANYWHERE"]})),
            ("c", json!({"destinations": ["FRA"], "kind": "visa", "anchor": null, "min_days": null})),
            ("d", json!({"destinations": ["GBR"], "active": false})),
        ] {
            admin.post("/v1/entry-rules", rule(code, &changes)).await.expect(201);
        }
        for (query, expected) in [
            ("", &["a", "b", "c", "d"][..]),
            ("destination=FRA", &["a", "b", "c"]),
            ("destination=gb", &["b", "d"]),
            ("destination=FRA&kind=passport_validity", &["a", "b"]),
            ("active=false", &["d"]),
            ("kind=visa", &["c"]),
        ] {
            assert_eq!(codes(&admin.get(format!("/v1/entry-rules?{query}")).await.expect(200)), expected, "{query}");
        }
        for filter in ["", "&destination=FRA"] {
            let mut seen = Vec::new();
            let mut path = format!("/v1/entry-rules?limit=1{filter}");
            loop {
                let page = admin.get(&path).await.expect(200);
                seen.extend(codes(&page).into_iter().map(str::to_owned));
                let Some(cursor) = page["next_cursor"].as_str() else { break };
                path = format!("/v1/entry-rules?limit=1{filter}&cursor={cursor}");
            }
            assert_eq!(seen.len(), if filter.is_empty() { 4 } else { 3 });
        }
        assert_eq!(admin.get("/v1/entry-rules?destination=EUROPE").await.errors(400), [("destination".to_owned(), "invalid_format".to_owned())]);
    }
}
