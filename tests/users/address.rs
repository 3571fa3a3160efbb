//! Where a user lives.

use serde_json::{Value, json};

use super::path_of;
use crate::sealing::stored;
use crate::support::on_both_databases;

fn address() -> Value {
    json!({"street": "Sunrise Street 4", "city": "Zenith", "region": "North", "postal_code": "123 45", "country": "SWE"})
}

on_both_databases! {
    async fn an_address_is_kept_with_the_user(app: &App) {
        let agent = app.agent().await;
        let made = agent.post("/v1/users", json!({"first_name": "Rosa", "address": address()})).await;
        let mut expected = address();
        expected["country_alpha2"] = json!("SE");
        assert_eq!(made.expect(201)["address"], expected);
        let id = made.id();
        assert_eq!(agent.get(path_of(&id)).await.expect(200)["address"], expected);
        assert_eq!(agent.get(format!("{}/profile", path_of(&id))).await.expect(200)["user"]["address"], expected);
        let without = agent.post("/v1/users", json!({"first_name": "Ida"})).await.expect(201);
        assert_eq!(without["address"], Value::Null);
        let least = agent.post("/v1/users", json!({"first_name": "Bo", "address": {"country": "DE"}})).await.expect(201);
        let country_alone = json!({"street": null, "city": null, "region": null, "postal_code": null, "country": "D", "country_alpha2": "DE"});
        assert_eq!(least["address"], country_alone);
    }

    /// RFC 7396 §1: an object in a patch changes the members that it names.
    async fn a_patch_changes_it_member_by_member(app: &App) {
        let rosa = app.customer("Rosa").await;
        rosa.patch("/v1/me", json!({"address": {"city": "Zenith"}})).await.refuses("/address/country", "required");
        rosa.patch("/v1/me", json!({"address": address()})).await.expect(200);
        let moved = rosa.patch("/v1/me", json!({"address": {"street": "Nadir Lane 1", "region": null}})).await;
        let shown = &moved.expect(200)["address"];
        assert_eq!((&shown["street"], &shown["region"], &shown["city"]), (&json!("Nadir Lane 1"), &Value::Null, &json!("Zenith")));
        let same = rosa.patch("/v1/me", json!({"address": {"country": "SE"}})).await;
        assert_eq!(same.etag(), moved.etag(), "nothing has changed");
        rosa.patch("/v1/me", json!({"address": {"country": null}})).await.refuses("/address/country", "not_nullable");
        let gone = rosa.patch("/v1/me", json!({"address": null})).await.expect(200);
        assert_eq!(gone["address"], Value::Null);
        let history = rosa.get(format!("/v1/users/{}/history", rosa.id())).await.expect(200);
        assert!(history["data"][0].to_string().contains("Nadir Lane 1"), "{history}");
    }

    async fn all_that_is_wrong_is_named(app: &App) {
        let agent = app.agent().await;
        let wrong = json!({"street": "x".repeat(101), "city": "", "postal_code": "1".repeat(21), "country": "XXA"});
        let errors = agent.post("/v1/users", json!({"first_name": "1", "address": wrong})).await.errors(422);
        assert_eq!(errors, [
            ("/address/city", "too_short"), ("/address/country", "not_a_country"), ("/address/postal_code", "too_long"),
            ("/address/street", "too_long"), ("/first_name", "invalid_format"),
        ].map(|(at, code)| (at.to_owned(), code.to_owned())));
        for (body, pointer, code) in [
            (json!({}), "/address/country", "required"),
            (json!({"country": "SE", "house": "4"}), "/address/house", "unknown_field"),
            (json!("Sunrise Street 4"), "/address", "wrong_type"),
            (json!(["SE"]), "/address", "wrong_type"),
        ] {
            agent.post("/v1/users", json!({"first_name": "Rosa", "address": body})).await.refuses(pointer, code);
        }
    }

    async fn it_is_sealed_as_one_value(app: &App) {
        let agent = app.agent().await;
        let id = agent.post("/v1/users", json!({"first_name": "Rosa", "address": {"street": "Qzcanary Street", "country": "SE"}})).await.id();
        let all = stored(app, "users").await + &stored(app, "audit_events").await;
        assert!(all.contains("Rosa") && !all.contains("Qzcanary"), "{all}");
        let copy = app.admin().await.get(format!("{}/export", path_of(&id))).await.expect(200);
        assert_eq!(copy["profile"]["user"]["address"]["street"], "Qzcanary Street");
    }
}
