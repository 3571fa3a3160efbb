//! Who has forgotten the password chooses a new one by a mailed link.

use entity::values::UserStatus;
use serde_json::json;

use super::{ANOTHER, PASSWORD, auth, customer, forgot, invited, login, refused, sign_in};
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_new_password_ends_every_session_and_is_announced(app: &App) {
        customer(app, "rosa@mail.example").await;
        customer(app, "ida@mail.example").await;
        let (here, there) = (sign_in(app, "rosa@mail.example", PASSWORD).await, sign_in(app, "rosa@mail.example", PASSWORD).await);
        let ida = sign_in(app, "ida@mail.example", PASSWORD).await;
        forgot(app, "Rosa@Mail.EXAMPLE").await;
        let mail = app.last_mail_to("rosa@mail.example").await;
        assert_eq!(mail.subject(), "Choose a new password");
        assert!(mail.link().contains("/account/reset#token="));
        here.get("/v1/me").await.expect(200);
        let answer = auth(app, "reset-password", json!({"token": mail.token(), "password": ANOTHER})).await;
        answer.expect(204);
        assert!(answer.body.is_empty(), "nobody is signed in by it");
        for ended in [&here, &there] {
            assert_eq!(ended.get("/v1/me").await.problem(401), "invalid_token");
        }
        ida.get("/v1/me").await.expect(200);
        assert_eq!(login(app, "rosa@mail.example", PASSWORD).await.problem(401), "invalid_credentials");
        let rosa = sign_in(app, "rosa@mail.example", ANOTHER).await;
        assert_eq!(rosa.get("/v1/me").await.expect(200)["email_verified"], true);
        assert_eq!(app.last_mail_to("rosa@mail.example").await.subject(), "Your password has been changed");
        refused(&auth(app, "reset-password", json!({"token": mail.token(), "password": PASSWORD})).await);
    }

    async fn a_refresh_token_does_not_survive(app: &App) {
        customer(app, "rosa@mail.example").await;
        let tokens = login(app, "rosa@mail.example", PASSWORD).await.expect(200);
        forgot(app, "rosa@mail.example").await;
        let token = app.last_mail_to("rosa@mail.example").await.token();
        auth(app, "reset-password", json!({"token": token, "password": ANOTHER})).await.expect(204);
        let again = auth(app, "refresh", json!({"refresh_token": tokens["refresh_token"]})).await;
        assert_eq!(again.problem(401), "invalid_refresh_token");
    }

    async fn only_the_last_link_is_good_and_none_after_its_use(app: &App) {
        customer(app, "rosa@mail.example").await;
        forgot(app, "rosa@mail.example").await;
        let first = app.last_mail_to("rosa@mail.example").await.token();
        forgot(app, "rosa@mail.example").await;
        let second = app.last_mail_to("rosa@mail.example").await.token();
        refused(&auth(app, "reset-password", json!({"token": first, "password": ANOTHER})).await);
        auth(app, "reset-password", json!({"token": second, "password": ANOTHER})).await.expect(204);
        refused(&auth(app, "reset-password", json!({"token": second, "password": PASSWORD})).await);
    }

    async fn who_is_invited_is_invited_again_and_who_is_disabled_gets_nothing(app: &App) {
        invited(app, "invited@mail.example").await;
        let gone = customer(app, "gone@mail.example").await;
        app.set_status(gone, UserStatus::Disabled).await;
        app.mail_is_sent().await;
        forgot(app, "invited@mail.example").await;
        forgot(app, "gone@mail.example").await;
        let mail = app.mail_to("invited@mail.example").await;
        assert_eq!(mail.len(), 2);
        assert_eq!(mail[1].subject(), "Your invitation");
        assert!(app.mail_to("gone@mail.example").await.is_empty());
    }

    async fn a_link_is_void_once_its_user_is_disabled(app: &App) {
        let id = customer(app, "rosa@mail.example").await;
        forgot(app, "rosa@mail.example").await;
        let token = app.last_mail_to("rosa@mail.example").await.token();
        app.set_status(id, UserStatus::Disabled).await;
        refused(&auth(app, "reset-password", json!({"token": token, "password": ANOTHER})).await);
        app.set_status(id, UserStatus::Active).await;
        refused(&auth(app, "reset-password", json!({"token": token, "password": ANOTHER})).await);
        login(app, "rosa@mail.example", PASSWORD).await.expect(200);
    }

    async fn who_has_no_password_yet_gets_one(app: &App) {
        let id = app.profile("Rosa").await;
        app.give_email(id, "rosa@mail.example", entity::values::Role::Customer).await;
        forgot(app, "rosa@mail.example").await;
        let token = app.last_mail_to("rosa@mail.example").await.token();
        auth(app, "reset-password", json!({"token": token, "password": PASSWORD})).await.expect(204);
        login(app, "rosa@mail.example", PASSWORD).await.expect(200);
    }

    async fn the_name_in_the_address_is_refused_as_password(app: &App) {
        customer(app, "rosa.lind@mail.example").await;
        forgot(app, "rosa.lind@mail.example").await;
        let token = app.last_mail_to("rosa.lind@mail.example").await.token();
        auth(app, "reset-password", json!({"token": token, "password": "for-ROSA.lind-only"})).await
            .refuses("/password", "contains_email");
        auth(app, "reset-password", json!({"token": token, "password": ANOTHER})).await.expect(204);
    }
}
