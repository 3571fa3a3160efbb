use futures_util::future::join_all;
use serde_json::json;

use super::{add_program, ids, membership};
use crate::support::on_both_databases;

on_both_databases! {
    async fn of_sixteen_that_join_the_same_user_at_once_one_succeeds(app: &App) {
        let (agent, member) = (app.agent().await, app.profile("Anna").await);
        let program = add_program(app, "A", &json!({})).await;
        let answers = join_all((0..16).map(|_| agent.post("/v1/loyalties", membership(member, &program)))).await;
        let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert_eq!(made.len(), 1);
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            assert_eq!(answer.problem(409), "loyalty_exists");
        }
        assert_eq!(ids(&agent.get(format!("/v1/loyalties?user_id={member}")).await.expect(200)), [made[0].id()]);
    }

    async fn of_sixteen_favourites_at_once_one_is_left(app: &App) {
        let (agent, member) = (app.agent().await, app.profile("Anna").await);
        let mut joins = Vec::new();
        for index in 0..16 {
            let mut new = membership(member, &add_program(app, &format!("P{index}"), &json!({})).await);
            new["primary"] = json!(true);
            joins.push(agent.post("/v1/loyalties", new));
        }
        for answer in join_all(joins).await {
            answer.expect(201);
        }
        let page = agent.get(format!("/v1/loyalties?user_id={member}")).await.expect(200);
        let favourites = page["data"].as_array().unwrap().iter().filter(|it| it["primary"] == true).count();
        assert_eq!((ids(&page).len(), favourites), (16, 1));
    }

    async fn a_programme_that_is_removed_while_somebody_joins_leaves_no_orphan(app: &App) {
        let admin = app.admin().await;
        let (mut joined, mut removed) = (0, 0);
        for round in 0..12 {
            let program = add_program(app, &format!("P{round}"), &json!({})).await;
            let path = format!("/v1/loyalty-programs/{program}");
            let mut members = Vec::new();
            for _ in 0..3 {
                members.push(app.profile("Anna").await);
            }
            let joins = join_all(members.into_iter().map(|member| admin.post("/v1/loyalties", membership(member, &program))));
            let delete = async {
                for _ in 0..round * 3 {
                    tokio::task::yield_now().await;
                }
                admin.delete(&path).await
            };
            let (joins, delete) = tokio::join!(joins, delete);
            let made = joins.iter().filter(|answer| answer.status == 201).count();
            for answer in joins.iter().filter(|answer| answer.status != 201) {
                answer.refuses("/program_id", "not_found");
            }
            let left = ids(&admin.get(format!("/v1/loyalties?program_id={program}")).await.expect(200)).len();
            if delete.status == 204 {
                assert_eq!((made, left), (0, 0));
                assert_eq!(admin.get(&path).await.problem(404), "not_found");
                removed += 1;
            } else {
                assert_eq!(delete.problem(409), "program_in_use");
                assert_eq!(left, made);
                assert!(made > 0);
                admin.get(&path).await.expect(200);
                joined += 1;
            }
        }
        assert_eq!(joined + removed, 12);
    }
}
