//! `POST /v1/document-checks`.

use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::json;

use super::{anna, codes, leg, passport, rules};
use crate::support::world::{counts, everything};
use crate::support::{App, on_both_databases};

on_both_databases! {
    async fn an_agent_is_told_what_schengen_asks_for(app: &App) {
        rules(app).await;
        let agent = app.agent().await;
        let anna = anna(app).await;
        let short = passport(&agent, anna, "111111111", &json!({"expiry_date": "2027-08-31"})).await;
        let check = |last: &str| json!({
            "user_ids": [anna],
            "legs": [leg("FRA", "2027-05-20", "2027-05-28"), leg("IT", "2027-05-28", last)],
        });
        // Three months after 31 May end with 31 August, which still counts.
        let answer = agent.post("/v1/document-checks", check("2027-05-31")).await;
        let good = answer.expect(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!((&good["advisory"], &good["rules_as_of"]), (&json!(true), &json!("2026-11-30")));
        let traveller = &good["travellers"][0];
        assert_eq!((&traveller["verdict"], &traveller["name"]), (&json!("ok"), &json!("Anna Maria Eriksson")));
        assert_eq!((&traveller["missing"], &traveller["findings"]), (&json!([]), &json!([])));
        assert_eq!(traveller["legs"][1]["passport_id"], short);
        assert_eq!(traveller["legs"][1]["country"], "ITA");
        assert_eq!(traveller["legs"][1]["unchecked"], json!([]));

        let bad = agent.post("/v1/document-checks", check("2027-06-01")).await.expect(200);
        let traveller = &bad["travellers"][0];
        assert_eq!((&traveller["verdict"], &traveller["missing"]), (&json!("fail"), &json!(["valid_passport"])));
        for number in 0..2 {
            let found = &traveller["legs"][number]["findings"][0];
            assert_eq!(codes(&traveller["legs"][number]["findings"]), ["validity_too_short"]);
            assert_eq!((&found["needed_until"], &found["valid_until"]), (&json!("2027-09-01"), &json!("2027-08-31")));
            assert_eq!((&found["rule"]["code"], &found["severity"]), (&json!("schengen-three-months"), &json!("fail")));
            assert!(found["rule"]["source_url"].as_str().unwrap().starts_with("https://"), "{found}");
        }
        assert!(!bad.to_string().contains("111111111"), "no number of a passport is in the answer");
    }

    async fn who_needs_a_visa_is_told_and_where_nobody_knows_it_is_said(app: &App) {
        rules(app).await;
        let agent = app.agent().await;
        let anna = anna(app).await;
        passport(&agent, anna, "111111112", &json!({"issuing_country": "IN", "nationality": "IN"})).await;
        let body = json!({"user_ids": [anna], "legs": [leg("FRA", "2027-05-20", "2027-05-31"), leg("PRY", "2027-06-01", "2027-06-05")]});
        let found = agent.post("/v1/document-checks", body.clone()).await.expect(200);
        let traveller = &found["travellers"][0];
        assert_eq!((&traveller["verdict"], &traveller["missing"]), (&json!("fail"), &json!(["visa"])));
        let finding = &traveller["legs"][0]["findings"][0];
        assert_eq!((&finding["code"], &finding["rule"]["code"]), (&json!("visa_not_recorded"), &json!("schengen-visa")));
        assert_eq!(traveller["legs"][1]["unchecked"], json!(["passport_validity", "visa"]));
        let visa = json!({
            "user_id": anna, "country": "ES", "visa_number": "S1234567", "type": "tourist", "entries": "single", "max_stay_days": 30,
            "issue_date": "2026-01-10", "expiry_date": "2027-12-31",
        });
        agent.post("/v1/visas", visa).await.expect(201);
        let found = agent.post("/v1/document-checks", body.clone()).await.expect(200);
        assert_eq!(found["travellers"][0]["verdict"], "ok");
    }

    async fn the_best_of_several_passports_is_named(app: &App) {
        rules(app).await;
        let agent = app.agent().await;
        let anna = anna(app).await;
        let old = json!({"issue_date": "2016-05-10", "expiry_date": "2031-05-09"});
        passport(&agent, anna, "222222221", &old).await;
        let good = passport(&agent, anna, "222222222", &json!({"expiry_date": "2029-05-09"})).await;
        let lost = passport(&agent, anna, "222222223", &json!({"expiry_date": "2033-05-09"})).await;
        agent.patch(format!("/v1/passports/{lost}"), json!({"status": "lost"})).await.expect(200);
        let body = json!({"user_ids": [anna], "legs": [leg("FRA", "2027-05-20", "2027-05-31")]});
        let found = agent.post("/v1/document-checks", body).await.expect(200);
        let first = &found["travellers"][0]["legs"][0];
        assert_eq!((&first["verdict"], &first["passport_id"], &first["valid_until"]), (&json!("ok"), &json!(good), &json!("2029-05-09")));
    }

    async fn rules_that_an_administrator_edits_change_the_verdict(app: &App) {
        rules(app).await;
        let (admin, agent) = (app.admin().await, app.agent().await);
        let anna = anna(app).await;
        passport(&agent, anna, "333333333", &json!({"expiry_date": "2027-06-30"})).await;
        let body = json!({"user_ids": [anna], "legs": [leg("PRY", "2027-05-20", "2027-05-31")]});
        let verdict = async || {
            let found = agent.post("/v1/document-checks", body.clone()).await.expect(200);
            found["travellers"][0]["verdict"].as_str().unwrap().to_owned()
        };
        assert_eq!(verdict().await, "ok");
        let own = json!({
            "code": "house-paraguay", "kind": "passport_validity", "destinations": ["PRY"], "anchor": "stay_end", "min_days": 31,
            "severity": "fail", "confidence": "confirmed", "source_title": "The embassy, by telephone", "checked_on": "2026-01-02",
        });
        let rule = admin.post("/v1/entry-rules", own).await.id();
        let path = format!("/v1/entry-rules/{rule}");
        assert_eq!(verdict().await, "fail");
        admin.patch(&path, json!({"severity": "warn"})).await.expect(200);
        assert_eq!(verdict().await, "warn");
        admin.patch(&path, json!({"min_days": 30})).await.expect(200);
        assert_eq!(verdict().await, "ok");
        admin.patch(&path, json!({"min_months": 1, "nationalities_except": ["GBR"]})).await.expect(200);
        assert_eq!(verdict().await, "ok");
        admin.patch(&path, json!({"nationalities_except": []})).await.expect(200);
        assert_eq!(verdict().await, "warn");
        admin.patch(&path, json!({"active": false})).await.expect(200);
        assert_eq!(verdict().await, "ok");
        admin.patch(&path, json!({"active": true})).await.expect(200);
        admin.delete(&path).await.expect(204);
        assert_eq!(verdict().await, "ok");
    }

    async fn rules_that_name_a_purpose_hold_for_trips_of_that_purpose_alone(app: &App) {
        rules(app).await;
        let (admin, agent) = (app.admin().await, app.agent().await);
        let anna = anna(app).await;
        passport(&agent, anna, "777777777", &json!({})).await;
        let own = json!({
            "code": "house-paraguay-business", "kind": "visa", "destinations": ["PRY"], "purpose": "business", "severity": "fail",
            "confidence": "confirmed", "source_title": "The embassy, by telephone", "checked_on": "2026-01-02",
        });
        let rule = admin.post("/v1/entry-rules", own).await.id();
        let other = json!({"name": "Two", "members": [{"user_id": anna}, {"user_id": app.profile("Other").await}]});
        let group = agent.post("/v1/groups", other).await.id();
        let verdicts = async |purpose: Option<&str>| {
            let mut body = json!({"user_ids": [anna], "legs": [leg("PRY", "2027-05-20", "2027-05-31")]});
            let mut path = format!("/v1/groups/{group}/readiness?departure=2027-05-20&countries=PRY");
            if let Some(purpose) = purpose {
                body["purpose"] = json!(purpose);
                path = format!("{path}&purpose={purpose}");
            }
            let found = agent.post("/v1/document-checks", body).await.expect(200);
            let ready = agent.get(path).await.expect(200);
            let members = ready["members"].as_array().unwrap();
            let member = members.iter().find(|it| it["user_id"] == anna.to_string()).unwrap();
            assert_eq!(member["verdict"], found["travellers"][0]["verdict"], "{purpose:?}");
            found["travellers"][0]["verdict"].as_str().unwrap().to_owned()
        };
        for (purpose, expected) in [(Some("business"), "fail"), (Some("tourism"), "ok"), (None, "ok")] {
            assert_eq!(verdicts(purpose).await, expected, "{purpose:?}");
        }
        // For every trip, whatever it is for.
        admin.patch(format!("/v1/entry-rules/{rule}"), json!({"purpose": null})).await.expect(200);
        for purpose in [Some("business"), Some("tourism"), None] {
            assert_eq!(verdicts(purpose).await, "fail", "{purpose:?}");
        }
        let path = format!("/v1/groups/{group}/readiness?departure=2027-05-20&countries=PRY&purpose=leisure");
        agent.get(path).await.problem(400);
    }

    async fn a_check_takes_six_statements_however_many_there_are(app: &App) {
        rules(app).await;
        let agent = app.agent().await;
        let mut ids = Vec::new();
        for number in 0..8 {
            let id = anna(app).await;
            passport(&agent, id, &format!("44444444{number}"), &json!({})).await;
            passport(&agent, id, &format!("44444445{number}"), &json!({})).await;
            ids.push(id);
        }
        let members: Vec<_> = ids.iter().map(|id| json!({"user_id": id})).collect();
        let group = agent.post("/v1/groups", json!({"name": "Walkers", "members": members})).await.id();
        let legs: Vec<_> = (10..20).map(|day| leg("FRA", &format!("2027-05-{day}"), &format!("2027-05-{}", day + 1))).collect();
        let by_users = json!({"user_ids": ids, "legs": legs});
        let by_group = json!({"group_id": group, "legs": legs});
        for body in [by_users, by_group] {
            let took = app.statements(async {
                let found = agent.post("/v1/document-checks", body).await.expect(200);
                assert_eq!(found["travellers"].as_array().unwrap().len(), 8);
                assert_eq!(found["travellers"][7]["legs"].as_array().unwrap().len(), 10);
            }).await;
            assert!(took <= 6, "{took}");
        }
        let path = format!("/v1/groups/{group}/readiness?departure=2027-05-20&countries=FRA,USA");
        let took = app.statements(async { agent.get(path).await.expect(200) }).await;
        assert!(took <= 6, "{took}");
    }

    async fn a_check_writes_nothing(app: &App) {
        rules(app).await;
        let (agent, anna) = (app.agent().await, anna(app).await);
        passport(&agent, anna, "555555555", &json!({})).await;
        let before = (everything(app).await, counts(app).await, audit_entries(app).await);
        let body = json!({"user_ids": [anna], "legs": [leg("FRA", "2027-05-20", "2027-05-31")]});
        agent.post("/v1/document-checks", body).await.expect(200);
        assert_eq!((everything(app).await, counts(app).await, audit_entries(app).await), before);
    }
}

async fn audit_entries(app: &App) -> u64 {
    entity::audit_events::Entity::find()
        .count(app.core.db.read())
        .await
        .unwrap()
}
