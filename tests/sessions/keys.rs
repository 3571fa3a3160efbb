//! The keys that sign access tokens.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use entity::values::KeyState;
use sea_orm::EntityTrait as _;
use service::auth::signing_keys;

use super::{Tokens, login, part, refresh_by, renewed, rosa};
use crate::support::{App, Caller, on_both_databases};

async fn states(app: &App) -> Vec<KeyState> {
    let mut keys = entity::signing_keys::Entity::find()
        .all(app.core.db.read())
        .await
        .unwrap();
    keys.sort_by_key(|key| key.created_at);
    keys.iter().map(|key| key.state).collect()
}

fn kid(token: &str) -> String {
    part(token, 0)["kid"].as_str().unwrap().to_owned()
}

/// Another process on the same database.
async fn another(app: &App) -> service::Core {
    let mut config = app.config.clone();
    config.public_url = Some(format!("http://{}", app.addr));
    service::Core::open(config.options(app.addr)).await.unwrap()
}

on_both_databases! {
    async fn a_rotation_is_heard_of_without_a_failed_request(app: &App) {
        let id = rosa(app).await;
        let before = login(app).await;
        let (stop, failed) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let load = {
            let (stop, failed, addr) = (Arc::clone(&stop), Arc::clone(&failed), app.addr);
            let mut tokens = before.clone();
            let base = Tokens { access: before.access.clone(), refresh: String::new() };
            actix_web::rt::spawn(async move {
                let mut requests = 0_u32;
                while !stop.load(Ordering::Relaxed) {
                    for access in [&tokens.access, &base.access] {
                        let caller = Caller::new(addr, None, Some(access.clone()));
                        if caller.get("/v1/me").await.status != 200 {
                            failed.store(true, Ordering::Relaxed);
                        }
                    }
                    let answer = refresh_by(&Caller::new(addr, None, None), &tokens.refresh).await;
                    tokens = Tokens::of(&answer.expect(200));
                    requests += 3;
                }
                (requests, tokens)
            })
        };
        // Rotated by a process of its own, as the command line does.
        let other = another(app).await;
        for _ in 0..3 {
            signing_keys::rotate(&other).await.unwrap();
            // What the other process signs with its new key is good here at once, although nobody has told this one.
            let session = app.session(id).await;
            let fresh = other.tokens.issue_for_session(id, session, app.core.clock.now()).unwrap();
            tokio::time::sleep(Duration::from_millis(1100)).await;
            Caller::new(app.addr, None, Some(fresh.expose().to_owned())).get("/v1/me").await.expect(200);
        }
        stop.store(true, Ordering::Relaxed);
        let (requests, tokens) = load.await.unwrap();
        assert!(requests > 30, "{requests}");
        assert!(!failed.load(Ordering::Relaxed), "a request failed during a rotation");
        assert_ne!(kid(&tokens.access), kid(&before.access));
        assert_eq!(
            states(app).await,
            [KeyState::Previous, KeyState::Previous, KeyState::Previous, KeyState::Current, KeyState::Next]
        );
        other.close().await;
    }

    async fn an_old_key_is_kept_as_long_as_its_tokens_live(app: &App) {
        rosa(app).await;
        signing_keys::rotate(&app.core).await.unwrap();
        let published = || app.core.tokens.published_keys().len();
        assert_eq!(published(), 3);
        app.core.clock.shift(TimeDelta::minutes(11));
        signing_keys::reload(&app.core).await.unwrap();
        assert_eq!(published(), 3, "a token of ten minutes, and another process that hears of it later");
        app.core.clock.shift(TimeDelta::minutes(2));
        signing_keys::reload(&app.core).await.unwrap();
        assert_eq!(published(), 2);
        signing_keys::rotate(&app.core).await.unwrap();
        assert_eq!(states(app).await, [KeyState::Previous, KeyState::Current, KeyState::Next]);
    }

    async fn a_compromised_key_ends_its_tokens_and_no_session(app: &App) {
        rosa(app).await;
        let tokens = login(app).await;
        assert!(tokens.opens(app).await);
        signing_keys::replace_all(&app.core.db, &app.core.clock, &app.core.sealer, &app.core.audit).await.unwrap();
        signing_keys::reload(&app.core).await.unwrap();
        assert!(!tokens.opens(app).await, "although its signature was remembered");
        assert!(renewed(app, &tokens).await.opens(app).await);
    }

    async fn the_database_holds_no_private_key(app: &App) {
        let keys = entity::signing_keys::Entity::find().all(app.core.db.read()).await.unwrap();
        assert_eq!(keys.len(), 2);
        for key in keys {
            use base64::Engine as _;
            let sealed = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(key.private_key.expose()).unwrap();
            // The PKCS #8 frame of an Ed25519 key (RFC 8410 §7).
            assert!(!sealed.windows(5).any(|it| it == [0x06, 0x03, 0x2B, 0x65, 0x70]));
            // It opens in its own row alone.
            let place = |kid: &str| format!("signing_keys/private_key/{kid}");
            assert!(app.core.sealer.open(&place(&key.kid), &key.private_key).is_ok());
            assert!(app.core.sealer.open(&place("another"), &key.private_key).is_err());
        }
    }

    /// Strangers can name any key; each unknown one must not cost a look into the database.
    async fn unknown_keys_are_looked_up_once_a_second_at_the_most(app: &App) {
        rosa(app).await;
        let good = login(app).await.access;
        let unknown = {
            use base64::Engine as _;
            let header = serde_json::json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "unknown"}).to_string();
            let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(header);
            format!("{header}.{}", good.split_once('.').unwrap().1)
        };
        let caller = Caller::new(app.addr, None, Some(unknown));
        let statements = app.statements(async {
            for _ in 0..50 {
                assert_eq!(caller.get("/v1/me").await.problem(401), "invalid_token");
            }
        });
        let statements = statements.await;
        assert!(statements <= 10, "{statements}");
    }
}
