//! Who may read and change whom.

use serde_json::json;

use super::path_of;
use crate::support::on_both_databases;

fn not_permitted(fields: &[&str]) -> Vec<(String, String)> {
    fields
        .iter()
        .map(|field| (format!("/{field}"), "not_permitted".to_owned()))
        .collect()
}

on_both_databases! {
    async fn customers_read_and_change_themselves_alone(app: &App) {
        let (rosa, ida, agent) = (app.customer("Rosa").await, app.customer("Ida").await, app.agent().await);
        rosa.get(path_of(rosa.id())).await.expect(200);
        assert_eq!(rosa.patch(path_of(rosa.id()), json!({"phone": "+46701234568"})).await.expect(200)["phone"], "+46701234568");
        for other in [ida.id(), agent.id(), entity::ids::UserId::new()] {
            let answers = [
                rosa.get(path_of(other)).await, rosa.patch(path_of(other), json!({"first_name": "Eva"})).await,
                rosa.patch(path_of(other), json!({"role": "admin"})).await, rosa.get(path_of(other) + "/profile").await,
            ];
            for answer in answers {
                assert_eq!(answer.problem(404), "not_found");
            }
        }
        assert_eq!(agent.get(path_of(ida.id())).await.json()["first_name"], "Ida");
    }

    async fn customers_change_neither_role_nor_status_nor_address(app: &App) {
        let rosa = app.customer("Rosa").await;
        let before = rosa.get("/v1/me").await.json();
        for path in [path_of(rosa.id()), "/v1/me".to_owned()] {
            for (field, value) in [
                ("role", "admin"), ("role", "customer"), ("status", "active"), ("status", "disabled"), ("email", "r@mail.example"),
            ] {
                let mut patch = json!({"first_name": "Eva"});
                patch[field] = json!(value);
                let answer = rosa.patch(&path, patch).await;
                assert_eq!(answer.problem(403), "field_not_permitted");
                assert_eq!(answer.errors(403), not_permitted(&[field]));
            }
            assert_eq!(rosa.patch(&path, json!({"email": null})).await.errors(403), not_permitted(&["email"]));
            let all = json!({"role": "admin", "status": "active", "email": "r@mail.example"});
            let mut errors = rosa.patch(&path, all).await.errors(403);
            errors.sort();
            assert_eq!(errors, not_permitted(&["email", "role", "status"]));
        }
        assert_eq!(rosa.get("/v1/me").await.json(), before);
    }

    async fn customers_neither_list_nor_search_nor_remove(app: &App) {
        let rosa = app.customer("Rosa").await;
        for answer in [
            rosa.get("/v1/users").await, rosa.post("/v1/users/search", json!({})).await,
            rosa.delete(path_of(rosa.id())).await, rosa.delete(path_of(entity::ids::UserId::new())).await,
        ] {
            assert_eq!(answer.problem(403), "forbidden");
        }
        rosa.get("/v1/me").await.expect(200);
    }

    async fn agents_change_customers_with_address_and_status(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let patch = json!({"first_name": "Rosi", "email": "rosi@mail.example", "status": "disabled"});
        let changed = agent.patch(path_of(rosa.id()), patch).await.expect(200);
        assert_eq!((changed["email"].as_str(), changed["status"].as_str()), (Some("rosi@mail.example"), Some("disabled")));
        for role in ["agent", "admin"] {
            let answer = agent.patch(path_of(rosa.id()), json!({"role": role})).await;
            assert_eq!(answer.problem(403), "field_not_permitted");
            assert_eq!(answer.errors(403), not_permitted(&["role"]));
        }
        agent.patch(path_of(rosa.id()), json!({"role": "customer"})).await.expect(200);
    }

    async fn agents_read_other_staff_and_do_not_change_them(app: &App) {
        let (ada, bo, admin) = (app.agent().await, app.agent().await, app.admin().await);
        for other in [bo.id(), admin.id()] {
            ada.get(path_of(other)).await.expect(200);
            for patch in [json!({"first_name": "Eva"}), json!({}), json!({"role": "customer"})] {
                assert_eq!(ada.patch(path_of(other), patch).await.problem(403), "forbidden");
            }
        }
        assert_eq!(ada.patch(path_of(entity::ids::UserId::new()), json!({})).await.problem(404), "not_found");
        assert_eq!(ada.delete(path_of(app.profile("Rosa").await)).await.problem(403), "forbidden");
    }

    async fn agents_change_their_own_profile_but_not_their_rights(app: &App) {
        let ada = app.agent().await;
        for path in [path_of(ada.id()), "/v1/me".to_owned()] {
            ada.patch(&path, json!({"phone": "+46701234568", "title": "Dr"})).await.expect(200);
            for (field, value) in [("role", "admin"), ("role", "customer"), ("status", "disabled"), ("email", "a@mail.example")] {
                let mut patch = json!({});
                patch[field] = json!(value);
                assert_eq!(ada.patch(&path, patch).await.errors(403), not_permitted(&[field]));
            }
        }
    }

    async fn administrators_change_everybody(app: &App) {
        let (admin, other, ada, rosa) = (app.admin().await, app.admin().await, app.agent().await, app.customer("Rosa").await);
        for id in [other.id(), ada.id(), rosa.id(), admin.id()] {
            let patch = json!({"first_name": "Eva", "status": "active", "email": format!("{id}@mail.example")});
            assert_eq!(admin.patch(path_of(id), patch).await.expect(200)["first_name"], "Eva");
        }
        assert_eq!(admin.patch(path_of(rosa.id()), json!({"role": "agent"})).await.expect(200)["role"], "agent");
        app.caller(rosa.id()).await.get("/v1/users").await.expect(200);
    }

    async fn nobody_changes_anything_without_signing_in(app: &App) {
        let (caller, id) = (app.anonymous(), app.profile("Rosa").await);
        for answer in [
            caller.get("/v1/users").await, caller.get(path_of(id)).await, caller.get(path_of(id) + "/profile").await,
            caller.patch(path_of(id), json!({"first_name": "Eva"})).await, caller.delete(path_of(id)).await,
            caller.post("/v1/users/search", json!({})).await, caller.patch("/v1/me", json!({})).await,
        ] {
            assert_eq!(answer.problem(401), "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="customer-profile""#));
        }
    }
}
