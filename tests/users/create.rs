use serde_json::json;

use crate::support::on_both_databases;

on_both_databases! {
    /// The thinnest path through all layers.
    async fn a_user_that_is_added_can_be_read(app: &App) {
        let agent = app.agent().await;
        let added = agent.post("/v1/users", json!({"email": "ebba@mail.example", "first_name": "Ebba"})).await;
        let user = added.expect(201);
        assert_eq!(user["status"], "invited");
        assert_eq!(added.etag(), "\"1\"");
        let location = added.header("location").unwrap().to_owned();
        assert_eq!(agent.get(&location).await.expect(200), user);
    }

    async fn an_email_address_is_taken_once(app: &App) {
        let agent = app.agent().await;
        agent.post("/v1/users", json!({"email": "Ebba@Mail.example", "first_name": "Ebba"})).await.expect(201);
        let again = agent.post("/v1/users", json!({"email": "ebba@mail.EXAMPLE", "first_name": "Ebba"})).await;
        assert_eq!(again.problem(409), "email_taken");
    }
}
