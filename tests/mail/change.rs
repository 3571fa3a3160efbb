//! Changing password and address while signed in.

use serde_json::json;

use super::{ANOTHER, PASSWORD, auth, customer, forgot, login, refused, sign_in};
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_changed_password_ends_the_other_sessions_and_is_announced(app: &App) {
        customer(app, "rosa@mail.example").await;
        let (here, there) = (sign_in(app, "rosa@mail.example", PASSWORD).await, sign_in(app, "rosa@mail.example", PASSWORD).await);
        forgot(app, "rosa@mail.example").await;
        let reset = app.last_mail_to("rosa@mail.example").await.token();
        let body = json!({"current_password": PASSWORD, "new_password": ANOTHER});
        here.post("/v1/auth/change-password", body).await.expect(204);
        here.get("/v1/me").await.expect(200);
        assert_eq!(there.get("/v1/me").await.problem(401), "invalid_token");
        assert_eq!(login(app, "rosa@mail.example", PASSWORD).await.status, 401);
        login(app, "rosa@mail.example", ANOTHER).await.expect(200);
        assert_eq!(app.last_mail_to("rosa@mail.example").await.subject(), "Your password has been changed");
        refused(&auth(app, "reset-password", json!({"token": reset, "password": PASSWORD})).await);
    }

    async fn a_password_is_changed_by_who_knows_it(app: &App) {
        customer(app, "rosa.lind@mail.example").await;
        let rosa = sign_in(app, "rosa.lind@mail.example", PASSWORD).await;
        for wrong in ["", ANOTHER, &"x".repeat(2000)] {
            rosa.post("/v1/auth/change-password", json!({"current_password": wrong, "new_password": ANOTHER})).await
                .refuses("/current_password", "wrong_password");
        }
        for (new, code) in [("short", "too_short"), ("password1234", "too_common"), ("for-ROSA.lind-only", "contains_email")] {
            rosa.post("/v1/auth/change-password", json!({"current_password": PASSWORD, "new_password": new})).await
                .refuses("/new_password", code);
        }
        login(app, "rosa.lind@mail.example", PASSWORD).await.expect(200);
        assert!(app.mail_to("rosa.lind@mail.example").await.is_empty());
        let bare = app.customer("Bare").await;
        bare.post("/v1/auth/change-password", json!({"current_password": PASSWORD, "new_password": ANOTHER})).await
            .refuses("/current_password", "wrong_password");
    }

    async fn an_address_changes_when_the_new_one_is_proved(app: &App) {
        let id = customer(app, "rosa@mail.example").await;
        let (here, there) = (sign_in(app, "rosa@mail.example", PASSWORD).await, sign_in(app, "rosa@mail.example", PASSWORD).await);
        let version = here.get("/v1/me").await.expect(200)["version"].as_i64().unwrap();
        here.post("/v1/auth/change-email", json!({"email": "Rosa@New.example", "password": PASSWORD})).await.expect(202);
        let mail = app.last_mail_to("Rosa@new.example").await;
        assert!(mail.link().contains("/account/email#token="));
        assert!(app.mail_to("rosa@mail.example").await.is_empty());
        assert_eq!(here.get("/v1/me").await.expect(200)["email"], "rosa@mail.example");
        auth(app, "confirm-email", json!({"token": mail.token()})).await.expect(204);
        let me = here.get("/v1/me").await.expect(200);
        assert_eq!((&me["email"], &me["email_verified"]), (&json!("Rosa@new.example"), &json!(true)));
        assert_eq!(me["version"], version + 1);
        assert_eq!(there.get("/v1/me").await.problem(401), "invalid_token");
        assert_eq!(login(app, "rosa@mail.example", PASSWORD).await.status, 401);
        login(app, "rosa@NEW.example", PASSWORD).await.expect(200);
        assert_eq!(app.last_mail_to("rosa@mail.example").await.subject(), "Your e-mail address has been changed");
        let agent = app.agent().await;
        for q in ["new.example", "rosa new"] {
            let found = agent.post("/v1/users/search", json!({"q": q})).await.expect(200);
            assert_eq!(found["data"][0]["id"], json!(id), "{q}");
        }
        refused(&auth(app, "confirm-email", json!({"token": mail.token()})).await);
    }

    async fn an_address_is_changed_by_who_knows_the_password(app: &App) {
        customer(app, "rosa@mail.example").await;
        let rosa = sign_in(app, "rosa@mail.example", PASSWORD).await;
        rosa.post("/v1/auth/change-email", json!({"email": "rosa@new.example", "password": ANOTHER})).await
            .refuses("/password", "wrong_password");
        assert!(app.mail_to("rosa@new.example").await.is_empty());
    }

    async fn an_address_that_is_taken_is_told_to_nobody(app: &App) {
        customer(app, "rosa@mail.example").await;
        customer(app, "ida@mail.example").await;
        let rosa = sign_in(app, "rosa@mail.example", PASSWORD).await;
        rosa.post("/v1/auth/change-email", json!({"email": "IDA@mail.example", "password": PASSWORD})).await.expect(202);
        app.mail_is_sent().await;
        assert!(crate::support::outbox::read(&app.config.data_dir).is_empty());
    }

    async fn an_address_that_is_taken_meanwhile_is_a_conflict(app: &App) {
        customer(app, "rosa@mail.example").await;
        let rosa = sign_in(app, "rosa@mail.example", PASSWORD).await;
        rosa.post("/v1/auth/change-email", json!({"email": "rosa@new.example", "password": PASSWORD})).await.expect(202);
        let token = app.last_mail_to("rosa@new.example").await.token();
        customer(app, "rosa@new.example").await;
        assert_eq!(auth(app, "confirm-email", json!({"token": token})).await.problem(409), "email_taken");
        rosa.get("/v1/me").await.expect(200);
        login(app, "rosa@mail.example", PASSWORD).await.expect(200);
    }

    /// Whoever had the session and the password for a while keeps no way back in.
    async fn a_reset_voids_a_change_of_address_under_way(app: &App) {
        customer(app, "rosa@mail.example").await;
        let thief = sign_in(app, "rosa@mail.example", PASSWORD).await;
        thief.post("/v1/auth/change-email", json!({"email": "thief@mail.example", "password": PASSWORD})).await.expect(202);
        let change = app.last_mail_to("thief@mail.example").await.token();
        forgot(app, "rosa@mail.example").await;
        let reset = app.last_mail_to("rosa@mail.example").await.token();
        auth(app, "reset-password", json!({"token": reset, "password": ANOTHER})).await.expect(204);
        refused(&auth(app, "confirm-email", json!({"token": change})).await);
    }

    async fn an_address_that_staff_change_is_told_so(app: &App) {
        let (agent, id) = (app.agent().await, customer(app, "rosa@mail.example").await);
        forgot(app, "rosa@mail.example").await;
        let reset = app.last_mail_to("rosa@mail.example").await.token();
        agent.patch(format!("/v1/users/{id}"), json!({"email": "rosa@new.example"})).await.expect(200);
        let mail = app.last_mail_to("rosa@mail.example").await;
        assert_eq!(mail.subject(), "Your e-mail address has been changed");
        assert!(!mail.text.contains("new.example"));
        assert!(app.mail_to("rosa@new.example").await.is_empty());
        refused(&auth(app, "reset-password", json!({"token": reset, "password": ANOTHER})).await);
        agent.patch(format!("/v1/users/{id}"), json!({"title": "Dr"})).await.expect(200);
        assert_eq!(app.mail_to("rosa@mail.example").await.len(), 2);
    }
}
