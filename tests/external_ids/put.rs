//! `PUT /v1/users/by-external-id/{system}/{id}`: how a program keeps its people in step.

use actix_web::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{ids, in_crm};
use crate::support::world::counts;
use crate::support::{App, on_both_databases};

async fn users(app: &App) -> u64 {
    counts(app)
        .await
        .iter()
        .find(|(table, _)| *table == "users")
        .unwrap()
        .1
}

on_both_databases! {
    async fn the_first_adds_the_user_and_the_others_change_it(app: &App) {
        let crm = app.client("users:read users:write").await;
        let new = json!({
            "first_name": "Ebba", "last_name": "Lindqvist", "phone": "+46701234568", "external_ids": ids(&[("gds", "G7")]),
            "address": {"city": "Zenith", "country": "UTO"},
        });
        let made = crm.put(in_crm("10"), new.clone()).await;
        let user = made.expect(201);
        assert_eq!(made.header("location"), Some(format!("/v1/users/{}", made.id()).as_str()));
        assert_eq!((made.etag().as_str(), &user["status"], &user["role"]), ("\"1\"", &json!("active"), &json!("customer")));
        assert_eq!(user["external_ids"], ids(&[("crm", "10"), ("gds", "G7")]));
        assert_eq!(user["address"]["city"], "Zenith");
        // The same again changes nothing.
        let again = crm.put(in_crm("10"), new).await;
        assert_eq!((again.expect(200), again.etag().as_str()), (user, "\"1\""));
        assert_eq!(again.header("location"), None);
        // A merge patch: what is absent stays, null clears; the number of another system stays.
        let changed = crm.put(in_crm("10"), json!({"last_name": null, "address": {"region": "North"}})).await.expect(200);
        assert_eq!((&changed["first_name"], &changed["last_name"], &changed["version"]), (&json!("Ebba"), &Value::Null, &json!(2)));
        assert_eq!((&changed["address"]["city"], &changed["address"]["region"]), (&json!("Zenith"), &json!("North")));
        assert_eq!(changed["external_ids"], ids(&[("crm", "10"), ("gds", "G7")]));
        assert_eq!(crm.put("/v1/users/by-external-id/gds/G7", json!({"title": "Dr"})).await.expect(200)["version"], 3);
        assert_eq!(crm.get(in_crm("10")).await.expect(200)["title"], "Dr");
        crm.put(in_crm("10"), json!({"status": "disabled"})).await.expect(200);
    }

    async fn a_condition_is_honoured(app: &App) {
        let agent = app.agent().await;
        let put = async |id: &str, tag: &str| {
            let body = json!({"first_name": "Ebba", "title": tag.trim_matches('"')});
            agent.json(Method::PUT, &in_crm(id), &[("if-match", tag)], &body).await
        };
        assert_eq!(put("1", "\"1\"").await.problem(412), "stale_version");
        assert_eq!(put("1", "*").await.problem(412), "stale_version");
        agent.put(in_crm("1"), json!({"first_name": "Ebba"})).await.expect(201);
        assert_eq!(put("1", "\"2\"").await.problem(412), "stale_version");
        assert_eq!(put("1", "\"1\"").await.expect(200)["version"], 2);
        assert_eq!(put("1", "\"1\"").await.problem(412), "stale_version");
    }

    async fn what_cannot_be_is_refused(app: &App) {
        let (agent, admin) = (app.agent().await, app.admin().await);
        let before = users(app).await;
        agent.put(in_crm("1"), json!({"last_name": "Lindqvist"})).await.refuses("/first_name", "required");
        agent.put(in_crm("1"), json!({"first_name": "A", "status": "active"})).await.refuses("/status", "not_on_create");
        let other = json!({"first_name": "A", "external_ids": ids(&[("crm", "2")])});
        agent.put(in_crm("1"), other.clone()).await.refuses("/external_ids", "contradicts_address");
        let none = json!({"first_name": "A", "external_ids": null});
        agent.put(in_crm("1"), none).await.refuses("/external_ids", "contradicts_address");
        let nameless = json!({"first_name": "A", "address": {"city": "Zenith"}});
        agent.put(in_crm("1"), nameless).await.refuses("/address/country", "required");
        assert_eq!(agent.put(in_crm("1"), json!({"first_name": "A", "role": "admin"})).await.problem(403), "field_not_permitted");
        assert_eq!(users(app).await, before);
        // The same number in the body is no contradiction.
        let same = json!({"first_name": "A", "external_ids": ids(&[("crm", "1")])});
        agent.put(in_crm("1"), same).await.expect(201);
        agent.put(in_crm("1"), other).await.refuses("/external_ids", "contradicts_address");
        let taken = json!({"first_name": "B", "external_ids": ids(&[("gds", "1")])});
        agent.put(in_crm("2"), taken.clone()).await.expect(201);
        assert_eq!(agent.put(in_crm("1"), taken).await.problem(409), "external_id_taken");
        // Staff are within reach of administrators only, and another system does not see them at all.
        let colleague = app.agent().await;
        admin.patch(format!("/v1/users/{}", colleague.id()), json!({"external_ids": ids(&[("crm", "staff")])})).await.expect(200);
        assert_eq!(agent.put(in_crm("staff"), json!({"title": "Dr"})).await.problem(403), "forbidden");
        let client = app.client("users:read users:write").await;
        assert_eq!(client.put(in_crm("staff"), json!({"first_name": "E"})).await.problem(409), "external_id_taken");
        assert_eq!(client.get(in_crm("staff")).await.problem(404), "not_found");
        admin.put(in_crm("staff"), json!({"title": "Dr"})).await.expect(200);
    }

    async fn somebody_with_an_address_is_invited_once(app: &App) {
        let agent = app.agent().await;
        let new = json!({"first_name": "Ebba", "email": "ebba@mail.example"});
        assert_eq!(agent.put(in_crm("1"), new.clone()).await.expect(201)["status"], "invited");
        assert_eq!(agent.put(in_crm("1"), new.clone()).await.expect(200)["status"], "invited");
        assert_eq!(agent.put(in_crm("2"), new).await.problem(409), "email_taken");
        let rows = counts(app).await;
        let tokens = rows.iter().find(|(table, _)| *table == "mail_tokens").unwrap().1;
        assert_eq!(tokens, 1);
    }

    async fn of_many_who_send_the_same_at_once_one_adds_the_user(app: &App) {
        let agent = app.agent().await;
        let callers = join_all((0..8).map(|_| app.caller(agent.id()))).await;
        for round in 0..5 {
            let before = users(app).await;
            let path = in_crm(&format!("r{round}"));
            let answers = join_all(callers.iter().enumerate().map(|(number, caller)| {
                caller.put(&path, json!({"first_name": "Ebba", "title": format!("T{number}")}))
            })).await;
            let (made, changed): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
            assert_eq!(made.len(), 1);
            for answer in &changed {
                assert_eq!(answer.expect(200)["id"], made[0].json()["id"]);
            }
            assert_eq!(users(app).await, before + 1);
            assert_eq!(agent.get(&path).await.expect(200)["version"], json!(8));
        }
    }
}
