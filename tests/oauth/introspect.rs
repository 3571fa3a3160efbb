use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{bearer, post, refused};
use crate::support::{App, Machine, on_both_databases};

async fn introspect(app: &App, machine: &Machine, token: &str) -> Value {
    let answer = post(app, "/oauth/introspect", machine, &[("token", token)]).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("pragma"), Some("no-cache"));
    answer.expect(200)
}

fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

on_both_databases! {
    async fn a_client_asks_about_its_own_tokens(app: &App) {
        let admin = app.admin().await;
        let machine = app.machine("users:read passports:read").await;
        let token = bearer(app, &machine).await.token.unwrap();
        let known = introspect(app, &machine, &token).await;
        assert_eq!(members(&known), ["active", "token_type", "scope", "client_id", "sub", "exp", "iat", "nbf", "iss", "aud", "jti"]);
        assert_eq!((&known["active"], &known["token_type"]), (&json!(true), &json!("Bearer")));
        assert_eq!((&known["sub"], &known["client_id"]), (&json!(machine.id), &json!(machine.id)));
        assert_eq!((&known["iss"], &known["aud"]), (&json!(format!("http://{}", app.addr)), &json!("customer-profile")));
        assert_eq!(known["exp"].as_i64().unwrap() - known["iat"].as_i64().unwrap(), 600);
        assert_eq!(known["scope"], "users:read passports:read");
        // What it allows at this moment.
        admin.patch(format!("/v1/clients/{}", machine.id), json!({"scopes": ["passports:read"]})).await.expect(200);
        assert_eq!(introspect(app, &machine, &token).await["scope"], "passports:read");
    }

    /// A client that may not know is told what it would be told of a token that does not exist.
    async fn other_tokens_are_nobodys_business_without_the_scope(app: &App) {
        let (own, other) = (app.machine("users:read users:write users:delete").await, app.machine("users:read").await);
        let customer = app.customer("Carl").await;
        let nothing = json!({"active": false});
        let of_other = bearer(app, &other).await.token.unwrap();
        for token in [of_other.as_str(), &customer.token.clone().unwrap(), "x", "a.b.c", &own.secret, &format!("{of_other}x")] {
            assert_eq!(introspect(app, &own, token).await, nothing);
        }
        for form in [&[][..], &[("token", "")]] {
            assert_eq!(refused(&post(app, "/oauth/introspect", &own, form).await, 400), "invalid_request");
        }
        let anyone = app.anonymous().form("/oauth/introspect", &[], &[("token", &of_other)]).await;
        assert_eq!(refused(&anyone, 401), "invalid_client");
        // A bearer token is no way to ask.
        let header = format!("Bearer {of_other}");
        let anyone = app.anonymous().form("/oauth/introspect", &[("authorization", &header)], &[("token", &of_other)]).await;
        assert_eq!(refused(&anyone, 401), "invalid_client");
    }

    async fn a_gateway_asks_about_everybodys_tokens(app: &App) {
        let admin = app.admin().await;
        let (gateway, other) = (app.machine("tokens:introspect").await, app.machine("users:read").await);
        let customer = app.customer("Carl").await;
        let (of_other, of_customer) = (bearer(app, &other).await.token.unwrap(), customer.token.clone().unwrap());
        assert_eq!(introspect(app, &gateway, &of_other).await["client_id"], other.id);
        let known = introspect(app, &gateway, &of_customer).await;
        assert_eq!(members(&known), ["active", "token_type", "sub", "sid", "exp", "iat", "nbf", "iss", "aud", "jti"]);
        assert_eq!(known["sub"], customer.id().to_string());
        let nothing = json!({"active": false});
        // The scope is asked of the client as it is now.
        admin.patch(format!("/v1/clients/{}", gateway.id), json!({"scopes": ["users:read"]})).await.expect(200);
        assert_eq!(introspect(app, &gateway, &of_customer).await, nothing);
        admin.patch(format!("/v1/clients/{}", gateway.id), json!({"scopes": ["tokens:introspect"]})).await.expect(200);
        // What the API would refuse is not active.
        app.set_status(customer.id(), entity::values::UserStatus::Disabled).await;
        assert_eq!(introspect(app, &gateway, &of_customer).await, nothing);
        admin.patch(format!("/v1/clients/{}", other.id), json!({"status": "disabled"})).await.expect(200);
        assert_eq!(introspect(app, &gateway, &of_other).await, nothing);
        let agent = app.agent().await;
        let token = agent.token.clone().unwrap();
        assert_eq!(introspect(app, &gateway, &token).await["active"], true);
        agent.post("/v1/auth/logout", json!({})).await.expect(204);
        assert_eq!(introspect(app, &gateway, &token).await, nothing);
        let token = bearer(app, &gateway).await.token.unwrap();
        assert_eq!(introspect(app, &gateway, &token).await["active"], true);
        app.core.clock.shift(TimeDelta::hours(1));
        assert_eq!(introspect(app, &gateway, &token).await, nothing);
    }
}
