use serde_json::json;

use super::{ids, passport};
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_passport_is_found_by_country_and_number_however_they_are_written(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let new = |country: &str| passport(holder, "X47112026", &json!({"issuing_country": country}));
        let german = agent.post("/v1/passports", new("D")).await;
        german.expect(201);
        agent.post("/v1/passports", new("SWE")).await.expect(201);
        for (country, number) in [("D", "X47112026"), ("de", "x 4711-2026"), ("DEU", " x47112026 ")] {
            let search = json!({"issuing_country": country, "passport_number": number});
            let found = agent.post("/v1/passports/search", search).await.expect(200);
            assert_eq!(found["data"], json!([german.json()]));
            assert_eq!((&found["next_cursor"], &found["has_more"]), (&json!(null), &json!(false)));
        }
        for (country, number) in [("NOR", "X47112026"), ("D", "X47112027"), ("D", "X4711202")] {
            let search = json!({"issuing_country": country, "passport_number": number});
            let none = agent.post("/v1/passports/search", search).await.expect(200);
            assert_eq!(none["data"], json!([]));
        }
    }

    async fn customers_find_their_own_only(app: &App) {
        let (anna, bo) = (app.customer("Anna").await, app.customer("Bo").await);
        let created = anna.post("/v1/passports", passport(anna.id(), "X1", &json!({}))).await;
        created.expect(201);
        let search = json!({"issuing_country": "UTO", "passport_number": "X1"});
        assert_eq!(ids(&anna.post("/v1/passports/search", search.clone()).await.expect(200)), [created.id()]);
        assert!(ids(&bo.post("/v1/passports/search", search).await.expect(200)).is_empty());
    }

    async fn a_search_names_both(app: &App) {
        let agent = app.agent().await;
        let expected = ["/issuing_country", "/passport_number"].map(|it| (it.to_owned(), "required".to_owned()));
        assert_eq!(agent.post("/v1/passports/search", json!({})).await.errors(422), expected);
        let wrong = json!({"issuing_country": "UTO", "passport_number": "X1", "surname": "Eriksson"});
        agent.post("/v1/passports/search", wrong).await.refuses("/surname", "unknown_field");
    }
}
