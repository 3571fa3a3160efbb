//! What is mailed, to whom, and what the links in it do.

mod change;
mod delivery;
mod invitation;
mod logs;
mod pages;
mod reset;
mod secrecy;
mod smtp;
mod tokens;
mod verification;

use entity::ids::UserId;
use serde_json::json;

use crate::support::{Answer, App, Caller};

/// Passwords that break no rule.
const PASSWORD: &str = "lantern-otter-meadow-9";
const ANOTHER: &str = "harbour-violin-cedar-4";

async fn login(app: &App, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    app.anonymous().post("/v1/auth/login", body).await
}

/// Somebody who has signed in with a password.
async fn sign_in(app: &App, email: &str, password: &str) -> Caller {
    let tokens = login(app, email, password).await.expect(200);
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    let id: UserId = tokens["user_id"].as_str().unwrap().parse().unwrap();
    Caller::new(app.addr, Some(id), Some(token))
}

/// A customer who can sign in with [`PASSWORD`].
async fn customer(app: &App, email: &str) -> UserId {
    app.create_user(&json!({"email": email, "password": PASSWORD, "first_name": "Rosa"}))
        .await
}

/// A customer who is invited.
async fn invited(app: &App, email: &str) -> UserId {
    app.create_user(&json!({"email": email, "first_name": "Rosa"}))
        .await
}

/// Sends a body to an operation of `/v1/auth` as nobody.
async fn auth(app: &App, operation: &str, body: serde_json::Value) -> Answer {
    app.anonymous().post(format!("/v1/auth/{operation}"), body).await
}

async fn forgot(app: &App, email: &str) {
    let answer = auth(app, "forgot-password", json!({"email": email})).await;
    answer.expect(202);
    assert!(answer.body.is_empty());
}

/// Asserts that a token is refused in the one way there is.
#[track_caller]
fn refused(answer: &Answer) {
    answer.refuses("/token", "invalid_token");
}
