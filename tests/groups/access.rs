use entity::ids::GroupId;
use serde_json::json;

use super::{add_group, group, ids, member_ids, people};
use crate::support::on_both_databases;

on_both_databases! {
    async fn customers_see_the_groups_they_belong_to(app: &App) {
        let (agent, anna, bo) = (app.agent().await, app.customer("Anna").await, app.customer("Bo").await);
        let people = people(app, 2).await;
        let own = add_group(&agent, "Own", &[anna.id(), people[0]]).await;
        let others = add_group(&agent, "Others", &[bo.id(), people[0]]).await;
        for path in [others, format!("/v1/groups/{}", GroupId::new())] {
            assert_eq!(anna.get(&path).await.problem(404), "not_found");
            assert_eq!(anna.get(format!("{path}/members")).await.problem(404), "not_found");
            for user in [anna.id(), bo.id()] {
                assert_eq!(anna.delete(format!("{path}/members/{user}")).await.problem(404), "not_found");
            }
        }
        let read = anna.get(&own).await;
        assert_eq!(read.expect(200), agent.get(&own).await.expect(200));
        anna.get(format!("{own}/members")).await.expect(200);
        assert_eq!(ids(&anna.get("/v1/groups").await.expect(200)), [read.id()]);
        // The filter narrows what one sees; it does not widen it.
        assert_eq!(ids(&anna.get(format!("/v1/groups?user_id={}", people[0])).await.expect(200)), [read.id()]);
        assert!(ids(&anna.get(format!("/v1/groups?user_id={}", bo.id())).await.expect(200)).is_empty());
    }

    async fn customers_change_no_group(app: &App) {
        let (agent, anna, people) = (app.agent().await, app.customer("Anna").await, people(app, 3).await);
        let path = add_group(&agent, "Own", &[anna.id(), people[0], people[1]]).await;
        let before = agent.get(&path).await.expect(200);
        for answer in [
            anna.post("/v1/groups", group("Mine", &[anna.id(), people[0]])).await,
            anna.patch(&path, json!({"name": "Mine"})).await,
            anna.delete(&path).await,
            anna.put(format!("{path}/members/{}", people[2]), json!({})).await,
            anna.put(format!("{path}/members/{}", anna.id()), json!({"role": "lead"})).await,
            anna.delete(format!("{path}/members/{}", people[0])).await,
            anna.delete(format!("{path}/members/{}", people[2])).await,
        ] {
            assert_eq!(answer.problem(403), "forbidden");
        }
        assert_eq!(agent.get(&path).await.expect(200), before);
    }

    async fn customers_may_leave_as_long_as_two_remain(app: &App) {
        let (agent, anna, bo) = (app.agent().await, app.customer("Anna").await, app.customer("Bo").await);
        let person = app.profile("Cia").await;
        let path = add_group(&agent, "Own", &[anna.id(), bo.id(), person]).await;
        let leave = format!("{path}/members/{}", anna.id());
        assert_eq!(anna.delete_with(&leave, &[("if-match", "\"7\"")]).await.problem(412), "stale_version");
        anna.delete(&leave).await.expect(204);
        assert_eq!(anna.get(&path).await.problem(404), "not_found");
        assert_eq!(anna.delete(&leave).await.problem(404), "not_found");
        assert_eq!(bo.delete(format!("{path}/members/{}", bo.id())).await.problem(409), "group_too_small");
        assert_eq!(member_ids(&agent.get(&path).await.expect(200)), [bo.id().to_string(), person.to_string()]);
    }

    async fn strangers_reach_nothing(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 3).await);
        let path = add_group(&agent, "A", &people).await;
        let member = format!("{path}/members/{}", people[0]);
        let stranger = app.anonymous();
        for answer in [
            stranger.get("/v1/groups").await,
            stranger.get(&path).await,
            stranger.get(format!("{path}/members")).await,
            stranger.post("/v1/groups", group("B", &people)).await,
            stranger.patch(&path, json!({"name": "B"})).await,
            stranger.put(&member, json!({})).await,
            stranger.delete(&member).await,
            stranger.delete(&path).await,
        ] {
            answer.problem(401);
        }
    }
}
