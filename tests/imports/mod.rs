//! `/v1/imports`: users from a file.

mod command_line;
mod rows;

use actix_web::http::Method;
use entity::audit_events;
use sea_orm::{EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use crate::support::{Answer, App, Caller, on_both_databases, table_rows};

/// Opens an import, and answers where its rows go.
async fn opened(by: &Caller, import: Value) -> String {
    let answer = by.post("/v1/imports", import).await;
    answer.expect(201);
    let location = answer.header("location").unwrap().to_owned();
    assert_eq!(location, format!("/v1/imports/{}", answer.id()));
    location
}

async fn sent(by: &Caller, import: &str, media_type: &str, file: impl AsRef<[u8]>) -> Answer {
    let rows = format!("{import}/rows");
    by.send(
        Method::PUT,
        &rows,
        &[("content-type", media_type)],
        Some(file.as_ref().to_vec()),
    )
    .await
}

async fn table(by: &Caller, import: &str, file: &str) -> Answer {
    sent(by, import, "text/csv", file).await
}

async fn lines(by: &Caller, import: &str, file: &str) -> Answer {
    sent(by, import, "application/x-ndjson", file).await
}

/// How many rows were looked at, have added, updated, skipped, failed.
#[track_caller]
fn counts(answer: &Answer) -> [u64; 5] {
    let import = answer.expect(200);
    ["rows", "added", "updated", "skipped", "failed"].map(|count| import[count].as_u64().unwrap())
}

/// Row, field and code of each problem.
async fn problems(by: &Caller, import: &str) -> Vec<(u64, String, String)> {
    let found = by.get(format!("{import}/problems")).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let problem = |it: &Value| (it["row"].as_u64().unwrap(), text(&it["field"]), text(&it["code"]));
    found["data"].as_array().unwrap().iter().map(problem).collect()
}

async fn found(by: &Caller, email: &str) -> Value {
    let found = by
        .post("/v1/users/search", json!({"email": email}))
        .await
        .expect(200);
    found["data"][0].clone()
}

async fn users(app: &App) -> u64 {
    entity::users::Entity::find()
        .count(app.core.db.read())
        .await
        .unwrap()
}

async fn noted(app: &App, action: &str) -> Vec<audit_events::Model> {
    audit_events::Entity::find()
        .filter(audit_events::COLUMN.action.eq(action))
        .all(app.core.db.read())
        .await
        .unwrap()
}

const PEOPLE: &str = "Vorname;last_name;email;phone;Geburtstag;address_city;address_country;Notiz\r\n\
    Ebba;Lindqvist;Ebba@mail.example;'+46701740605;1991-05-17;Zenith;UTO;x\r\n\
    \"Zoë \"\"Z\"\"\";'t Hooft;;;;;;\r\n\
    Otto;Berg;otto@mail.example;12;2199-01-01;;;\r\n";

fn columns() -> Value {
    json!([
        {"name": "Vorname", "field": "first_name"}, {"name": "Geburtstag", "field": "date_of_birth"}, {"name": "Notiz", "field": null},
    ])
}

on_both_databases! {
    async fn a_spreadsheet_becomes_customers(app: &App) {
        let agent = app.agent().await;
        let import = opened(&agent, json!({"columns": columns()})).await;
        let answer = table(&agent, &import, PEOPLE).await;
        assert_eq!(counts(&answer), [3, 2, 0, 0, 1]);
        assert_eq!(answer.json()["status"], "done");
        assert_eq!(problems(&agent, &import).await, [(3, "/phone".to_owned(), "too_short".to_owned())]);
        let file = agent.get(format!("{import}/problems?format=csv")).await;
        let rows = table_rows(&file.body);
        assert_eq!((&rows[0]["row"], &rows[0]["field"], &rows[0]["code"]), (&json!("3"), &json!("/phone"), &json!("too_short")));
        let ebba = found(&agent, "ebba@mail.example").await;
        for (field, value) in [
            ("first_name", "Ebba"), ("last_name", "Lindqvist"), ("email", "Ebba@mail.example"), ("phone", "+46701740605"),
            ("date_of_birth", "1991-05-17"), ("role", "customer"), ("status", "invited"),
        ] {
            assert_eq!(ebba[field], value, "{field}");
        }
        assert_eq!(ebba["address"]["city"], "Zenith");
        // She is found by her name, as everybody is; nobody got a mail; and both are in the audit trail, by the agent's hand.
        let by_name = agent.post("/v1/users/search", json!({"q": "lindq ebb"})).await.expect(200);
        assert_eq!(by_name["data"][0], ebba);
        assert_eq!(agent.get(format!("/v1/users/{}", ebba["id"].as_str().unwrap())).await.expect(200), ebba);
        assert_eq!(entity::mails::Entity::find().count(app.core.db.read()).await.unwrap(), 0);
        let id = import.rsplit('/').next().unwrap();
        let entries: Vec<_> = noted(app, "user.created").await.into_iter().filter(|it| it.actor_id == Some(agent.id().uuid())).collect();
        assert_eq!(entries.len(), 2);
        assert!(entries.iter().all(|it| it.detail == Some(format!("import {id}")) && it.changes.is_some()));
        assert_eq!(noted(app, "data.imported").await[0].detail, Some(format!("import {id}: 3 rows taken, 2 added, 0 updated, 0 skipped, 1 failed")));
    }

    async fn who_is_known_stays_or_changes_or_is_a_problem(app: &App) {
        let agent = app.agent().await;
        let file = "{\"first_name\":\"Ebba\",\"email\":\"ebba@mail.example\"}\n{\"first_name\":\"Otto\",\"email\":\"otto@mail.example\"}\n";
        let import = opened(&agent, json!({})).await;
        assert_eq!(counts(&lines(&agent, &import, file).await), [2, 2, 0, 0, 0]);
        let changed = file.replace("Otto", "Ottokar").replace("otto@", "OTTO@") + "{\"email\":\"nobody@mail.example\"}";
        let skip = opened(&agent, json!({"existing": "skip"})).await;
        assert_eq!(counts(&lines(&agent, &skip, &changed).await), [3, 0, 0, 2, 1]);
        assert_eq!(problems(&agent, &skip).await, [(3, "/first_name".to_owned(), "required".to_owned())]);
        assert_eq!(found(&agent, "otto@mail.example").await["first_name"], "Otto");
        let fail = opened(&agent, json!({"existing": "fail"})).await;
        assert_eq!(counts(&lines(&agent, &fail, &changed).await), [3, 0, 0, 0, 3]);
        assert_eq!(problems(&agent, &fail).await[0], (1, "/email".to_owned(), "email_taken".to_owned()));
        let patch = opened(&agent, json!({"existing": "patch"})).await;
        assert_eq!(counts(&lines(&agent, &patch, &changed).await), [3, 0, 1, 1, 1]);
        let otto = found(&agent, "otto@mail.example").await;
        assert_eq!((&otto["first_name"], &otto["version"]), (&json!("Ottokar"), &json!(2)));
        // The same again changes nothing.
        let again = opened(&agent, json!({"existing": "patch"})).await;
        assert_eq!(counts(&lines(&agent, &again, &changed).await), [3, 0, 0, 2, 1]);
        let by_agent = noted(app, "user.updated").await.into_iter().filter(|it| it.actor_id == Some(agent.id().uuid()));
        assert_eq!(by_agent.count(), 1);
    }

    async fn numbers_of_other_systems_tell_who_is_known(app: &App) {
        let agent = app.agent().await;
        let file = "first_name,external_ids,email\nEbba,crm 1; gds K7,\nOtto,crm 2,otto@mail.example\n";
        let import = opened(&agent, json!({})).await;
        assert_eq!(counts(&table(&agent, &import, file).await), [2, 2, 0, 0, 0]);
        let ebba = agent.get("/v1/users/by-external-id/gds/K7").await.expect(200);
        assert_eq!(ebba["first_name"], "Ebba");
        // Once more, and by any of them.
        for (existing, expected) in [("skip", [2, 0, 0, 2, 0]), ("fail", [2, 0, 0, 0, 2])] {
            let import = opened(&agent, json!({"existing": existing})).await;
            assert_eq!(counts(&table(&agent, &import, file).await), expected, "{existing}");
        }
        let changed = concat!(
            "{\"first_name\":\"Ebba Maria\",\"external_ids\":[{\"system\":\"crm\",\"id\":\"1\"},{\"system\":\"tool\",\"id\":\"9\"}]}\n",
            "{\"last_name\":\"Berg\",\"external_ids\":[{\"system\":\"tool\",\"id\":\"9\"}]}\n",
            "{\"first_name\":\"Otto\",\"email\":\"otto@mail.example\",\"external_ids\":[{\"system\":\"crm\",\"id\":\"1\"}]}\n",
            "{\"first_name\":\"Nils\",\"external_ids\":[{\"system\":\"crm\",\"id\":\"3\"}]}\n",
            "{\"first_name\":\"Nils Erik\",\"external_ids\":[{\"system\":\"crm\",\"id\":\"3\"}]}\n",
        );
        let patch = opened(&agent, json!({"existing": "patch"})).await;
        assert_eq!(counts(&lines(&agent, &patch, changed).await), [5, 1, 3, 0, 1]);
        assert_eq!(problems(&agent, &patch).await, [(3, String::new(), "ambiguous".to_owned())]);
        let ebba = agent.get("/v1/users/by-external-id/gds/K7").await.expect(200);
        assert_eq!((&ebba["first_name"], &ebba["last_name"]), (&json!("Ebba Maria"), &json!("Berg")));
        assert_eq!(agent.get("/v1/users/by-external-id/crm/3").await.expect(200)["first_name"], "Nils Erik");
        // Who was erased does not come back by a file.
        let admin = app.admin().await;
        admin.post(format!("/v1/users/{}/erase", ebba["id"].as_str().unwrap()), json!({"reason": "asked"})).await;
        let again = opened(&agent, json!({})).await;
        assert_eq!(counts(&table(&agent, &again, file).await), [2, 0, 0, 1, 1]);
        assert_eq!(problems(&agent, &again).await[0].2, "external_id_erased");
    }

    async fn an_address_that_stands_twice_is_one_person(app: &App) {
        let agent = app.agent().await;
        let file = "{\"first_name\":\"A\",\"email\":\"a@mail.example\"}\n{\"first_name\":\"B\",\"email\":\"A@mail.example\"}\n";
        for (existing, expected) in [("skip", [2, 1, 0, 1, 0]), ("fail", [2, 0, 0, 0, 2])] {
            let import = opened(&agent, json!({"existing": existing})).await;
            assert_eq!(counts(&lines(&agent, &import, file).await), expected);
        }
        let import = opened(&agent, json!({"existing": "patch"})).await;
        let other = file.replace("mail.example", "post.example");
        assert_eq!(counts(&lines(&agent, &import, &other).await), [2, 1, 1, 0, 0]);
        assert_eq!(found(&agent, "a@post.example").await["first_name"], "B");
    }

    async fn trying_writes_nothing(app: &App) {
        let agent = app.agent().await;
        let before = users(app).await;
        let import = opened(&agent, json!({"dry_run": true, "columns": columns()})).await;
        let answer = table(&agent, &import, PEOPLE).await;
        assert_eq!(counts(&answer), [3, 2, 0, 0, 1]);
        assert_eq!(answer.json()["dry_run"], true);
        assert_eq!(problems(&agent, &import).await.len(), 1);
        assert_eq!(users(app).await, before);
        assert!(noted(app, "data.imported").await[0].detail.as_deref().unwrap().contains("3 rows tried"));
    }

    async fn what_was_exported_is_imported(app: &App) {
        let admin = app.admin().await;
        app.create_user(&json!({
            "first_name": "Anna", "last_name": "=Berg", "email": "anna@mail.example", "phone": "+46701740605",
            "address": {"city": "Zenith", "country": "UTO"}, "nationality": "UTO", "date_of_birth": "1974-08-12",
        })).await;
        for format in ["ndjson", "csv"] {
            let file = admin.get(format!("/v1/exports/users?format={format}")).await.body;
            let import = opened(&admin, json!({"existing": "patch"})).await;
            let media_type = if format == "csv" { "text/csv" } else { "application/x-ndjson" };
            let answer = sent(&admin, &import, media_type, file).await;
            let [rows, added, updated, skipped, failed] = counts(&answer);
            assert_eq!((added, updated, failed, rows), (0, 0, 0, skipped), "{format}");
            assert_eq!(rows, users(app).await);
        }
    }

    async fn rights_are_those_of_a_single_request(app: &App) {
        let (admin, agent, client) = (app.admin().await, app.agent().await, app.client("users:write").await);
        let colleague = "{\"first_name\":\"Eve\",\"email\":\"eve@mail.example\",\"role\":\"agent\"}\n";
        for caller in [&agent, &client] {
            let import = opened(caller, json!({})).await;
            assert_eq!(counts(&lines(caller, &import, colleague).await), [1, 0, 0, 0, 1]);
            assert_eq!(problems(caller, &import).await, [(1, "/role".to_owned(), "not_permitted".to_owned())]);
        }
        let import = opened(&admin, json!({})).await;
        assert_eq!(counts(&lines(&admin, &import, colleague).await), [1, 1, 0, 0, 0]);
        // Whose profile one may not change, one does not change by a file either.
        let import = opened(&agent, json!({"existing": "patch"})).await;
        let renamed = "{\"first_name\":\"Mallory\",\"email\":\"eve@mail.example\"}\n";
        assert_eq!(counts(&lines(&agent, &import, renamed).await), [1, 0, 0, 0, 1]);
        assert_eq!(problems(&agent, &import).await[0].2, "not_permitted");
        let import = opened(&admin, json!({})).await;
        let password = "{\"first_name\":\"P\",\"email\":\"p@mail.example\",\"password\":\"fjord-and-ferry-7\"}";
        lines(&admin, &import, password).await;
        assert_eq!(problems(&admin, &import).await, [(1, "/password".to_owned(), "not_permitted".to_owned())]);
        // An import is whose it is; administrators see all.
        assert_eq!(agent.get(&import).await.problem(404), "not_found");
        assert_eq!(lines(&agent, &import, password).await.problem(404), "not_found");
        let own = opened(&agent, json!({})).await;
        admin.get(&own).await.expect(200);
        assert_eq!(app.client("users:read").await.post("/v1/imports", json!({})).await.problem(403), "insufficient_scope");
    }
}
