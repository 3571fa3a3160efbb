//! Lists of codes that forms and other systems need.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Answer, on_both_databases};

const COUNTRIES: &str = "/v1/reference/countries";

fn find(answer: &Answer, code: &str) -> Option<Value> {
    let list = answer.expect(200);
    let data = list["data"].as_array().unwrap();
    data.iter().find(|country| country["code"] == code).cloned()
}

on_both_databases! {
    async fn every_code_of_the_standard_is_listed_once(app: &App) {
        let answer = app.anonymous().get(COUNTRIES).await;
        let list = answer.expect(200);
        let codes: BTreeSet<_> = list["data"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
        assert_eq!((codes.len(), list["data"].as_array().unwrap().len()), (278, 278));
        assert_eq!((&list["next_cursor"], &list["has_more"]), (&Value::Null, &json!(false)));
        for expected in [
            json!({"code": "SWE", "name": "Sweden", "alpha2": "SE", "alpha3": "SWE", "kind": "country"}),
            json!({"code": "D", "name": "Germany", "alpha2": "DE", "alpha3": "DEU", "kind": "country"}),
            json!({"code": "RKS", "name": "Kosovo", "alpha2": null, "alpha3": null, "kind": "country"}),
            json!({"code": "GBN", "name": "British National (Overseas)", "alpha2": "GB", "alpha3": "GBR", "kind": "nationality"}),
            json!({"code": "UNO", "name": "United Nations Organization", "alpha2": null, "alpha3": null, "kind": "organization"}),
            json!({"code": "XXA", "name": "Stateless person (1954 Convention)", "alpha2": null, "alpha3": null, "kind": "no_nationality"}),
            json!({"code": "NTZ", "name": "Neutral Zone", "alpha2": null, "alpha3": null, "kind": "deprecated"}),
            json!({"code": "UTO", "name": "Utopia", "alpha2": null, "alpha3": null, "kind": "specimen"}),
        ] {
            assert_eq!(find(&answer, expected["code"].as_str().unwrap()), Some(expected));
        }
        assert_eq!((find(&answer, "DEU"), find(&answer, "XKX")), (None, None));
    }

    async fn utopia_is_listed_only_where_it_is_taken(app: &App) with |config| { config.allow_specimen = false; } => {
        let answer = app.anonymous().get(COUNTRIES).await;
        assert_eq!(find(&answer, "UTO"), None);
        assert_eq!(answer.json()["data"].as_array().unwrap().len(), 277);
    }

    async fn caches_may_keep_it_and_ask_again(app: &App) {
        let anyone = app.anonymous();
        let answer = anyone.get(COUNTRIES).await;
        answer.expect(200);
        assert_eq!(answer.header("cache-control"), Some("public, max-age=86400"));
        let again = anyone.get_with(COUNTRIES, &[("if-none-match", &answer.etag())]).await;
        assert_eq!((again.status, again.body.len(), again.etag()), (304, 0, answer.etag()));
        assert_eq!(again.header("cache-control"), Some("public, max-age=86400"));
        anyone.get_with(COUNTRIES, &[("if-none-match", "\"other\"")]).await.expect(200);
    }

    async fn it_takes_no_parameters(app: &App) {
        let answer = app.anonymous().get(format!("{COUNTRIES}?limit=1")).await;
        assert_eq!(answer.errors(400), [("limit".to_owned(), "unknown_parameter".to_owned())]);
    }

    async fn special_services_say_what_they_mean_and_whether_they_need_a_note(app: &App) {
        let answer = app.anonymous().get("/v1/reference/special-services").await;
        let list = answer.expect(200);
        let one = |code: &str| find(&answer, code).map(|it| (it["kind"].clone(), it["note_required"].clone()));
        assert_eq!(one("VGML"), Some((json!("meal"), json!(false))));
        assert_eq!(one("SPML"), Some((json!("meal"), json!(true))));
        assert_eq!(one("DPNA"), Some((json!("assistance"), json!(true))));
        assert_eq!(one("HFML"), None);
        for it in list["data"].as_array().unwrap() {
            assert!(it["source"].as_str().unwrap().len() > 20, "{it}");
        }
        assert_eq!(answer.header("cache-control"), Some("public, max-age=86400"));
    }
}
