//! Pages over several kinds of records.

use std::collections::BTreeSet;

use serde_json::json;

use super::{identity_card, membership, passport, subjects, traveller_number, visa};
use crate::support::on_both_databases;

on_both_databases! {
    /// Several of either kind on the same day, and days of one kind alone.
    async fn pages_over_all_kinds_have_no_gap_and_no_duplicate(app: &App) {
        let agent = app.agent().await;
        let anna = app.profile("Anna").await;
        let mut made = BTreeSet::new();
        for (index, days) in [5, 5, 5, 6, 9, 9, 40].into_iter().enumerate() {
            made.insert(passport(app, &agent, anna, &format!("L898902C{index}"), days).await);
        }
        for days in [5, 5, 7, 8, 9, 9, 9, 41] {
            made.insert(membership(app, &agent, anna, days).await);
        }
        for (index, days) in [5, 6, 9, 9, 42].into_iter().enumerate() {
            made.insert(visa(app, &agent, anna, &format!("V4173059{index}"), days).await);
        }
        for (index, days) in [5, 9, 9, 43].into_iter().enumerate() {
            made.insert(identity_card(app, &agent, anna, &format!("D2314589{index}"), days).await);
        }
        for (country, days) in [("USA", 5), ("CAN", 9), ("GBR", 44)] {
            made.insert(traveller_number(app, &agent, anna, country, days).await);
        }
        let whole = agent.get("/v1/alerts?limit=200").await.expect(200);
        let order = subjects(&whole);
        assert_eq!(order.iter().cloned().collect::<BTreeSet<_>>(), made);
        assert_eq!((order.len(), &whole["has_more"], &whole["next_cursor"]), (made.len(), &json!(false), &json!(null)));
        let mut keys: Vec<_> = whole["data"].as_array().unwrap().iter()
            .map(|it| (it["expiry_date"].as_str().unwrap(), it["subject"]["id"].as_str().unwrap()))
            .collect();
        let sorted = keys.clone();
        keys.sort_unstable();
        assert_eq!(keys, sorted);
        for limit in [1, 2, 3, 9, 26, 27] {
            let (mut seen, mut path) = (Vec::new(), format!("/v1/alerts?limit={limit}"));
            loop {
                let answer = agent.get(&path).await;
                let page = answer.expect(200);
                seen.extend(subjects(&page));
                let Some(cursor) = page["next_cursor"].as_str() else {
                    assert!(answer.header("link").is_none());
                    break;
                };
                assert!(answer.header("link").unwrap().contains(cursor));
                assert_eq!(page["data"].as_array().unwrap().len(), limit);
                path = format!("/v1/alerts?limit={limit}&cursor={cursor}");
            }
            assert_eq!(seen, order, "{limit}");
        }
    }

    async fn a_page_goes_on_where_the_last_one_ended(app: &App) {
        let agent = app.agent().await;
        let anna = app.profile("Anna").await;
        let first = passport(app, &agent, anna, "L898902C1", 5).await;
        let second = membership(app, &agent, anna, 5).await;
        let page = agent.get("/v1/alerts?limit=1").await.expect(200);
        assert_eq!(subjects(&page), std::slice::from_ref(&first));
        let cursor = page["next_cursor"].as_str().unwrap();
        // What the page ended with has gone, and something has come before and behind the place.
        agent.delete(format!("/v1/passports/{first}")).await.expect(204);
        passport(app, &agent, anna, "L898902C2", 4).await;
        let behind = passport(app, &agent, anna, "L898902C3", 5).await;
        let rest = agent.get(format!("/v1/alerts?limit=10&cursor={cursor}")).await.expect(200);
        assert_eq!(subjects(&rest), [second, behind]);
        // It is good for this list, these filters and this caller alone.
        for (caller, query) in [(&agent, "kind=passport"), (&agent, "within=9"), (&app.agent().await, "limit=10")] {
            let answer = caller.get(format!("/v1/alerts?{query}&cursor={cursor}")).await;
            assert_eq!(answer.problem(400), "invalid_parameter", "{query}");
        }
        assert_eq!(agent.get(format!("/v1/users?cursor={cursor}")).await.problem(400), "invalid_parameter");
    }

    async fn one_alert_or_thirty_take_the_same_statements(app: &App) {
        let agent = app.agent().await;
        let anna = app.profile("Anna").await;
        passport(app, &agent, anna, "L898902C0", 5).await;
        let count = async || app.statements(async { agent.get("/v1/alerts").await.expect(200) }).await;
        let few = count().await;
        for index in 10..25 {
            passport(app, &agent, anna, &format!("L898902{index}"), 5).await;
            membership(app, &agent, anna, 6).await;
            identity_card(app, &agent, anna, &format!("D231458{index}"), 7).await;
        }
        // Who asks, and one for each kind.
        assert_eq!((few, count().await), (6, 6));
    }
}
