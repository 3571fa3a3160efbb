use super::{basic, bearer, post, refused};
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_revoked_token_is_refused_at_once(app: &App) {
        let machine = app.machine("users:read").await;
        let (gone, stays) = (bearer(app, &machine).await, bearer(app, &machine).await);
        let token = gone.token.clone().unwrap();
        gone.get("/v1/users").await.expect(200);
        for hint in ["access_token", "refresh_token", "nonsense"] {
            let answer = post(app, "/oauth/revoke", &machine, &[("token", &token), ("token_type_hint", hint)]).await;
            answer.expect(200);
            assert!(answer.body.is_empty());
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert_eq!(gone.get("/v1/users").await.problem(401), "invalid_token");
        }
        let answer = post(app, "/oauth/introspect", &machine, &[("token", &token)]).await;
        assert_eq!(&answer.body[..], b"{\"active\":false}");
        stays.get("/v1/users").await.expect(200);
    }

    async fn a_token_that_is_not_known_is_no_error(app: &App) {
        let machine = app.machine("users:read").await;
        let token = bearer(app, &machine).await.token.unwrap();
        for unknown in ["x", "a.b.c", &token[..token.len() - 1], &format!("{token}x"), "ey\u{1f600}"] {
            post(app, "/oauth/revoke", &machine, &[("token", unknown)]).await.expect(200);
        }
        bearer(app, &machine).await.get("/v1/users").await.expect(200);
        app.core.clock.shift(chrono::TimeDelta::hours(1));
        post(app, "/oauth/revoke", &machine, &[("token", &token)]).await.expect(200);
        for form in [&[][..], &[("token", "")]] {
            assert_eq!(refused(&post(app, "/oauth/revoke", &machine, form).await, 400), "invalid_request");
        }
    }

    async fn nobody_revokes_the_token_of_somebody_else(app: &App) {
        let (a, b) = (app.machine("users:read").await, app.machine("users:read tokens:introspect").await);
        let customer = app.customer("Carl").await;
        let of_a = bearer(app, &a).await;
        for victim in [&of_a, &customer] {
            let token = victim.token.clone().unwrap();
            assert_eq!(refused(&post(app, "/oauth/revoke", &b, &[("token", &token)]).await, 400), "unauthorized_client");
        }
        of_a.get("/v1/users").await.expect(200);
        customer.get("/v1/me").await.expect(200);
        let anyone = app.anonymous().form("/oauth/revoke", &[], &[("token", &of_a.token.clone().unwrap())]).await;
        assert_eq!(refused(&anyone, 401), "invalid_client");
        of_a.get("/v1/users").await.expect(200);
    }

    async fn only_access_tokens_are_revoked_here(app: &App) {
        let machine = app.machine("users:read").await;
        for token in ["cpr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &machine.secret] {
            let answer = post(app, "/oauth/revoke", &machine, &[("token", token)]).await;
            assert_eq!(refused(&answer, 400), "unsupported_token_type");
        }
        let shown = basic(&machine);
        app.anonymous().form("/oauth/token", &[("authorization", &shown)], &[("grant_type", "client_credentials")]).await.expect(200);
    }
}
