mod applicable;
mod catalogue;
mod memberships;
mod memberships_access;
mod memberships_list;
mod offer;
mod programs;
mod races;
mod search;
mod tiers;

use entity::ids::UserId;
use serde_json::{Value, json};

use crate::support::{App, json_object};

/// A programme that breaks no rule, with these fields in place of its own.
fn program(name: &str, changes: &Value) -> Value {
    let mut program = json!({
        "supplier": "Utopia Rail", "name": name, "type": "rail", "supplier_code": "UR",
        "tiers": [{"name": "Dawn"}, {"name": "Noon"}],
    });
    for (field, value) in json_object(changes) {
        program[field] = value.clone();
    }
    program
}

/// Adds a programme and answers its id.
async fn add_program(app: &App, name: &str, changes: &Value) -> String {
    let created = app
        .admin()
        .await
        .post("/v1/loyalty-programs", program(name, changes))
        .await;
    created.expect(201);
    created.id()
}

fn membership(user: UserId, program: &str) -> Value {
    json!({"user_id": user, "program_id": program, "membership_number": "UR 1234-5678"})
}

/// The ids of the records of a list.
fn ids(page: &Value) -> Vec<String> {
    let data = page["data"].as_array().expect("a list");
    data.iter()
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect()
}
