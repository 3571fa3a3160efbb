//! `GET /v1/groups/{id}/readiness`.

use serde_json::{Value, json};

use super::{anna, codes, passport, rules};
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_group_is_ready_when_nobody_lacks_anything(app: &App) {
        rules(app).await;
        let agent = app.agent().await;
        let anna = anna(app).await;
        let elsa = app.create_user(&json!({"first_name": "Elsa", "last_name": "Eriksson", "date_of_birth": "2016-06-21"})).await;
        let nobody = app.create_user(&json!({"first_name": "Nobody"})).await;
        passport(&agent, anna, "777777771", &json!({})).await;
        let child = json!({"given_names": "Elsa", "date_of_birth": "2016-06-21", "issue_date": "2024-05-10", "expiry_date": "2029-05-09"});
        passport(&agent, elsa, "777777772", &child).await;
        let members = json!([
            {"user_id": anna, "role": "guardian"}, {"user_id": elsa, "role": "child"}, {"user_id": nobody},
        ]);
        let group = agent.post("/v1/groups", json!({"name": "Three", "members": members})).await.id();
        let ask = async |query: &str| -> Value {
            agent.get(format!("/v1/groups/{group}/readiness?departure=2027-05-20&{query}")).await.expect(200)
        };
        let by_name = |answer: &Value, name: &str| {
            let members = answer["members"].as_array().unwrap();
            members.iter().find(|it| it["name"].as_str().unwrap().starts_with(name)).unwrap().clone()
        };
        let found = ask("return=2027-05-31&countries=FRA").await;
        assert_eq!((&found["ready"], &found["advisory"], &found["group_id"]), (&json!(false), &json!(true), &json!(group)));
        let (first, second, third) = (by_name(&found, "Anna"), by_name(&found, "Elsa"), by_name(&found, "Nobody"));
        assert_eq!((&first["ready"], &first["missing"], &first["role"]), (&json!(true), &json!([]), &json!("guardian")));
        assert_eq!((&second["ready"], &second["missing"], &second["verdict"]), (&json!(true), &json!([]), &json!("ok")));
        assert_eq!(third["missing"], json!(["passport", "date_of_birth", "gender", "contact"]));
        assert_eq!((&third["ready"], &third["verdict"]), (&json!(false), &json!("fail")));

        // Without the third the group is ready, unless the way leads through a country that asks for more.
        agent.delete(format!("/v1/groups/{group}/members/{nobody}")).await.expect(204);
        assert_eq!(ask("return=2027-05-31&countries=FRA,CHE").await["ready"], true);
        assert_eq!(ask("countries=FRA").await["ready"], true);
        let longer = ask("return=2029-05-01&countries=FRA").await;
        assert_eq!((&longer["ready"], &by_name(&longer, "Elsa")["missing"]), (&json!(false), &json!(["valid_passport"])));
        let through = ask("return=2027-05-31&countries=FRA,USA").await;
        assert_eq!(by_name(&through, "Anna")["missing"], json!(["visa"]));
        let unknown = ask("return=2027-05-31&countries=FRA,THA").await;
        assert_eq!(by_name(&unknown, "Anna")["unchecked"], json!([{"country": "THA", "kinds": ["visa"]}]));
        // Without the guardian the child is alone.
        agent.put(format!("/v1/groups/{group}/members/{anna}"), json!({"role": "companion"})).await.expect(200);
        let alone = ask("countries=FRA").await;
        assert_eq!((&alone["ready"], &by_name(&alone, "Elsa")["missing"]), (&json!(false), &json!(["guardian"])));
    }

    async fn customers_see_themselves_alone(app: &App) {
        let (agent, rosa, other) = (app.agent().await, app.customer("Rosa").await, app.profile("Other").await);
        let group = json!({"name": "Two", "members": [{"user_id": rosa.id()}, {"user_id": other}]});
        let group = agent.post("/v1/groups", group).await.id();
        let path = format!("/v1/groups/{group}/readiness?departure=2027-05-20&countries=FRA");
        let found = rosa.get(&path).await.expect(200);
        assert_eq!((found["members"].as_array().unwrap().len(), codes(&found["warnings"])), (1, vec!["companions_hidden"]));
        assert_eq!(app.customer("Sten").await.get(&path).await.problem(404), "not_found");
    }
}
