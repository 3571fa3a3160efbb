//! How many statements an operation costs, however much there is.

use serde_json::json;

use super::{group, join, passport, path_of, program};
use crate::support::on_both_databases;

on_both_databases! {
    async fn reading_a_user_takes_two_statements(app: &App) {
        let agent = app.agent().await;
        let path = path_of(agent.id());
        assert!(app.statements(async { agent.get(&path).await.expect(200) }).await <= 2);
        assert!(app.statements(async { agent.get("/v1/me").await.expect(200) }).await <= 2);
        assert!(app.statements(async { agent.get("/v1/me").await.expect(200) }).await >= 1);
    }

    async fn a_page_takes_two_statements(app: &App) {
        let agent = app.agent().await;
        for number in 0..30 {
            app.profile(&format!("Ebba {number}")).await;
        }
        let filters = "role=customer&status=active&updated_since=2000-01-01T00:00:00Z&limit=20";
        for path in ["/v1/users".to_owned(), format!("/v1/users?{filters}")] {
            assert!(app.statements(async { agent.get(&path).await.expect(200) }).await <= 2, "{path}");
        }
        let search = json!({"q": "ebba 1", "role": "customer", "date_of_birth": null});
        assert!(app.statements(async { agent.post("/v1/users/search", search).await.expect(200) }).await <= 2);
    }

    async fn a_full_profile_takes_eight_statements(app: &App) {
        let (admin, rosa) = (app.admin().await, app.customer("Rosa").await);
        for number in 0..5 {
            passport(&admin, rosa.id(), &format!("L898902C{number}"), "2034-04-15").await;
            let program = program(&admin, &format!("Points {number}")).await;
            join(&admin, rosa.id(), &program).await;
            let others = [app.profile("Ida").await, app.profile("Eva").await, rosa.id()];
            group(&admin, &format!("Group {number}"), &others).await;
        }
        let path = path_of(rosa.id()) + "/profile";
        let profile = rosa.get(&path).await.expect(200);
        for list in ["passports", "loyalties", "groups"] {
            assert_eq!(profile[list].as_array().unwrap().len(), 5, "{list}");
        }
        for caller in [&rosa, &admin] {
            assert!(app.statements(async { caller.get(&path).await.expect(200) }).await <= 8);
        }
    }

    async fn changing_a_user_takes_few_statements(app: &App) {
        let (agent, id) = (app.agent().await, app.profile("Ida").await);
        let path = path_of(id);
        // Authentication, begin, lock, update, commit, and the guard of the pool.
        assert!(app.statements(async { agent.patch(&path, json!({"title": "Dr"})).await.expect(200) }).await <= 7);
    }
}
