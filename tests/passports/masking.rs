//! Who sees the number of a passport, wherever a passport is shown.

use std::collections::BTreeSet;

use actix_web::http::Method;
use serde_json::{Value, json};

use super::passport;
use crate::support::document::{Operation, operations, resolve};
use crate::support::world::{Belongings, Canaries, unique};
use crate::support::{Answer, App, Caller, anna_passport, on_both_databases};

const PERSONAL: &str = "PERS0NAL77";

/// Whether a value of this schema can hold a passport.
fn holds_passport(schema: &'static Value) -> bool {
    let reference = schema["$ref"].as_str().unwrap_or_default();
    reference.ends_with("/schemas/Passport") || {
        let schema = resolve(schema);
        let properties = schema["properties"].as_object().into_iter().flatten();
        properties
            .map(|(_, it)| it)
            .chain(schema.get("items"))
            .any(holds_passport)
    }
}

/// The operations that answer passports, by the document.
fn that_show_passports() -> Vec<Operation> {
    let shows = |operation: &Operation| {
        let responses = operation.spec["responses"].as_object().unwrap();
        responses
            .iter()
            .filter(|(status, _)| status.starts_with('2'))
            .filter_map(|(_, it)| it.pointer("/content/application~1json/schema"))
            .any(holds_passport)
    };
    operations().into_iter().filter(shows).collect()
}

/// All passports in a body, however deep.
fn passports_in(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(passports_in).collect(),
        Value::Object(members) if members.contains_key("passport_number") => vec![value],
        Value::Object(members) => members.values().flat_map(passports_in).collect(),
        _ => Vec::new(),
    }
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

/// Sends the operation about what is there, so that a passport is answered, and tells the number that is not to be seen.
async fn answer_of(
    caller: &Caller,
    about: &Belongings,
    canaries: &Canaries,
    operation: &Operation,
) -> (Answer, String) {
    if operation.id == "search_passports" {
        let search = json!({"issuing_country": "UTO", "passport_number": canaries.passport_number});
        return (
            caller.post("/v1/passports/search", search).await,
            canaries.passport_number.clone(),
        );
    }
    if operation.id == "create_passport" {
        let new = about.body(operation);
        let number = new["passport_number"].as_str().unwrap().to_owned();
        return (
            caller.json(Method::POST, "/v1/passports", &[], &new).await,
            number,
        );
    }
    (
        about.send(caller, operation).await,
        canaries.passport_number.clone(),
    )
}

async fn everybody(app: &App) -> [Caller; 3] {
    let all: Vec<_> = entity::values::Scope::ALL.iter().map(|it| it.as_str()).collect();
    [
        app.agent().await,
        app.admin().await,
        app.client(&all.join(" ")).await,
    ]
}

on_both_databases! {
    async fn every_answer_masks_numbers_for_all_but_the_holder(app: &App) {
        let admin = app.admin().await;
        let canaries = Canaries::new();
        let (about, holder) = Belongings::of_a_new_customer(app, &admin, &canaries).await;
        let path = format!("/v1/passports/{}", about.passport);
        admin.patch(&path, json!({"personal_number": PERSONAL})).await.expect(200);
        // A copy of what is kept about a person shows numbers, and each is noted as a reveal: tests/privacy/export.rs.
        let operations: Vec<_> = that_show_passports().into_iter().filter(|it| it.id != "export_user").collect();
        let names: BTreeSet<_> = operations.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(names, BTreeSet::from([
            "list_passports", "search_passports", "create_passport", "get_passport", "reveal_passport", "update_passport",
            "get_user_profile", "list_group_members", "get_passport_by_external_id",
        ]));
        for operation in &operations {
            for caller in &everybody(app).await {
                let (answer, number) = answer_of(caller, &about, &canaries, operation).await;
                let (body, at) = (text(&answer), &operation.id);
                assert!((200..300).contains(&answer.status), "{at}: {body}");
                let json = answer.json();
                let shown = passports_in(&json);
                let clear = operation.id == "reveal_passport";
                assert!(!shown.is_empty(), "{at}: {body}");
                assert!(shown.iter().all(|it| it["masked"] == !clear), "{at}: {body}");
                assert_eq!(body.contains(&number), clear, "{at}: {body}");
                assert_eq!(body.contains(&canaries.passport_number), clear, "{at}: {body}");
                assert_eq!(body.contains(PERSONAL), clear, "{at}: {body}");
                let masked = format!("\u{2022}\u{2022}\u{2022}\u{2022}{}", &number[number.len() - 4..]);
                assert_eq!(body.contains(&masked), !clear, "{at}: {body}");
            }
            if operation.id == "list_group_members" {
                continue;
            }
            let (answer, number) = answer_of(&holder, &about, &canaries, operation).await;
            let json = answer.json();
            assert!(passports_in(&json).iter().all(|it| it["masked"] == false), "{}", operation.id);
            assert!(text(&answer).contains(&number) && !text(&answer).contains('\u{2022}'), "{}", operation.id);
        }
        // Of a companion's passport a customer sees nothing; of the own one, all.
        let members = holder.get(format!("/v1/groups/{}/members", about.group)).await;
        assert!(text(&members).contains(&canaries.passport_number));
    }

    async fn staff_see_their_own_number_and_no_colleagues(app: &App) {
        let (agent, admin) = (app.agent().await, app.admin().await);
        let own = agent.post("/v1/passports", anna_passport(agent.id(), "L898902C3")).await;
        assert_eq!((&own.expect(201)["passport_number"], &own.json()["masked"]), (&json!("L898902C3"), &json!(false)));
        let path = format!("/v1/passports/{}", own.id());
        assert_eq!(agent.get(&path).await.expect(200)["passport_number"], "L898902C3");
        let seen = admin.get(&path).await.expect(200);
        assert_eq!((&seen["passport_number"], &seen["masked"]), (&json!("••••02C3"), &json!(true)));
    }

    async fn short_numbers_show_one_character(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        for (number, shown) in [("A1", "••••1"), ("12345", "••••5"), ("123456", "••••3456"), ("1234567890ABCDE", "••••BCDE"), ("7", "••••")] {
            let new = passport(holder, number, &json!({"personal_number": number.get(..14).unwrap_or(number)}));
            let created = agent.post("/v1/passports", new).await.expect(201);
            assert_eq!(created["passport_number"], shown);
            let personal = if number.len() > 14 { "••••ABCD" } else { shown };
            assert_eq!(created["personal_number"], personal);
        }
        let without = agent.post("/v1/passports", anna_passport(holder, "X4711")).await.expect(201);
        assert_eq!(without["personal_number"], Value::Null);
    }

    /// Whoever sends back what was read must not overwrite the number with what stands for it.
    async fn a_masked_number_is_refused_and_nothing_changes(app: &App) {
        let agent = app.agent().await;
        let rosa = app.customer("Rosa").await;
        let new = passport(rosa.id(), "L898902C3", &json!({"personal_number": "ZE184226B"}));
        let created = agent.post("/v1/passports", new).await;
        let path = format!("/v1/passports/{}", created.id());
        let before = rosa.get(&path).await.expect(200);
        let seen = agent.get(&path).await;
        for field in ["passport_number", "personal_number"] {
            for text in [seen.json()[field].as_str().unwrap(), "••••", "•", " •••• 02C3 ", "••••123456789012345678"] {
                let patch = json!({"surname": "Lind", (field): text});
                let answer = agent.patch_with(&path, &[("if-match", &seen.etag())], patch).await;
                assert_eq!(answer.errors(422), [(format!("/{field}"), "masked".to_owned())], "{text}");
                assert!(answer.json()["errors"][0]["detail"].as_str().unwrap().contains("leave the field out"));
            }
            let again = passport(rosa.id(), "X1", &json!({(field): seen.json()[field]}));
            agent.post("/v1/passports", again).await.refuses(&format!("/{field}"), "masked");
        }
        let search = json!({"issuing_country": "UTO", "passport_number": seen.json()["passport_number"]});
        agent.post("/v1/passports/search", search).await.refuses("/passport_number", "masked");
        assert_eq!(rosa.get(&path).await.expect(200), before);
        // What was not sent stays; what was sent in clear is stored and answered masked, with the version to go on from.
        let changed = agent.patch_with(&path, &[("if-match", &seen.etag())], json!({"surname": "Lind"})).await;
        assert_eq!(changed.expect(200)["passport_number"], "••••02C3");
        let changed = agent.patch_with(&path, &[("if-match", &changed.etag())], json!({"passport_number": "l898902-d4"})).await;
        assert_eq!(changed.expect(200)["passport_number"], "••••02D4");
        assert_eq!(rosa.get(&path).await.expect(200)["passport_number"], "L898902D4");
        assert_eq!(rosa.get(&path).await.expect(200)["personal_number"], "ZE184226B");
    }

    /// What a number was is as much a secret as what it is.
    async fn history_masks_numbers_for_all_but_the_person(app: &App) {
        let (admin, rosa) = (app.admin().await, app.customer("Rosa").await);
        let new = passport(rosa.id(), "L898902C3", &json!({"personal_number": "ZE184226B"}));
        let created = admin.post("/v1/passports", new).await;
        admin.patch(format!("/v1/passports/{}", created.id()), json!({"passport_number": "K4711777"})).await.expect(200);
        let path = format!("/v1/users/{}/history", rosa.id());
        let numbers = ["L898902C3", "ZE184226B", "K4711777"];
        let (own, seen) = (text(&rosa.get(&path).await), text(&admin.get(&path).await));
        for number in numbers {
            assert!(own.contains(number), "{own}");
            assert!(!seen.contains(number), "{seen}");
            assert!(seen.contains(&format!("••••{}", &number[number.len() - 4..])), "{seen}");
        }
        assert!(seen.contains("Eriksson"), "{seen}");
    }

    async fn names_and_lists_of_users_hold_no_number(app: &App) {
        let agent = app.agent().await;
        let user = app.create_user(&json!({"first_name": "Anna", "last_name": format!("Eriksson {}", unique().replace(|c: char| c.is_ascii_digit(), "x"))})).await;
        agent.post("/v1/passports", anna_passport(user, "L898902C3")).await.expect(201);
        for url in [format!("/v1/users/{user}/names"), format!("/v1/users/{user}"), "/v1/users".to_owned()] {
            let answer = agent.get(&url).await;
            answer.expect(200);
            assert!(!text(&answer).contains("02C3"), "{url}");
        }
    }
}
