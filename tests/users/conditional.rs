//! `If-Match` and `If-None-Match` (RFC 9110 §13).

use serde_json::json;

use super::path_of;
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_change_of_an_old_version_is_refused_and_changes_nothing(app: &App) {
        let (agent, id) = (app.agent().await, app.profile("Ebba").await);
        agent.patch(path_of(id), json!({"title": "Dr"})).await.expect(200);
        for stale in ["\"1\"", "\"3\"", "W/\"2\"", "W/\"1\", \"7\"", "\"02\"", "\"abc\"", "\"\""] {
            let answer = agent.patch_with(path_of(id), &[("if-match", stale)], json!({"title": "Prof"})).await;
            assert_eq!(answer.problem(412), "stale_version", "{stale}");
            // Not even where nothing would change.
            agent.patch_with(path_of(id), &[("if-match", stale)], json!({})).await.problem(412);
        }
        let user = agent.get(path_of(id)).await.expect(200);
        assert_eq!((&user["title"], &user["version"]), (&json!("Dr"), &json!(2)));
    }

    async fn a_change_of_the_version_that_is_stored_goes_through(app: &App) {
        let (agent, id) = (app.agent().await, app.profile("Ebba").await);
        for (version, matching) in ["\"1\"", "*", "\"1\", W/\"9\", \"3\"", "\"9\",\"4\""].into_iter().enumerate() {
            let title = format!("T{version}");
            let answer = agent.patch_with(path_of(id), &[("if-match", matching)], json!({"title": title})).await;
            assert_eq!(answer.expect(200)["title"], title, "{matching}");
            assert_eq!(answer.etag(), format!("\"{}\"", version + 2));
        }
    }

    async fn a_condition_that_cannot_be_read_is_refused(app: &App) {
        let (admin, id) = (app.admin().await, app.profile("Ebba").await);
        for malformed in ["1", "\"1", "W/1", "*, \"1\"", "\"1\" \"2\"", ""] {
            for answer in [
                admin.patch_with(path_of(id), &[("if-match", malformed)], json!({"title": "Dr"})).await,
                admin.delete_with(path_of(id), &[("if-match", malformed)]).await,
            ] {
                assert_eq!(answer.errors(400), [("If-Match".to_owned(), "invalid_format".to_owned())], "{malformed:?}");
            }
        }
        assert_eq!(admin.get(path_of(id)).await.expect(200)["version"], 1);
    }

    async fn a_change_can_be_kept_from_a_version(app: &App) {
        let (admin, id) = (app.admin().await, app.profile("Ebba").await);
        for hit in ["*", "\"1\"", "W/\"1\"", "\"7\", \"1-gzip\""] {
            for answer in [
                admin.patch_with(path_of(id), &[("if-none-match", hit)], json!({"title": "Dr"})).await,
                admin.delete_with(path_of(id), &[("if-none-match", hit)]).await,
                // Both conditions count.
                admin.patch_with(path_of(id), &[("if-match", "\"1\""), ("if-none-match", hit)], json!({})).await,
            ] {
                assert_eq!(answer.problem(412), "stale_version", "{hit}");
            }
        }
        let malformed = admin.patch_with(path_of(id), &[("if-none-match", "1")], json!({"title": "Dr"})).await;
        assert_eq!(malformed.errors(400), [("If-None-Match".to_owned(), "invalid_format".to_owned())]);
        assert_eq!(admin.get(path_of(id)).await.expect(200)["version"], 1);
        admin.patch_with(path_of(id), &[("if-none-match", "\"7\"")], json!({"title": "Dr"})).await.expect(200);
    }

    async fn a_condition_on_nobody_is_not_found(app: &App) {
        let admin = app.admin().await;
        let nobody = path_of(entity::ids::UserId::new());
        assert_eq!(admin.patch_with(&nobody, &[("if-match", "*")], json!({})).await.problem(404), "not_found");
        assert_eq!(admin.delete_with(&nobody, &[("if-match", "\"1\"")]).await.problem(404), "not_found");
    }

    async fn a_removal_honours_if_match(app: &App) {
        let (admin, id) = (app.admin().await, app.profile("Ebba").await);
        for stale in ["\"2\"", "W/\"1\""] {
            assert_eq!(admin.delete_with(path_of(id), &[("if-match", stale)]).await.problem(412), "stale_version");
        }
        admin.get(path_of(id)).await.expect(200);
        admin.delete_with(path_of(id), &[("if-match", "\"1\"")]).await.expect(204);
        admin.get(path_of(id)).await.problem(404);
    }

    async fn a_known_version_is_not_sent_again(app: &App) {
        let rosa = app.customer("Rosa").await;
        for path in [path_of(rosa.id()), "/v1/me".to_owned()] {
            let full = rosa.get(&path).await;
            let etag = full.etag();
            assert_eq!(full.header("cache-control"), Some("no-store"));
            for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".into()] {
                let answer = rosa.get_with(&path, &[("if-none-match", &known)]).await;
                answer.expect(304);
                assert!(answer.body.is_empty(), "{known}");
                assert_eq!(answer.etag(), etag);
                assert_eq!(answer.header("cache-control"), Some("no-store"));
                assert_eq!(answer.header("content-type"), None);
            }
            for unknown in ["\"999\"", "W/\"999\"", "2", "\"\""] {
                assert_eq!(rosa.get_with(&path, &[("if-none-match", unknown)]).await.expect(200), full.json(), "{unknown}");
            }
            rosa.patch(&path, json!({"title": format!("T{}", path.len())})).await.expect(200);
            let answer = rosa.get_with(&path, &[("if-none-match", &etag)]).await;
            answer.expect(200);
            assert_ne!(answer.etag(), etag);
        }
    }

    async fn a_known_version_of_somebody_else_tells_nothing(app: &App) {
        let (rosa, ida) = (app.customer("Rosa").await, app.customer("Ida").await);
        assert_eq!(rosa.get_with(path_of(ida.id()), &[("if-none-match", "*")]).await.problem(404), "not_found");
    }
}
