use serde_json::json;

use crate::support::{anna_passport, on_both_databases};

on_both_databases! {
    async fn a_change_decided_on_an_old_version_is_refused(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let created = agent.post("/v1/passports", anna_passport(holder, "X1")).await;
        let path = format!("/v1/passports/{}", created.id());
        let seen = created.etag();
        let changed = agent.patch_with(&path, &[("if-match", &seen)], json!({"surname": "Lind"})).await;
        changed.expect(200);
        assert_eq!(changed.etag(), "\"2\"");
        let stale = agent.patch_with(&path, &[("if-match", &seen)], json!({"surname": "Berg"})).await;
        assert_eq!(stale.problem(412), "stale_version");
        assert_eq!(agent.delete_with(&path, &[("if-match", &seen)]).await.problem(412), "stale_version");
        assert_eq!(agent.get(&path).await.expect(200), changed.json());
        agent.patch_with(&path, &[("if-match", "*")], json!({"surname": "Berg"})).await.expect(200);
        agent.delete_with(&path, &[("if-match", "\"1\", \"3\"")]).await.expect(204);
    }

    async fn a_known_version_is_not_sent_again(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let created = agent.post("/v1/passports", anna_passport(holder, "X1")).await;
        let path = format!("/v1/passports/{}", created.id());
        let seen = created.etag();
        let known = agent.get_with(&path, &[("if-none-match", &seen)]).await;
        assert_eq!((known.status, known.body.len(), known.etag()), (304, 0, seen.clone()));
        agent.patch(&path, json!({"surname": "Lind"})).await.expect(200);
        let news = agent.get_with(&path, &[("if-none-match", &seen)]).await;
        assert_eq!(news.expect(200)["surname"], "Lind");
        assert_ne!(news.etag(), seen);
    }
}
