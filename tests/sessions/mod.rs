//! Sessions, refresh tokens and signing keys.

mod changes;
mod keys;
mod list;
mod refresh;
mod reuse;

use serde_json::{Value, json};

use crate::support::{Answer, App, Caller};

const EMAIL: &str = "rosa@mail.example";
const PASSWORD: &str = "lantern-otter-meadow-9";

/// What a sign-in answers.
#[derive(Clone)]
struct Tokens {
    access: String,
    refresh: String,
}

impl Tokens {
    fn of(answer: &Value) -> Self {
        let text = |name: &str| answer[name].as_str().expect(name).to_owned();
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
        }
    }

    /// Somebody who shows the access token.
    fn caller(&self, app: &App) -> Caller {
        Caller::new(app.addr, None, Some(self.access.clone()))
    }

    /// The claims of the access token.
    fn claims(&self) -> Value {
        part(&self.access, 1)
    }

    /// Whether the access token opens anything.
    async fn opens(&self, app: &App) -> bool {
        match self.caller(app).get("/v1/me").await.status {
            200 => true,
            401 => false,
            other => panic!("{other}"),
        }
    }
}

/// Header (0) or claims (1) of a JWT.
fn part(token: &str, index: usize) -> Value {
    use base64::Engine as _;
    let part = token.split('.').nth(index).unwrap();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(part)
        .unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// A customer who signs in with [`EMAIL`] and [`PASSWORD`].
async fn rosa(app: &App) -> entity::ids::UserId {
    app.create_user(&json!({"email": EMAIL, "password": PASSWORD, "first_name": "Rosa"}))
        .await
}

async fn login(app: &App) -> Tokens {
    let body = json!({"email": EMAIL, "password": PASSWORD});
    Tokens::of(&app.anonymous().post("/v1/auth/login", body).await.expect(200))
}

async fn refresh(app: &App, token: &str) -> Answer {
    refresh_by(&app.anonymous(), token).await
}

async fn refresh_by(caller: &Caller, token: &str) -> Answer {
    caller
        .post("/v1/auth/refresh", json!({"refresh_token": token}))
        .await
}

/// The next tokens, where the refresh token must be good.
async fn renewed(app: &App, tokens: &Tokens) -> Tokens {
    Tokens::of(&refresh(app, &tokens.refresh).await.expect(200))
}

/// Asserts that the refresh token is good for nothing.
#[track_caller]
fn refused(answer: &Answer) {
    assert_eq!(answer.problem(401), "invalid_refresh_token");
    assert_eq!(
        answer.header("www-authenticate"),
        Some(r#"Bearer realm="customer-profile""#)
    );
}
