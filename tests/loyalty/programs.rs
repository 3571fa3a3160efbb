use entity::ids::LoyaltyProgramId;
use serde_json::json;

use super::{add_program, ids, membership, program};
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_programme_is_answered_as_sent_and_read_by_everybody(app: &App) {
        let admin = app.admin().await;
        let sent = json!({
            "supplier": "Utopia Airways", "name": "Horizon Club", "type": "airline", "supplier_code": "ua",
            "tiers": [{"name": "Blue"}, {"name": "Silver"}, {"name": "Gold"}],
            "offered_from": "2020-01-01", "offered_until": "2199-12-31",
        });
        let created = admin.post("/v1/loyalty-programs", sent.clone()).await;
        let mut answered = created.expect(201);
        assert_eq!(created.etag(), "\"1\"");
        let location = created.header("location").unwrap();
        assert_eq!(location, format!("/v1/loyalty-programs/{}", created.id()));
        for reader in [app.anonymous(), app.customer("Anna").await, app.agent().await, admin.clone()] {
            let read = reader.get(location).await;
            assert_eq!(read.expect(200), answered);
            let known = reader.get_with(location, &[("if-none-match", &read.etag())]).await;
            assert_eq!((known.status, known.body.len()), (304, 0));
            assert_eq!(ids(&reader.get("/v1/loyalty-programs").await.expect(200)), [created.id()]);
            let missing = format!("/v1/loyalty-programs/{}", LoyaltyProgramId::new());
            assert_eq!(reader.get(missing).await.problem(404), "not_found");
        }
        let fields = answered.as_object_mut().unwrap();
        fields.remove("id").unwrap();
        assert_eq!(fields.remove("created_at").unwrap(), fields.remove("updated_at").unwrap());
        let mut expected = sent;
        expected["supplier_code"] = json!("UA");
        (expected["on_offer"], expected["origin"]) = (json!(true), json!(null));
        expected["version"] = json!(1);
        for tier in expected["tiers"].as_array_mut().unwrap() {
            tier["alliance_status"] = serde_json::Value::Null;
        }
        (expected["carriers"], expected["partners"], expected["alliance"]) = (json!([]), json!([]), json!(null));
        assert_eq!(answered, expected);
    }

    async fn only_administrators_change_the_catalogue(app: &App) {
        let id = add_program(app, "Sunrise Points", &json!({})).await;
        let path = format!("/v1/loyalty-programs/{id}");
        for (caller, status) in [
            (app.anonymous(), 401), (app.customer("Anna").await, 403), (app.agent().await, 403),
        ] {
            caller.post("/v1/loyalty-programs", program("Other", &json!({}))).await.problem(status);
            caller.patch(&path, json!({"name": "Other"})).await.problem(status);
            caller.delete(&path).await.problem(status);
        }
        let page = app.anonymous().get("/v1/loyalty-programs").await.expect(200);
        assert_eq!(page["data"].as_array().unwrap().len(), 1);
        assert_eq!(page["data"][0]["version"], 1);
    }

    async fn what_is_missing_or_wrong_is_named_at_once(app: &App) {
        let admin = app.admin().await;
        let expected = ["/name", "/supplier", "/type"].map(|it| (it.to_owned(), "required".to_owned()));
        assert_eq!(admin.post("/v1/loyalty-programs", json!({})).await.errors(422), expected);
        let wrong = program("A\u{0}B", &json!({"supplier_code": "U-R", "type": "ferry", "points": 7}));
        let expected = [
            ("/name", "invalid_character"), ("/points", "unknown_field"), ("/supplier_code", "invalid_character"),
            ("/type", "unknown_code"),
        ].map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
        assert_eq!(admin.post("/v1/loyalty-programs", wrong).await.errors(422), expected);
    }

    async fn supplier_and_name_are_unique_whatever_the_case(app: &App) {
        let admin = app.admin().await;
        let first = admin.post("/v1/loyalty-programs", program("Überflieger Club", &json!({}))).await;
        first.expect(201);
        for (supplier, name) in [
            ("Utopia Rail", "Überflieger Club"), ("utopia  RAIL", "ÜBERFLIEGER club"), ("Utopia Rail", "U\u{308}berflieger Club"),
        ] {
            let answer = admin.post("/v1/loyalty-programs", program(name, &json!({"supplier": supplier}))).await;
            assert_eq!(answer.problem(409), "program_exists");
            assert!(!String::from_utf8_lossy(&answer.body).to_lowercase().contains("berflieger"));
        }
        let other = admin.post("/v1/loyalty-programs", program("Überflieger Club", &json!({"supplier": "Zenith Rail"}))).await;
        other.expect(201);
        // The boundary between supplier and name belongs to them.
        let shifted = program("Club", &json!({"supplier": "Utopia Rail Überflieger"}));
        admin.post("/v1/loyalty-programs", shifted).await.expect(201);
        let path = format!("/v1/loyalty-programs/{}", other.id());
        assert_eq!(admin.patch(&path, json!({"supplier": "UTOPIA RAIL"})).await.problem(409), "program_exists");
        assert_eq!(admin.get(&path).await.expect(200), other.json());
        // Its own name in another case is its own to take.
        admin.patch(format!("/v1/loyalty-programs/{}", first.id()), json!({"name": "ÜBERFLIEGER CLUB"})).await.expect(200);
    }

    async fn a_patch_changes_what_it_names_and_null_clears(app: &App) {
        let admin = app.admin().await;
        let dates = json!({"offered_from": "2020-01-01", "offered_until": "2199-12-31"});
        let created = admin.post("/v1/loyalty-programs", program("Sunrise Points", &dates)).await;
        let path = format!("/v1/loyalty-programs/{}", created.id());
        let patched = admin.patch(&path, json!({"name": "Sunset Points", "type": "other"})).await;
        let mut expected = created.json();
        for (field, value) in [("name", json!("Sunset Points")), ("type", json!("other")), ("version", json!(2))] {
            expected[field] = value;
        }
        expected["updated_at"] = patched.json()["updated_at"].clone();
        assert_eq!(patched.expect(200), expected);
        assert_eq!(patched.etag(), "\"2\"");
        let unchanged = admin.patch(&path, json!({"name": "Sunset Points", "supplier_code": "ur"})).await;
        assert_eq!(unchanged.expect(200), expected);

        for field in ["supplier", "name", "type", "tiers"] {
            admin.patch(&path, json!({(field): null})).await.refuses(&format!("/{field}"), "not_nullable");
        }
        let cleared = admin.patch(&path, json!({"supplier_code": null, "offered_from": null, "offered_until": null})).await;
        let cleared = cleared.expect(200);
        for field in ["supplier_code", "offered_from", "offered_until"] {
            assert_eq!(cleared[field], json!(null), "{field}");
        }
        let stale = admin.patch_with(&path, &[("if-match", "\"2\"")], json!({"name": "Other"})).await;
        assert_eq!(stale.problem(412), "stale_version");
        assert_eq!(admin.delete_with(&path, &[("if-match", "\"2\"")]).await.problem(412), "stale_version");
        admin.delete_with(&path, &[("if-match", "\"3\"")]).await.expect(204);
        assert_eq!(admin.get(&path).await.problem(404), "not_found");
        assert_eq!(admin.delete(&path).await.problem(404), "not_found");
    }

    async fn a_programme_with_members_can_be_taken_off_offer_but_not_removed(app: &App) {
        let (admin, member) = (app.admin().await, app.profile("Anna").await);
        let id = add_program(app, "Sunrise Points", &json!({})).await;
        let joined = admin.post("/v1/loyalties", membership(member, &id)).await;
        joined.expect(201);
        let path = format!("/v1/loyalty-programs/{id}");
        assert_eq!(admin.delete(&path).await.problem(409), "program_in_use");
        let ended = admin.patch(&path, json!({"offered_until": "2020-12-31"})).await.expect(200);
        assert_eq!(ended["on_offer"], false);
        assert_eq!(admin.delete(&path).await.problem(409), "program_in_use");
        admin.get(format!("/v1/loyalties/{}", joined.id())).await.expect(200);
        admin.delete(format!("/v1/loyalties/{}", joined.id())).await.expect(204);
        admin.delete(&path).await.expect(204);
    }
}
