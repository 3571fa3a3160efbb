use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use serde_json::json;

use super::{ask, basic, post, refused};
use crate::support::world::everything;
use crate::support::{Machine, on_both_databases};

on_both_databases! {
    /// Whoever guesses learns nothing: not whether there is such a client, nor whether the secret was good once.
    async fn all_who_do_not_get_in_get_the_same_answer(app: &App) {
        let admin = app.admin().await;
        let machine = app.machine("users:read").await;
        let [wrong, other, expired, disabled] = [
            Machine { secret: format!("{}x", &machine.secret[..46]), ..machine.clone() },
            Machine { secret: app.machine("users:read").await.secret, ..machine.clone() },
            app.machine("users:read").await,
            app.machine("users:read").await,
        ];
        let unknown = Machine { id: uuid::Uuid::now_v7().to_string(), ..machine.clone() };
        let no_id = Machine { id: "booking-tool".into(), ..machine.clone() };
        admin.patch(format!("/v1/clients/{}", disabled.id), json!({"status": "disabled"})).await.expect(200);
        let end = app.core.clock.now() + TimeDelta::hours(1);
        admin.patch(format!("/v1/clients/{}", expired.id), json!({"expires_at": end})).await.expect(200);
        ask(app, &expired, &[]).await.expect(200);
        app.core.clock.shift(TimeDelta::hours(2));
        let before = everything(app).await;
        let mut answers = Vec::new();
        for machine in [&wrong, &other, &expired, &disabled, &unknown, &no_id] {
            for path in ["/oauth/token", "/oauth/revoke", "/oauth/introspect"] {
                let form = [("grant_type", "client_credentials"), ("token", "x")];
                let answer = post(app, path, machine, &form).await;
                assert_eq!(refused(&answer, 401), "invalid_client");
                answers.push(answer.body);
                app.forgive().await;
                let form = [form[0], form[1], ("client_id", &machine.id), ("client_secret", &machine.secret)];
                let answer = app.anonymous().form(path, &[], &form).await;
                assert_eq!(refused(&answer, 401), "invalid_client");
                answers.push(answer.body);
                app.forgive().await;
            }
        }
        answers.dedup();
        assert_eq!(answers.len(), 1);
        assert_eq!(everything(app).await, before);
        ask(app, &machine, &[]).await.expect(200);
    }

    async fn no_part_of_a_secret_is_a_secret(app: &App) {
        let machine = app.machine("users:read").await;
        for length in 0..machine.secret.len() {
            let part = Machine { secret: machine.secret[..length].to_owned(), ..machine.clone() };
            assert_eq!(refused(&ask(app, &part, &[]).await, 401), "invalid_client", "{length}");
            app.forgive().await;
        }
        for secret in [
            format!("{} ", machine.secret), format!(" {}", machine.secret), format!("{}\0", machine.secret), machine.secret.to_uppercase(),
            format!("{0}{0}", machine.secret), "x".repeat(100_000),
        ] {
            let form = [("grant_type", "client_credentials"), ("client_id", machine.id.as_str()), ("client_secret", &secret)];
            assert_eq!(refused(&app.anonymous().form("/oauth/token", &[], &form).await, 401), "invalid_client");
            app.forgive().await;
        }
        ask(app, &machine, &[]).await.expect(200);
    }

    /// Whoever guesses is slowed down, and cannot shut the client out by it.
    async fn failures_are_slowed_down_and_hold_nobody_up(app: &App) {
        let machine = app.machine("users:read").await;
        let wrong = Machine { secret: "cps_guess".into(), ..machine.clone() };
        for _ in 0..5 {
            assert_eq!(refused(&ask(app, &wrong, &[]).await, 401), "invalid_client");
        }
        let answer = ask(app, &wrong, &[]).await;
        assert_eq!(refused(&answer, 429), "too_many_attempts");
        assert!(answer.header("retry-after").is_some());
        for path in ["/oauth/revoke", "/oauth/introspect"] {
            assert_eq!(post(app, path, &wrong, &[("token", "x")]).await.status, 429);
        }
        ask(app, &machine, &[]).await.expect(200);
        let other = app.machine("users:read").await;
        let wrong = Machine { secret: "cps_guess".into(), ..other };
        assert_eq!(refused(&ask(app, &wrong, &[]).await, 401), "invalid_client");
    }

    async fn id_and_secret_come_in_one_way(app: &App) {
        let machine = app.machine("users:read").await;
        let shown = basic(&machine);
        let header = [("authorization", shown.as_str())];
        let grant = ("grant_type", "client_credentials");
        let (id, secret) = (("client_id", machine.id.as_str()), ("client_secret", machine.secret.as_str()));
        let anyone = app.anonymous();
        for form in [&[grant, id, secret][..], &[grant, secret], &[grant, ("client_id", "somebody-else")]] {
            assert_eq!(refused(&anyone.form("/oauth/token", &header, form).await, 400), "invalid_request");
        }
        let other = basic(&app.machine("users:read").await);
        let twice = [("authorization", shown.as_str()), ("authorization", other.as_str())];
        let answer = anyone.form("/oauth/token", &twice, &[grant]).await;
        assert!(matches!(answer.status, 200 | 400), "{}", answer.status);
        // The id says nothing that the header does not say.
        anyone.form("/oauth/token", &header, &[grant, id]).await.expect(200);
        for form in [&[grant][..], &[grant, id], &[grant, secret]] {
            assert_eq!(refused(&anyone.form("/oauth/token", &[], form).await, 401), "invalid_client");
        }
    }

    /// RFC 6749 §2.3.1: form-urlencoded first, then base64.
    async fn the_header_is_decoded_twice(app: &App) {
        let machine = app.machine("users:read").await;
        let every_byte = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        let shown = format!("bAsIc {}", STANDARD.encode(format!("{}:{}", every_byte(&machine.id), every_byte(&machine.secret))));
        let grant = [("grant_type", "client_credentials")];
        app.anonymous().form("/oauth/token", &[("authorization", &shown)], &grant).await.expect(200);
    }
}
