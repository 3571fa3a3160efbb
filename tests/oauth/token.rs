use actix_web::http::Method;
use serde_json::json;

use super::{ask, basic, post, refused};
use crate::support::{Caller, on_both_databases};

on_both_databases! {
    async fn a_secret_is_traded_for_a_token(app: &App) {
        let machine = app.machine("users:read passports:read").await;
        let answer = ask(app, &machine, &[]).await;
        let body = answer.expect(200);
        let members: Vec<_> = body.as_object().unwrap().keys().collect();
        assert_eq!(members, ["access_token", "token_type", "expires_in", "scope"]);
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(600)));
        assert_eq!(body["scope"], "users:read passports:read");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("pragma"), Some("no-cache"));
        let client = Caller::new(app.addr, None, body["access_token"].as_str().map(str::to_owned));
        client.get("/v1/users").await.expect(200);
        client.get("/v1/passports").await.expect(200);
        assert_eq!(client.get("/v1/loyalties").await.problem(403), "insufficient_scope");
    }

    async fn the_secret_may_stand_in_the_body(app: &App) {
        let machine = app.machine("users:read").await;
        let form = [("grant_type", "client_credentials"), ("client_id", &machine.id), ("client_secret", &machine.secret)];
        app.anonymous().form("/oauth/token", &[], &form).await.expect(200);
        // Unknown parameters are passed over, and so are those without a value.
        let more = [form[0], form[1], form[2], ("scope", ""), ("resource", "x"), ("audience", "")];
        assert_eq!(app.anonymous().form("/oauth/token", &[], &more).await.expect(200)["scope"], "users:read");
    }

    async fn a_token_can_be_asked_for_with_fewer_scopes(app: &App) {
        let machine = app.machine("users:read passports:read groups:read").await;
        let answer = ask(app, &machine, &[("scope", "groups:read users:read")]).await.expect(200);
        assert_eq!(answer["scope"], "users:read groups:read");
        let client = Caller::new(app.addr, None, answer["access_token"].as_str().map(str::to_owned));
        client.get("/v1/groups").await.expect(200);
        assert_eq!(client.get("/v1/passports").await.problem(403), "insufficient_scope");
        for scope in ["users:write", "users:read users:write", "everything", "users:read everything", "USERS:READ", "users:read,groups:read", "*"] {
            assert_eq!(refused(&ask(app, &machine, &[("scope", scope)]).await, 400), "invalid_scope", "{scope}");
        }
    }

    async fn other_grants_are_not_taken(app: &App) {
        let machine = app.machine("users:read").await;
        for grant in ["password", "refresh_token", "authorization_code", "Client_Credentials", "client_credentials "] {
            let form = [("grant_type", grant), ("username", "a"), ("password", "b"), ("refresh_token", "cpr_x")];
            assert_eq!(refused(&post(app, "/oauth/token", &machine, &form).await, 400), "unsupported_grant_type", "{grant}");
        }
        for form in [&[][..], &[("grant_type", "")]] {
            assert_eq!(refused(&post(app, "/oauth/token", &machine, form).await, 400), "invalid_request");
        }
    }

    async fn a_request_is_a_form_in_a_post(app: &App) {
        let machine = app.machine("users:read").await;
        let shown = basic(&machine);
        let anyone = app.anonymous();
        let send = async |headers: &[(&str, &str)], path: &str, body: &str| {
            let mut all = vec![("authorization", shown.as_str())];
            all.extend_from_slice(headers);
            anyone.send(Method::POST, path, &all, Some(body.as_bytes().to_vec())).await
        };
        let form = ("content-type", "application/x-www-form-urlencoded");
        let good = "grant_type=client_credentials";
        for path in ["/oauth/token", "/oauth/revoke", "/oauth/introspect"] {
            for headers in [
                &[][..], &[("content-type", "application/json")], &[("content-type", "text/plain")],
                &[("content-type", "application/x-www-form-urlencoded; charset=latin1")], &[form, ("content-encoding", "gzip")],
            ] {
                assert_eq!(refused(&send(headers, path, good).await, 400), "invalid_request", "{path} {headers:?}");
            }
            let json = send(&[("content-type", "application/json")], path, "{\"grant_type\":\"client_credentials\"}").await;
            assert_eq!(refused(&json, 400), "invalid_request");
            // Nothing in the address: it ends in logs.
            assert_eq!(refused(&send(&[form], &format!("{path}?{good}"), "").await, 400), "invalid_request");
            let in_address = format!("{path}?client_id={}&client_secret={}", machine.id, machine.secret);
            assert_eq!(refused(&anyone.form(&in_address, &[], &[("grant_type", "client_credentials")]).await, 400), "invalid_request");
            for body in [format!("{good}&{good}"), format!("token=a&{good}&token=b"), format!("x=1&x=2&{good}")] {
                assert_eq!(refused(&send(&[form], path, &body).await, 400), "invalid_request", "{path} {body}");
            }
            let large = format!("{good}&x={}", "x".repeat(262_144));
            assert_eq!(refused(&send(&[form], path, &large).await, 413), "payload_too_large");
            for method in [Method::GET, Method::PUT, Method::DELETE] {
                let answer = anyone.send(method, path, &[("authorization", &shown)], None).await;
                assert_eq!(refused(&answer, 405), "method_not_allowed");
                assert_eq!(answer.header("allow"), Some("OPTIONS, POST"));
            }
        }
        send(&[("content-type", "Application/X-WWW-Form-Urlencoded; Charset=UTF-8")], "/oauth/token", good).await.expect(200);
    }

    /// Words that no client of ours sends must not trip anything.
    async fn strange_bytes_are_refused(app: &App) {
        let anyone = app.anonymous();
        let form = ("content-type", "application/x-www-form-urlencoded");
        for body in [&b"\xff\xfe\x00"[..], b"%", b"%zz=%00", b"client_id=%00&client_secret=%ff", b"&&&=&=", b"grant_type"] {
            let answer = anyone.send(Method::POST, "/oauth/token", &[form], Some(body.to_vec())).await;
            assert!(matches!(answer.status, 400 | 401), "{body:?}: {}", answer.status);
        }
        for shown in ["Basic", "Basic ", "Basic !!!", "Basic YQ==", "Basic Og==", "Basic //8=", "Bearer x", "Negotiate", ""] {
            let answer = anyone.form("/oauth/token", &[("authorization", shown)], &[("grant_type", "client_credentials")]).await;
            assert_eq!(refused(&answer, 401), "invalid_client", "{shown}");
        }
    }
}
