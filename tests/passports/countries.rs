use serde_json::json;

use super::passport;
use crate::support::on_both_databases;

on_both_databases! {
    async fn iso_and_icao_codes_of_one_country_are_the_same(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        for (index, (sent, icao, alpha2)) in [
            ("DE", "D", json!("DE")), ("DEU", "D", json!("DE")), ("D", "D", json!("DE")), ("d", "D", json!("DE")),
            ("se", "SWE", json!("SE")), ("SWE", "SWE", json!("SE")), ("GB", "GBR", json!("GB")),
            ("GBD", "GBD", json!("GB")), ("GBN", "GBN", json!("GB")), ("XKX", "RKS", json!(null)),
            ("XK", "RKS", json!(null)), ("RKS", "RKS", json!(null)), ("UN", "UNO", json!(null)),
            ("UTO", "UTO", json!(null)),
        ].into_iter().enumerate() {
            let new = passport(holder, &format!("X{index}"), &json!({
                "issuing_country": sent, "nationality": sent, "birth_country": sent,
            }));
            let created = agent.post("/v1/passports", new).await.expect(201);
            for field in ["issuing_country", "nationality", "birth_country"] {
                assert_eq!(created[field], icao, "{field} {sent}");
                assert_eq!(created[format!("{field}_alpha2")], alpha2, "{field} {sent}");
            }
        }
    }

    async fn what_is_no_code_is_refused(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        for field in ["issuing_country", "nationality", "birth_country"] {
            for bad in ["ZZ", "QQQ", "12", "E"] {
                let new = passport(holder, "X1", &json!({(field): bad}));
                agent.post("/v1/passports", new).await.refuses(&format!("/{field}"), "unknown_code");
            }
        }
    }

    async fn a_code_for_the_stateless_is_a_nationality_and_no_issuer(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        for (index, code) in ["XXA", "XXB", "XXC", "XXX"].into_iter().enumerate() {
            let number = format!("X{index}");
            let new = passport(holder, &number, &json!({"issuing_country": "D", "nationality": code}));
            let created = agent.post("/v1/passports", new).await;
            assert_eq!(created.expect(201)["nationality"], code);
            assert_eq!(created.json()["nationality_alpha2"], json!(null));
            let issued = passport(holder, "Y1", &json!({"issuing_country": code, "nationality": "D"}));
            agent.post("/v1/passports", issued).await.refuses("/issuing_country", "not_an_issuer");
            let path = format!("/v1/passports/{}", created.id());
            agent.patch(path, json!({"issuing_country": code})).await.refuses("/issuing_country", "not_an_issuer");
        }
    }

    async fn a_specimen_is_refused_where_real_people_travel(app: &App) with |config| config.allow_specimen = false => {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let real = json!({"issuing_country": "SWE", "nationality": "SWE"});
        let created = agent.post("/v1/passports", passport(holder, "X1", &real)).await;
        created.expect(201);
        for field in ["issuing_country", "nationality", "birth_country"] {
            for code in ["UTO", "ut"] {
                let mut specimen = passport(holder, "X2", &real);
                specimen[field] = json!(code);
                agent.post("/v1/passports", specimen).await.refuses(&format!("/{field}"), "specimen");
            }
            let path = format!("/v1/passports/{}", created.id());
            agent.patch(path, json!({(field): "UTO"})).await.refuses(&format!("/{field}"), "specimen");
        }
    }
}
