use entity::ids::UserId;
use serde_json::json;

use super::passport;
use crate::support::{anna_passport, on_both_databases, without_chance};

on_both_databases! {
    async fn every_field_is_answered_as_sent_and_read_back_the_same(app: &App) {
        let holder = app.customer("Anna").await;
        let sent = json!({
            "user_id": holder.id(), "document_code": "PD", "issuing_country": "SWE", "nationality": "NOR",
            "passport_number": "L898902C3", "surname": "Eriksson", "given_names": "Anna Maria",
            "date_of_birth": "1974-08-12", "sex": "F", "birth_country": "FIN", "place_of_birth": "Åbo",
            "issue_date": "2024-04-16", "expiry_date": "2034-04-15", "status": "active", "primary": true,
            "personal_number": "ZE184226B",
        });
        let created = holder.post("/v1/passports", sent.clone()).await;
        let mut answered = created.expect(201);
        assert_eq!(created.etag(), "\"1\"");
        let location = created.header("location").unwrap();
        assert_eq!(location, format!("/v1/passports/{}", created.id()));
        let read = holder.get(location).await;
        assert_eq!(read.expect(200), answered);
        assert_eq!(read.etag(), "\"1\"");

        let fields = answered.as_object_mut().unwrap();
        fields.remove("id").unwrap();
        let created_at = fields.remove("created_at").unwrap();
        assert_eq!(fields.remove("updated_at").unwrap(), created_at);
        let mut expected = sent;
        for (field, value) in [
            ("issuing_country_alpha2", json!("SE")), ("nationality_alpha2", json!("NO")),
            ("birth_country_alpha2", json!("FI")), ("masked", json!(false)), ("expired", json!(false)), ("version", json!(1)),
            ("external_ids", json!([])),
        ] {
            expected[field] = value;
        }
        assert_eq!(answered, expected);
    }

    async fn what_is_left_out_takes_its_usual_value(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Suharto").await;
        let created = agent.post("/v1/passports", json!({
            "user_id": holder, "issuing_country": "IDN", "passport_number": "A1", "surname": "Suharto",
            "date_of_birth": "1980-01-01", "sex": "X", "expiry_date": "2034-04-15",
        })).await.expect(201);
        for (field, value) in [
            ("document_code", json!("P")), ("nationality", json!("IDN")), ("given_names", json!(null)),
            ("birth_country", json!(null)), ("birth_country_alpha2", json!(null)), ("place_of_birth", json!(null)),
            ("issue_date", json!(null)), ("status", json!("active")), ("primary", json!(true)),
        ] {
            assert_eq!(created[field], value, "{field}");
        }
    }

    async fn all_that_is_missing_or_unknown_is_named_at_once(app: &App) {
        let agent = app.agent().await;
        let required = ["date_of_birth", "expiry_date", "issuing_country", "passport_number", "sex", "surname", "user_id"];
        let expected = required.map(|field| (format!("/{field}"), "required".to_owned()));
        assert_eq!(agent.post("/v1/passports", json!({})).await.errors(422), expected);

        let holder = app.profile("Anna").await;
        let wrong = passport(holder, "X1", &json!({"visa": true, "version": 3, "sex": "U", "given_names": "A\u{202e}B"}));
        let expected = [
            ("/given_names", "invalid_character"), ("/sex", "unknown_code"), ("/version", "unknown_field"),
            ("/visa", "unknown_field"),
        ].map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
        assert_eq!(agent.post("/v1/passports", wrong).await.errors(422), expected);
    }

    async fn the_document_code_is_one_of_a_passport(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        for (index, (sent, stored)) in [("P<", "P"), ("pp", "PP"), ("PD", "PD")].iter().enumerate() {
            let new = passport(holder, &format!("X{index}"), &json!({"document_code": sent}));
            assert_eq!(agent.post("/v1/passports", new).await.expect(201)["document_code"], *stored);
        }
        for bad in ["AC", "V", "P1"] {
            let new = passport(holder, "Y1", &json!({"document_code": bad}));
            agent.post("/v1/passports", new).await.refuses("/document_code", "invalid_format");
        }
    }

    async fn spaces_hyphens_and_case_do_not_matter_in_a_number(app: &App) {
        let anna = app.customer("Anna").await;
        let created = anna.post("/v1/passports", anna_passport(anna.id(), "x 4711-2026")).await;
        assert_eq!(created.expect(201)["passport_number"], "X47112026");
        let fifteen = anna.post("/v1/passports", anna_passport(anna.id(), "1234567890ABCDE")).await;
        assert_eq!(fifteen.expect(201)["passport_number"], "1234567890ABCDE");
        for (bad, code) in [
            ("", "too_short"), (" - ", "too_short"), ("Ü12", "invalid_character"), ("X_1", "invalid_character"),
            ("1234567890ABCDEF", "too_long"), ("L898902C\u{661}", "invalid_character"),
        ] {
            anna.post("/v1/passports", anna_passport(anna.id(), bad)).await.refuses("/passport_number", code);
        }
    }

    async fn issuing_country_and_number_name_one_passport(app: &App) {
        let agent = app.agent().await;
        let (anna, bo) = (app.profile("Anna").await, app.profile("Bo").await);
        let swedish = |user, number: &str| passport(user, number, &json!({"issuing_country": "SWE"}));
        let first = agent.post("/v1/passports", swedish(anna, "QZX4711")).await;
        first.expect(201);
        for again in [swedish(anna, "QZX4711"), swedish(bo, "qzx-47 11")] {
            let answer = agent.post("/v1/passports", again).await;
            assert_eq!(answer.problem(409), "passport_exists");
            let body = without_chance(&String::from_utf8_lossy(&answer.body)).to_lowercase();
            assert!(!body.contains("qzx") && !body.contains("4711") && !body.contains("swe"), "{body}");
        }
        let norwegian = passport(bo, "QZX4711", &json!({"issuing_country": "NO"}));
        let norwegian = agent.post("/v1/passports", norwegian).await;
        norwegian.expect(201);
        let other = agent.post("/v1/passports", swedish(bo, "QZX4712")).await;
        other.expect(201);

        for (id, change) in [
            (norwegian.id(), json!({"issuing_country": "SE"})),
            (other.id(), json!({"passport_number": "qzx 4711"})),
        ] {
            let answer = agent.patch(format!("/v1/passports/{id}"), change).await;
            assert_eq!(answer.problem(409), "passport_exists");
            assert!(!String::from_utf8_lossy(&answer.body).to_lowercase().contains("qzx"));
        }
        assert_eq!(agent.get(format!("/v1/passports/{}", other.id())).await.expect(200), other.json());
        agent.delete(format!("/v1/passports/{}", first.id())).await.expect(204);
        agent.patch(format!("/v1/passports/{}", other.id()), json!({"passport_number": "QZX4711"})).await.expect(200);
    }

    async fn the_holder_has_to_exist(app: &App) {
        let agent = app.agent().await;
        let nobody = anna_passport(UserId::new(), "X1");
        agent.post("/v1/passports", nobody).await.refuses("/user_id", "not_found");
    }
}
