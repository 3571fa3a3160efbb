//! `/v1/identity-cards`

mod create_from_mrz;

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{anna_identity_card, anna_passport, on_both_databases};

on_both_databases! {
    /// A customer records the own card, an agent books with it, and it is reported lost.
    async fn a_card_is_recorded_found_changed_and_removed(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let created = rosa.post("/v1/identity-cards", anna_identity_card(rosa.id(), "d2314-5890")).await;
        let url = format!("/v1/identity-cards/{}", created.id());
        assert_eq!((created.header("location"), created.etag().as_str()), (Some(url.as_str()), "\"1\""));
        let own = created.expect(201);
        for (field, value) in [
            ("user_id", json!(rosa.id())), ("issuing_country", json!("UTO")), ("nationality", json!("UTO")),
            ("document_number", json!("D23145890")), ("masked", json!(false)), ("surname", json!("Eriksson")),
            ("given_names", json!("Anna Maria")), ("date_of_birth", json!("1974-08-12")), ("sex", json!("F")),
            ("issue_date", json!("2024-04-16")), ("expiry_date", json!("2034-04-15")), ("expired", json!(false)),
            ("status", json!("active")), ("version", json!(1)),
        ] {
            assert_eq!(own[field], value, "{field}");
        }
        let search = json!({"issuing_country": "UTO", "document_number": "D23145890"});
        let found = agent.post("/v1/identity-cards/search", search).await.expect(200);
        assert_eq!((&found["data"][0]["document_number"], &found["data"][0]["masked"]), (&json!("••••5890"), &json!(true)));
        let shown = agent.post(format!("{url}/reveal"), json!({"purpose": "check-in for QF1"})).await.expect(200);
        assert_eq!(shown, own);
        let lost = agent.patch_with(&url, &[("if-match", "\"1\"")], json!({"status": "lost", "expiry_date": null})).await;
        assert_eq!((&lost.expect(200)["status"], &lost.json()["expiry_date"]), (&json!("lost"), &Value::Null));
        assert_eq!(agent.patch_with(&url, &[("if-match", "\"1\"")], json!({"sex": "X"})).await.problem(412), "stale_version");
        let listed = agent.get(format!("/v1/identity-cards?user_id={}&status=lost", rosa.id())).await.expect(200);
        assert_eq!(listed["data"][0]["id"], created.id().as_str());
        for query in ["status=active", "expires_before=2199-01-01"] {
            assert_eq!(agent.get(format!("/v1/identity-cards?{query}")).await.expect(200)["data"], json!([]), "{query}");
        }
        agent.delete(&url).await.expect(204);
        assert_eq!(rosa.get(&url).await.problem(404), "not_found");
        let history = rosa.get(format!("/v1/users/{}/history", rosa.id())).await.expect(200).to_string();
        for action in ["identity_card.created", "identity_card.revealed", "identity_card.updated", "identity_card.deleted"] {
            assert!(history.contains(action), "{action}: {history}");
        }
    }

    async fn a_card_need_not_expire(app: &App) {
        let (agent, rosa) = (app.agent().await, app.profile("Rosa").await);
        let mut card = anna_identity_card(rosa, "D1");
        card["expiry_date"] = Value::Null;
        let card = agent.post("/v1/identity-cards", card).await.expect(201);
        assert_eq!((&card["expiry_date"], &card["expired"]), (&Value::Null, &json!(false)));
    }

    async fn all_wrong_fields_are_named_at_once(app: &App) {
        let (agent, rosa) = (app.agent().await, app.profile("Rosa").await);
        let answer = agent.post("/v1/identity-cards", json!({
            "user_id": rosa, "document_number": "1234567890123456", "surname": "", "sex": "U", "status": "used", "expiry_date": "soon",
        })).await;
        let mut errors = answer.errors(422);
        errors.sort();
        let expected = [
            ("/date_of_birth", "required"), ("/document_number", "too_long"), ("/expiry_date", "invalid_date"),
            ("/issuing_country", "required"), ("/sex", "unknown_code"), ("/status", "unknown_code"), ("/surname", "too_short"),
        ];
        assert_eq!(errors, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
        let tomorrow = (app.core.clock.today() + TimeDelta::days(1)).to_string();
        for (field, value, pointer, code) in [
            ("date_of_birth", json!(tomorrow), "/date_of_birth", "in_the_future"),
            ("expiry_date", json!("1974-08-12"), "/expiry_date", "out_of_order"),
            ("issue_date", json!("2034-04-15"), "/issue_date", "out_of_order"),
            ("issue_date", json!("1974-08-12"), "/issue_date", "out_of_order"),
            ("issue_date", json!(tomorrow), "/issue_date", "in_the_future"),
            ("issuing_country", json!("XXB"), "/issuing_country", "not_an_issuer"),
        ] {
            let mut card = anna_identity_card(rosa, "D1");
            card[field] = value;
            let answer = agent.post("/v1/identity-cards", card).await;
            assert!(answer.errors(422).contains(&(pointer.to_owned(), code.to_owned())), "{field} {:?}", answer.errors(422));
        }
    }

    async fn a_number_is_recorded_once_in_a_country(app: &App) {
        let (agent, rosa, ida) = (app.agent().await, app.profile("Rosa").await, app.profile("Ida").await);
        agent.post("/v1/identity-cards", anna_identity_card(rosa, "D1")).await.expect(201);
        assert_eq!(agent.post("/v1/identity-cards", anna_identity_card(ida, "d 1")).await.problem(409), "identity_card_exists");
        let mut other = anna_identity_card(ida, "D1");
        other["issuing_country"] = json!("SWE");
        let other = agent.post("/v1/identity-cards", other).await;
        let url = format!("/v1/identity-cards/{}", other.id());
        assert_eq!(agent.patch(&url, json!({"issuing_country": "UTO"})).await.problem(409), "identity_card_exists");
        // A passport may have the same number.
        agent.post("/v1/passports", anna_passport(rosa, "D1")).await.expect(201);
    }

    async fn customers_reach_their_own_and_no_others(app: &App) {
        let (rosa, ida) = (app.customer("Rosa").await, app.customer("Ida").await);
        let others = ida.post("/v1/identity-cards", anna_identity_card(ida.id(), "D1")).await;
        for id in [others.id(), Uuid::now_v7().to_string()] {
            let url = format!("/v1/identity-cards/{id}");
            for answer in [
                rosa.get(&url).await, rosa.patch(&url, json!({"sex": "X"})).await, rosa.delete(&url).await,
                rosa.post(format!("{url}/reveal"), json!({"purpose": "curiosity"})).await,
            ] {
                assert_eq!(answer.problem(404), "not_found");
            }
        }
        rosa.post("/v1/identity-cards", anna_identity_card(ida.id(), "D2")).await.refuses("/user_id", "not_found");
        let machine = app.client("passports:read passports:write").await;
        assert_eq!(machine.get("/v1/identity-cards").await.problem(403), "insufficient_scope");
    }

    async fn cards_go_with_their_holder(app: &App) {
        let (admin, rosa) = (app.admin().await, app.profile("Rosa").await);
        let card = admin.post("/v1/identity-cards", anna_identity_card(rosa, "D1")).await;
        admin.delete(format!("/v1/users/{rosa}")).await.expect(204);
        assert_eq!(admin.get(format!("/v1/identity-cards/{}", card.id())).await.problem(404), "not_found");
        admin.post("/v1/identity-cards", anna_identity_card(app.profile("Ida").await, "D1")).await.expect(201);
    }
}
