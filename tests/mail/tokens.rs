//! A mailed token is good for one purpose, one user, one address, once, and for a time.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{ANOTHER, PASSWORD, auth, customer, forgot, invited, login, refused, sign_in};
use crate::support::{Answer, App, on_both_databases};

/// Every operation that takes a mailed token.
const OPERATIONS: [&str; 4] = [
    "accept-invitation",
    "reset-password",
    "verify-email",
    "confirm-email",
];

async fn show(app: &App, operation: &str, token: &str) -> Answer {
    let mut body = json!({"token": token});
    if ["accept-invitation", "reset-password"].contains(&operation) {
        body["password"] = json!(ANOTHER);
    }
    auth(app, operation, body).await
}

/// A token for each operation, each of a user of its own.
async fn tokens(app: &App) -> Vec<(&'static str, String)> {
    invited(app, "invited@mail.example").await;
    customer(app, "forgetful@mail.example").await;
    forgot(app, "forgetful@mail.example").await;
    customer(app, "new@mail.example").await;
    auth(app, "request-verification", json!({"email": "new@mail.example"}))
        .await
        .expect(202);
    customer(app, "moving@mail.example").await;
    let moving = sign_in(app, "moving@mail.example", PASSWORD).await;
    moving
        .post(
            "/v1/auth/change-email",
            json!({"email": "moved@mail.example", "password": PASSWORD}),
        )
        .await
        .expect(202);
    let addresses = [
        "invited@mail.example",
        "forgetful@mail.example",
        "new@mail.example",
        "moved@mail.example",
    ];
    let mut found = Vec::new();
    for (operation, address) in OPERATIONS.into_iter().zip(addresses) {
        found.push((operation, app.last_mail_to(address).await.token()));
    }
    found
}

fn without_id(answer: &Answer) -> Value {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("request_id");
    body
}

on_both_databases! {
    async fn a_token_is_for_one_purpose_and_for_one_use(app: &App) {
        let tokens = tokens(app).await;
        let mut answers = Vec::new();
        for (purpose, token) in &tokens {
            for operation in OPERATIONS.into_iter().filter(|it| it != purpose) {
                answers.push(show(app, operation, token).await);
            }
        }
        for (operation, token) in &tokens {
            show(app, operation, token).await.expect(204);
            answers.push(show(app, operation, token).await);
        }
        for (operation, _) in &tokens {
            for token in ["", "cpm_", "cpm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "\u{fc}", &"x".repeat(5000)] {
                answers.push(show(app, operation, token).await);
            }
        }
        for answer in &answers {
            refused(answer);
            assert_eq!(without_id(answer), without_id(&answers[0]));
        }
    }

    async fn tokens_expire(app: &App) {
        let tokens = tokens(app).await;
        for (operation, life) in OPERATIONS.into_iter().zip([
            TimeDelta::days(7), TimeDelta::minutes(30), TimeDelta::hours(24), TimeDelta::hours(24),
        ]) {
            let token = &tokens.iter().find(|it| it.0 == operation).unwrap().1;
            let late = life + TimeDelta::seconds(1);
            app.core.clock.shift(late);
            refused(&show(app, operation, token).await);
            app.core.clock.shift(-late);
            let in_time = life - TimeDelta::minutes(1);
            app.core.clock.shift(in_time);
            show(app, operation, token).await.expect(204);
            app.core.clock.shift(-in_time);
        }
    }

    async fn no_part_of_a_token_is_good(app: &App) {
        customer(app, "rosa@mail.example").await;
        auth(app, "request-verification", json!({"email": "rosa@mail.example"})).await.expect(202);
        let token = app.last_mail_to("rosa@mail.example").await.token();
        for end in 0..token.len() {
            refused(&show(app, "verify-email", &token[..end]).await);
        }
        for wrong in [format!("{token}A"), format!(" {token}"), token.to_lowercase(), token[4..].to_owned()] {
            refused(&show(app, "verify-email", &wrong).await);
        }
        show(app, "verify-email", &token).await.expect(204);
    }

    async fn a_token_works_for_its_user_alone(app: &App) {
        customer(app, "rosa@mail.example").await;
        customer(app, "ida@mail.example").await;
        forgot(app, "rosa@mail.example").await;
        let token = app.last_mail_to("rosa@mail.example").await.token();
        // Shown by somebody else who is signed in, it still changes Rosa's password.
        let ida = sign_in(app, "ida@mail.example", PASSWORD).await;
        ida.post("/v1/auth/reset-password", json!({"token": token, "password": ANOTHER})).await.expect(204);
        login(app, "rosa@mail.example", ANOTHER).await.expect(200);
        login(app, "ida@mail.example", PASSWORD).await.expect(200);
        ida.get("/v1/me").await.expect(200);
    }

    async fn of_fifty_who_use_a_token_at_once_one_does(app: &App) {
        customer(app, "rosa@mail.example").await;
        auth(app, "request-verification", json!({"email": "rosa@mail.example"})).await.expect(202);
        let token = app.last_mail_to("rosa@mail.example").await.token();
        let answers = join_all((0..50).map(|_| show(app, "verify-email", &token))).await;
        let good = answers.iter().filter(|answer| answer.status == 204).count();
        assert_eq!(good, 1);
        for answer in answers.iter().filter(|answer| answer.status != 204) {
            // Who waits too long for the database is told to come back.
            assert!(matches!(answer.status, 422 | 503), "{}", answer.status);
        }
    }

    async fn of_many_passwords_chosen_at_once_one_counts(app: &App) {
        invited(app, "rosa@mail.example").await;
        let token = app.last_mail_to("rosa@mail.example").await.token();
        let password = |number: usize| format!("lantern-otter-meadow-{number}x");
        let answers = join_all((0..10).map(|number| {
            auth(app, "accept-invitation", json!({"token": token, "password": password(number)}))
        }))
        .await;
        let good: Vec<_> = (0..10).filter(|number| answers[*number].status == 204).collect();
        assert_eq!(good.len(), 1, "{good:?}");
        login(app, "rosa@mail.example", &password(good[0])).await.expect(200);
    }

    async fn expired_tokens_are_removed(app: &App) {
        tokens(app).await;
        let count = async || {
            use sea_orm::{EntityTrait as _, PaginatorTrait as _};
            entity::mail_tokens::Entity::find().count(app.core.db.read()).await.unwrap()
        };
        for (days, left) in [(0, 4), (2, 1), (6, 0)] {
            app.core.clock.shift(TimeDelta::days(days));
            service::mail::purge(&app.core).await.unwrap();
            assert_eq!(count().await, left, "{days}");
        }
    }
}
