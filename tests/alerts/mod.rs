mod list;
mod pages;

use chrono::{Days, NaiveDate};
use entity::ids::UserId;
use serde_json::{Value, json};

use crate::support::{App, Caller, anna_identity_card, anna_passport};

/// The day so many days from today.
pub fn day(app: &App, days: i64) -> NaiveDate {
    let (today, distance) = (app.core.clock.today(), Days::new(days.unsigned_abs()));
    if days < 0 {
        today - distance
    } else {
        today + distance
    }
}

/// Records a passport that expires so many days from today, and tells its id.
pub async fn passport(app: &App, by: &Caller, user: UserId, number: &str, days: i64) -> String {
    let mut passport = anna_passport(user, number);
    passport["issue_date"] = json!("2014-01-01");
    passport["expiry_date"] = json!(day(app, days));
    let made = by.post("/v1/passports", passport).await;
    made.expect(201);
    made.id()
}

/// Records a visa that expires so many days from today, and tells its id.
pub async fn visa(app: &App, by: &Caller, user: UserId, number: &str, days: i64) -> String {
    let visa = json!({
        "user_id": user, "country": "USA", "visa_number": number, "type": "business", "issue_date": "2014-01-01",
        "expiry_date": day(app, days),
    });
    let made = by.post("/v1/visas", visa).await;
    made.expect(201);
    made.id()
}

/// Records an identity card that expires so many days from today, and tells its id.
pub async fn identity_card(app: &App, by: &Caller, user: UserId, number: &str, days: i64) -> String {
    let mut card = anna_identity_card(user, number);
    card["issue_date"] = json!("2014-01-01");
    card["expiry_date"] = json!(day(app, days));
    let made = by.post("/v1/identity-cards", card).await;
    made.expect(201);
    made.id()
}

/// Records a number of the traveller that expires so many days from today, and tells its id.
pub async fn traveller_number(app: &App, by: &Caller, user: UserId, country: &str, days: i64) -> String {
    let number = json!({
        "user_id": user, "type": "known_traveller", "number": "TT1234567", "country": country, "expiry_date": day(app, days),
    });
    let made = by.post("/v1/traveller-numbers", number).await;
    made.expect(201);
    made.id()
}

/// Makes the user a member of a new programme until so many days from today, and tells the id.
pub async fn membership(app: &App, by: &Caller, user: UserId, days: i64) -> String {
    let admin = app.admin().await;
    let supplier = format!("Utopia {}", uuid::Uuid::now_v7());
    let program = json!({"supplier": supplier, "name": "Whistle Stop Card", "type": "rail", "tiers": [{"name": "Express"}]});
    let program = admin.post("/v1/loyalty-programs", program).await.id();
    let loyalty = json!({
        "user_id": user, "program_id": program, "membership_number": "WS-088213", "tier": "Express",
        "expiry_date": day(app, days),
    });
    let made = by.post("/v1/loyalties", loyalty).await;
    made.expect(201);
    made.id()
}

/// The ids of the records that alerts are about.
fn subjects(page: &Value) -> Vec<String> {
    let data = page["data"].as_array().expect("a list");
    data.iter()
        .map(|it| it["subject"]["id"].as_str().expect("an id").to_owned())
        .collect()
}
