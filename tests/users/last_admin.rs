//! There always is an active administrator.

use entity::values::UserStatus;
use serde_json::{Value, json};

use super::path_of;
use crate::support::{App, on_both_databases};

/// The ids of all active administrators.
async fn admins(app: &App) -> Vec<String> {
    let agent = app.agent().await;
    super::ids(&agent.get("/v1/users?role=admin&status=active").await.expect(200))
}

/// An administrator who is the only active one.
async fn alone(app: &App) -> crate::support::Caller {
    let admin = app.admin().await;
    for other in admins(app).await {
        if other != admin.id().to_string() {
            admin
                .patch(path_of(other), json!({"status": "disabled"}))
                .await
                .expect(200);
        }
    }
    admin
}

on_both_databases! {
    async fn the_last_administrator_cannot_go(app: &App) {
        let admin = alone(app).await;
        for path in [path_of(admin.id()), "/v1/me".to_owned()] {
            for patch in [
                json!({"role": "agent"}), json!({"role": "customer"}), json!({"status": "disabled"}), json!({"status": "invited"}),
                json!({"role": "agent", "status": "disabled"}),
            ] {
                let answer = admin.patch(&path, patch.clone()).await;
                if path == "/v1/me" {
                    assert_eq!(answer.problem(403), "field_not_permitted", "{patch}");
                } else {
                    assert_eq!(answer.problem(409), "last_admin", "{patch}");
                }
            }
        }
        assert_eq!(admin.delete(path_of(admin.id())).await.problem(409), "last_admin");
        let same = json!({"role": "admin", "status": "active", "first_name": "Eva"});
        assert_eq!(admin.patch(path_of(admin.id()), same).await.expect(200)["first_name"], "Eva");
        assert_eq!(admins(app).await, [admin.id().to_string()]);
    }

    async fn administrators_who_cannot_sign_in_do_not_count(app: &App) {
        let (admin, other) = (alone(app).await, app.admin().await);
        for status in [UserStatus::Disabled, UserStatus::Invited] {
            app.set_status(other.id(), status).await;
            assert_eq!(admin.patch(path_of(admin.id()), json!({"role": "agent"})).await.problem(409), "last_admin");
        }
        admin.delete(path_of(other.id())).await.expect(204);
    }

    async fn one_of_two_administrators_can_go(app: &App) {
        let (admin, other) = (alone(app).await, app.admin().await);
        admin.patch(path_of(admin.id()), json!({"role": "agent"})).await.expect(200);
        assert_eq!(other.delete(path_of(other.id())).await.problem(409), "last_admin");
        other.patch(path_of(admin.id()), json!({"role": "admin"})).await.expect(200);
        other.delete(path_of(other.id())).await.expect(204);
        assert_eq!(admins(app).await, [admin.id().to_string()]);
    }

    async fn two_administrators_who_remove_each_other_never_both_succeed(app: &App) {
        let (one, two) = (alone(app).await, app.admin().await);
        for round in 0..20 {
            // They take turns in the three ways of going.
            let patch = [json!({"role": "agent"}), json!({"status": "disabled"}), json!({"role": "customer"})][round % 3].clone();
            let (a, b) = tokio::join!(
                one.patch(path_of(two.id()), patch.clone()),
                two.patch(path_of(one.id()), patch.clone()),
            );
            let left = admins(app).await;
            assert_eq!(left.len(), 1, "round {round}: {} {}", a.status, b.status);
            let statuses = [a.status, b.status];
            assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "round {round}: {statuses:?}");
            // The other is told that there is only one left, or was no administrator any more when asking.
            assert!(statuses.iter().all(|status| [200, 401, 403, 404, 409].contains(status)), "{statuses:?}");
            let back = json!({"role": "admin", "status": "active"});
            let survivor = if left[0] == one.id().to_string() { (&one, two.id()) } else { (&two, one.id()) };
            survivor.0.patch(path_of(survivor.1), back).await.expect(200);
        }
    }

    async fn two_administrators_who_delete_each_other_never_both_succeed(app: &App) {
        let mut one = alone(app).await;
        for round in 0..5 {
            let two = app.admin().await;
            let (a, b) = tokio::join!(one.delete(path_of(two.id())), two.delete(path_of(one.id())));
            let left = admins(app).await;
            assert_eq!(left.len(), 1, "round {round}: {} {}", a.status, b.status);
            if left[0] != one.id().to_string() {
                one = two;
            }
        }
        assert_ne!(one.get("/v1/me").await.expect(200)["role"], Value::Null);
    }
}
