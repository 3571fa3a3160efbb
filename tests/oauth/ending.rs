//! What an administrator takes away counts for the tokens that are out, at once.

use chrono::TimeDelta;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::json;

use super::{ask, bearer};
use crate::support::{Caller, on_both_databases};

on_both_databases! {
    async fn narrowed_scopes_count_at_once(app: &App) {
        let admin = app.admin().await;
        let machine = app.machine("users:read passports:read").await;
        let client = bearer(app, &machine).await;
        client.get("/v1/passports").await.expect(200);
        let url = format!("/v1/clients/{}", machine.id);
        admin.patch(&url, json!({"scopes": ["users:read", "groups:read"]})).await.expect(200);
        assert_eq!(client.get("/v1/passports").await.problem(403), "insufficient_scope");
        client.get("/v1/users").await.expect(200);
        // A scope that is added is not in the tokens that are out.
        assert_eq!(client.get("/v1/groups").await.problem(403), "insufficient_scope");
        bearer(app, &machine).await.get("/v1/groups").await.expect(200);
        // One that comes back counts again.
        admin.patch(&url, json!({"scopes": ["passports:read"]})).await.expect(200);
        client.get("/v1/passports").await.expect(200);
        assert_eq!(client.get("/v1/users").await.problem(403), "insufficient_scope");
    }

    async fn disabling_and_removing_end_tokens_at_once(app: &App) {
        let admin = app.admin().await;
        let machine = app.machine("users:read").await;
        let (client, url) = (bearer(app, &machine).await, format!("/v1/clients/{}", machine.id));
        admin.patch(&url, json!({"status": "disabled"})).await.expect(200);
        assert_eq!(client.get("/v1/users").await.problem(401), "invalid_token");
        ask(app, &machine, &[]).await.expect(401);
        admin.patch(&url, json!({"status": "active"})).await.expect(200);
        client.get("/v1/users").await.expect(200);
        admin.delete(&url).await.expect(204);
        assert_eq!(client.get("/v1/users").await.problem(401), "invalid_token");
        ask(app, &machine, &[]).await.expect(401);
        let left = entity::client_tokens::Entity::find().count(app.core.db.read()).await.unwrap();
        assert_eq!(left, 0);
    }

    async fn the_end_of_a_client_is_the_end_of_its_tokens(app: &App) {
        let admin = app.admin().await;
        let machine = app.machine("users:read").await;
        let end = app.core.clock.now() + TimeDelta::minutes(4);
        let url = format!("/v1/clients/{}", machine.id);
        let before = bearer(app, &machine).await;
        admin.patch(&url, json!({"expires_at": end})).await.expect(200);
        // Nobody is promised more time than there is.
        let answer = ask(app, &machine, &[]).await.expect(200);
        assert!((1..=240).contains(&answer["expires_in"].as_u64().unwrap()), "{answer}");
        let after = Caller::new(app.addr, None, answer["access_token"].as_str().map(str::to_owned));
        for client in [&before, &after] {
            client.get("/v1/users").await.expect(200);
        }
        app.core.clock.shift(TimeDelta::minutes(5));
        for client in [&before, &after] {
            assert_eq!(client.get("/v1/users").await.problem(401), "invalid_token");
        }
    }

    async fn tokens_expire_and_are_removed(app: &App) {
        let machine = app.machine("users:read").await;
        let client = bearer(app, &machine).await;
        let rows = async || entity::client_tokens::Entity::find().count(app.core.db.read()).await.unwrap();
        service::oauth::purge(&app.core).await.unwrap();
        assert_eq!(rows().await, 1);
        client.get("/v1/users").await.expect(200);
        app.core.clock.shift(TimeDelta::seconds(601));
        assert_eq!(client.get("/v1/users").await.problem(401), "invalid_token");
        service::oauth::purge(&app.core).await.unwrap();
        assert_eq!(rows().await, 0);
        bearer(app, &machine).await.get("/v1/users").await.expect(200);
    }

    /// A read by a client costs as little as one by a person.
    async fn finding_out_who_asks_costs_one_statement(app: &App) {
        let client = app.client("loyalty-programs:read").await;
        client.get("/v1/loyalty-programs").await.expect(200);
        let anonymous = app.statements(app.anonymous().get("/v1/loyalty-programs")).await;
        let known = app.statements(client.get("/v1/loyalty-programs")).await;
        assert_eq!(known - anonymous, 1);
    }
}
