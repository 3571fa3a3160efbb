use serde_json::json;

use super::passport;
use crate::support::{anna_passport, on_both_databases};

on_both_databases! {
    async fn what_is_sent_changes_and_the_rest_stays(app: &App) {
        let holder = app.customer("Anna").await;
        let created = holder.post("/v1/passports", anna_passport(holder.id(), "X1")).await;
        let before = created.expect(201);
        let path = format!("/v1/passports/{}", created.id());
        let change = json!({
            "document_code": "PD", "issuing_country": "SE", "nationality": "NO", "passport_number": "y-1",
            "surname": "Lind", "given_names": "Eva", "date_of_birth": "1975-01-02", "sex": "X", "birth_country": "DK",
            "place_of_birth": "Ribe", "issue_date": "2025-01-02", "expiry_date": "2035-01-01", "personal_number": "12-34 a",
        });
        let after = holder.patch(&path, change).await.expect(200);
        let mut expected = passport(holder.id(), "Y1", &json!({
            "id": before["id"], "document_code": "PD", "issuing_country": "SWE", "issuing_country_alpha2": "SE",
            "nationality": "NOR", "nationality_alpha2": "NO", "surname": "Lind", "given_names": "Eva",
            "date_of_birth": "1975-01-02", "sex": "X", "birth_country": "DNK", "birth_country_alpha2": "DK",
            "place_of_birth": "Ribe", "issue_date": "2025-01-02", "expiry_date": "2035-01-01", "expired": false,
            "status": "active", "primary": true, "masked": false, "personal_number": "1234A", "version": 2, "created_at": before["created_at"], "external_ids": [],
        }));
        expected["updated_at"] = after["updated_at"].clone();
        assert_eq!(after, expected);
        assert!(after["updated_at"].as_str() > before["updated_at"].as_str());
        assert_eq!(holder.get(&path).await.expect(200), after);

        let one = holder.patch(&path, json!({"surname": "Berg"})).await.expect(200);
        expected["surname"] = json!("Berg");
        expected["version"] = json!(3);
        expected["updated_at"] = one["updated_at"].clone();
        assert_eq!(one, expected);
    }

    async fn null_clears_what_may_be_empty_and_nothing_else(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let new = passport(holder, "X1", &json!({"birth_country": "SWE", "place_of_birth": "Zenith"}));
        let created = agent.post("/v1/passports", new).await;
        created.expect(201);
        let path = format!("/v1/passports/{}", created.id());
        for field in [
            "document_code", "issuing_country", "nationality", "passport_number", "surname", "date_of_birth", "sex",
            "expiry_date", "status", "primary",
        ] {
            agent.patch(&path, json!({(field): null})).await.refuses(&format!("/{field}"), "not_nullable");
        }
        let empty = ["given_names", "birth_country", "place_of_birth", "issue_date"];
        for field in empty {
            let cleared = agent.patch(&path, json!({(field): null})).await.expect(200);
            assert_eq!(cleared[field], json!(null));
        }
        let read = agent.get(&path).await.expect(200);
        assert_eq!(read["version"], 5);
        assert_eq!(read["birth_country_alpha2"], json!(null));
    }

    async fn nothing_is_written_when_nothing_changes(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let created = agent.post("/v1/passports", anna_passport(holder, "X1")).await;
        let path = format!("/v1/passports/{}", created.id());
        for same in [json!({}), json!({"surname": "Eriksson", "passport_number": "x 1", "primary": true})] {
            let answer = agent.patch(&path, same).await;
            assert_eq!(answer.expect(200), created.json());
            assert_eq!(answer.etag(), "\"1\"");
        }
    }
}
