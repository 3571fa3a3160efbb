use serde_json::json;

use super::{expiring, ids, passport};
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_list_is_narrowed_by_holder_status_and_expiry(app: &App) {
        let agent = app.agent().await;
        let (anna, bo) = (app.profile("Anna").await, app.profile("Bo").await);
        let mut made = Vec::new();
        for new in [
            expiring(anna, "X0", "2030-01-01"),
            expiring(anna, "X1", "2031-01-01"),
            passport(bo, "X2", &json!({"status": "lost", "expiry_date": "2030-01-01"})),
            expiring(bo, "X3", "2032-01-01"),
        ] {
            let created = agent.post("/v1/passports", new).await;
            created.expect(201);
            made.push(created.id());
        }
        for (query, expected) in [
            (String::new(), vec![0, 1, 2, 3]),
            (format!("user_id={anna}"), vec![0, 1]),
            ("status=lost".to_owned(), vec![2]),
            ("status=stolen".to_owned(), vec![]),
            ("expires_before=2030-01-01".to_owned(), vec![]),
            ("expires_before=2030-01-02".to_owned(), vec![0, 2]),
            (format!("user_id={bo}&status=active&expires_before=2199-12-31"), vec![3]),
        ] {
            let page = agent.get(format!("/v1/passports?{query}")).await.expect(200);
            let expected: Vec<_> = expected.iter().map(|index: &usize| made[*index].clone()).collect();
            assert_eq!(ids(&page), expected, "{query}");
            assert_eq!((&page["has_more"], &page["next_cursor"]), (&json!(false), &json!(null)));
        }
        for (query, pointer) in [
            ("status=gone", "status"), ("user_id=7", "user_id"), ("expires_before=2030-02-30", "expires_before"),
            ("surname=Eriksson", "surname"), ("limit=0", "limit"), ("limit=201", "limit"), ("cursor=abc", "cursor"),
        ] {
            let errors = agent.get(format!("/v1/passports?{query}")).await.errors(400);
            assert_eq!(errors.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), [pointer], "{query}");
        }
    }

    async fn pages_follow_each_other_without_gap_or_repetition(app: &App) {
        let agent = app.agent().await;
        let holder = app.customer("Anna").await;
        let mut made = Vec::new();
        for index in 0..5 {
            let created = agent.post("/v1/passports", passport(holder.id(), &format!("X{index}"), &json!({}))).await;
            made.push(created.id());
        }
        let mut seen = Vec::new();
        let mut path = format!("/v1/passports?user_id={}&limit=2", holder.id());
        loop {
            let answer = agent.get(&path).await;
            let page = answer.expect(200);
            seen.push(ids(&page));
            if page["has_more"] == false {
                assert_eq!((&page["next_cursor"], answer.header("link")), (&json!(null), None));
                break;
            }
            let cursor = page["next_cursor"].as_str().unwrap();
            path = format!("/v1/passports?user_id={}&limit=2&cursor={cursor}", holder.id());
            assert_eq!(answer.header("link").unwrap(), format!("<{path}>; rel=\"next\""));
            // A cursor belongs to its filters and its caller.
            for (caller, query) in [(&agent, "limit=2".to_owned()), (&holder, format!("user_id={}&limit=2", holder.id()))] {
                let elsewhere = caller.get(format!("/v1/passports?{query}&cursor={cursor}")).await;
                assert_eq!(elsewhere.errors(400), [("cursor".to_owned(), "invalid_cursor".to_owned())]);
            }
        }
        assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(seen.concat(), made);
        let exact = agent.get("/v1/passports?limit=5").await.expect(200);
        assert_eq!((ids(&exact).len(), &exact["has_more"]), (5, &json!(false)));
    }

    async fn a_page_costs_two_statements(app: &App) {
        let agent = app.agent().await;
        for index in 0..6 {
            let holder = app.profile("Anna").await;
            agent.post("/v1/passports", passport(holder, &format!("X{index}"), &json!({}))).await.expect(201);
        }
        let statements = app.statements(async { agent.get("/v1/passports").await.expect(200) }).await;
        assert!((1..=2).contains(&statements), "{statements}");
    }
}
