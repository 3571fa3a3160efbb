//! What a bearer token opens, and for how long.

use std::io::{Read as _, Write as _};

use chrono::TimeDelta;
use serde_json::json;
use service::auth::tokens::{Subject, Verified};

use crate::support::{Answer, App, Caller, on_both_databases};

const INVALID_TOKEN: Option<&str> = Some(r#"Bearer realm="customer-profile", error="invalid_token""#);

async fn me_with(app: &App, authorization: &str) -> Answer {
    app.anonymous()
        .get_with("/v1/me", &[("authorization", authorization)])
        .await
}

/// The status line for a request whose header fields are exactly these.
async fn status_of(app: &App, fields: String) -> String {
    let addr = app.addr;
    let exchange = move || {
        let mut stream = std::net::TcpStream::connect(addr).unwrap();
        let request = format!("GET /v1/me HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{fields}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.lines().next().unwrap_or_default().to_owned()
    };
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

on_both_databases! {
    async fn without_a_token_the_answer_asks_for_one(app: &App) {
        let answer = app.anonymous().get("/v1/me").await;
        assert_eq!(answer.problem(401), "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="customer-profile""#));
    }

    async fn what_is_no_token_of_ours_is_refused(app: &App) {
        let rosa = app.customer("Rosa").await;
        let good = rosa.token.clone().unwrap();
        let hours_ago = app.core.clock.now() - TimeDelta::hours(2);
        let session = app.session(rosa.id()).await;
        let token = |id, session, at| {
            app.core.tokens.issue_for_session(id, session, at).unwrap().expose().to_owned()
        };
        let now = app.core.clock.now();
        let expired = token(rosa.id(), session, hours_ago);
        let not_yet = token(rosa.id(), session, now + TimeDelta::hours(2));
        let nobody = token(entity::ids::UserId::new(), session, now);
        let nowhere = token(rosa.id(), entity::ids::SessionId::new(), now);
        for authorization in [
            "Bearer garbage".to_owned(), "Bearer a.b.c".into(), "Bearer".into(), "Bearer ".into(), String::new(),
            format!("Basic {good}"), "Basic cm9zYTpyb3Nh".into(), good.clone(), format!("Bearer {good} x"),
            format!("Bearer {good}x"), format!("Bearer {}", &good[..good.len() - 1]), format!("Bearer \"{good}\""),
            format!("Bearer {expired}"), format!("Bearer {not_yet}"), format!("Bearer {nobody}"), format!("Bearer {nowhere}"),
        ] {
            let answer = me_with(app, &authorization).await;
            assert_eq!(answer.problem(401), "invalid_token", "{authorization:?}");
            assert_eq!(answer.header("www-authenticate"), INVALID_TOKEN, "{authorization:?}");
        }
        me_with(app, &format!("Bearer {good}")).await.expect(200);
    }

    async fn the_scheme_may_be_written_in_any_case(app: &App) {
        let token = app.customer("Rosa").await.token.unwrap();
        for scheme in ["Bearer", "bearer", "BEARER"] {
            me_with(app, &format!("{scheme} {token}")).await.expect(200);
        }
    }

    async fn two_authorization_headers_are_refused(app: &App) {
        let token = app.customer("Rosa").await.token.unwrap();
        let field = format!("Authorization: Bearer {token}\r\n");
        assert_eq!(status_of(app, field.clone()).await, "HTTP/1.1 200 OK");
        assert_eq!(status_of(app, format!("{field}{field}")).await, "HTTP/1.1 401 Unauthorized");
        assert_eq!(status_of(app, format!("{field}Authorization: Basic eDp4\r\n")).await, "HTTP/1.1 401 Unauthorized");
    }

    async fn a_token_in_the_address_opens_nothing(app: &App) {
        let agent = app.agent().await;
        let token = agent.token.clone().unwrap();
        let anonymous = app.anonymous();
        assert_eq!(anonymous.get(format!("/v1/me?access_token={token}")).await.problem(400), "invalid_parameter");
        assert_eq!(anonymous.get(format!("/v1/users?access_token={token}")).await.problem(401), "unauthenticated");
        assert_eq!(agent.get(format!("/v1/users?access_token={token}")).await.problem(400), "invalid_parameter");
    }

    async fn a_token_ends_with_its_time(app: &App) {
        // Several connections, so that every worker has seen the token while it was good.
        let rosa = app.customer("Rosa").await;
        let callers: Vec<_> = (0..6).map(|_| Caller::new(app.addr, None, rosa.token.clone())).collect();
        for caller in &callers {
            caller.get("/v1/me").await.expect(200);
        }
        app.core.clock.shift(TimeDelta::seconds(590));
        rosa.get("/v1/me").await.expect(200);
        app.core.clock.shift(TimeDelta::seconds(20));
        for caller in &callers {
            assert_eq!(caller.get("/v1/me").await.problem(401), "invalid_token");
        }
        app.caller(rosa.id()).await.get("/v1/me").await.expect(200);
    }

    async fn disabling_a_user_ends_the_sessions_for_good(app: &App) {
        let (rosa, agent) = (app.customer("Rosa").await, app.agent().await);
        let path = format!("/v1/users/{}", rosa.id());
        for status in ["disabled", "invited"] {
            let rosa = app.caller(rosa.id()).await;
            rosa.get("/v1/me").await.expect(200);
            agent.patch(&path, json!({"status": status})).await.expect(200);
            let answer = rosa.get("/v1/me").await;
            assert_eq!(answer.problem(401), "invalid_token", "{status}");
            assert_eq!(answer.header("www-authenticate"), INVALID_TOKEN);
            agent.patch(&path, json!({"status": "active"})).await.expect(200);
            assert_eq!(rosa.get("/v1/me").await.problem(401), "invalid_token", "{status}");
        }
    }

    async fn a_change_of_role_ends_the_sessions(app: &App) {
        let (admin, ada) = (app.admin().await, app.agent().await);
        let path = format!("/v1/users/{}", ada.id());
        ada.get("/v1/users").await.expect(200);
        admin.patch(&path, json!({"role": "customer"})).await.expect(200);
        assert_eq!(ada.get("/v1/users").await.problem(401), "invalid_token");
        assert_eq!(app.caller(ada.id()).await.get("/v1/users").await.problem(403), "forbidden");
    }

    async fn a_removed_user_is_signed_out(app: &App) {
        let (admin, rosa) = (app.admin().await, app.customer("Rosa").await);
        rosa.get("/v1/me").await.expect(200);
        admin.delete(format!("/v1/users/{}", rosa.id())).await.expect(204);
        assert_eq!(rosa.get("/v1/me").await.problem(401), "invalid_token");
    }

    async fn a_restart_keeps_tokens_and_another_installation_takes_none(app: &App) {
        let rosa = app.customer("Rosa").await;
        let token = rosa.token.clone().unwrap();
        // The same data directory has the same keys; the issuer is the address, which a setting fixes in production.
        let mut config = app.config.clone();
        config.public_url = Some(format!("http://{}", app.addr));
        let again = service::Core::open(config.options(app.addr)).await.unwrap();
        let verified = again.tokens.verify(&token, app.core.clock.now());
        assert!(matches!(verified, Verified::Good(Subject::Session { user, .. }) if user == rosa.id()), "{verified:?}");
        again.close().await;
        // With another master key the program does not start, and says why.
        let elsewhere = tempfile::TempDir::new().unwrap();
        std::fs::copy(config.data_dir.join("keyring.json"), elsewhere.path().join("keyring.json")).unwrap();
        config.data_dir = elsewhere.path().to_owned();
        let refused = service::Core::open(config.options(app.addr)).await.unwrap_err().to_string();
        assert!(refused.contains("MASTER_KEY"), "{refused}");
        app.anonymous().get("/health/ready").await.expect(200);
    }
}
