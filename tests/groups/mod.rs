mod access;
mod concurrency;
mod create;
mod list;
mod manifest;
mod manifest_needs;
mod members;
mod membership;
mod update;

use entity::ids::UserId;
use serde_json::{Value, json};

use crate::support::{Answer, App, Caller};

/// As many new customers without an e-mail address.
async fn people(app: &App, count: usize) -> Vec<UserId> {
    let mut people = Vec::with_capacity(count);
    for _ in 0..count {
        people.push(app.profile("Anna").await);
    }
    people
}

/// A group of these people.
fn group(name: &str, members: &[UserId]) -> Value {
    let members: Vec<_> = members.iter().map(|id| json!({ "user_id": id })).collect();
    json!({ "name": name, "members": members })
}

/// Makes a group of these people and answers its address.
async fn add_group(caller: &Caller, name: &str, members: &[UserId]) -> String {
    let created = caller.post("/v1/groups", group(name, members)).await;
    created.expect(201);
    format!("/v1/groups/{}", created.id())
}

/// The ids of the members of a group.
fn member_ids(group: &Value) -> Vec<String> {
    let members = group["members"].as_array().expect("members");
    members
        .iter()
        .map(|it| it["user_id"].as_str().expect("an id").to_owned())
        .collect()
}

fn ids(page: &Value) -> Vec<String> {
    let data = page["data"].as_array().expect("a list");
    data.iter()
        .map(|it| it["id"].as_str().expect("an id").to_owned())
        .collect()
}

/// Repeats a request that was answered "try again later", as a client should.
async fn patiently<F: Future<Output = Answer>>(request: impl Fn() -> F) -> Answer {
    let mut attempts = 0;
    loop {
        let answer = request().await;
        if answer.status != 503 || attempts == 20 {
            return answer;
        }
        attempts += 1;
        assert!(answer.header("retry-after").is_some());
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}
