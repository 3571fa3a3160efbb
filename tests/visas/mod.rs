mod access;
mod list;
mod masking;
mod passport;
mod record;
mod update;

use entity::ids::UserId;
use serde_json::{Value, json};

use crate::support::{App, Caller, anna_passport, json_object};

/// A visa that breaks no rule, with these fields in place of its own.
fn visa(user: UserId, number: &str, changes: &Value) -> Value {
    let mut visa = json!({
        "user_id": user, "country": "USA", "visa_number": number, "type": "business", "issue_date": "2026-01-15",
        "expiry_date": "2036-01-14",
    });
    for (field, value) in json_object(changes) {
        visa[field] = value.clone();
    }
    visa
}

/// Records a visa and tells its address.
async fn recorded(by: &Caller, user: UserId, number: &str) -> String {
    let answer = by.post("/v1/visas", visa(user, number, &json!({}))).await;
    answer.expect(201);
    format!("/v1/visas/{}", answer.id())
}

/// Records a passport and tells its id.
async fn passport(by: &Caller, user: UserId, number: &str) -> String {
    let answer = by.post("/v1/passports", anna_passport(user, number)).await;
    answer.expect(201);
    answer.id()
}

/// A day so many days from the server's today.
fn day(app: &App, days: i64) -> String {
    (app.core.clock.today() + chrono::TimeDelta::days(days)).to_string()
}
