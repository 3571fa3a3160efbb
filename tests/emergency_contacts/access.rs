use entity::ids::{EmergencyContactId, UserId};
use serde_json::json;

use super::{contact, names, of};
use crate::support::on_both_databases;

on_both_databases! {
    async fn customers_keep_their_own(app: &App) {
        let (anna, bo) = (app.customer("Anna").await, app.customer("Bo").await);
        let own = anna.post("/v1/emergency-contacts", contact(anna.id(), "Erik")).await;
        own.expect(201);
        let others = bo.post("/v1/emergency-contacts", contact(bo.id(), "Ulla")).await;
        for id in [others.id(), EmergencyContactId::new().to_string()] {
            let path = format!("/v1/emergency-contacts/{id}");
            assert_eq!(anna.get(&path).await.problem(404), "not_found");
            assert_eq!(anna.patch(&path, json!({"name": "X"})).await.problem(404), "not_found");
            assert_eq!(anna.delete_with(&path, &[("if-match", "\"77\"")]).await.problem(404), "not_found");
        }
        for other in [bo.id(), UserId::new()] {
            anna.post("/v1/emergency-contacts", contact(other, "X")).await.refuses("/user_id", "not_found");
        }
        assert_eq!(names(&anna.get("/v1/emergency-contacts").await.expect(200)), ["Erik"]);
        assert!(names(&anna.get(of(bo.id())).await.expect(200)).is_empty());
        assert_eq!(bo.get(format!("/v1/emergency-contacts/{}", others.id())).await.expect(200), others.json());
    }

    /// A client sees what its scopes name, and of customers alone.
    async fn clients_need_a_scope_and_reach_customers(app: &App) {
        let (agent, anna) = (app.agent().await, app.customer("Anna").await);
        let customers = agent.post("/v1/emergency-contacts", contact(anna.id(), "Erik")).await.id();
        let staffs = agent.post("/v1/emergency-contacts", contact(agent.id(), "Ulla")).await.id();
        let reader = app.client("emergency-contacts:read").await;
        assert_eq!(names(&reader.get("/v1/emergency-contacts").await.expect(200)), ["Erik"]);
        reader.get(format!("/v1/emergency-contacts/{customers}")).await.expect(200);
        assert_eq!(reader.get(format!("/v1/emergency-contacts/{staffs}")).await.problem(404), "not_found");
        let body = contact(anna.id(), "X");
        assert_eq!(reader.post("/v1/emergency-contacts", body.clone()).await.problem(403), "insufficient_scope");
        let writer = app.client("emergency-contacts:write").await;
        writer.post("/v1/emergency-contacts", body).await.expect(201);
        assert_eq!(writer.get("/v1/emergency-contacts").await.problem(403), "insufficient_scope");
        assert_eq!(app.client("users:read preferences:read").await.get("/v1/emergency-contacts").await.problem(403), "insufficient_scope");
    }

    async fn each_change_is_in_the_history_of_the_traveller(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let made = agent.post("/v1/emergency-contacts", contact(rosa.id(), "Erik")).await.id();
        let path = format!("/v1/emergency-contacts/{made}");
        agent.patch(&path, json!({"language": "sv"})).await.expect(200);
        agent.delete(&path).await.expect(204);
        let history = rosa.get(format!("/v1/users/{}/history", rosa.id())).await.expect(200);
        let actions: Vec<_> = history["data"].as_array().unwrap().iter().map(|it| it["action"].as_str().unwrap()).collect();
        assert_eq!(actions[..3], ["emergency_contact.deleted", "emergency_contact.updated", "emergency_contact.created"]);
        assert_eq!(history["data"][0]["subject_id"], made.as_str());
    }
}
