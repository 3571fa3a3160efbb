//! What numbers a record can have, and how they change.

use serde_json::{Value, json};

use super::{ids, in_crm};
use crate::support::world::{Belongings, Canaries};
use crate::support::{App, anna_passport, on_both_databases};

async fn program(app: &App) -> String {
    let body = json!({"supplier": "Utopia Air", "name": "Points", "type": "airline"});
    let answer = app.admin().await.post("/v1/loyalty-programs", body).await;
    answer.expect(201);
    answer.id()
}

on_both_databases! {
    async fn each_kind_of_record_is_found_by_its_number_and_shows_it(app: &App) {
        let agent = app.agent().await;
        let mut anna = json!({"first_name": "Anna", "external_ids": ids(&[("gds", "A.1"), ("crm", "7")])});
        let user = agent.post("/v1/users", anna.clone()).await;
        assert_eq!(user.expect(201)["external_ids"], ids(&[("crm", "7"), ("gds", "A.1")]));
        let user = user.id().parse().unwrap();
        let mut passport = anna_passport(user, "L898902C3");
        passport["external_ids"] = ids(&[("crm", "7")]);
        let loyalty = json!({
            "user_id": user, "program_id": program(app).await, "membership_number": "1", "external_ids": ids(&[("crm", "7")]),
        });
        let erik = app.profile("Erik").await;
        let group = json!({
            "name": "Family", "members": [{"user_id": user}, {"user_id": erik}], "external_ids": ids(&[("crm", "7")]),
        });
        for (path, body) in [("passports", &passport), ("loyalties", &loyalty), ("groups", &group)] {
            let made = agent.post(format!("/v1/{path}"), body.clone()).await;
            let made = made.expect(201);
            assert_eq!(made["external_ids"], ids(&[("crm", "7")]));
            let found = agent.get(format!("/v1/{path}/by-external-id/crm/7")).await;
            assert_eq!(found.expect(200), made);
            assert_eq!(found.etag(), "\"1\"");
            let known = agent.get_with(format!("/v1/{path}/by-external-id/crm/7"), &[("if-none-match", "\"1\"")]).await;
            assert_eq!(known.status, 304);
            let list = agent.get(format!("/v1/{path}")).await.expect(200);
            assert_eq!(list["data"][0]["external_ids"], ids(&[("crm", "7")]));
            // Another one of the kind cannot have it.
            let mut other = body.clone();
            other["user_id"] = json!(erik);
            other["passport_number"] = "L898902C4".into();
            other["name"] = "Others".into();
            let members = other.as_object_mut().unwrap();
            let foreign: &[&str] = match path {
                "passports" => &["name"],
                "loyalties" => &["name", "passport_number"],
                _ => &["user_id", "passport_number"],
            };
            for field in foreign {
                members.shift_remove(*field);
            }
            assert_eq!(agent.post(format!("/v1/{path}"), other).await.problem(409), "external_id_taken");
        }
        for id in ["crm/7", "gds/A.1"] {
            let found = agent.get(format!("/v1/users/by-external-id/{id}")).await.expect(200);
            assert_eq!(found["id"], json!(user));
        }
        anna["external_ids"] = ids(&[("other", "7"), ("crm", "7")]);
        assert_eq!(agent.post("/v1/users", anna).await.problem(409), "external_id_taken");
        for missing in ["crm/8", "gds/7", "crm/a.1", "gds/a.1"] {
            for path in ["users", "passports", "loyalties", "groups"] {
                assert_eq!(agent.get(format!("/v1/{path}/by-external-id/{missing}")).await.problem(404), "not_found");
            }
        }
        let profile = agent.get(format!("/v1/users/{user}/profile")).await.expect(200);
        for place in ["/user", "/passports/0", "/loyalties/0/loyalty", "/groups/0"] {
            assert!(!profile.pointer(place).unwrap()["external_ids"].as_array().unwrap().is_empty(), "{place}");
        }
        // What is gone frees the number, for a record of its kind; a passport goes with its holder.
        let passport = profile["passports"][0]["id"].as_str().unwrap();
        agent.delete(format!("/v1/passports/{passport}")).await.expect(204);
        assert_eq!(agent.get("/v1/passports/by-external-id/crm/7").await.problem(404), "not_found");
        let mut again = anna_passport(erik, "L898902C9");
        again["external_ids"] = ids(&[("crm", "7")]);
        agent.post("/v1/passports", again).await.expect(201);
    }

    async fn a_change_touches_the_systems_that_it_names_and_no_other(app: &App) {
        let (agent, user) = (app.agent().await, app.profile("Ebba").await);
        let path = format!("/v1/users/{user}");
        let patch = async |changes: Value| {
            let answer = agent.patch(&path, json!({"external_ids": changes})).await;
            answer.expect(200)["external_ids"].clone()
        };
        assert_eq!(patch(ids(&[("crm", "1")])).await, ids(&[("crm", "1")]));
        assert_eq!(patch(ids(&[("gds", "9")])).await, ids(&[("crm", "1"), ("gds", "9")]));
        assert_eq!(patch(ids(&[("crm", "2")])).await, ids(&[("crm", "2"), ("gds", "9")]));
        assert_eq!(agent.get(in_crm("1")).await.problem(404), "not_found");
        assert_eq!(agent.get(in_crm("2")).await.expect(200)["version"], 4);
        // Nothing changes: no version is counted.
        assert_eq!(patch(json!([])).await, ids(&[("crm", "2"), ("gds", "9")]));
        assert_eq!(patch(ids(&[("crm", "2")])).await, ids(&[("crm", "2"), ("gds", "9")]));
        assert_eq!(agent.get(&path).await.expect(200)["version"], 4);
        assert_eq!(patch(json!([{"system": "crm", "id": null}])).await, ids(&[("gds", "9")]));
        assert_eq!(patch(Value::Null).await, json!([]));
        assert_eq!(agent.get("/v1/users/by-external-id/gds/9").await.problem(404), "not_found");
        // The other three kinds go the same way.
        let other = app.profile("Erik").await;
        let passport = agent.post("/v1/passports", anna_passport(user, "L898902C3")).await;
        let loyalty = json!({"user_id": user, "program_id": program(app).await, "membership_number": "1"});
        let loyalty = agent.post("/v1/loyalties", loyalty).await;
        let group = json!({"name": "Family", "members": [{"user_id": user}, {"user_id": other}]});
        let group = agent.post("/v1/groups", group).await;
        for (kind, made) in [("passports", passport), ("loyalties", loyalty), ("groups", group)] {
            let path = format!("/v1/{kind}/{}", made.id());
            for (changes, left) in [
                (ids(&[("crm", "1"), ("gds", "2")]), ids(&[("crm", "1"), ("gds", "2")])),
                (json!([{"system": "gds", "id": null}, {"system": "crm", "id": "3"}]), ids(&[("crm", "3")])),
            ] {
                let changed = agent.patch(&path, json!({"external_ids": changes})).await.expect(200);
                assert_eq!(changed["external_ids"], left);
            }
            assert_eq!(agent.get(format!("/v1/{kind}/by-external-id/crm/3")).await.expect(200)["id"], made.json()["id"]);
            for gone in ["crm/1", "gds/2"] {
                assert_eq!(agent.get(format!("/v1/{kind}/by-external-id/{gone}")).await.status, 404);
            }
        }
    }

    async fn what_is_personal_or_no_number_is_refused(app: &App) {
        let (agent, user) = (app.agent().await, app.profile("Ebba").await);
        let path = format!("/v1/users/{user}");
        let refused = async |changes: Value, pointer: &str, code: &str| {
            agent.patch(&path, json!({"external_ids": changes})).await.refuses(pointer, code);
        };
        refused(ids(&[("crm", "ebba@mail.example")]), "/external_ids/0/id", "invalid_character").await;
        refused(ids(&[("crm", "a/b")]), "/external_ids/0/id", "invalid_format").await;
        refused(ids(&[("CRM", "1")]), "/external_ids/0/system", "invalid_format").await;
        refused(ids(&[("crm", "1"), ("crm", "2")]), "/external_ids", "duplicate").await;
        refused(json!([{"system": "crm"}]), "/external_ids/0/id", "required").await;
        refused(json!([{"system": "crm", "id": "1", "more": 1}]), "/external_ids/0/more", "unknown_field").await;
        let many: Vec<_> = (0..15).map(|n| (format!("a{n}"), "1")).collect();
        let many: Vec<_> = many.iter().map(|(system, id)| (system.as_str(), *id)).collect();
        agent.patch(&path, json!({"external_ids": ids(&many)})).await.expect(200);
        let more: Vec<_> = (0..6).map(|n| format!("b{n}")).collect();
        let more: Vec<_> = more.iter().map(|system| (system.as_str(), "1")).collect();
        refused(ids(&more), "/external_ids", "too_many_systems").await;
        let new = json!({"first_name": "A", "external_ids": ids(&[("crm", "a@b")])});
        agent.post("/v1/users", new).await.refuses("/external_ids/0/id", "invalid_character");
        for (bad, named) in [("crm/a%40b", "id"), ("crm/a%2Fb", "id"), ("CRM/1", "system"), ("crm/%20", "id")] {
            let answer = agent.get(format!("/v1/users/by-external-id/{bad}")).await;
            assert_eq!(answer.errors(400)[0].0, named, "{bad}");
        }
    }

    async fn customers_see_their_numbers_and_do_not_set_them(app: &App) {
        let admin = app.admin().await;
        let (own, customer) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        let numbers = ids(&[("crm", &own.external_id)]);
        let me = customer.get("/v1/me").await.expect(200);
        assert_eq!(me["external_ids"], numbers);
        assert_eq!(customer.get(in_crm(&own.external_id)).await.expect(200), me);
        let sent = json!({"external_ids": ids(&[("gds", "1")])});
        for path in ["/v1/me".to_owned(), format!("/v1/users/{}", own.user), format!("/v1/passports/{}", own.passport),
            format!("/v1/loyalties/{}", own.loyalty)] {
            let answer = customer.patch(path, sent.clone()).await;
            assert_eq!(answer.errors(403), [("/external_ids".to_owned(), "not_permitted".to_owned())]);
        }
        let mut passport = anna_passport(customer.id(), "L898902C7");
        passport["external_ids"] = sent["external_ids"].clone();
        let mut loyalty = json!({"user_id": customer.id(), "program_id": own.open_program, "membership_number": "1"});
        loyalty["external_ids"] = sent["external_ids"].clone();
        for (path, body) in [("/v1/passports", passport), ("/v1/loyalties", loyalty)] {
            assert_eq!(customer.post(path, body).await.problem(403), "field_not_permitted");
        }
        let export = customer.get(format!("/v1/users/{}/export", own.user)).await.expect(200);
        assert!(export.to_string().contains(&own.external_id));
        // The trail names the field, and the history shows the person what became of it.
        admin.patch(format!("/v1/users/{}", own.user), sent).await.expect(200);
        let trail = admin.get(format!("/v1/audit-events?user_id={}&action=user.updated&limit=1", own.user)).await.expect(200);
        assert_eq!(trail["data"][0]["changed_fields"], json!(["external_ids"]));
        let client = app.client("passports:read passports:write").await;
        assert_eq!(client.get(format!("/v1/passports/by-external-id/crm/{}", own.external_id)).await.status, 200);
        assert_eq!(client.get(in_crm(&own.external_id)).await.problem(403), "insufficient_scope");
        let renamed = json!({"external_ids": ids(&[("gds", "77")])});
        client.patch(format!("/v1/passports/{}", own.passport), renamed).await.expect(200);
        assert_eq!(client.get("/v1/passports/by-external-id/gds/77").await.expect(200)["id"], own.passport);
    }

    async fn the_number_of_somebody_who_is_erased_answers_that_and_finds_nobody_else(app: &App) {
        let admin = app.admin().await;
        let (own, customer) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        let other = app.customer("Other").await;
        assert_eq!(other.get(in_crm(&own.external_id)).await.problem(404), "not_found");
        admin.post(format!("/v1/users/{}/erase", own.user), json!({"reason": "Asked for by letter"})).await.expect(200);
        let (agent, client) = (app.agent().await, app.client("users:read users:write").await);
        for caller in [&admin, &agent, &client] {
            assert_eq!(caller.get(in_crm(&own.external_id)).await.problem(410), "erased");
            let back = json!({"first_name": "Back"});
            assert_eq!(caller.put(in_crm(&own.external_id), back).await.problem(410), "erased");
            let back = json!({"first_name": "Back", "external_ids": ids(&[("crm", &own.external_id)])});
            assert_eq!(caller.post("/v1/users", back).await.problem(409), "external_id_erased");
        }
        // Customers do not learn that there was somebody.
        assert_eq!(other.get(in_crm(&own.external_id)).await.problem(404), "not_found");
        assert_eq!(customer.get(in_crm(&own.external_id)).await.problem(401), "invalid_token");
        for path in ["passports", "loyalties"] {
            assert_eq!(admin.get(format!("/v1/{path}/by-external-id/crm/{}", own.external_id)).await.problem(404), "not_found");
        }
        let left = crate::privacy::dump(app).await;
        assert!(!left.lines().any(|line| line.contains(&own.external_id) && !line.starts_with("groups ")), "{left}");
        // A number that was taken away before is free.
        let user = app.profile("Ebba").await;
        let known = json!({"external_ids": ids(&[("crm", "5")])});
        admin.patch(format!("/v1/users/{user}"), known.clone()).await.expect(200);
        admin.patch(format!("/v1/users/{user}"), json!({"external_ids": null})).await.expect(200);
        admin.delete(format!("/v1/users/{user}")).await.expect(204);
        let next = app.profile("Next").await;
        admin.patch(format!("/v1/users/{next}"), known).await.expect(200);
    }
}
