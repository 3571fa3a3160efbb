//! `Idempotency-Key`: a request that is sent twice acts once.

mod concurrency;
mod kept;
mod operations;
mod replay;
mod scope;

use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use crate::support::{Answer, App, Caller};

/// A header field with this key.
fn key(key: &str) -> [(&'static str, &str); 1] {
    [("idempotency-key", key)]
}

fn ebba() -> Value {
    json!({ "email": "ebba@mail.example", "first_name": "Ebba", "last_name": "Lindqvist" })
}

/// Adds Ebba under a key.
async fn add(caller: &Caller, named: &str) -> Answer {
    caller.post_with("/v1/users", &key(named), ebba()).await
}

fn is_replayed(answer: &Answer) -> bool {
    match answer.header("idempotency-replayed") {
        None => false,
        Some(marked) => {
            assert_eq!(marked, "true");
            true
        }
    }
}

/// What a caller sees of an answer, beside the marks of the single request.
fn seen(answer: &Answer) -> (u16, Option<&str>, Option<&str>, Option<&str>, &[u8]) {
    (
        answer.status,
        answer.header("etag"),
        answer.header("location"),
        answer.header("content-type"),
        &answer.body,
    )
}

/// How many answers are kept.
async fn kept(app: &App) -> u64 {
    entity::idempotency_keys::Entity::find()
        .count(app.core.db.read())
        .await
        .unwrap()
}

/// How many users of this first name there are.
async fn named(app: &App, first_name: &str) -> usize {
    let found = app
        .agent()
        .await
        .post("/v1/users/search", json!({ "q": first_name }))
        .await
        .expect(200);
    found["data"].as_array().unwrap().len()
}
