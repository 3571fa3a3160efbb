//! What a check refuses, naming all that is wrong.

use serde_json::{Value, json};
use uuid::Uuid;

use super::leg;
use crate::support::on_both_databases;

fn errors(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()))
        .collect()
}

on_both_databases! {
    async fn all_that_is_wrong_is_named_at_once(app: &App) {
        let agent = app.agent().await;
        let (id, good) = (app.profile("Ida").await, leg("FRA", "2027-05-20", "2027-05-31"));
        let group = Uuid::now_v7();
        let many: Vec<_> = (0..100).map(|_| Uuid::now_v7()).collect();
        for (body, expected) in [
            (json!({}), &[("/legs", "required"), ("/user_ids", "required")][..]),
            (json!({"user_ids": [id], "group_id": null, "legs": null}), &[("/group_id", "not_nullable"), ("/legs", "required")]),
            (json!({"user_ids": [id], "group_id": group, "legs": [good]}), &[("/group_id", "not_both")]),
            (json!({"user_ids": [], "legs": []}), &[("/legs", "too_few"), ("/user_ids", "too_few")]),
            (json!({"user_ids": many, "legs": vec![good.clone(); 11]}), &[("/legs", "too_many"), ("/legs/1/arrive", "out_of_order"), ("/user_ids", "too_many")]),
            (json!({"user_ids": [id, id], "legs": [good]}), &[("/user_ids/1", "duplicate")]),
            (json!({"user_ids": ["me"], "legs": [good]}), &[("/user_ids/0", "wrong_type")]),
            (
                json!({"user_ids": [id], "legs": [
                    leg("FRA", "2027-05-20", "2027-05-31"), leg("ITA", "2027-05-31", "2027-05-30"), leg("USA", "2027-05-29", "2027-06-30"),
                ]}),
                &[("/legs/1/depart", "out_of_order"), ("/legs/2/arrive", "out_of_order")],
            ),
            (
                json!({"user_ids": [id], "legs": [{"country": "GBN", "arrive": "2027-02-30", "stay": 3}, {"country": "XX", "depart": "2027-05-31"}]}),
                &[("/legs/0/stay", "unknown_field")],
            ),
            (
                json!({"user_ids": [id], "legs": [{"country": "GBN", "arrive": "2027-02-30"}, {"country": "XX", "depart": "2027-05-31"}]}),
                &[
                    ("/legs/0/arrive", "invalid_date"), ("/legs/0/country", "not_a_country"), ("/legs/0/depart", "required"),
                    ("/legs/1/arrive", "required"), ("/legs/1/country", "unknown_code"),
                ],
            ),
            (json!({"user_ids": [id], "legs": [good], "purpose": "leisure"}), &[("/purpose", "unknown_code")]),
            (json!({"user_ids": [id], "legs": [good], "purpose": null}), &[("/purpose", "not_nullable")]),
            (json!({"user_ids": [id], "legs": [good], "reason": "tourism"}), &[("/reason", "unknown_field")]),
            (json!({"user_ids": [group, id, group.to_string().replace('-', "")], "legs": [good]}), &[("/user_ids/2", "wrong_type")]),
            (json!({"user_ids": [group, id], "legs": [good]}), &[("/user_ids/0", "not_found")]),
            (json!({"group_id": group, "legs": [good]}), &[("/group_id", "not_found")]),
        ] {
            let answer = agent.post("/v1/document-checks", body.clone()).await;
            assert_eq!(answer.errors(422), errors(expected), "{body}");
        }
    }

    async fn changing_planes_takes_a_day_at_most_and_none_at_least(app: &App) {
        let agent = app.agent().await;
        let id = app.profile("Ida").await;
        let legs = json!([leg("GBR", "2027-05-20", "2027-05-20"), leg("USA", "2027-05-20", "2027-05-20"), leg("MEX", "2027-05-21", "2027-05-31")]);
        let found = agent.post("/v1/document-checks", json!({"user_ids": [id], "legs": legs})).await.expect(200);
        assert_eq!(found["rules_as_of"], Value::Null, "there are no rules here");
        assert_eq!(found["travellers"][0]["legs"].as_array().unwrap().len(), 3);
    }

    async fn a_journey_of_a_group_is_checked_too(app: &App) {
        let agent = app.agent().await;
        let members = json!([{"user_id": app.profile("Ida").await}, {"user_id": app.profile("Eva").await}]);
        let group = agent.post("/v1/groups", json!({"name": "Two", "members": members})).await.id();
        for (query, expected) in [
            ("", &[("departure", "required")][..]),
            ("departure=2027-05-20", &[("countries", "required")]),
            ("departure=2027-02-30&countries=FRA", &[("departure", "invalid_format")]),
            ("departure=2027-05-20&return=2027-05-19&countries=FRA", &[("return", "out_of_order")]),
            ("departure=2027-05-20&countries=FRA,XX", &[("countries", "invalid_format")]),
            ("departure=2027-05-20&countries=FRA,GBN", &[("countries", "not_a_country")]),
            ("departure=2027-05-20&countries=FRA,FRA,FRA,FRA,FRA,FRA,FRA,FRA,FRA,FRA,FRA", &[("countries", "too_many")]),
            ("departure=2027-05-20&countries=FRA&days=3", &[("days", "unknown_parameter")]),
        ] {
            let answer = agent.get(format!("/v1/groups/{group}/readiness?{query}")).await;
            let mut named = answer.errors(400);
            named.sort();
            assert_eq!(named, errors(expected), "{query}");
        }
        let missing = format!("/v1/groups/{}/readiness?departure=2027-05-20&countries=FRA", Uuid::now_v7());
        assert_eq!(agent.get(missing).await.problem(404), "not_found");
    }
}
