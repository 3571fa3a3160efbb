//! Several processes over one database, each of which keeps data keys for a moment.

use std::net::SocketAddr;

use serde_json::json;

use super::{literal, run};
use crate::support::{Caller, on_both_databases};

/// Issuer of tokens of several processes.
const PUBLIC_URL: &str = "http://profiles.agency.example";

/// The same caller at another process.
fn at(addr: SocketAddr, caller: &Caller) -> Caller {
    Caller::new(addr, None, caller.token.clone())
}

on_both_databases! {
    async fn an_erasure_counts_at_once_where_the_key_is_still_kept(app: &App) with |config| config.public_url = Some(PUBLIC_URL.into()) => {
        let (other, stop) = app.beside().await;
        let (admin, agent) = (app.admin().await, app.agent().await);
        let (admin_there, agent_there) = (at(other, &admin), at(other, &agent));
        let user = app.create_user(&json!({"first_name": "Rosa", "phone": "+46705551234"})).await;
        let path = format!("/v1/users/{user}");
        for caller in [&agent, &agent_there] {
            // The second time with the key that the first one brought.
            for _ in 0..2 {
                assert_eq!(caller.get(&path).await.expect(200)["phone"], "+46705551234");
            }
        }
        admin.post(format!("{path}/erase"), json!({"reason": "asked by letter"})).await.expect(200);
        for caller in [&agent, &agent_there, &admin, &admin_there] {
            assert_eq!(caller.get(&path).await.problem(404), "not_found");
        }
        stop.await;
    }

    async fn a_kept_key_opens_nothing_that_was_sealed_under_another_since(app: &App) {
        let agent = app.agent().await;
        let (rosa, bo) = (
            app.create_user(&json!({"first_name": "Rosa", "phone": "+46705551234"})).await,
            app.create_user(&json!({"first_name": "Bo", "phone": "+46705559999"})).await,
        );
        let path = format!("/v1/users/{rosa}");
        agent.get(&path).await.expect(200);
        let of = |id: entity::ids::UserId| literal(app.backend, id.uuid());
        let moved = format!("UPDATE users SET phone = (SELECT phone FROM users WHERE id = {}) WHERE id = {}", of(bo), of(rosa));
        assert_eq!(run(app.core.db.writer(), &moved).await, 1);
        assert_eq!(agent.get(&path).await.problem(500), "internal_error");
    }
}
