use serde_json::json;

use super::{add_program, ids, membership};
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_list_is_narrowed_by_member_programme_and_status(app: &App) {
        let agent = app.agent().await;
        let (anna, bo) = (app.profile("Anna").await, app.profile("Bo").await);
        let (a, b) = (add_program(app, "A", &json!({})).await, add_program(app, "B", &json!({})).await);
        let mut made = Vec::new();
        for (user, program, status) in [(anna, &a, "active"), (anna, &b, "closed"), (bo, &a, "closed")] {
            let mut new = membership(user, program);
            new["status"] = json!(status);
            made.push(agent.post("/v1/loyalties", new).await.id());
        }
        for (query, expected) in [
            (String::new(), vec![0, 1, 2]), (format!("user_id={anna}"), vec![0, 1]), (format!("program_id={a}"), vec![0, 2]),
            ("status=closed".to_owned(), vec![1, 2]), ("status=suspended".to_owned(), vec![]),
            (format!("user_id={bo}&program_id={a}&status=closed"), vec![2]), (format!("user_id={bo}&program_id={b}"), vec![]),
        ] {
            let page = agent.get(format!("/v1/loyalties?{query}")).await.expect(200);
            let expected: Vec<_> = expected.iter().map(|index: &usize| made[*index].clone()).collect();
            assert_eq!(ids(&page), expected, "{query}");
        }
        for (query, pointer) in [("tier=Noon", "tier"), ("status=gone", "status"), ("program_id=A", "program_id")] {
            let errors = agent.get(format!("/v1/loyalties?{query}")).await.errors(400);
            assert_eq!(errors.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), [pointer]);
        }
    }

    async fn pages_follow_each_other_without_gap_or_repetition(app: &App) {
        let (agent, member) = (app.agent().await, app.profile("Anna").await);
        let mut made = Vec::new();
        for index in 0..5 {
            let program = add_program(app, &format!("P{index}"), &json!({})).await;
            made.push(agent.post("/v1/loyalties", membership(member, &program)).await.id());
        }
        let mut seen = Vec::new();
        let mut path = format!("/v1/loyalties?limit=2&user_id={member}");
        loop {
            let page = agent.get(&path).await.expect(200);
            seen.push(ids(&page));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/v1/loyalties?limit=2&user_id={member}&cursor={cursor}");
        }
        assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(seen.concat(), made);
        let statements = app.statements(async { agent.get("/v1/loyalties").await.expect(200) }).await;
        assert!((1..=2).contains(&statements), "{statements}");
    }
}
