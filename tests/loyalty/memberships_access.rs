use entity::ids::{LoyaltyId, UserId};
use serde_json::json;

use super::{add_program, ids, membership};
use crate::support::on_both_databases;

on_both_databases! {
    async fn customers_reach_their_own_memberships_only(app: &App) {
        let (anna, bo) = (app.customer("Anna").await, app.customer("Bo").await);
        let program = add_program(app, "A", &json!({})).await;
        let own = anna.post("/v1/loyalties", membership(anna.id(), &program)).await;
        own.expect(201);
        let others = bo.post("/v1/loyalties", membership(bo.id(), &program)).await;
        others.expect(201);
        let stale = [("if-match", "\"77\"")];
        for id in [others.id(), LoyaltyId::new().to_string()] {
            let path = format!("/v1/loyalties/{id}");
            assert_eq!(anna.get(&path).await.problem(404), "not_found");
            assert_eq!(anna.patch(&path, json!({"status": "closed"})).await.problem(404), "not_found");
            assert_eq!(anna.delete(&path).await.problem(404), "not_found");
            assert_eq!(anna.delete_with(&path, &stale).await.problem(404), "not_found");
        }
        for holder in [bo.id(), UserId::new()] {
            anna.post("/v1/loyalties", membership(holder, &program)).await.refuses("/user_id", "not_found");
        }
        assert_eq!(ids(&anna.get("/v1/loyalties").await.expect(200)), [own.id()]);
        assert!(ids(&anna.get(format!("/v1/loyalties?user_id={}", bo.id())).await.expect(200)).is_empty());
        assert_eq!(ids(&anna.get(format!("/v1/loyalties?program_id={program}")).await.expect(200)), [own.id()]);
        let path = format!("/v1/loyalties/{}", own.id());
        anna.patch(&path, json!({"tier": "Noon"})).await.expect(200);
        anna.delete(&path).await.expect(204);
        assert_eq!(bo.get(format!("/v1/loyalties/{}", others.id())).await.expect(200), others.json());
    }

    async fn strangers_reach_nothing(app: &App) {
        let (stranger, member) = (app.anonymous(), app.profile("Anna").await);
        let program = add_program(app, "A", &json!({})).await;
        let path = format!("/v1/loyalties/{}", LoyaltyId::new());
        for answer in [
            stranger.get("/v1/loyalties").await,
            stranger.get(&path).await,
            stranger.post("/v1/loyalties", membership(member, &program)).await,
            stranger.patch(&path, json!({"status": "closed"})).await,
            stranger.delete(&path).await,
        ] {
            answer.problem(401);
        }
    }
}
