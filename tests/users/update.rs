//! `PATCH /v1/users/{id}`: a merge patch (RFC 7396).

use actix_web::http::Method;
use serde_json::{Value, json};

use super::path_of;
use crate::support::on_both_databases;

on_both_databases! {
    async fn absent_leaves_a_value_replaces_and_null_clears(app: &App) {
        let agent = app.agent().await;
        let full = json!({
            "email": "ebba@mail.example", "first_name": "Ebba", "last_name": "Lindqvist", "middle_names": "Maria",
            "preferred_name": "Ebbi", "title": "Dr", "date_of_birth": "1991-05-17", "gender": "F",
            "nationality": "SWE", "phone": "+46701234568", "language": "sv",
        });
        let added = agent.post("/v1/users", full).await;
        let path = path_of(added.id());
        let mut expected = added.expect(201);
        for (version, (field, value)) in [
            ("email", "e@mail.example"), ("last_name", "Berg"), ("middle_names", "Eva"), ("preferred_name", "E"),
            ("title", "Prof"), ("date_of_birth", "1990-01-02"), ("gender", "X"), ("nationality", "NOR"),
            ("phone", "+4712345678"), ("language", "nb"), ("first_name", "Eva"),
        ].into_iter().enumerate() {
            let mut patch = json!({});
            patch[field] = json!(value);
            let changed = agent.patch(&path, patch).await;
            let version = i64::try_from(version).unwrap() + 2;
            assert_eq!(changed.etag(), format!("\"{version}\""));
            expected[field] = json!(value);
            expected["version"] = json!(version);
            let changed = changed.expect(200);
            assert!(changed["updated_at"].as_str() > expected["updated_at"].as_str());
            expected["updated_at"] = changed["updated_at"].clone();
            expected["nationality_alpha2"] = changed["nationality_alpha2"].clone();
            assert_eq!(changed, expected, "{field}");
        }
        for field in [
            "email", "last_name", "middle_names", "preferred_name", "title", "date_of_birth", "gender", "nationality",
            "phone", "language",
        ] {
            let mut patch = json!({});
            patch[field] = Value::Null;
            let changed = agent.patch(&path, patch).await.expect(200);
            expected[field] = Value::Null;
            for moved in ["version", "updated_at", "nationality_alpha2"] {
                expected[moved] = changed[moved].clone();
            }
            assert_eq!(changed, expected, "{field}");
        }
        assert_eq!(agent.get(&path).await.expect(200), expected);
    }

    async fn several_fields_change_in_one_version(app: &App) {
        let (agent, id) = (app.agent().await, app.profile("Ebba").await);
        let patch = json!({"first_name": "Eva", "title": "Dr", "gender": null});
        let changed = agent.patch(path_of(id), patch).await.expect(200);
        assert_eq!((&changed["first_name"], &changed["title"], &changed["version"]), (&json!("Eva"), &json!("Dr"), &json!(2)));
    }

    async fn what_cannot_be_null_cannot_be_cleared(app: &App) {
        let (admin, id) = (app.admin().await, app.profile("Ebba").await);
        for field in ["first_name", "role", "status"] {
            let mut patch = json!({});
            patch[field] = Value::Null;
            admin.patch(path_of(id), patch).await.refuses(&format!("/{field}"), "not_nullable");
        }
    }

    async fn a_patch_without_a_change_changes_nothing(app: &App) {
        let admin = app.admin().await;
        let added = admin.post("/v1/users", json!({
            "email": "Ebba@mail.example", "first_name": "Ebba", "phone": "+46701234568", "nationality": "D",
        })).await;
        for patch in [
            json!({}), json!({"first_name": "Ebba"}), json!({"first_name": " Ebba "}), json!({"last_name": null}),
            json!({"phone": "+46 70 123 45 68", "nationality": "de"}), json!({"email": "Ebba@MAIL.example"}),
            json!({"role": "customer", "status": "invited"}),
        ] {
            let answer = admin.patch(path_of(added.id()), patch.clone()).await;
            assert_eq!(answer.expect(200), added.json(), "{patch}");
            assert_eq!(answer.etag(), "\"1\"", "{patch}");
        }
    }

    async fn a_refused_patch_changes_nothing(app: &App) {
        let (agent, id) = (app.agent().await, app.profile("Ebba").await);
        let before = agent.get(path_of(id)).await.json();
        agent.patch(path_of(id), json!({"first_name": "Eva", "phone": "12"})).await.refuses("/phone", "too_short");
        agent.patch(path_of(id), json!({"first_name": "Eva", "id": id})).await.refuses("/id", "unknown_field");
        agent.patch(path_of(id), json!({"password": "lantern-otter-meadow-9"})).await.refuses("/password", "unknown_field");
        for read_only in ["version", "created_at", "updated_at", "nationality_alpha2"] {
            let mut patch = json!({});
            patch[read_only] = before[read_only].clone();
            agent.patch(path_of(id), patch).await.refuses(&format!("/{read_only}"), "unknown_field");
        }
        assert_eq!(agent.get(path_of(id)).await.json(), before);
    }

    async fn both_media_types_of_a_patch_are_taken_and_no_other(app: &App) {
        let (agent, id) = (app.agent().await, app.profile("Ebba").await);
        let send = async |media_type: &str, body: &str| {
            let headers = [("content-type", media_type)];
            agent.send(Method::PATCH, &path_of(id), &headers, Some(body.into())).await
        };
        for (number, good) in [
            "application/json", "application/merge-patch+json", "Application/Merge-Patch+JSON; charset=UTF-8",
        ].into_iter().enumerate() {
            let name = ["Eva", "Ida", "Ada"][number];
            let changed = send(good, &json!({"first_name": name}).to_string()).await;
            assert_eq!(changed.expect(200)["first_name"], name, "{good}");
        }
        for bad in ["text/plain", "application/json-patch+json", "application/xml", "application/json; charset=latin1"] {
            let refused = send(bad, r#"{"first_name":"Evil"}"#).await;
            assert_eq!(refused.problem(415), "unsupported_media_type", "{bad}");
            assert_eq!(refused.header("accept-patch"), Some("application/merge-patch+json, application/json"));
        }
        let bare = agent.send(Method::PATCH, &path_of(id), &[], Some(b"{}".to_vec())).await;
        assert_eq!(bare.problem(415), "unsupported_media_type");
    }

    async fn a_patch_is_an_object(app: &App) {
        let (agent, id) = (app.agent().await, app.profile("Ebba").await);
        for body in [json!([]), json!("x"), Value::Null, json!(7), json!(true), json!([{"first_name": "Eva"}])] {
            agent.patch(path_of(id), body).await.refuses("", "wrong_type");
        }
        for body in ["", "{", "{\"first_name\":}", "first_name=Eva"] {
            let headers = [("content-type", "application/json")];
            let answer = agent.send(Method::PATCH, &path_of(id), &headers, Some(body.into())).await;
            assert_eq!(answer.problem(400), "malformed_json", "{body:?}");
        }
    }

    async fn an_address_of_somebody_else_is_taken(app: &App) {
        let agent = app.agent().await;
        agent.post("/v1/users", json!({"email": "ebba@mail.example", "first_name": "Ebba"})).await.expect(201);
        let id = app.profile("Rosa").await;
        let taken = agent.patch(path_of(id), json!({"email": "EBBA@mail.example"})).await;
        assert_eq!(taken.problem(409), "email_taken");
        let own = agent.patch(path_of(id), json!({"email": "rosa@mail.example"})).await.expect(200);
        assert_eq!(own["email"], "rosa@mail.example");
        // Another spelling of one's own is not taken.
        agent.patch(path_of(id), json!({"email": "Rosa@mail.example"})).await.expect(200);
    }

    async fn a_freed_address_can_be_taken(app: &App) {
        let agent = app.agent().await;
        let first = agent.post("/v1/users", json!({"email": "ebba@mail.example", "first_name": "Ebba"})).await;
        agent.patch(path_of(first.id()), json!({"email": null})).await.expect(200);
        agent.post("/v1/users", json!({"email": "ebba@mail.example", "first_name": "Ebba"})).await.expect(201);
    }

    async fn who_signs_in_keeps_an_address(app: &App) {
        let admin = app.admin().await;
        let with_password = json!({"email": "ebba@mail.example", "password": "lantern-otter-meadow-9", "first_name": "Ebba"});
        let ebba = admin.post("/v1/users", with_password).await;
        assert_eq!(admin.patch(path_of(ebba.id()), json!({"email": null})).await.problem(409), "email_required");
        let agent = app.agent().await;
        assert_eq!(admin.patch(path_of(agent.id()), json!({"email": null})).await.problem(409), "email_required");
        let nobody = app.profile("Rosa").await;
        assert_eq!(admin.patch(path_of(nobody), json!({"role": "agent"})).await.problem(409), "email_required");
        let both = json!({"role": "agent", "email": "rosa@mail.example"});
        assert_eq!(admin.patch(path_of(nobody), both).await.expect(200)["role"], "agent");
    }

    async fn a_new_address_signs_in_and_the_old_one_does_not(app: &App) {
        let (agent, caller) = (app.agent().await, app.anonymous());
        let password = "lantern-otter-meadow-9";
        let user = json!({"email": "old@mail.example", "password": password, "first_name": "Ebba"});
        let id = agent.post("/v1/users", user).await.id();
        agent.patch(path_of(id), json!({"email": "new@mail.example"})).await.expect(200);
        let login = async |email: &str| caller.post("/v1/auth/login", json!({"email": email, "password": password})).await.status;
        assert_eq!((login("new@mail.example").await, login("old@mail.example").await), (200, 401));
    }

    async fn what_is_not_there_cannot_be_changed(app: &App) {
        let agent = app.agent().await;
        assert_eq!(agent.patch(path_of(entity::ids::UserId::new()), json!({})).await.problem(404), "not_found");
        assert_eq!(agent.patch("/v1/users/nobody", json!({})).await.problem(400), "invalid_parameter");
        assert_eq!(agent.get(path_of(entity::ids::UserId::new())).await.problem(404), "not_found");
        assert_eq!(agent.get("/v1/users/nobody").await.problem(400), "invalid_parameter");
    }
}
