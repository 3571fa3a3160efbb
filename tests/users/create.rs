//! `POST /v1/users`.

use serde_json::{Value, json};

use super::path_of;
use crate::support::{json_object, on_both_databases};

fn pair(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

on_both_databases! {
    /// The thinnest path through all layers.
    async fn a_user_that_is_added_can_be_read(app: &App) {
        let agent = app.agent().await;
        let added = agent.post("/v1/users", json!({"email": "ebba@mail.example", "first_name": "Ebba"})).await;
        let user = added.expect(201);
        assert_eq!(user["status"], "invited");
        assert_eq!(added.etag(), "\"1\"");
        let location = added.header("location").unwrap().to_owned();
        assert_eq!(location, path_of(added.id()));
        assert_eq!(agent.get(&location).await.expect(200), user);
    }

    async fn an_email_address_is_taken_once(app: &App) {
        let agent = app.agent().await;
        agent.post("/v1/users", json!({"email": "Ebba@Mail.example", "first_name": "Ebba"})).await.expect(201);
        let again = agent.post("/v1/users", json!({"email": "ebba@mail.EXAMPLE", "first_name": "Ebba"})).await;
        assert_eq!(again.problem(409), "email_taken");
    }

    async fn every_field_comes_back_as_it_was_sent(app: &App) {
        let agent = app.agent().await;
        let sent = json!({
            "email": "Ebba.Lindqvist@mail.example", "password": "lantern-otter-meadow-9", "first_name": "Ebba",
            "last_name": "Lindqvist", "middle_names": "Maria Sofia", "preferred_name": "Ebbi", "title": "Dr",
            "date_of_birth": "1991-05-17", "gender": "F", "nationality": "SWE", "phone": "+46701234568",
            "language": "sv-SE", "role": "customer",
        });
        let added = agent.post("/v1/users", sent.clone()).await;
        let user = added.expect(201);
        for (name, value) in json_object(&sent) {
            if name == "password" {
                assert!(user.get("password").is_none());
            } else {
                assert_eq!(&user[name], value, "{name}");
            }
        }
        assert_eq!(user["nationality_alpha2"], "SE");
        assert_eq!(user["status"], "active");
        assert_eq!(user["version"], 1);
        assert_eq!(user["created_at"], user["updated_at"]);
        assert!(user["created_at"].as_str().unwrap().ends_with('Z'));
        assert_eq!(agent.get(path_of(added.id())).await.expect(200), user);
    }

    async fn what_is_left_out_is_null_or_its_default(app: &App) {
        let user = app.agent().await.post("/v1/users", json!({"first_name": "Ebba"})).await.expect(201);
        for name in [
            "email", "last_name", "middle_names", "preferred_name", "title", "date_of_birth", "gender", "nationality",
            "nationality_alpha2", "phone", "language",
        ] {
            assert_eq!(json_object(&user).get(name), Some(&Value::Null), "{name}");
        }
        assert_eq!(user["role"], "customer");
    }

    async fn the_status_follows_from_address_and_password(app: &App) {
        let agent = app.agent().await;
        let password = "lantern-otter-meadow-9";
        for (user, status) in [
            (json!({"first_name": "Ebba"}), "active"),
            (json!({"first_name": "Ebba", "email": null, "password": null}), "active"),
            (json!({"first_name": "Ebba", "email": "a@mail.example"}), "invited"),
            (json!({"first_name": "Ebba", "email": "b@mail.example", "password": password}), "active"),
        ] {
            assert_eq!(agent.post("/v1/users", user.clone()).await.expect(201)["status"], status, "{user}");
        }
        agent.post("/v1/users", json!({"first_name": "Ebba", "password": password})).await.refuses("/email", "required");
        agent.post("/v1/users", json!({"first_name": "Ebba", "status": "active"})).await.refuses("/status", "unknown_field");
    }

    async fn agents_add_customers_and_administrators_add_anybody(app: &App) {
        let (agent, admin) = (app.agent().await, app.admin().await);
        for role in ["agent", "admin"] {
            let email = format!("{role}@mail.example");
            let user = json!({"first_name": "Ebba", "email": email, "role": role});
            let refused = agent.post("/v1/users", user.clone()).await;
            assert_eq!(refused.problem(403), "field_not_permitted");
            assert_eq!(refused.errors(403), [pair("/role", "not_permitted")]);
            let added = admin.post("/v1/users", user).await.expect(201);
            assert_eq!((added["role"].as_str(), added["status"].as_str()), (Some(role), Some("invited")));
            admin.post("/v1/users", json!({"first_name": "Ebba", "role": role})).await.refuses("/email", "required");
        }
        agent.post("/v1/users", json!({"first_name": "Ebba", "role": "customer"})).await.expect(201);
        let customer = app.customer("Rosa").await;
        assert_eq!(customer.post("/v1/users", json!({"first_name": "Ebba"})).await.problem(403), "forbidden");
        assert_eq!(app.anonymous().post("/v1/users", json!({"first_name": "Ebba"})).await.problem(401), "unauthenticated");
    }

    async fn everything_wrong_is_named_at_once(app: &App) {
        let agent = app.agent().await;
        let wrong = json!({
            "email": "nobody", "password": "short", "last_name": 7, "middle_names": "", "title": "x".repeat(21),
            "date_of_birth": "1991-02-30", "gender": "female", "nationality": "ZZ", "phone": "12", "language": "d",
            "role": null, "color": "red", "a/b~c": 1,
        });
        assert_eq!(
            agent.post("/v1/users", wrong).await.errors(422),
            [
                pair("/a~1b~0c", "unknown_field"), pair("/color", "unknown_field"),
                pair("/date_of_birth", "invalid_date"), pair("/email", "invalid_format"),
                pair("/first_name", "required"), pair("/gender", "unknown_code"), pair("/language", "too_short"),
                pair("/last_name", "wrong_type"), pair("/middle_names", "too_short"),
                pair("/nationality", "unknown_code"), pair("/password", "too_short"), pair("/phone", "too_short"),
                pair("/role", "not_nullable"), pair("/title", "too_long"),
            ]
        );
    }

    async fn nothing_is_left_of_a_user_who_is_refused(app: &App) {
        let (agent, admin) = (app.agent().await, app.admin().await);
        agent.post("/v1/users", json!({"first_name": "Quirina", "email": "q@mail.example"})).await.expect(201);
        agent.post("/v1/users", json!({"first_name": "Quirinus", "email": "q@mail.example"})).await.problem(409);
        let found = admin.post("/v1/users/search", json!({"q": "quirin"})).await.expect(200);
        assert_eq!(found["data"].as_array().unwrap().len(), 1);
        assert_eq!(found["data"][0]["first_name"], "Quirina");
    }
}
