//! `GET /v1/groups/{id}/manifest`: documents beside passports, whom to call, and what travellers need.

use entity::audit_events;
use entity::ids::UserId;
use sea_orm::{EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use super::manifest::{codes, rows};
use super::{add_group, people};
use crate::support::{App, Caller, anna_identity_card, anna_passport, on_both_databases, without_chance};

/// What a client needs to read a list.
const LIST: &str = "users:read passports:read travel-documents:read loyalties:read groups:read";

/// Records whom to call and what the traveller needs.
pub async fn needs(by: &Caller, user: UserId) {
    let contact = json!({
        "user_id": user, "name": "Erik Eriksson", "relationship": "Husband", "phone": "+46701740606", "language": "sv",
        "email": "erik.eriksson@mail.example",
    });
    by.post("/v1/emergency-contacts", contact).await.expect(201);
    let wishes = json!({
        "seat": "aisle", "seat_note": "Near the front", "meal": "VGML", "meal_note": "No nuts",
        "assistance": [{"code": "WCHR", "note": "Walks with a stick"}, {"code": "DEAF"}],
    });
    by.patch(format!("/v1/users/{user}/preferences"), wishes)
        .await
        .expect(200);
}

/// A Known Traveler number of the user.
async fn known_traveller(by: &Caller, user: UserId, number: &str) -> String {
    let known = json!({
        "user_id": user, "type": "known_traveller", "number": number, "program": "Global Entry", "expiry_date": "2036-01-14",
    });
    let made = by.post("/v1/traveller-numbers", known).await;
    made.expect(201);
    made.id()
}

/// The line of somebody on the list.
async fn line(by: &Caller, url: &str, user: UserId) -> Value {
    let manifest = by.get(url).await.expect(200);
    let passengers = manifest["passengers"].as_array().unwrap();
    let own = passengers.iter().find(|it| it["user_id"] == json!(user));
    own.cloned().unwrap_or_default()
}

/// How many numbers of documents others than their holders have seen.
async fn revealed(app: &App) -> Vec<String> {
    let revealing = [
        "passport.revealed",
        "identity_card.revealed",
        "traveller_number.revealed",
    ];
    let mut seen: Vec<_> = audit_events::Entity::find()
        .filter(audit_events::COLUMN.action.is_in(revealing))
        .filter(audit_events::COLUMN.purpose.eq("group manifest"))
        .all(app.core.db.read())
        .await
        .unwrap()
        .into_iter()
        .map(|it| it.action)
        .collect();
    seen.sort_unstable();
    seen
}

on_both_databases! {
    async fn an_agent_hands_over_what_travellers_need(app: &App) {
        let agent = app.agent().await;
        let members = people(app, 3).await;
        needs(&agent, members[1]).await;
        let group = add_group(&agent, "Trio", &members).await;
        let needy = line(&agent, &format!("{group}/manifest"), members[1]).await;
        assert_eq!(needy["emergency_contacts"], json!([
            {"name": "Erik Eriksson", "relationship": "Husband", "phone": "+46701740606", "language": "sv"},
        ]));
        assert_eq!(needy["meal"], json!({"code": "VGML", "meaning": "Vegan meal", "note": "No nuts"}));
        assert_eq!((&needy["seat"], &needy["seat_note"]), (&json!("aisle"), &json!("Near the front")));
        assert_eq!(needy["assistance"][0], json!({
            "code": "WCHR", "meaning": "Wheelchair to the aircraft; can climb steps and walk in the cabin", "note": "Walks with a stick",
        }));
        assert_eq!((&needy["assistance"][1]["code"], &needy["assistance"][1]["note"]), (&json!("DEAF"), &Value::Null));
        assert!(!needy["missing"].to_string().contains("emergency_contact"), "{needy}");
        for other in [members[0], members[2]] {
            let other = line(&agent, &format!("{group}/manifest"), other).await;
            assert_eq!((&other["meal"], &other["assistance"], &other["emergency_contacts"]), (&Value::Null, &json!([]), &json!([])));
            assert!(other["missing"].to_string().contains("emergency_contact"), "{other}");
        }
        let file = agent.get(format!("{group}/manifest?format=csv")).await;
        let rows = rows(&file.body);
        let row = rows.iter().find(|row| row["user_id"] == json!(members[1])).unwrap();
        for (column, cell) in [
            ("meal", "VGML Vegan meal (No nuts)"),
            ("seat", "aisle (Near the front)"),
            ("emergency_contacts", "Erik Eriksson +46701740606 (Husband, sv)"),
        ] {
            assert_eq!(row[column], json!(cell), "{column}");
        }
        let assistance = row["assistance"].as_str().unwrap();
        assert!(assistance.starts_with("WCHR Wheelchair to the aircraft, can climb") && assistance.contains("(Walks with a stick); DEAF"), "{row}");
    }

    async fn what_somebody_wrote_into_a_need_is_no_formula(app: &App) {
        let agent = app.agent().await;
        let members = people(app, 2).await;
        let contact = json!({"user_id": members[0], "name": "=HYPERLINK(\"http://evil.example\")", "phone": "+46701740606"});
        agent.post("/v1/emergency-contacts", contact).await.expect(201);
        let wishes = json!({"seat_note": "@SUM(1+1)", "meal": "SPML", "meal_note": "=1+1"});
        agent.patch(format!("/v1/users/{}/preferences", members[0]), wishes).await.expect(200);
        let group = add_group(&agent, "Pair", &members).await;
        let file = agent.get(format!("{group}/manifest?format=csv")).await;
        let rows = rows(&file.body);
        let row = rows.iter().find(|row| row["user_id"] == json!(members[0])).unwrap();
        assert_eq!(row["emergency_contacts"], "'=HYPERLINK(\"http://evil.example\") +46701740606");
        assert_eq!(row["seat"], "'@SUM(1+1)");
        for cell in rows.iter().flat_map(|row| row.as_object().unwrap().values()) {
            assert!(!cell.as_str().unwrap().starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }

    /// Meals and help tell of religion and health: a client has them with a scope of their own.
    async fn a_client_without_the_scopes_is_told_what_was_left_out(app: &App) {
        let agent = app.agent().await;
        let members = people(app, 2).await;
        needs(&agent, members[0]).await;
        let group = add_group(&agent, "Pair", &members).await;
        let url = format!("{group}/manifest");
        let told = |line: &Value| {
            let all = line["warnings"].as_array().unwrap().iter().filter(|it| it["code"] == "scope_missing");
            all.map(|it| it["detail"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let (contacts, wishes) = ("emergency-contacts:read", "preferences:read");
        for (more, left_out) in [
            (String::new(), vec![contacts, wishes]), (contacts.to_owned(), vec![wishes]), (wishes.to_owned(), vec![contacts]),
            (format!("{contacts} {wishes}"), vec![]),
        ] {
            let machine = app.client(format!("{LIST} {more}").trim()).await;
            let first = line(&machine, &url, members[0]).await;
            let told = told(&first);
            assert_eq!(told.len(), left_out.len(), "{more}: {told:?}");
            for (detail, scope) in told.iter().zip(&left_out) {
                assert!(detail.contains(scope), "{more}: {detail}");
            }
            let (sees_contacts, sees_wishes) = (!left_out.contains(&contacts), !left_out.contains(&wishes));
            assert_eq!(first["emergency_contacts"] != json!([]), sees_contacts, "{more}");
            assert_eq!(first["meal"] != Value::Null && first["seat"] == "aisle" && first["assistance"] != json!([]), sees_wishes, "{more}");
            assert_eq!(first.to_string().contains("Walks with a stick"), sees_wishes, "{more}");
            // What the caller may not see is not said to be missing.
            let second = line(&machine, &url, members[1]).await;
            assert_eq!(second["missing"].to_string().contains("emergency_contact"), sees_contacts, "{more}");
        }
        let file = app.client(LIST).await.get(format!("{url}?format=csv")).await;
        let rows = rows(&file.body);
        let row = rows.iter().find(|row| row["user_id"] == json!(members[0])).unwrap();
        for column in ["meal", "assistance", "seat", "emergency_contacts"] {
            assert_eq!(row[column], "", "{column}");
        }
        assert_eq!(row["warnings"], "scope_missing");
    }

    async fn customers_see_their_own_needs_and_nobody_elses(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let ida = app.profile("Ida").await;
        for user in [ida, rosa.id()] {
            needs(&agent, user).await;
        }
        agent.post("/v1/identity-cards", anna_identity_card(ida, "D23145890")).await.expect(201);
        known_traveller(&agent, rosa.id(), "TT1234567").await;
        let group = add_group(&agent, "Pair", &[ida, rosa.id()]).await;
        let own = rosa.get(format!("{group}/manifest")).await.expect(200);
        assert_eq!(own["passengers"].as_array().unwrap().len(), 1);
        let line = &own["passengers"][0];
        assert_eq!((&line["user_id"], &line["meal"]["code"]), (&json!(rosa.id()), &json!("VGML")));
        assert_eq!((&line["traveller_numbers"][0]["number"], &line["traveller_numbers"][0]["masked"]), (&json!("TT1234567"), &json!(false)));
        assert_eq!((line["emergency_contacts"].as_array().unwrap().len(), codes(&own["warnings"])), (1, vec!["companions_hidden"]));
        assert!(!without_chance(&own.to_string()).contains("5890"), "{own}");
    }

    /// One limit counts them all, and what is not good today is not on the list.
    async fn cards_and_traveller_numbers_are_listed_and_count_as_reveals(app: &App) with |config| config.reveals_per_hour = 5 => {
        let agent = app.agent().await;
        let members = people(app, 2).await;
        agent.post("/v1/passports", anna_passport(members[0], "L898902C3")).await.expect(201);
        let card = agent.post("/v1/identity-cards", anna_identity_card(members[0], "D23145890")).await.id();
        let number = known_traveller(&agent, members[0], "TT1234567").await;
        let mut lost = anna_identity_card(members[0], "D00000002");
        lost["status"] = json!("lost");
        let mut old = anna_identity_card(members[0], "D00000003");
        old["expiry_date"] = json!("2026-01-16");
        let mut endless = anna_identity_card(members[1], "D00000004");
        endless["expiry_date"] = Value::Null;
        for card in [lost, old, endless] {
            agent.post("/v1/identity-cards", card).await.expect(201);
        }
        let gone = json!({"user_id": members[0], "type": "redress", "number": "123456A", "expiry_date": "2026-01-16"});
        agent.post("/v1/traveller-numbers", gone).await.expect(201);
        let group = add_group(&agent, "Pair", &members).await;
        let url = format!("{group}/manifest");
        let first = line(&agent, &url, members[0]).await;
        assert_eq!(first["identity_cards"], json!([{
            "identity_card_id": card, "issuing_country": "UTO", "document_number": "••••5890", "masked": true, "expiry_date": "2034-04-15",
        }]));
        assert_eq!(first["traveller_numbers"], json!([{
            "traveller_number_id": number, "type": "known_traveller", "number": "••••4567", "masked": true, "country": "USA",
            "program": "Global Entry", "expiry_date": "2036-01-14",
        }]));
        // The passport counts, and nothing is to be said of the card.
        assert_eq!((&first["passport"]["masked"], codes(&first["warnings"])), (&json!(true), vec![]));
        let file = agent.get(format!("{url}?format=csv")).await;
        let rows = rows(&file.body);
        let row = |user: UserId| rows.iter().find(|row| row["user_id"] == json!(user)).unwrap();
        assert_eq!(row(members[0])["identity_cards"], "UTO ••••5890 (2034-04-15)");
        assert_eq!(row(members[0])["traveller_numbers"], "known_traveller USA ••••4567 (Global Entry, 2036-01-14)");
        assert_eq!(row(members[1])["identity_cards"], "UTO ••••0004");
        assert!(revealed(app).await.is_empty());
        let clear = line(&agent, &format!("{url}?documents=clear"), members[0]).await;
        assert_eq!((&clear["identity_cards"][0]["document_number"], &clear["identity_cards"][0]["masked"]), (&json!("D23145890"), &json!(false)));
        assert_eq!((&clear["traveller_numbers"][0]["number"], &clear["traveller_numbers"][0]["masked"]), (&json!("TT1234567"), &json!(false)));
        let seen = ["identity_card.revealed", "identity_card.revealed", "passport.revealed", "traveller_number.revealed"];
        assert_eq!(revealed(app).await, seen);
        // One is left, and four are asked for: nothing is shown, and nothing is noted.
        assert_eq!(agent.get(format!("{url}?documents=clear")).await.problem(429), "too_many_reveals");
        assert_eq!(revealed(app).await, seen);
    }

    async fn a_card_stands_in_for_a_passport(app: &App) {
        let agent = app.agent().await;
        let anna = app.create_user(&json!({"first_name": "Annie", "last_name": "Ericsson", "title": "Mrs"})).await;
        let other = app.profile("Ida").await;
        let group = add_group(&agent, "Pair", &[anna, other]).await;
        let url = format!("{group}/manifest");
        let mut old = anna_identity_card(anna, "D00000001");
        old["expiry_date"] = json!("2026-01-16");
        agent.post("/v1/identity-cards", old).await.expect(201);
        let missing = line(&agent, &url, anna).await["missing"].clone();
        assert_eq!(missing[0], "date_of_birth");
        assert!(missing.to_string().contains("passport"), "an expired card does not do: {missing}");
        // Of two the one that is good the longest.
        let mut short = anna_identity_card(anna, "D00000002");
        short["surname"] = json!("Ericson");
        short["expiry_date"] = json!("2034-04-14");
        agent.post("/v1/identity-cards", anna_identity_card(anna, "D23145890")).await.expect(201);
        agent.post("/v1/identity-cards", short).await.expect(201);
        let on_card = line(&agent, &url, anna).await;
        assert_eq!(on_card["legal"], json!({"surname": "Eriksson", "given_names": "Anna Maria", "full": "Anna Maria Eriksson"}));
        assert_eq!(on_card["mrz"]["surname"], "ERIKSSON");
        assert_eq!((&on_card["date_of_birth"], &on_card["gender"], &on_card["nationality"]), (&json!("1974-08-12"), &json!("F"), &json!("UTO")));
        assert_eq!((&on_card["passport"], codes(&on_card["warnings"])), (&Value::Null, vec!["on_identity_card"]));
        assert_eq!(on_card["missing"], json!(["phone", "email", "emergency_contact"]));
        let mut passport = anna_passport(anna, "L898902C3");
        passport["surname"] = json!("Eriksdotter");
        agent.post("/v1/passports", passport).await.expect(201);
        let on_passport = line(&agent, &url, anna).await;
        assert_eq!((&on_passport["legal"]["surname"], codes(&on_passport["warnings"])), (&json!("Eriksdotter"), vec![]));
        assert_eq!(on_passport["identity_cards"].as_array().unwrap().len(), 2);
    }

    async fn a_doubtful_number_is_looked_at_before_the_list_is_sent(app: &App) {
        let agent = app.agent().await;
        let members = people(app, 2).await;
        known_traveller(&agent, members[0], "TT12345678").await;
        for country in ["USA", "CAN"] {
            let redress = json!({"user_id": members[0], "type": "redress", "number": "123456A", "country": country});
            agent.post("/v1/traveller-numbers", redress).await.expect(201);
        }
        let group = add_group(&agent, "Pair", &members).await;
        let first = line(&agent, &format!("{group}/manifest"), members[0]).await;
        assert_eq!(codes(&first["warnings"]), ["unlikely_number", "unlikely_number"], "one of each kind");
        assert!(!first["warnings"].to_string().contains("123456A"), "{first}");
    }
}
