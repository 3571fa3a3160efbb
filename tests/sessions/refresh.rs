//! What a session hands out, and for how long.

use chrono::TimeDelta;
use sea_orm::EntityTrait as _;
use serde_json::json;

use super::{Tokens, login, part, refresh, refused, renewed, rosa};
use crate::support::{json_object, on_both_databases};

on_both_databases! {
    async fn an_access_token_names_its_session_and_holds_nothing_personal(app: &App) {
        let id = rosa(app).await;
        let tokens = login(app).await;
        let claims = tokens.claims();
        let mut names: Vec<_> = json_object(&claims).keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["aud", "exp", "iat", "iss", "jti", "nbf", "sid", "sub"]);
        assert_eq!(claims["sub"], json!(id));
        assert_eq!(claims["iss"], format!("http://{}", app.addr));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
        let header = part(&tokens.access, 0);
        assert_eq!((header["typ"].as_str(), header["alg"].as_str()), (Some("at+jwt"), Some("EdDSA")));
        let sessions = tokens.caller(app).get("/v1/auth/sessions").await.expect(200);
        assert_eq!(sessions["data"][0]["id"], claims["sid"]);
    }

    async fn refreshing_answers_the_same_shape_and_carries_the_session_on(app: &App) {
        let id = rosa(app).await;
        let first = login(app).await;
        let answer = refresh(app, &first.refresh).await;
        let body = answer.expect(200);
        let mut names: Vec<_> = json_object(&body).keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            ["access_token", "expires_in", "refresh_expires_in", "refresh_token", "token_type", "user_id"]
        );
        assert_eq!(body["user_id"], json!(id));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let second = Tokens::of(&body);
        assert_ne!(first.refresh, second.refresh);
        assert_eq!(first.claims()["sid"], second.claims()["sid"]);
        assert_ne!(first.claims()["jti"], second.claims()["jti"]);
        // The access token before is good until it expires; only the refresh token is used up.
        assert!(first.opens(app).await && second.opens(app).await);
    }

    async fn a_session_that_is_not_used_is_over(app: &App) {
        rosa(app).await;
        let tokens = renewed(app, &login(app).await).await;
        app.core.clock.shift(TimeDelta::days(14) + TimeDelta::seconds(1));
        refused(&refresh(app, &tokens.refresh).await);
    }

    async fn a_session_that_is_used_ends_after_ninety_days_all_the_same(app: &App) {
        rosa(app).await;
        let mut tokens = login(app).await;
        for _ in 0..8 {
            app.core.clock.shift(TimeDelta::days(11));
            tokens = renewed(app, &tokens).await;
        }
        let last = refresh(app, &tokens.refresh).await.expect(200);
        let left = last["refresh_expires_in"].as_i64().unwrap();
        assert!((172_700..=172_800).contains(&left), "two days are left, not {left} s");
        app.core.clock.shift(TimeDelta::days(2));
        refused(&refresh(app, &Tokens::of(&last).refresh).await);
        assert!(!Tokens::of(&last).opens(app).await);
    }

    async fn what_is_no_refresh_token_is_refused(app: &App) {
        rosa(app).await;
        let tokens = login(app).await;
        for end in 0..tokens.refresh.len() {
            refused(&refresh(app, &tokens.refresh[..end]).await);
        }
        refused(&refresh(app, &format!("{}=", tokens.refresh)).await);
        refused(&refresh(app, "cpr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await);
        refresh(app, &tokens.access).await.refuses("/refresh_token", "too_long");
        app.anonymous().post("/v1/auth/refresh", json!({})).await.refuses("/refresh_token", "required");
        // None of it has hurt the session, and a refresh token opens nothing by itself.
        let as_access = Tokens { access: tokens.refresh.clone(), refresh: String::new() };
        assert!(!as_access.opens(app).await);
        renewed(app, &tokens).await;
    }

    async fn the_database_holds_no_token(app: &App) {
        rosa(app).await;
        let tokens = login(app).await;
        let next = renewed(app, &tokens).await;
        let rows = entity::refresh_tokens::Entity::find().all(app.core.db.read()).await.unwrap();
        assert_eq!(rows.len(), 2);
        for row in rows {
            for token in [&tokens.refresh, &next.refresh] {
                let random = token.strip_prefix("cpr_").unwrap();
                assert!(!row.token_hash.expose().contains(random));
            }
            assert_eq!(row.token_hash.expose().len(), 43, "SHA-256, base64url");
        }
    }

    async fn signing_out_ends_the_session_of_either_token(app: &App) {
        rosa(app).await;
        let anyone = app.anonymous();
        // By access token, without a body.
        let (here, elsewhere) = (login(app).await, login(app).await);
        here.caller(app).send(actix_web::http::Method::POST, "/v1/auth/logout", &[], None).await.expect(204);
        assert!(!here.opens(app).await);
        refused(&refresh(app, &here.refresh).await);
        assert!(elsewhere.opens(app).await);
        // By refresh token, when the access token has expired.
        app.core.clock.shift(TimeDelta::minutes(20));
        let expired = elsewhere.caller(app);
        expired.post("/v1/auth/logout", json!({"refresh_token": elsewhere.refresh})).await.expect(204);
        refused(&refresh(app, &elsewhere.refresh).await);
        // Again, and with what was never handed out: nothing is left to end.
        anyone.post("/v1/auth/logout", json!({"refresh_token": elsewhere.refresh})).await.expect(204);
        anyone.post("/v1/auth/logout", json!({"refresh_token": "cpr_unknown"})).await.expect(204);
        assert_eq!(anyone.post("/v1/auth/logout", json!({})).await.problem(401), "unauthenticated");
    }

    /// Somebody else's refresh token beside one's own access token ends the session that was named, not one's own.
    async fn a_refresh_token_in_the_body_is_what_counts(app: &App) {
        rosa(app).await;
        let (here, there) = (login(app).await, login(app).await);
        here.caller(app).post("/v1/auth/logout", json!({"refresh_token": there.refresh})).await.expect(204);
        assert!(here.opens(app).await && !there.opens(app).await);
    }
}
