//! The people: `/v1/users` and `/v1/me`.

mod address;
mod concurrency;
mod conditional;
mod create;
mod delete;
mod fields;
mod last_admin;
mod list;
mod me;
mod profile;
mod rights;
mod search;
mod statements;
mod update;

use entity::ids::UserId;
use serde_json::{Value, json};

use crate::support::{Caller, anna_passport};

fn path_of(id: impl std::fmt::Display) -> String {
    format!("/v1/users/{id}")
}

/// Adds a loyalty programme.
async fn program(admin: &Caller, name: &str) -> String {
    let program = json!({"supplier": "Utopia Air", "name": name, "type": "airline"});
    let answer = admin.post("/v1/loyalty-programs", program).await;
    answer.expect(201);
    answer.id()
}

/// Makes a user a member of a loyalty programme.
async fn join(staff: &Caller, user: UserId, program: &str) -> String {
    let loyalty = json!({"user_id": user, "program_id": program, "membership_number": "UA 1234"});
    let answer = staff.post("/v1/loyalties", loyalty).await;
    answer.expect(201);
    answer.id()
}

/// Makes a group.
async fn group(staff: &Caller, name: &str, members: &[UserId]) -> String {
    let members: Vec<_> = members.iter().map(|id| json!({"user_id": id})).collect();
    let answer = staff
        .post("/v1/groups", json!({"name": name, "members": members}))
        .await;
    answer.expect(201);
    answer.id()
}

/// Records a passport.
async fn passport(staff: &Caller, user: UserId, number: &str, expires: &str) -> String {
    let mut passport = anna_passport(user, number);
    passport["expiry_date"] = json!(expires);
    passport["issue_date"] = Value::Null;
    let answer = staff.post("/v1/passports", passport).await;
    answer.expect(201);
    answer.id()
}

/// The ids of a page, sorted.
fn ids(page: &Value) -> Vec<String> {
    let mut ids: Vec<_> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

/// Ids as [`ids`] lists them.
fn sorted(users: &[UserId]) -> Vec<String> {
    let mut ids: Vec<_> = users.iter().map(ToString::to_string).collect();
    ids.sort();
    ids
}
