//! `/v1/traveller-numbers`

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{anna_identity_card, anna_passport, on_both_databases};

on_both_databases! {
    /// A customer says the own number once; a booking tool reads it from then on.
    async fn a_number_is_said_once_and_read_ever_after(app: &App) {
        let rosa = app.customer("Rosa").await;
        let known = json!({"user_id": rosa.id(), "type": "known_traveller", "number": "tt 123-4567", "program": "Global Entry"});
        let created = rosa.post("/v1/traveller-numbers", known).await;
        let url = format!("/v1/traveller-numbers/{}", created.id());
        assert_eq!((created.header("location"), created.etag().as_str()), (Some(url.as_str()), "\"1\""));
        let own = created.expect(201);
        for (field, value) in [
            ("user_id", json!(rosa.id())), ("type", json!("known_traveller")), ("number", json!("TT1234567")),
            ("masked", json!(false)), ("country", json!("USA")), ("country_alpha2", json!("US")), ("program", json!("Global Entry")),
            ("expiry_date", Value::Null), ("expired", json!(false)), ("warnings", json!([])), ("version", json!(1)),
        ] {
            assert_eq!(own[field], value, "{field}");
        }
        let tool = app.client("travel-documents:read travel-documents:reveal").await;
        let seen = tool.get(format!("/v1/traveller-numbers?user_id={}&type=known_traveller", rosa.id())).await.expect(200);
        assert_eq!((&seen["data"][0]["number"], &seen["data"][0]["masked"]), (&json!("••••4567"), &json!(true)));
        let shown = tool.post(format!("{url}/reveal"), json!({"purpose": "booking"})).await.expect(200);
        assert_eq!(shown, own);
        let changed = rosa.patch_with(&url, &[("if-match", "\"1\"")], json!({"expiry_date": "2020-01-01", "program": null})).await;
        assert_eq!((&changed.expect(200)["expired"], &changed.json()["program"]), (&json!(true), &Value::Null));
        let listed = rosa.get("/v1/traveller-numbers?expires_before=2020-01-02").await.expect(200);
        assert_eq!(listed["data"][0]["version"], 2);
        rosa.delete_with(&url, &[("if-match", "\"2\"")]).await.expect(204);
        let history = rosa.get(format!("/v1/users/{}/history", rosa.id())).await.expect(200).to_string();
        for action in ["created", "revealed", "updated", "deleted"] {
            assert!(history.contains(&format!("traveller_number.{action}")), "{action}: {history}");
        }
    }

    /// The fields of airlines take more than the programmes hand out: a person is told, and nobody is stopped.
    async fn unlikely_numbers_are_taken_with_a_warning(app: &App) {
        let (agent, rosa) = (app.agent().await, app.profile("Rosa").await);
        for (kind, number, country, is_doubtful) in [
            ("known_traveller", "TT12345678", "USA", true), ("redress", "123456A", "USA", true), ("redress", "1234567", "CAN", false),
            ("known_traveller", "987654321", "CAN", false),
        ] {
            let new = json!({"user_id": rosa, "type": kind, "number": number, "country": country});
            let created = agent.post("/v1/traveller-numbers", new).await.expect(201);
            assert_eq!(created["warnings"][0]["code"] == "unlikely_number", is_doubtful, "{created}");
            assert!(!created.to_string().contains(number), "{created}");
        }
        let url = agent.get("/v1/traveller-numbers?type=redress&limit=1").await.expect(200)["data"][0]["id"].clone();
        let url = format!("/v1/traveller-numbers/{}", url.as_str().unwrap());
        assert_eq!(agent.patch(url, json!({"number": "1234567"})).await.expect(200)["warnings"], json!([]));
    }

    async fn other_numbers_name_programme_and_country(app: &App) {
        let (agent, rosa) = (app.agent().await, app.profile("Rosa").await);
        let answer = agent.post("/v1/traveller-numbers", json!({"user_id": rosa, "type": "other", "number": "1/2"})).await;
        let mut errors = answer.errors(422);
        errors.sort();
        let expected = [("/country", "required"), ("/number", "invalid_character"), ("/program", "required")];
        assert_eq!(errors, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
        let nexus = json!({"user_id": rosa, "type": "other", "number": "1", "country": "ca", "program": "NEXUS"});
        let created = agent.post("/v1/traveller-numbers", nexus).await;
        assert_eq!(created.expect(201)["country"], "CAN");
        let url = format!("/v1/traveller-numbers/{}", created.id());
        agent.patch(&url, json!({"program": null})).await.refuses("/program", "required");
        agent.patch(&url, json!({"program": null, "type": "redress"})).await.expect(200);
        agent.patch(&url, json!({"type": "other"})).await.refuses("/program", "required");
        let long = json!({"user_id": rosa, "type": "other", "number": "1".repeat(26), "country": "XXA", "program": " "});
        let answer = agent.post("/v1/traveller-numbers", long).await;
        let mut errors = answer.errors(422);
        errors.sort();
        assert_eq!(errors, [("/number", "too_long"), ("/program", "too_short")].map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    async fn one_of_each_type_and_country_and_found_with_everybody_who_says_it(app: &App) {
        let (agent, rosa, ida) = (app.agent().await, app.customer("Rosa").await, app.profile("Ida").await);
        let new = |user: Value, number: &str| json!({"user_id": user, "type": "redress", "number": number});
        agent.post("/v1/traveller-numbers", new(json!(rosa.id()), "1234567")).await.expect(201);
        let again = agent.post("/v1/traveller-numbers", new(json!(rosa.id()), "7654321")).await;
        assert_eq!(again.problem(409), "traveller_number_exists");
        // Somebody else says the same number: whose it is, is not ours to decide.
        let other = agent.post("/v1/traveller-numbers", new(json!(ida), "123 4567")).await;
        other.expect(201);
        let search = |kind: &str| json!({"type": kind, "number": "1234567"});
        let found = agent.post("/v1/traveller-numbers/search", search("redress")).await.expect(200);
        assert_eq!(found["data"].as_array().unwrap().len(), 2);
        let page = json!({"type": "redress", "number": "1234567", "limit": 1});
        let page = agent.post("/v1/traveller-numbers/search", page).await.expect(200);
        let next = json!({"type": "redress", "number": "1234567", "limit": 1, "cursor": page["next_cursor"]});
        let next = agent.post("/v1/traveller-numbers/search", next).await.expect(200);
        assert_eq!((&next["data"][0]["id"], &next["has_more"]), (&json!(other.id()), &json!(false)));
        assert_eq!(rosa.post("/v1/traveller-numbers/search", search("redress")).await.expect(200)["data"].as_array().unwrap().len(), 1);
        assert_eq!(agent.post("/v1/traveller-numbers/search", search("other")).await.expect(200)["data"], json!([]));
        let bad = json!({"type": "redress", "number": "7654321", "cursor": page["next_cursor"]});
        agent.post("/v1/traveller-numbers/search", bad).await.refuses("/cursor", "invalid_cursor");
    }

    async fn customers_reach_their_own_and_no_others(app: &App) {
        let (rosa, ida) = (app.customer("Rosa").await, app.customer("Ida").await);
        let new = || json!({"user_id": ida.id(), "type": "redress", "number": "1234567"});
        let others = ida.post("/v1/traveller-numbers", new()).await;
        for id in [others.id(), Uuid::now_v7().to_string()] {
            let url = format!("/v1/traveller-numbers/{id}");
            for answer in [
                rosa.get(&url).await, rosa.patch(&url, json!({"number": "1"})).await, rosa.delete(&url).await,
                rosa.post(format!("{url}/reveal"), json!({"purpose": "curiosity"})).await,
            ] {
                assert_eq!(answer.problem(404), "not_found");
            }
        }
        rosa.post("/v1/traveller-numbers", new()).await.refuses("/user_id", "not_found");
        assert_eq!(rosa.get("/v1/traveller-numbers").await.expect(200)["data"], json!([]));
    }

    /// Four kinds, one budget: a copy of a person counts each of its documents.
    async fn reveals_of_all_kinds_are_counted_together(app: &App) with |config| { config.reveals_per_hour = 5; } => {
        let (admin, rosa) = (app.admin().await, app.customer("Rosa").await);
        let known = json!({"user_id": rosa.id(), "type": "known_traveller", "number": "TT1234567"});
        let mut urls = Vec::new();
        for (list, body) in [
            ("passports", anna_passport(rosa.id(), "L898902C3")), ("identity-cards", anna_identity_card(rosa.id(), "D23145890")),
            ("traveller-numbers", known),
        ] {
            let created = admin.post(format!("/v1/{list}"), body).await;
            created.expect(201);
            urls.push(format!("/v1/{list}/{}/reveal", created.id()));
        }
        for url in &urls {
            admin.post(url, json!({"purpose": "check-in for QF1"})).await.expect(200);
        }
        // Three more would be six.
        let export = format!("/v1/users/{}/export", rosa.id());
        let refused = admin.get(&export).await;
        assert_eq!(refused.problem(429), "too_many_reveals");
        assert!(!String::from_utf8_lossy(&refused.body).contains("TT1234567"));
        for status in [200, 200, 429] {
            assert_eq!(admin.post(&urls[2], json!({"purpose": "check-in for QF1"})).await.status, status);
        }
        rosa.get(&export).await.expect(200);
    }

    async fn numbers_go_with_the_traveller(app: &App) {
        let (admin, rosa) = (app.admin().await, app.profile("Rosa").await);
        let new = json!({"user_id": rosa, "type": "redress", "number": "1234567"});
        let number = admin.post("/v1/traveller-numbers", new).await;
        admin.delete(format!("/v1/users/{rosa}")).await.expect(204);
        assert_eq!(admin.get(format!("/v1/traveller-numbers/{}", number.id())).await.problem(404), "not_found");
    }
}
