use serde_json::json;

use super::{add_group, ids, member_ids, people};
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_list_is_narrowed_to_the_groups_of_a_user(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 4).await);
        add_group(&agent, "A", &people[..2]).await;
        add_group(&agent, "B", &people[1..3]).await;
        let all = ids(&agent.get("/v1/groups").await.expect(200));
        assert_eq!(all.len(), 2);
        for (index, expected) in [(0, &all[..1]), (1, &all[..]), (2, &all[1..]), (3, &[][..])] {
            let page = agent.get(format!("/v1/groups?user_id={}", people[index])).await.expect(200);
            assert_eq!(ids(&page), expected);
            // A narrowed list still shows all members of each group.
            assert!(page["data"].as_array().unwrap().iter().all(|group| member_ids(group).len() == 2));
        }
        for (query, pointer) in [("name=A", "name"), ("user_id=A", "user_id")] {
            let errors = agent.get(format!("/v1/groups?{query}")).await.errors(400);
            assert_eq!(errors.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), [pointer]);
        }
    }

    async fn a_page_counts_groups_and_not_members(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 9).await);
        let mut made = Vec::new();
        for index in 0..5 {
            let path = add_group(&agent, &format!("G{index}"), &people[..9 - index]).await;
            made.push(agent.get(path).await.expect(200));
        }
        let mut seen = Vec::new();
        let mut path = format!("/v1/groups?user_id={}&limit=2", people[0]);
        loop {
            let page = agent.get(&path).await.expect(200);
            seen.push(page["data"].as_array().unwrap().clone());
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/v1/groups?user_id={}&limit=2&cursor={cursor}", people[0]);
        }
        assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(json!(seen.concat()), json!(made));
    }

    async fn a_page_costs_two_statements(app: &App) {
        let (agent, customer) = (app.agent().await, app.customer("Anna").await);
        let mut people = people(app, 4).await;
        people.push(customer.id());
        for index in 0..6 {
            add_group(&agent, &format!("G{index}"), &people).await;
        }
        for caller in [&agent, &customer] {
            let statements = app.statements(async {
                assert_eq!(ids(&caller.get("/v1/groups").await.expect(200)).len(), 6);
            }).await;
            assert!((1..=2).contains(&statements), "{statements}");
        }
    }
}
