//! Whoever registers proves that the address is theirs.

use entity::values::UserStatus;
use serde_json::{Value, json};
use service::core::Registration;

use super::{ANOTHER, PASSWORD, auth, customer, invited, login, refused, sign_in};
use crate::support::on_both_databases;

fn registration(email: &str, first_name: &str, password: &str) -> Value {
    json!({"email": email, "password": password, "first_name": first_name})
}

on_both_databases! {
    async fn who_registers_is_mailed_a_link_that_verifies_the_address(app: &App) {
        auth(app, "register", registration("rosa@mail.example", "Rosa", PASSWORD)).await.expect(201);
        let rosa = sign_in(app, "rosa@mail.example", PASSWORD).await;
        let before = rosa.get("/v1/me").await;
        assert_eq!(before.json()["email_verified"], false);
        let mail = app.last_mail_to("rosa@mail.example").await;
        assert_eq!(mail.subject(), "Confirm your e-mail address");
        assert!(mail.link().contains("/account/verify#token="));
        auth(app, "verify-email", json!({"token": mail.token()})).await.expect(204);
        let after = rosa.get("/v1/me").await;
        assert_eq!(after.expect(200)["email_verified"], true);
        assert_ne!(after.etag(), before.etag());
        refused(&auth(app, "verify-email", json!({"token": mail.token()})).await);
    }

    async fn a_verification_is_asked_for_again_only_while_it_is_needed(app: &App) {
        customer(app, "rosa@mail.example").await;
        let ask = async |email: &str| {
            let answer = auth(app, "request-verification", json!({"email": email})).await;
            answer.expect(202);
            assert!(answer.body.is_empty());
        };
        ask("ROSA@mail.example").await;
        ask("nobody@mail.example").await;
        let token = app.last_mail_to("rosa@mail.example").await.token();
        auth(app, "verify-email", json!({"token": token})).await.expect(204);
        ask("rosa@mail.example").await;
        assert_eq!(app.mail_to("rosa@mail.example").await.len(), 1);
        assert!(app.mail_to("nobody@mail.example").await.is_empty());
    }

    async fn a_new_address_is_not_verified(app: &App) {
        let (admin, id) = (app.admin().await, customer(app, "rosa@mail.example").await);
        auth(app, "request-verification", json!({"email": "rosa@mail.example"})).await.expect(202);
        let token = app.last_mail_to("rosa@mail.example").await.token();
        auth(app, "verify-email", json!({"token": token})).await.expect(204);
        let url = format!("/v1/users/{id}");
        assert_eq!(admin.patch(&url, json!({"title": "Dr"})).await.expect(200)["email_verified"], true);
        assert_eq!(admin.patch(&url, json!({"email": "rosa@other.example"})).await.expect(200)["email_verified"], false);
    }

    async fn nobody_says_of_themselves_that_the_address_is_verified(app: &App) {
        let admin = app.admin().await;
        let rosa = app.customer("Rosa").await;
        admin.patch(format!("/v1/users/{}", rosa.id()), json!({"email_verified": true})).await
            .refuses("/email_verified", "unknown_field");
        rosa.patch("/v1/me", json!({"email_verified_at": "2026-01-01T00:00:00Z"})).await
            .refuses("/email_verified_at", "unknown_field");
    }

    async fn where_addresses_are_verified_first_there_is_no_user_before(app: &App) with |config| {
        config.registration = Registration::VerifyEmail;
    } => {
        let agent = app.agent().await;
        auth(app, "register", registration("rosa@mail.example", "Rosa", PASSWORD)).await.expect(202);
        let mail = app.last_mail_to("rosa@mail.example").await;
        assert_eq!(mail.subject(), "Finish your registration");
        let find = async || agent.post("/v1/users/search", json!({"email": "rosa@mail.example"})).await.expect(200);
        assert_eq!(find().await["data"], json!([]));
        assert_eq!(login(app, "rosa@mail.example", PASSWORD).await.status, 401);
        // The address is not taken meanwhile.
        auth(app, "register", registration("rosa@mail.example", "Mallory", ANOTHER)).await.expect(202);
        let second = app.last_mail_to("rosa@mail.example").await;
        auth(app, "verify-email", json!({"token": mail.token()})).await.expect(204);
        let user = find().await["data"][0].clone();
        assert_eq!((&user["first_name"], &user["status"], &user["role"]), (&json!("Rosa"), &json!("active"), &json!("customer")));
        assert_eq!(user["email_verified"], true);
        login(app, "rosa@mail.example", PASSWORD).await.expect(200);
        assert_eq!(login(app, "rosa@mail.example", ANOTHER).await.status, 401);
        // The other link is for another registration, and comes too late.
        let late = auth(app, "verify-email", json!({"token": second.token()})).await;
        assert_eq!(late.problem(409), "email_taken");
        refused(&auth(app, "verify-email", json!({"token": mail.token()})).await);
    }

    async fn each_link_applies_the_registration_that_it_was_mailed_for(app: &App) with |config| {
        config.registration = Registration::VerifyEmail;
    } => {
        let agent = app.agent().await;
        auth(app, "register", registration("rosa@mail.example", "Mallory", ANOTHER)).await.expect(202);
        app.mail_is_sent().await;
        auth(app, "register", registration("rosa@mail.example", "Rosa", PASSWORD)).await.expect(202);
        let last = app.last_mail_to("rosa@mail.example").await;
        auth(app, "verify-email", json!({"token": last.token()})).await.expect(204);
        login(app, "rosa@mail.example", PASSWORD).await.expect(200);
        let found = agent.post("/v1/users/search", json!({"q": "rosa"})).await.expect(200);
        assert_eq!(found["data"][0]["first_name"], "Rosa");
    }

    async fn an_address_that_is_known_is_told_by_mail_alone(app: &App) with |config| {
        config.registration = Registration::VerifyEmail;
    } => {
        customer(app, "known@mail.example").await;
        let gone = customer(app, "gone@mail.example").await;
        app.set_status(gone, UserStatus::Disabled).await;
        invited(app, "invited@mail.example").await;
        app.mail_is_sent().await;
        for email in ["KNOWN@mail.example", "gone@mail.example", "invited@mail.example"] {
            let answer = auth(app, "register", registration(email, "Eve", ANOTHER)).await;
            answer.expect(202);
            assert!(answer.body.is_empty());
        }
        let mail = app.mail_to("known@mail.example").await;
        assert_eq!(mail.iter().map(crate::support::outbox::Mail::subject).collect::<Vec<_>>(), ["You already have an account"]);
        assert!(!mail[0].text.contains("://"));
        assert!(app.mail_to("gone@mail.example").await.is_empty());
        let again = app.mail_to("invited@mail.example").await;
        assert_eq!(again.len(), 2);
        assert_eq!(again[1].subject(), "Your invitation");
        assert_eq!(login(app, "known@mail.example", ANOTHER).await.status, 401);
    }
}
