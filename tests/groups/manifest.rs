//! `GET /v1/groups/{id}/manifest`.

use entity::audit_events;
use entity::ids::{ClientId, UserId};
use entity::values::{DocumentDisplay, Scope};
use sea_orm::{EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use service::booking;
use service::policy::{Actor, Permit};

use super::manifest_needs::needs;
use super::{add_group, people};
pub use crate::support::table_rows as rows;
use crate::support::{App, Caller, anna_identity_card, anna_passport, anna_visa, on_both_databases};

/// Anna with all that a list asks for.
async fn anna(app: &App, by: &Caller) -> UserId {
    let anna = app
        .create_user(&json!({
            "first_name": "Annie", "last_name": "Ericsson", "title": "Mrs",
            "email": "anna.eriksson@mail.example", "phone": "+46 70 174 06 05",
        }))
        .await;
    let passport = by.post("/v1/passports", anna_passport(anna, "L898902C3"));
    passport.await.expect(201);
    join(app, anna, "=HYPERLINK(\"http://evil.example\")").await;
    anna
}

/// Makes the user a member of a new programme of this name.
async fn join(app: &App, user: UserId, name: &str) {
    let admin = app.admin().await;
    let supplier = format!("Utopia {}", uuid::Uuid::now_v7());
    let program = json!({
        "supplier": supplier, "name": name, "type": "hotel", "supplier_code": "U0", "tiers": [{"name": "Silver"}],
    });
    let program = admin.post("/v1/loyalty-programs", program).await.id();
    let loyalty =
        json!({"user_id": user, "program_id": program, "membership_number": "1234", "tier": "Silver"});
    admin.post("/v1/loyalties", loyalty).await.expect(201);
}

pub fn codes(warnings: &Value) -> Vec<&str> {
    warnings
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["code"].as_str().unwrap())
        .collect()
}

async fn revealed(app: &App) -> Vec<audit_events::Model> {
    audit_events::Entity::find()
        .filter(audit_events::COLUMN.action.eq("passport.revealed"))
        .all(app.core.db.read())
        .await
        .unwrap()
}

on_both_databases! {
    async fn an_agent_reads_what_an_airline_asks(app: &App) {
        let agent = app.agent().await;
        let anna = anna(app, &agent).await;
        let elsa = app.create_user(&json!({"first_name": "Elsa", "date_of_birth": "2016-06-21"})).await;
        let members = json!([{"user_id": anna, "role": "lead"}, {"user_id": elsa, "role": "child"}]);
        let group = agent.post("/v1/groups", json!({"name": "Family", "members": members})).await.id();
        let answer = agent.get(format!("/v1/groups/{group}/manifest")).await;
        let manifest = answer.expect(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!((&manifest["group_id"], &manifest["warnings"]), (&json!(group), &json!([])));
        let mut first = manifest["passengers"][0].clone();
        first["passport"].as_object_mut().unwrap().shift_remove("passport_id");
        first["loyalties"][0].as_object_mut().unwrap().shift_remove("supplier");
        // What the passport says, not the profile.
        assert_eq!(first, json!({
            "number": 1, "user_id": anna, "role": "lead", "title": "Mrs",
            "legal": {"surname": "Eriksson", "given_names": "Anna Maria", "full": "Anna Maria Eriksson"},
            "mrz": {"surname": "ERIKSSON", "given_names": "ANNA MARIA", "line": "ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"},
            "date_of_birth": "1974-08-12", "gender": "F", "nationality": "UTO",
            "passport": {"issuing_country": "UTO", "passport_number": "••••02C3", "masked": true, "expiry_date": "2034-04-15"},
            "visas": [], "identity_cards": [], "traveller_numbers": [],
            "phone": "+46701740605", "email": "anna.eriksson@mail.example",
            "loyalties": [{
                "supplier_code": "U0", "program": "=HYPERLINK(\"http://evil.example\")", "membership_number": "1234", "tier": "Silver",
            }],
            "emergency_contacts": [], "meal": null, "assistance": [], "seat": null, "seat_note": null,
            "missing": ["emergency_contact"], "warnings": [],
        }));
        let second = &manifest["passengers"][1];
        assert_eq!((&second["number"], &second["date_of_birth"], &second["passport"]), (&json!(2), &json!("2016-06-21"), &Value::Null));
        assert_eq!(second["missing"], json!(["gender", "nationality", "passport", "phone", "email", "emergency_contact"]));
        assert_eq!(codes(&second["warnings"]), ["minor_without_guardian"]);
        agent.put(format!("/v1/groups/{group}/members/{anna}"), json!({"role": "guardian"})).await.expect(200);
        let manifest = agent.get(format!("/v1/groups/{group}/manifest?format=json&documents=masked")).await.expect(200);
        assert_eq!(codes(&manifest["passengers"][1]["warnings"]), Vec::<&str>::new());
        assert!(revealed(app).await.is_empty());
    }

    async fn a_spreadsheet_opens_it_and_runs_nothing(app: &App) {
        let agent = app.agent().await;
        let (anna, evil) = (anna(app, &agent).await, app.profile("=cmd|'/c calc'!A1").await);
        let zoe = app.create_user(&json!({"first_name": "Zoë, \"Z\"", "last_name": "'t Hooft"})).await;
        let group = add_group(&agent, "Team \"+1\"", &[anna, evil, zoe]).await;
        let answer = agent.get(format!("{group}/manifest?format=csv")).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
        let name = format!("attachment; filename=\"manifest-{}.csv\"", group.rsplit('/').next().unwrap());
        assert_eq!(answer.header("content-disposition"), Some(name.as_str()));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let rows = rows(&answer.body);
        assert_eq!(rows.len(), 3);
        let id = |user: UserId| rows.iter().find(|row| row["user_id"] == json!(user)).unwrap();
        let row = id(anna);
        for (column, cell) in [
            ("role", "companion"),
            ("surname", "Eriksson"),
            ("mrz_given_names", "ANNA MARIA"),
            ("date_of_birth", "1974-08-12"),
            ("passport_number", "••••02C3"),
            ("passport_expiry_date", "2034-04-15"),
            ("phone", "'+46701740605"),
            ("loyalties", "'=HYPERLINK(\"http://evil.example\") 1234 (Silver)"),
            ("missing", "emergency_contact"),
        ] {
            assert_eq!(row[column], json!(cell), "{column}");
        }
        assert_eq!(id(evil)["given_names"], "'=cmd|'/c calc'!A1");
        assert_eq!(id(evil)["missing"], "date_of_birth; gender; nationality; passport; phone; email; emergency_contact");
        assert_eq!((&id(zoe)["given_names"], &id(zoe)["surname"]), (&json!("Zoë, \"Z\""), &json!("'t Hooft")));
        for cell in rows.iter().flat_map(|row| row.as_object().unwrap().values()) {
            assert!(!cell.as_str().unwrap().starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }

    async fn numbers_in_clear_are_reveals_all_or_none(app: &App) with |config| config.reveals_per_hour = 3 => {
        let agent = app.agent().await;
        let members = people(app, 2).await;
        for (index, member) in members.iter().enumerate() {
            agent.post("/v1/passports", anna_passport(*member, &format!("00000001{index}"))).await.expect(201);
        }
        let group = add_group(&agent, "Pair", &members).await;
        let url = format!("{group}/manifest?documents=clear");
        let manifest = agent.get(&url).await.expect(200);
        let mut shown: Vec<_> = (0..2).map(|index| manifest["passengers"][index]["passport"].clone()).collect();
        shown.sort_by_key(|it| it["passport_number"].to_string());
        assert_eq!((&shown[0]["passport_number"], &shown[1]["masked"]), (&json!("000000010"), &json!(false)));
        let noted = revealed(app).await;
        assert_eq!(noted.len(), 2);
        assert!(noted.iter().all(|it| it.purpose.as_deref() == Some("group manifest")));
        // One is left, and two are asked for: in either form nothing is shown.
        for format in ["json", "csv"] {
            let answer = agent.get(format!("{url}&format={format}")).await;
            assert_eq!(answer.problem(429), "too_many_reveals");
            assert!(answer.header("retry-after").is_some());
        }
        assert_eq!(revealed(app).await.len(), 2);
        agent.get(format!("{group}/manifest")).await.expect(200);
    }

    /// A visa is good today, and shown and noted like a passport.
    async fn visas_are_listed_and_count_as_reveals(app: &App) with |config| config.reveals_per_hour = 3 => {
        let agent = app.agent().await;
        let members = people(app, 2).await;
        let passport = agent.post("/v1/passports", anna_passport(members[0], "L898902C3")).await.id();
        let visa = agent.post("/v1/visas", anna_visa(members[0], &passport, "V41730598")).await.id();
        let mut old = anna_visa(members[0], &passport, "V41730599");
        old["expiry_date"] = json!("2026-01-16");
        agent.post("/v1/visas", old).await.expect(201);
        let group = add_group(&agent, "Pair", &members).await;
        let visas = async |query: &str| {
            let manifest = agent.get(format!("{group}/manifest?{query}")).await.expect(200);
            let passengers = manifest["passengers"].as_array().unwrap().clone();
            passengers.into_iter().find(|it| it["user_id"] == json!(members[0])).unwrap()["visas"].clone()
        };
        assert_eq!(visas("").await, json!([{
            "visa_id": visa, "country": "USA", "type": "business", "visa_number": "••••0598", "masked": true, "expiry_date": "2036-01-14",
        }]));
        let file = agent.get(format!("{group}/manifest?format=csv")).await;
        let rows = rows(&file.body);
        assert!(rows.iter().any(|row| row["visas"] == "USA ••••0598 (business, 2036-01-14)"), "{rows:?}");
        assert_eq!(visas("documents=clear").await[0]["visa_number"], "V41730598");
        let seen = audit_events::Entity::find()
            .filter(audit_events::COLUMN.action.is_in(["passport.revealed", "visa.revealed"]))
            .all(app.core.db.read())
            .await
            .unwrap();
        assert_eq!(seen.len(), 2);
        assert_eq!(agent.get(format!("{group}/manifest?documents=clear")).await.problem(429), "too_many_reveals");
    }

    async fn in_a_file_numbers_keep_their_zeros(app: &App) {
        let agent = app.agent().await;
        let members = people(app, 2).await;
        agent.post("/v1/passports", anna_passport(members[0], "000000014")).await.expect(201);
        let group = add_group(&agent, "Pair", &members).await;
        let answer = agent.get(format!("{group}/manifest?documents=clear&format=csv")).await;
        let rows = rows(&answer.body);
        let row = rows.iter().find(|row| row["user_id"] == json!(members[0])).unwrap();
        assert_eq!(row["passport_number"], "'000000014");
    }

    async fn customers_see_themselves_and_strangers_nothing(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let ida = app.profile("Ida").await;
        for (user, number) in [(rosa.id(), "K299310A5"), (ida, "L898902C3")] {
            agent.post("/v1/passports", anna_passport(user, number)).await.expect(201);
        }
        let group = add_group(&agent, "Pair", &[ida, rosa.id()]).await;
        for documents in ["masked", "clear"] {
            let own = rosa.get(format!("{group}/manifest?documents={documents}")).await.expect(200);
            assert_eq!(codes(&own["warnings"]), ["companions_hidden"]);
            assert_eq!(own["passengers"].as_array().unwrap().len(), 1);
            assert_eq!(own["passengers"][0]["passport"]["passport_number"], "K299310A5");
            assert!(!own.to_string().contains("L898902C3"));
        }
        assert!(revealed(app).await.is_empty(), "one's own number is no reveal");
        let stranger = app.customer("Vera").await;
        assert_eq!(stranger.get(format!("{group}/manifest")).await.problem(404), "not_found");
        // Nobody finds who is restricted.
        app.admin().await.post(format!("/v1/users/{ida}/restrict"), json!({"reason": "Contested"})).await.expect(200);
        let list = agent.get(format!("{group}/manifest?format=csv")).await;
        assert_eq!(rows(&list.body).len(), 1);
        for query in ["format=xlsx", "documents=all", "purpose=check-in"] {
            assert_eq!(agent.get(format!("{group}/manifest?{query}")).await.problem(400), "invalid_parameter", "{query}");
        }
    }

    async fn other_systems_see_customers_and_numbers_with_a_scope_more(app: &App) {
        let agent = app.agent().await;
        let ida = app.profile("Ida").await;
        agent.post("/v1/passports", anna_passport(ida, "L898902C3")).await.expect(201);
        let group = add_group(&agent, "Pair", &[ida, agent.id()]).await;
        let id = group.rsplit('/').next().unwrap().parse().unwrap();
        let scopes = [Scope::UsersRead, Scope::PassportsRead, Scope::TravelDocumentsRead, Scope::LoyaltiesRead, Scope::GroupsRead];
        let client = |scopes: &[Scope]| Actor::Client { id: ClientId::new(), scopes: scopes.iter().copied().collect() };
        for missing in scopes {
            let fewer: Vec<_> = scopes.into_iter().filter(|scope| *scope != missing).collect();
            assert!(Permit::<service::policy::ReadGroupManifest>::obtain(client(&fewer)).is_err());
        }
        let by = Permit::obtain(client(&scopes)).unwrap();
        let manifest = booking::manifest(&app.core, &by, id, DocumentDisplay::Masked).await.unwrap();
        assert_eq!((manifest.passengers.len(), manifest.warnings.len()), (1, 1));
        assert!(booking::manifest(&app.core, &by, id, DocumentDisplay::Clear).await.is_err());
        let numbers_of_passports = [Scope::PassportsReveal].into_iter().chain(scopes).collect::<Vec<_>>();
        let by = Permit::obtain(client(&numbers_of_passports)).unwrap();
        assert!(booking::manifest(&app.core, &by, id, DocumentDisplay::Clear).await.is_err(), "nor those of visas");
        let machine = app.client("users:read passports:read passports:reveal travel-documents:read travel-documents:reveal loyalties:read groups:read").await;
        let manifest = machine.get(format!("{group}/manifest?documents=clear")).await.expect(200);
        assert_eq!(manifest["passengers"][0]["passport"]["passport_number"], "L898902C3");
    }

    async fn two_members_or_nine_take_the_same_statements(app: &App) {
        let agent = app.agent().await;
        let members = people(app, 9).await;
        for (index, member) in members.iter().enumerate() {
            agent.post("/v1/passports", anna_passport(*member, &format!("L898902C{index}"))).await.expect(201);
            agent.post("/v1/identity-cards", anna_identity_card(*member, &format!("D2314589{index}"))).await.expect(201);
            needs(&agent, *member).await;
            join(app, *member, &format!("Points {index}")).await;
        }
        let two = add_group(&agent, "Two", &members[..2]).await;
        let nine = add_group(&agent, "Nine", &members).await;
        let count = async |url: String| app.statements(async { agent.get(&url).await.expect(200) }).await;
        // Who asks, and the nine of the list; in clear one more notes all that is shown.
        for (query, all) in [("", 10), ("documents=clear", 11)] {
            let (few, many) = (count(format!("{two}/manifest?{query}")).await, count(format!("{nine}/manifest?{query}")).await);
            assert_eq!((few, many), (all, all), "{query}");
        }
    }
}
