//! Whether people may travel on the documents that they hold.

mod check;
mod people;
mod readiness;
mod requests;

use entity::ids::UserId;
use serde_json::{Value, json};
use service::entry_rules::import::import;
use service::policy::Permit;

use crate::support::{App, Caller, json_object};

/// The rules that come with the program.
async fn rules(app: &App) {
    import(&app.core, &Permit::system(), false).await.unwrap();
}

/// Records a passport of the user with these fields in place of its own.
async fn passport(by: &Caller, user: UserId, number: &str, changes: &Value) -> String {
    let mut passport = json!({
        "user_id": user, "document_code": "P", "issuing_country": "GBR", "nationality": "GBR",
        "passport_number": number, "surname": "Eriksson", "given_names": "Anna Maria", "date_of_birth": "1974-08-12",
        "sex": "F", "issue_date": "2020-05-10", "expiry_date": "2030-05-09",
    });
    for (field, value) in json_object(changes) {
        passport[field] = value.clone();
    }
    let created = by.post("/v1/passports", passport).await;
    created.expect(201);
    created.id()
}

/// A traveller with a name and a date of birth as the passports have them.
async fn anna(app: &App) -> UserId {
    let anna = json!({
        "first_name": "Anna", "middle_names": "Maria", "last_name": "Eriksson", "date_of_birth": "1974-08-12",
        "nationality": "GBR", "gender": "F", "phone": "+46701740605",
    });
    app.create_user(&anna).await
}

fn leg(country: &str, arrive: &str, depart: &str) -> Value {
    json!({"country": country, "arrive": arrive, "depart": depart})
}

/// The codes of a list of findings.
fn codes(findings: &Value) -> Vec<&str> {
    let findings = findings.as_array().expect("findings");
    findings.iter().map(|it| it["code"].as_str().unwrap()).collect()
}
