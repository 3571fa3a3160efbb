//! Data that is kept and used by nobody.

use entity::values::Scope;
use serde_json::{Value, json};

use crate::support::document::operations;
use crate::support::world::{Belongings, Canaries, everything};
use crate::support::{App, Caller, on_both_databases};

/// A customer with one of everything, restricted.
async fn restricted(app: &App, admin: &Caller) -> (Belongings, Caller, Canaries) {
    let canaries = Canaries::new();
    let (rosa, caller) = Belongings::of_a_new_customer(app, admin, &canaries).await;
    let reason = json!({"reason": "The customer contests it"});
    let user = admin
        .post(format!("/v1/users/{}/restrict", rosa.user), reason)
        .await;
    assert_eq!(user.expect(200)["restricted"], true);
    (rosa, caller, canaries)
}

async fn machine(app: &App) -> Caller {
    let all: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    app.client(&all.join(" ")).await
}

on_both_databases! {
    /// Whatever they ask, about the person itself, about what hangs on it, or about all.
    async fn agents_and_other_systems_find_nothing(app: &App) {
        let admin = app.admin().await;
        let (rosa, own, canaries) = restricted(app, &admin).await;
        let (companion, companion_caller) = {
            let companion = rosa.companion.parse().unwrap();
            app.give_email(companion, &format!("{}@mail.example", crate::support::world::unique()), entity::values::Role::Customer).await;
            (companion, app.caller(companion).await)
        };
        for (caller, is_machine) in [(app.agent().await, false), (machine(app).await, true)] {
            let mut asked = 0;
            for operation in operations().into_iter().filter(|it| it.method == "GET" || it.id.starts_with("search_")) {
                // The secret address of a feed is the person's own way to read on, whoever is signed in beside it.
                if operation.path.contains("{token}") {
                    continue;
                }
                let answer = rosa.send(&caller, &operation).await;
                let body = String::from_utf8_lossy(&answer.body).into_owned();
                assert_eq!(canaries.found_in(&body), Vec::<String>::new(), "{}", operation.name());
                let about_them = [
                    "/v1/users/{id}", "/v1/passports/{id}", "/v1/visas/{id}", "/v1/identity-cards/{id}",
                    "/v1/traveller-numbers/{id}", "/v1/loyalties/{id}", "/v1/emergency-contacts/{id}",
                ];
                if about_them.iter().any(|path| operation.path.starts_with(path)) {
                    // What no scope opens is not even looked up for another system.
                    let expected = if is_machine && operation.scopes().is_none() { 403 } else { 404 };
                    assert_eq!(answer.status, expected, "{}", operation.name());
                    asked += 1;
                }
            }
            assert!(asked >= 10, "{asked}");
            for query in [
                json!({"q": canaries.last_name}), json!({"email": canaries.email}), json!({"phone": canaries.phone}),
                json!({"group_id": rosa.group}), json!({"passport_expires_before": "2199-01-01"}),
            ] {
                let found = caller.post("/v1/users/search", query.clone()).await.expect(200);
                assert!(!found.to_string().contains(&rosa.user), "{query}: {found}");
            }
            let number = json!({"issuing_country": "UTO", "passport_number": canaries.passport_number});
            assert_eq!(caller.post("/v1/passports/search", number).await.expect(200)["data"], json!([]));
            for list in ["passports", "visas", "identity-cards", "traveller-numbers", "loyalties", "emergency-contacts"] {
                let found = caller.get(format!("/v1/{list}?user_id={}", rosa.user)).await.expect(200);
                assert_eq!(found["data"], json!([]), "{list}");
            }
            // The others of the group are found as before.
            let members = caller.get(format!("/v1/groups/{}/members", rosa.group)).await.expect(200).to_string();
            assert!(members.contains("Companion") && !members.contains(&canaries.first_name), "{members}");
            let booking = caller.get(format!("/v1/groups/{}/booking-data?channel=amadeus", rosa.group)).await.expect(200);
            assert_eq!(booking["travellers"].as_array().unwrap().len(), 2, "{booking}");
        }
        // Nor do other customers.
        let profile = companion_caller.get(format!("/v1/users/{companion}/profile")).await.expect(200).to_string();
        assert!(profile.contains(&rosa.group) && !profile.contains(&canaries.first_name), "{profile}");
        let members = companion_caller.get(format!("/v1/groups/{}/members", rosa.group)).await.expect(200).to_string();
        assert!(!members.contains(&canaries.first_name), "{members}");
        // The person and administrators read on.
        for caller in [&own, &admin] {
            let profile = caller.get(format!("/v1/users/{}/profile", rosa.user)).await.expect(200);
            assert_eq!(profile["user"]["restricted"], true);
            for path in [
                format!("/v1/passports/{}", rosa.passport), format!("/v1/loyalties/{}", rosa.loyalty),
                format!("/v1/emergency-contacts/{}", rosa.emergency_contact), format!("/v1/users/{}/preferences", rosa.user),
            ] {
                caller.get(path).await.expect(200);
            }
            let members = caller.get(format!("/v1/groups/{}/members", rosa.group)).await.expect(200).to_string();
            assert!(members.contains(&canaries.first_name), "{members}");
        }
        let found = admin.post("/v1/users/search", json!({"q": canaries.last_name})).await.expect(200);
        assert_eq!(found["data"][0]["id"], rosa.user.as_str());
    }

    async fn nobody_changes_it_until_it_is_lifted(app: &App) {
        let admin = app.admin().await;
        let (rosa, own, _) = restricted(app, &admin).await;
        let writes = [
            "update_user", "create_passport", "update_passport", "delete_passport", "create_visa", "update_visa", "delete_visa",
            "create_identity_card", "update_identity_card", "delete_identity_card", "create_traveller_number",
            "update_traveller_number", "delete_traveller_number", "create_loyalty", "update_loyalty", "delete_loyalty",
            "create_emergency_contact", "update_emergency_contact", "delete_emergency_contact", "update_user_preferences",
            "create_group", "delete_group", "remove_group_member", "delete_group_member",
        ];
        let mut refused = 0;
        for caller in [&admin, &own] {
            for operation in operations().into_iter().filter(|it| writes.contains(&it.id.as_str())) {
                let before = everything(app).await;
                let answer = rosa.send(caller, &operation).await;
                // A customer makes and removes no groups at all.
                if answer.status == 403 && operation.path.starts_with("/v1/groups") {
                    continue;
                }
                assert_eq!(answer.problem(409), "restricted", "{}", operation.name());
                assert_eq!(everything(app).await, before, "{}", operation.name());
                refused += 1;
            }
        }
        assert!(refused >= 40, "{refused}");
        let group = format!("/v1/groups/{}/members/{}", rosa.group, rosa.user);
        assert_eq!(admin.put(&group, json!({"role": "lead"})).await.problem(409), "restricted");
        let me = own.patch("/v1/me", json!({"first_name": "Eva"})).await;
        assert_eq!(me.problem(409), "restricted");
        let agent = app.agent().await;
        assert_eq!(agent.patch(format!("/v1/users/{}", rosa.user), json!({"first_name": "Eva"})).await.problem(404), "not_found");
        // A consent is taken back, sessions are ended.
        let consent = json!({"purpose": "newsletter", "text_version": "1", "granted": false});
        for caller in [&own, &admin] {
            caller.post(format!("/v1/users/{}/consents", rosa.user), consent.clone()).await.expect(201);
        }
        admin.delete(format!("/v1/users/{}/sessions", rosa.user)).await.expect(204);
        admin.post(format!("/v1/users/{}/unrestrict", rosa.user), Value::Null).await.expect(200);
        agent.patch(format!("/v1/users/{}", rosa.user), json!({"first_name": "Eva"})).await.expect(200);
        agent.delete(format!("/v1/passports/{}", rosa.passport)).await.expect(204);
    }

    async fn it_is_done_once_and_lifted_once(app: &App) {
        let (admin, rosa) = (app.admin().await, app.customer("Rosa").await);
        let path = |verb: &str| format!("/v1/users/{}/{verb}", rosa.id());
        let reason = || json!({"reason": "Contested"});
        let headers = |tag: &'static str| [("content-type", "application/json"), ("if-match", tag)];
        let body = Some(reason().to_string().into_bytes());
        let stale = admin.send(actix_web::http::Method::POST, &path("restrict"), &headers("\"9\""), body).await;
        assert_eq!(stale.problem(412), "stale_version");
        let before = admin.get(format!("/v1/users/{}", rosa.id())).await.expect(200);
        assert_eq!(before["restricted"], false);
        let first = admin.post(path("restrict"), reason()).await;
        let version = first.expect(200)["version"].as_i64().unwrap();
        assert_eq!(version, before["version"].as_i64().unwrap() + 1);
        assert_eq!(first.etag(), format!("\"{version}\""));
        let again = admin.post(path("restrict"), json!({"reason": "Another"})).await.expect(200);
        assert_eq!(again, first.expect(200));
        let lifted = admin.post(path("unrestrict"), Value::Null).await.expect(200);
        assert_eq!((&lifted["restricted"], &lifted["version"]), (&json!(false), &json!(version + 1)));
        assert_eq!(admin.post(path("unrestrict"), Value::Null).await.expect(200), lifted);
        let missing = format!("/v1/users/{}/restrict", uuid::Uuid::now_v7());
        assert_eq!(admin.post(missing, reason()).await.problem(404), "not_found");
        assert_eq!(admin.post(path("restrict"), json!({})).await.errors(422)[0].0, "/reason");
    }

    /// The filter costs no statement of its own.
    async fn reads_take_as_many_statements_as_before(app: &App) {
        let admin = app.admin().await;
        let (rosa, ..) = restricted(app, &admin).await;
        let (agent, ida) = (app.agent().await, app.customer("Ida").await);
        for path in [
            format!("/v1/users/{}", ida.id()), "/v1/users".to_owned(), "/v1/passports".to_owned(), "/v1/loyalties".to_owned(),
        ] {
            assert!(app.statements(async { agent.get(&path).await }).await <= 2, "{path}");
        }
        // What is there and not for the agent is noted: whether it is there, and the entry in a transaction of its own.
        let path = format!("/v1/passports/{}", rosa.passport);
        assert!(app.statements(async { agent.get(&path).await }).await <= 8, "{path}");
    }
}
