use entity::ids::UserId;
use serde_json::json;

use super::{group, member_ids, people};
use crate::support::on_both_databases;

fn error(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

on_both_databases! {
    async fn a_group_is_answered_as_sent_and_read_back_the_same(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 3).await);
        let created = agent.post("/v1/groups", json!({
            "name": "Lindqvist wedding", "purpose": "Wedding in Zenith",
            "members": [
                {"user_id": people[0], "role": "lead"}, {"user_id": people[2], "role": "child"}, {"user_id": people[1]},
            ],
        })).await;
        let answered = created.expect(201);
        assert_eq!(created.etag(), "\"1\"");
        let location = created.header("location").unwrap();
        assert_eq!(location, format!("/v1/groups/{}", created.id()));
        assert_eq!(agent.get(location).await.expect(200), answered);
        let known = agent.get_with(location, &[("if-none-match", "\"1\"")]).await;
        assert_eq!((known.status, known.body.len()), (304, 0));
        let joined = &answered["created_at"];
        let member = |index: usize, role: &str| json!({"user_id": people[index], "role": role, "joined_at": joined});
        assert_eq!(answered, json!({
            "id": created.id(), "name": "Lindqvist wedding", "purpose": "Wedding in Zenith",
            "members": [member(0, "lead"), member(1, "companion"), member(2, "child")],
            "version": 1, "created_at": joined, "updated_at": joined, "external_ids": [],
        }));
    }

    async fn a_group_has_two_to_nine_members(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 10).await);
        for (count, code) in [(0, "too_few"), (1, "too_few"), (10, "too_many")] {
            agent.post("/v1/groups", group("A", &people[..count])).await.refuses("/members", code);
        }
        for count in [2, 9] {
            let created = agent.post("/v1/groups", group(&format!("A{count}"), &people[..count])).await;
            assert_eq!(member_ids(&created.expect(201)).len(), count);
        }
    }

    async fn a_setting_raises_the_limit(app: &App) with |config| config.max_group_members = 12 => {
        let (agent, people) = (app.agent().await, people(app, 13).await);
        agent.post("/v1/groups", group("A", &people)).await.refuses("/members", "too_many");
        let created = agent.post("/v1/groups", group("A", &people[..11])).await;
        created.expect(201);
        let path = format!("/v1/groups/{}/members", created.id());
        agent.put(format!("{path}/{}", people[11]), json!({})).await.expect(201);
        assert_eq!(agent.put(format!("{path}/{}", people[12]), json!({})).await.problem(409), "group_full");
    }

    async fn every_member_exists_and_is_named_once(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 3).await);
        let twice = [people[0], people[1], people[0], people[2], people[1]];
        let expected = [error("/members/2/user_id", "duplicate"), error("/members/4/user_id", "duplicate")];
        assert_eq!(agent.post("/v1/groups", group("A", &twice)).await.errors(422), expected);
        let unknown = [people[0], UserId::new(), people[1], UserId::new()];
        let expected = [error("/members/1/user_id", "not_found"), error("/members/3/user_id", "not_found")];
        assert_eq!(agent.post("/v1/groups", group("A", &unknown)).await.errors(422), expected);
        let same_twice = [people[0], people[0]];
        agent.post("/v1/groups", group("A", &same_twice)).await.refuses("/members/1/user_id", "duplicate");
        assert_eq!(agent.get("/v1/groups").await.expect(200)["data"], json!([]));
    }

    async fn what_is_missing_or_wrong_is_named_with_its_place(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 2).await);
        let expected = [error("/members", "required"), error("/name", "required")];
        assert_eq!(agent.post("/v1/groups", json!({})).await.errors(422), expected);
        let members = json!([{"user_id": people[0], "role": "boss"}, {}, {"user_id": "x"}]);
        let expected = [
            error("/members/0/role", "unknown_code"), error("/members/1/user_id", "required"),
            error("/members/2/user_id", "invalid_format"),
        ];
        assert_eq!(agent.post("/v1/groups", json!({"name": "A", "members": members})).await.errors(422), expected);
        let seat = json!([{"user_id": people[0]}, {"user_id": people[1], "seat": "7A"}]);
        agent.post("/v1/groups", json!({"name": "A", "members": seat})).await.refuses("/members/1/seat", "unknown_field");
        let mut long = group(&"x".repeat(101), &people);
        agent.post("/v1/groups", long.clone()).await.refuses("/name", "too_long");
        long["name"] = json!("x".repeat(100));
        long["purpose"] = json!("é".repeat(500));
        agent.post("/v1/groups", long).await.expect(201);
    }

    async fn a_name_is_taken_whatever_its_case(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 2).await);
        agent.post("/v1/groups", group("Ärzte ohne Ziel", &people)).await.expect(201);
        for name in ["Ärzte ohne Ziel", "ÄRZTE OHNE ZIEL", "ärzte  ohne ziel", "A\u{308}rzte ohne Ziel"] {
            let answer = agent.post("/v1/groups", group(name, &people)).await;
            assert_eq!(answer.problem(409), "group_name_taken");
            assert!(!String::from_utf8_lossy(&answer.body).to_lowercase().contains("rzte"));
        }
        agent.post("/v1/groups", group("Arzte ohne Ziel", &people)).await.expect(201);
        let other = agent.post("/v1/groups", group("Others", &people)).await;
        let path = format!("/v1/groups/{}", other.id());
        assert_eq!(agent.patch(&path, json!({"name": "ÄRZTE ohne Ziel"})).await.problem(409), "group_name_taken");
        assert_eq!(agent.get(&path).await.expect(200), other.json());
        agent.patch(&path, json!({"name": "OTHERS"})).await.expect(200);
    }
}
