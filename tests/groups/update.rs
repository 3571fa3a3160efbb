use serde_json::json;

use super::{add_group, people};
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_patch_changes_name_and_purpose_only(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 2).await);
        let path = add_group(&agent, "A", &people).await;
        let before = agent.get(&path).await.expect(200);
        let patched = agent.patch(&path, json!({"name": "B", "purpose": "Away game"})).await;
        let mut expected = before.clone();
        for (field, value) in [("name", json!("B")), ("purpose", json!("Away game")), ("version", json!(2))] {
            expected[field] = value;
        }
        expected["updated_at"] = patched.json()["updated_at"].clone();
        assert_eq!(patched.expect(200), expected);
        assert_eq!(patched.etag(), "\"2\"");
        assert_eq!(agent.get(&path).await.expect(200), expected);
        assert_eq!(agent.patch(&path, json!({"name": "B"})).await.expect(200), expected);
        assert_eq!(agent.patch(&path, json!({"purpose": null})).await.expect(200)["purpose"], json!(null));
        agent.patch(&path, json!({"name": null})).await.refuses("/name", "not_nullable");
        agent.patch(&path, json!({"members": []})).await.refuses("/members", "unknown_field");
        assert_eq!(agent.patch_with(&path, &[("if-match", "\"2\"")], json!({"name": "C"})).await.problem(412), "stale_version");
        assert_eq!(agent.delete_with(&path, &[("if-match", "\"2\"")]).await.problem(412), "stale_version");
        agent.delete_with(&path, &[("if-match", "\"3\"")]).await.expect(204);
        assert_eq!(agent.get(&path).await.problem(404), "not_found");
        assert_eq!(agent.delete(&path).await.problem(404), "not_found");
        for person in people {
            agent.get(format!("/v1/users/{person}")).await.expect(200);
        }
    }
}
