//! Registering and signing in.

mod first_admin;
mod load;
mod login;
mod password;
mod register;
mod second_factor;
mod throttle;
mod tokens;

use serde_json::{Value, json};

use crate::support::{Answer, App, Caller};

/// A password that breaks no rule.
const PASSWORD: &str = "lantern-otter-meadow-9";

async fn login(caller: &Caller, email: &str, password: &str) -> Answer {
    caller
        .post("/v1/auth/login", json!({"email": email, "password": password}))
        .await
}

async fn register(caller: &Caller, email: &str, password: &str) -> Answer {
    let user = json!({"email": email, "password": password, "first_name": "Rosa", "last_name": "Lind"});
    caller.post("/v1/auth/register", user).await
}

/// A customer who can sign in with [`PASSWORD`].
async fn with_password(app: &App, email: &str) -> entity::ids::UserId {
    app.create_user(&json!({"email": email, "password": PASSWORD, "first_name": "Rosa"}))
        .await
}

/// A body without what differs from request to request.
fn without_request_id(answer: &Answer) -> Value {
    let mut body = answer.json();
    body.as_object_mut()
        .unwrap()
        .remove("request_id")
        .expect("a request id");
    body
}
