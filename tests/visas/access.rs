//! Who reaches a visa.

use serde_json::json;
use uuid::Uuid;

use super::{passport, recorded, visa};
use crate::support::on_both_databases;

on_both_databases! {
    async fn customers_reach_their_own_and_no_others(app: &App) {
        let (rosa, ida) = (app.customer("Rosa").await, app.customer("Ida").await);
        let (own, others) = (recorded(&rosa, rosa.id(), "V1").await, recorded(&ida, ida.id(), "V2").await);
        rosa.get(&own).await.expect(200);
        let missing = format!("/v1/visas/{}", Uuid::now_v7());
        for url in [&others, &missing] {
            let why = json!({"purpose": "curiosity"});
            for answer in [
                rosa.get(url).await, rosa.patch(url, json!({"status": "used"})).await, rosa.delete(url).await,
                rosa.post(format!("{url}/reveal"), why).await,
            ] {
                assert_eq!(answer.problem(404), "not_found");
            }
        }
        let found = rosa.get("/v1/visas").await.expect(200);
        assert_eq!(found["data"].as_array().unwrap().len(), 1);
        let search = json!({"country": "USA", "visa_number": "V2"});
        assert_eq!(rosa.post("/v1/visas/search", search).await.expect(200)["data"], json!([]));
        rosa.post("/v1/visas", visa(ida.id(), "V3", &json!({}))).await.refuses("/user_id", "not_found");
    }

    async fn a_client_needs_the_scopes_and_sees_customers_alone(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let (url, staff) = (recorded(&agent, rosa.id(), "V1").await, recorded(&agent, agent.id(), "V2").await);
        let why = || json!({"purpose": "booking"});
        let reader = app.client("travel-documents:read").await;
        reader.get(&url).await.expect(200);
        assert_eq!(reader.get(&staff).await.problem(404), "not_found");
        assert_eq!(reader.get("/v1/visas").await.expect(200)["data"].as_array().unwrap().len(), 1);
        assert_eq!(reader.delete(&url).await.problem(403), "insufficient_scope");
        assert_eq!(reader.post(format!("{url}/reveal"), why()).await.problem(403), "insufficient_scope");
        // Who reads passports reads no visas.
        let other = app.client("passports:read passports:write passports:reveal").await;
        assert_eq!(other.get(&url).await.problem(403), "insufficient_scope");
        let revealer = app.client("travel-documents:read travel-documents:reveal").await;
        assert_eq!(revealer.post(format!("{url}/reveal"), why()).await.expect(200)["visa_number"], "V1");
        let writer = app.client("travel-documents:write").await;
        writer.patch(&url, json!({"status": "used"})).await.expect(200);
    }

    async fn a_restricted_person_is_found_by_administrators_alone(app: &App) {
        let (admin, agent, rosa) = (app.admin().await, app.agent().await, app.customer("Rosa").await);
        let url = recorded(&agent, rosa.id(), "V1").await;
        let reason = json!({"reason": "The customer contests it"});
        admin.post(format!("/v1/users/{}/restrict", rosa.id()), reason).await.expect(200);
        let search = || json!({"country": "USA", "visa_number": "V1"});
        for caller in [&agent, &app.client("travel-documents:read travel-documents:write").await] {
            assert_eq!(caller.get(&url).await.problem(404), "not_found");
            assert_eq!(caller.post("/v1/visas/search", search()).await.expect(200)["data"], json!([]));
            assert_eq!(caller.get("/v1/visas").await.expect(200)["data"], json!([]));
        }
        for caller in [&admin, &rosa] {
            caller.get(&url).await.expect(200);
            assert_eq!(caller.patch(&url, json!({"status": "used"})).await.problem(409), "restricted");
            assert_eq!(caller.delete(&url).await.problem(409), "restricted");
        }
    }

    async fn visas_go_with_their_holder(app: &App) {
        let (admin, rosa) = (app.admin().await, app.customer("Rosa").await);
        let paper = passport(&admin, rosa.id(), "L898902C3").await;
        let url = recorded(&admin, rosa.id(), "V1").await;
        admin.patch(&url, json!({"passport_id": paper})).await.expect(200);
        admin.delete(format!("/v1/users/{}", rosa.id())).await.expect(204);
        assert_eq!(admin.get(&url).await.problem(404), "not_found");
        // The number is free again.
        recorded(&admin, app.profile("Ida").await, "V1").await;
    }
}
