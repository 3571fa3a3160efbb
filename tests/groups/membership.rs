use entity::ids::{GroupId, UserId};
use serde_json::json;

use super::{add_group, member_ids, people};
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_member_is_added_once_and_keeps_the_role_if_none_is_said(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 3).await);
        let path = add_group(&agent, "A", &people[..2]).await;
        let seat = format!("{path}/members/{}", people[2]);
        let role = |group: &serde_json::Value| {
            let members = group["members"].as_array().unwrap();
            members.iter().find(|it| it["user_id"] == json!(people[2])).unwrap()["role"].clone()
        };
        let added = agent.put(&seat, json!({})).await;
        assert_eq!(role(&added.expect(201)), "companion");
        assert_eq!(added.etag(), "\"2\"");
        assert_eq!(agent.get(&path).await.expect(200), added.json());
        // The newest comes last.
        assert_eq!(member_ids(&added.json())[2], people[2].to_string());
        let changed = agent.put(&seat, json!({"role": "guardian"})).await;
        assert_eq!(role(&changed.expect(200)), "guardian");
        assert_eq!(changed.etag(), "\"3\"");
        for same in [json!({}), json!({"role": "guardian"})] {
            let kept = agent.put(&seat, same).await;
            assert_eq!(kept.expect(200), changed.json());
            assert_eq!(kept.etag(), "\"3\"");
        }
        assert_eq!(agent.get(&path).await.expect(200), changed.json());
        agent.put(&seat, json!({"role": "boss"})).await.refuses("/role", "unknown_code");
        agent.put(&seat, json!({"role": null})).await.refuses("/role", "not_nullable");
        agent.put(&seat, json!({"seat": "7A"})).await.refuses("/seat", "unknown_field");
    }

    async fn group_and_user_have_to_exist(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 4).await);
        let path = add_group(&agent, "A", &people[..3]).await;
        for missing in [
            format!("{path}/members/{}", UserId::new()),
            format!("/v1/groups/{}/members/{}", GroupId::new(), people[0]),
        ] {
            assert_eq!(agent.put(&missing, json!({})).await.problem(404), "not_found");
            assert_eq!(agent.delete(&missing).await.problem(404), "not_found");
        }
        let no_member = format!("{path}/members/{}", people[3]);
        assert_eq!(agent.delete(no_member).await.problem(404), "not_found");
        assert_eq!(agent.get(&path).await.expect(200)["version"], 1);
    }

    async fn a_full_group_takes_nobody_but_changes_those_it_has(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 10).await);
        let path = add_group(&agent, "A", &people[..9]).await;
        let tenth = format!("{path}/members/{}", people[9]);
        assert_eq!(agent.put(&tenth, json!({})).await.problem(409), "group_full");
        agent.put(format!("{path}/members/{}", people[0]), json!({"role": "lead"})).await.expect(200);
        agent.delete(format!("{path}/members/{}", people[1])).await.expect(204);
        agent.put(&tenth, json!({})).await.expect(201);
    }

    async fn a_group_keeps_two_members(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 3).await);
        let path = add_group(&agent, "A", &people).await;
        agent.delete(format!("{path}/members/{}", people[0])).await.expect(204);
        let left = agent.get(&path).await;
        assert_eq!(left.etag(), "\"2\"");
        assert_eq!(member_ids(&left.json()), [people[1].to_string(), people[2].to_string()]);
        assert_eq!(agent.delete(format!("{path}/members/{}", people[1])).await.problem(409), "group_too_small");
        assert_eq!(agent.get(&path).await.expect(200), left.json());
    }

    async fn a_change_of_members_decided_on_an_old_version_is_refused(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 4).await);
        let path = add_group(&agent, "A", &people[..2]).await;
        let member = |index: usize| format!("{path}/members/{}", people[index]);
        let (put, first) = (actix_web::http::Method::PUT, [("if-match", "\"1\"")]);
        agent.json(put.clone(), &member(2), &first, &json!({})).await.expect(201);
        assert_eq!(agent.json(put.clone(), &member(3), &first, &json!({})).await.problem(412), "stale_version");
        assert_eq!(agent.json(put.clone(), &member(2), &first, &json!({"role": "lead"})).await.problem(412), "stale_version");
        assert_eq!(agent.delete_with(member(2), &first).await.problem(412), "stale_version");
        // A change of members makes what was read of the group old, too.
        assert_eq!(agent.patch_with(&path, &first, json!({"name": "B"})).await.problem(412), "stale_version");
        let known = agent.get_with(&path, &[("if-none-match", "\"1\"")]).await;
        assert_eq!(member_ids(&known.expect(200)).len(), 3);
        agent.delete_with(member(2), &[("if-match", "\"2\"")]).await.expect(204);
        assert_eq!(agent.get(&path).await.etag(), "\"3\"");
    }

    async fn a_member_can_be_only_added_or_only_changed(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 4).await);
        let path = add_group(&agent, "A", &people[..2]).await;
        let put = async |index: usize, condition: &str| {
            let member = format!("{path}/members/{}", people[index]);
            agent.json(actix_web::http::Method::PUT, &member, &[(condition, "*")], &json!({"role": "lead"})).await
        };
        assert_eq!(put(1, "if-none-match").await.problem(412), "stale_version");
        assert_eq!(put(2, "if-match").await.problem(412), "stale_version");
        assert_eq!(agent.get(&path).await.etag(), "\"1\"");
        put(2, "if-none-match").await.expect(201);
        put(1, "if-match").await.expect(200);
        assert_eq!(agent.get(&path).await.etag(), "\"3\"");
    }

    async fn who_is_removed_as_a_user_leaves_all_groups(app: &App) {
        let (admin, people) = (app.admin().await, people(app, 3).await);
        let three = add_group(&admin, "Three", &people).await;
        let two = add_group(&admin, "Two", &people[..2]).await;
        let others = add_group(&admin, "Others", &people[1..]).await;
        admin.delete(format!("/v1/users/{}", people[0])).await.expect(204);
        let left = admin.get(&three).await;
        assert_eq!(member_ids(&left.expect(200)), [people[1].to_string(), people[2].to_string()]);
        assert_eq!(left.etag(), "\"2\"");
        assert_eq!(admin.get(&two).await.problem(404), "not_found");
        assert_eq!(admin.get(&others).await.etag(), "\"1\"");
    }
}
