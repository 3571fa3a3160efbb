//! What changes how somebody signs in, or what they may do, ends their other sessions.

use entity::values::Role;
use serde_json::json;

use super::{login, refresh, refused, rosa};
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_change_by_staff_ends_all_sessions(app: &App) {
        let admin = app.admin().await;
        for patch in [
            json!({"status": "disabled"}), json!({"status": "invited"}), json!({"role": "agent"}),
            json!({"email": "rosa.lind@mail.example"}),
        ] {
            let id = rosa(app).await;
            let sessions = [login(app).await, login(app).await];
            let path = format!("/v1/users/{id}");
            admin.patch(&path, patch.clone()).await.expect(200);
            for tokens in &sessions {
                assert!(!tokens.opens(app).await, "{patch}");
                refused(&refresh(app, &tokens.refresh).await);
            }
            // What was undone does not bring them back.
            admin.patch(&path, json!({"status": "active", "role": "customer"})).await.expect(200);
            for tokens in &sessions {
                assert!(!tokens.opens(app).await, "{patch}");
                refused(&refresh(app, &tokens.refresh).await);
            }
            admin.delete(&path).await.expect(204);
        }
    }

    async fn other_changes_end_nothing(app: &App) {
        let id = rosa(app).await;
        let tokens = login(app).await;
        let admin = app.admin().await;
        for patch in [
            json!({"first_name": "Rosalind"}), json!({"status": "active"}), json!({"role": "customer"}),
            json!({"email": "ROSA@mail.example"}), json!({"phone": "+46701740699"}),
        ] {
            admin.patch(format!("/v1/users/{id}"), patch).await.expect(200);
            assert!(tokens.opens(app).await);
        }
    }

    async fn whoever_changes_themselves_stays_signed_in_here_alone(app: &App) {
        let admin = app.admin().await;
        app.admin().await;
        let elsewhere = app.caller(admin.id()).await;
        admin.patch("/v1/users/".to_owned() + &admin.id().to_string(), json!({"email": "new.boss@mail.example"})).await.expect(200);
        admin.get("/v1/me").await.expect(200);
        assert_eq!(elsewhere.get("/v1/me").await.problem(401), "invalid_token");
        let elsewhere = app.caller(admin.id()).await;
        admin.patch(format!("/v1/users/{}", admin.id()), json!({"role": Role::Agent.as_str()})).await.expect(200);
        admin.get("/v1/users").await.expect(200);
        assert_eq!(elsewhere.get("/v1/users").await.problem(401), "invalid_token");
    }

    async fn whoever_disables_themselves_is_out(app: &App) {
        let (admin, other) = (app.admin().await, app.admin().await);
        let path = format!("/v1/users/{}", admin.id());
        admin.patch(&path, json!({"status": "disabled"})).await.expect(200);
        assert_eq!(admin.get("/v1/me").await.problem(401), "invalid_token");
        other.patch(&path, json!({"status": "active"})).await.expect(200);
        assert_eq!(admin.get("/v1/me").await.problem(401), "invalid_token");
    }
}
