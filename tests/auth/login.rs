//! `POST /v1/auth/login`.

use entity::values::UserStatus;
use serde_json::json;

use super::{PASSWORD, login, with_password, without_request_id};
use crate::support::{json_object, on_both_databases};

on_both_databases! {
    async fn a_sign_in_answers_a_bearer_token(app: &App) {
        let id = with_password(app, "rosa@mail.example").await;
        let answer = login(&app.anonymous(), "rosa@mail.example", PASSWORD).await;
        let body = answer.expect(200);
        let mut names: Vec<_> = json_object(&body).keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "access_token", "device_token", "expires_in", "refresh_expires_in", "refresh_token", "token_type", "user_id",
            ]
        );
        assert_eq!(body["token_type"], "Bearer");
        assert_eq!(body["expires_in"], 600);
        assert_eq!(body["refresh_expires_in"], 1_209_600);
        assert_eq!(body["user_id"], json!(id));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let token = body["access_token"].as_str().unwrap().to_owned();
        let rosa = crate::support::Caller::new(app.addr, None, Some(token));
        assert_eq!(rosa.get("/v1/me").await.expect(200)["id"], json!(id));
    }

    async fn every_sign_in_that_fails_gets_the_same_answer(app: &App) {
        let caller = app.anonymous();
        with_password(app, "rosa@mail.example").await;
        let disabled = with_password(app, "disabled@mail.example").await;
        app.set_status(disabled, UserStatus::Disabled).await;
        let invited = with_password(app, "invited@mail.example").await;
        app.set_status(invited, UserStatus::Invited).await;
        // Active, and without a password.
        let bare = app.create_user(&json!({"email": "bare@mail.example", "first_name": "Rosa"})).await;
        app.set_status(bare, UserStatus::Active).await;
        let answers = [
            login(&caller, "rosa@mail.example", "lantern-otter-meadow-8").await,
            login(&caller, "rosa@mail.example", "").await,
            login(&caller, "unknown@mail.example", PASSWORD).await,
            login(&caller, "disabled@mail.example", PASSWORD).await,
            login(&caller, "invited@mail.example", PASSWORD).await,
            login(&caller, "bare@mail.example", PASSWORD).await,
            login(&caller, "bare@mail.example", "nobody has this password").await,
            login(&caller, "no address at all", PASSWORD).await,
            login(&caller, "", PASSWORD).await,
            login(&caller, &"x".repeat(5000), PASSWORD).await,
        ];
        for answer in &answers {
            assert_eq!(answer.problem(401), "invalid_credentials");
            assert_eq!(without_request_id(answer), without_request_id(&answers[0]));
            assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="customer-profile""#));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
    }

    async fn an_address_signs_in_to_one_account_however_it_is_written(app: &App) {
        let caller = app.anonymous();
        let id = with_password(app, "Rosa.Lind@MÜNCHEN.example").await;
        for email in [
            "Rosa.Lind@münchen.example", "rosa.lind@MÜNCHEN.EXAMPLE", "ROSA.LIND@xn--mnchen-3ya.example",
            " rosa.lind@münchen.example ",
        ] {
            assert_eq!(login(&caller, email, PASSWORD).await.expect(200)["user_id"], json!(id), "{email}");
        }
    }

    async fn what_is_missing_is_named(app: &App) {
        let caller = app.anonymous();
        let pair = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
        assert_eq!(
            caller.post("/v1/auth/login", json!({"username": "rosa"})).await.errors(422),
            [pair("/email", "required"), pair("/password", "required"), pair("/username", "unknown_field")]
        );
        caller.post("/v1/auth/login", json!({"email": "rosa@mail.example", "password": 7})).await
            .refuses("/password", "wrong_type");
    }

    async fn a_stale_token_does_not_stop_anybody_from_signing_in_again(app: &App) {
        with_password(app, "rosa@mail.example").await;
        let stale = crate::support::Caller::new(app.addr, None, Some("stale".into()));
        login(&stale, "rosa@mail.example", PASSWORD).await.expect(200);
    }
}
