use entity::ids::{PassportId, UserId};
use serde_json::json;

use super::{ids, passport};
use crate::support::{anna_passport, on_both_databases};

on_both_databases! {
    async fn customers_reach_their_own_passports_only(app: &App) {
        let (anna, bo) = (app.customer("Anna").await, app.customer("Bo").await);
        let own = anna.post("/v1/passports", anna_passport(anna.id(), "ANNA1")).await;
        own.expect(201);
        let others = bo.post("/v1/passports", anna_passport(bo.id(), "BOBO1")).await;
        others.expect(201);
        let own_path = format!("/v1/passports/{}", own.id());
        let others_path = format!("/v1/passports/{}", others.id());
        let missing_path = format!("/v1/passports/{}", PassportId::new());

        for path in [&others_path, &missing_path] {
            assert_eq!(anna.get(path).await.problem(404), "not_found");
            assert_eq!(anna.patch(path, json!({"surname": "Mine"})).await.problem(404), "not_found");
            assert_eq!(anna.delete(path).await.problem(404), "not_found");
            // A wrong version of what is out of reach tells nothing either.
            let stale = [("if-match", "\"77\"")];
            assert_eq!(anna.patch_with(path, &stale, json!({"surname": "Mine"})).await.problem(404), "not_found");
            assert_eq!(anna.delete_with(path, &stale).await.problem(404), "not_found");
        }
        assert_eq!(bo.get(&others_path).await.expect(200), others.json());

        assert_eq!(ids(&anna.get("/v1/passports").await.expect(200)), [own.id()]);
        let filtered = anna.get(format!("/v1/passports?user_id={}", bo.id())).await.expect(200);
        assert!(ids(&filtered).is_empty());
        anna.patch(&own_path, json!({"surname": "Lind"})).await.expect(200);
        anna.delete(&own_path).await.expect(204);
    }

    async fn a_passport_for_somebody_else_is_refused_as_for_nobody(app: &App) {
        let (anna, bo) = (app.customer("Anna").await, app.customer("Bo").await);
        let mut bodies = Vec::new();
        for holder in [bo.id(), UserId::new()] {
            let answer = anna.post("/v1/passports", anna_passport(holder, "X1")).await;
            answer.refuses("/user_id", "not_found");
            let mut body = answer.json();
            body["request_id"] = json!(null);
            bodies.push(body);
        }
        assert_eq!(bodies[0], bodies[1]);
        // Whose passport it is cannot be changed.
        let own = anna.post("/v1/passports", anna_passport(anna.id(), "X1")).await;
        let path = format!("/v1/passports/{}", own.id());
        anna.patch(path, json!({"user_id": bo.id()})).await.refuses("/user_id", "unknown_field");
    }

    async fn staff_reach_all_and_strangers_nothing(app: &App) {
        let (agent, admin, customer) = (app.agent().await, app.admin().await, app.customer("Anna").await);
        let created = agent.post("/v1/passports", anna_passport(customer.id(), "X1")).await;
        created.expect(201);
        let path = format!("/v1/passports/{}", created.id());
        for caller in [&agent, &admin] {
            caller.get(&path).await.expect(200);
            assert_eq!(ids(&caller.get("/v1/passports").await.expect(200)), [created.id()]);
            let version = caller.get(&path).await.expect(200)["version"].as_i64().unwrap();
            caller.patch(&path, json!({"place_of_birth": format!("Zenith {version}")})).await.expect(200);
        }
        let stranger = app.anonymous();
        let search = json!({"issuing_country": "UTO", "passport_number": "X1"});
        for answer in [
            stranger.get(&path).await,
            stranger.get("/v1/passports").await,
            stranger.post("/v1/passports", passport(customer.id(), "X2", &json!({}))).await,
            stranger.post("/v1/passports/search", search).await,
            stranger.patch(&path, json!({"surname": "Mine"})).await,
            stranger.delete(&path).await,
        ] {
            answer.problem(401);
        }
        admin.delete(&path).await.expect(204);
    }
}
