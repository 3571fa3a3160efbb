//! `GET /v1/visas`

use serde_json::json;

use super::visa;
use crate::support::on_both_databases;

on_both_databases! {
    async fn filters_narrow_the_list_and_pages_cover_it(app: &App) {
        let (agent, rosa, ida) = (app.agent().await, app.profile("Rosa").await, app.profile("Ida").await);
        let mut made = Vec::new();
        for (user, number, changes) in [
            (rosa, "V1", json!({})), (rosa, "V2", json!({"country": "IND", "type": "tourist", "expiry_date": "2027-05-31"})),
            (ida, "V3", json!({"status": "used"})), (ida, "V4", json!({"expiry_date": "2027-06-01"})),
        ] {
            let created = agent.post("/v1/visas", visa(user, number, &changes)).await;
            created.expect(201);
            made.push(created.id());
        }
        for (query, expected) in [
            (String::new(), vec![0, 1, 2, 3]), (format!("user_id={rosa}"), vec![0, 1]), ("country=in".into(), vec![1]),
            ("type=business".into(), vec![0, 2, 3]), ("status=used".into(), vec![2]), ("expires_before=2027-06-01".into(), vec![1]),
            (format!("user_id={ida}&status=active"), vec![3]),
        ] {
            let page = agent.get(format!("/v1/visas?{query}")).await.expect(200);
            let ids: Vec<_> = page["data"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
            assert_eq!(ids, expected.iter().map(|at: &usize| made[*at].as_str()).collect::<Vec<_>>(), "{query}");
        }
        let (mut seen, mut url) = (Vec::new(), "/v1/visas?limit=3".to_owned());
        loop {
            let page = agent.get(&url).await.expect(200);
            seen.extend(page["data"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next_cursor"].as_str() else { break };
            url = format!("/v1/visas?limit=3&cursor={next}");
        }
        assert_eq!(seen, made);
        for query in ["type=none", "status=lost", "expires_before=soon", "country=Elbonia", "colour=blue", "limit=0", "cursor=x"] {
            assert_eq!(agent.get(format!("/v1/visas?{query}")).await.problem(400), "invalid_parameter", "{query}");
        }
    }
}
