//! Whom a check finds, and what it says of them.

use serde_json::{Value, json};

use super::{anna, codes, leg, passport, rules};
use crate::support::{App, Caller, on_both_databases, without_chance};

async fn child(app: &App) -> entity::ids::UserId {
    let elsa = json!({"first_name": "Elsa", "last_name": "Eriksson", "date_of_birth": "2016-06-21", "nationality": "D"});
    app.create_user(&elsa).await
}

fn journey(who: &Value) -> Value {
    let mut body = json!({"legs": [leg("FRA", "2027-05-20", "2027-05-31")]});
    for (name, value) in crate::support::json_object(who) {
        body[name] = value.clone();
    }
    body
}

async fn check(by: &Caller, who: &Value) -> Value {
    by.post("/v1/document-checks", journey(who)).await.expect(200)
}

on_both_databases! {
    async fn a_minor_is_to_be_accompanied(app: &App) {
        rules(app).await;
        let agent = app.agent().await;
        let (elsa, anna) = (child(app).await, anna(app).await);
        let alone = check(&agent, &json!({"user_ids": [elsa]})).await;
        assert_eq!(codes(&alone["travellers"][0]["findings"]), ["no_guardian"]);
        // A German needs no passport in France, but somebody has to see the card.
        assert_eq!(alone["travellers"][0]["verdict"], "warn");
        assert_eq!(alone["travellers"][0]["missing"], json!(["passport", "guardian"]));
        assert_eq!(alone["travellers"][0]["legs"][0]["findings"][0]["rule"]["code"], "eu-identity-card");
        let together = check(&agent, &json!({"user_ids": [elsa, anna]})).await;
        assert_eq!(codes(&together["travellers"][0]["findings"]), Vec::<&str>::new());

        // In a group those answer for a minor who are its guardians or its lead.
        let member = |role: &str| json!([{"user_id": elsa, "role": "child"}, {"user_id": anna, "role": role}]);
        for (role, expected) in [("companion", vec!["no_guardian"]), ("guardian", vec![]), ("lead", vec![])] {
            let group = json!({"name": format!("With a {role}"), "members": member(role)});
            let group = agent.post("/v1/groups", group).await.id();
            let found = check(&agent, &json!({"group_id": group})).await;
            let elsa = found["travellers"].as_array().unwrap().iter().find(|it| it["user_id"] == elsa.to_string()).unwrap();
            assert_eq!(codes(&elsa["findings"]), expected, "{role}");
        }
    }

    async fn profile_and_passport_are_compared(app: &App) {
        rules(app).await;
        let (agent, anna) = (app.agent().await, anna(app).await);
        passport(&agent, anna, "666666666", &json!({"surname": "Lindqvist", "date_of_birth": "1974-12-08"})).await;
        let found = check(&agent, &json!({"user_ids": [anna]})).await;
        assert_eq!(codes(&found["travellers"][0]["findings"]), ["name_differs", "date_of_birth_differs"]);
        assert_eq!(found["travellers"][0]["verdict"], "warn");
        assert!(!without_chance(&found.to_string()).contains("1974"), "no date of birth is in the answer");
    }

    async fn customers_check_themselves_alone(app: &App) {
        rules(app).await;
        let (agent, rosa, other) = (app.agent().await, app.customer("Rosa").await, app.profile("Other").await);
        let own = check(&rosa, &json!({"user_ids": [rosa.id()]})).await;
        assert_eq!(own["travellers"][0]["legs"][0]["verdict"], "fail");
        let both = rosa.post("/v1/document-checks", journey(&json!({"user_ids": [rosa.id(), other]}))).await;
        assert_eq!(both.errors(422), [("/user_ids/1".to_owned(), "not_found".to_owned())]);
        let group = json!({"name": "Two", "members": [{"user_id": rosa.id()}, {"user_id": other}]});
        let group = agent.post("/v1/groups", group).await.id();
        let found = check(&rosa, &json!({"group_id": group})).await;
        assert_eq!(found["travellers"].as_array().unwrap().len(), 1);
        assert_eq!(found["travellers"][0]["user_id"], rosa.id().to_string());
        assert_eq!(codes(&found["warnings"]), ["companions_hidden"]);
        assert!(!found.to_string().contains(&other.to_string()));
        let stranger = app.customer("Sten").await;
        let refused = stranger.post("/v1/document-checks", journey(&json!({"group_id": group}))).await;
        assert_eq!(refused.errors(422), [("/group_id".to_owned(), "not_found".to_owned())]);
        let all = check(&agent, &json!({"group_id": group})).await;
        assert_eq!((all["travellers"].as_array().unwrap().len(), &all["warnings"]), (2, &json!([])));
    }

    async fn who_is_restricted_is_found_by_administrators_alone(app: &App) {
        rules(app).await;
        let (admin, agent) = (app.admin().await, app.agent().await);
        let (anna, other) = (anna(app).await, app.profile("Other").await);
        let group = json!({"name": "Two", "members": [{"user_id": anna}, {"user_id": other}]});
        let group = agent.post("/v1/groups", group).await.id();
        admin.post(format!("/v1/users/{anna}/restrict"), json!({"reason": "The customer contests it"})).await.expect(200);
        let machine = app.client("users:read passports:read travel-documents:read groups:read").await;
        for caller in [&agent, &machine] {
            let refused = caller.post("/v1/document-checks", journey(&json!({"user_ids": [anna]}))).await;
            assert_eq!(refused.errors(422), [("/user_ids/0".to_owned(), "not_found".to_owned())]);
            let found = check(caller, &json!({"group_id": group})).await;
            assert!(!found.to_string().contains("Eriksson"), "{found}");
            assert_eq!(codes(&found["warnings"]), ["companions_hidden"]);
        }
        let found = check(&admin, &json!({"user_ids": [anna]})).await;
        assert_eq!(found["travellers"][0]["name"], "Anna Maria Eriksson");
    }

    async fn other_systems_need_four_scopes_and_see_customers(app: &App) {
        let agent = app.agent().await;
        let anna = anna(app).await;
        let body = journey(&json!({"user_ids": [anna]}));
        for scopes in ["users:read passports:read groups:read", "users:read travel-documents:read groups:read", "passports:read travel-documents:read groups:read", "users:read passports:read travel-documents:read"] {
            let client = app.client(scopes).await;
            assert_eq!(client.post("/v1/document-checks", body.clone()).await.problem(403), "insufficient_scope");
        }
        let client = app.client("users:read passports:read travel-documents:read groups:read").await;
        client.post("/v1/document-checks", body).await.expect(200);
        let staff = journey(&json!({"user_ids": [agent.id()]}));
        assert_eq!(client.post("/v1/document-checks", staff).await.errors(422), [("/user_ids/0".to_owned(), "not_found".to_owned())]);
    }
}
