//! `/v1/me`.

use serde_json::json;

use super::path_of;
use crate::support::on_both_databases;

on_both_databases! {
    async fn everybody_reads_and_changes_the_own_profile(app: &App) {
        for me in [app.customer("Rosa").await, app.agent().await, app.admin().await] {
            let seen = me.get("/v1/me").await;
            assert_eq!(seen.expect(200)["id"], json!(me.id()));
            assert_eq!(seen.json(), me.get(path_of(me.id())).await.expect(200));
            assert_eq!(seen.etag(), me.get(path_of(me.id())).await.etag());
            let changed = me.patch_with("/v1/me", &[("if-match", &seen.etag())], json!({"preferred_name": "Z", "title": null})).await;
            assert_eq!(changed.expect(200)["preferred_name"], "Z");
            assert_eq!(me.get("/v1/me").await.json(), changed.json());
            assert_ne!(changed.etag(), seen.etag());
            let stale = me.patch_with("/v1/me", &[("if-match", &seen.etag())], json!({"preferred_name": "Y"})).await;
            assert_eq!(stale.problem(412), "stale_version");
            me.patch("/v1/me", json!({"first_name": null})).await.refuses("/first_name", "not_nullable");
        }
    }

    async fn administrators_change_neither_role_nor_address_here_by_mistake(app: &App) {
        let admin = app.admin().await;
        for patch in [json!({"role": "customer"}), json!({"status": "disabled"}), json!({"email": "a@mail.example"})] {
            assert_eq!(admin.patch("/v1/me", patch).await.problem(403), "field_not_permitted");
        }
    }

    async fn a_profile_can_only_be_read_and_changed_here(app: &App) {
        let rosa = app.customer("Rosa").await;
        let answer = rosa.delete("/v1/me").await;
        assert_eq!(answer.problem(405), "method_not_allowed");
        let allow = answer.header("allow").unwrap();
        assert!(allow.contains("GET") && allow.contains("PATCH") && !allow.contains("DELETE"), "{allow}");
    }
}
