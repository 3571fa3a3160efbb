//! How many requests one caller may send within a minute.

use crate::support::{Answer, on_both_databases};

/// `r` and `t` of `RateLimit`.
#[track_caller]
fn left(answer: &Answer) -> (u64, u64) {
    let text = answer.header("ratelimit").expect("RateLimit");
    let numbers = text.strip_prefix("\"default\";r=").expect(text);
    let (remaining, reset) = numbers.split_once(";t=").expect(text);
    (remaining.parse().unwrap(), reset.parse().unwrap())
}

on_both_databases! {
    async fn a_caller_is_told_what_is_left_and_refused_what_is_too_much(app: &App) with |config| config.requests_per_minute = 20 => {
        let customer = app.customer("Rita").await;
        let mut last = 20;
        // Three seconds pay one request back, and the test may be slow.
        let refused = loop {
            let answer = customer.get("/v1/me").await;
            assert_eq!(answer.header("ratelimit-policy"), Some("\"default\";q=20;w=60"));
            let (r, t) = left(&answer);
            assert!(r <= last && t <= 60, "{last}: {r} {t}");
            if answer.status != 200 {
                break answer;
            }
            last = r + 1;
        };
        assert_eq!(refused.problem(429), "too_many_requests");
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=3).contains(&wait), "{wait}");
        assert_eq!(left(&refused).0, 0);
        tokio::time::sleep(std::time::Duration::from_secs(wait)).await;
        customer.get("/v1/me").await.expect(200);
    }

    async fn each_caller_has_an_own_budget_wherever_it_asks_from(app: &App) with |config| config.requests_per_minute = 5 => {
        let (one, other) = (app.customer("Rita").await, app.customer("Rosa").await);
        let client = app.client("users:read").await;
        for _ in 0..8 {
            one.get("/v1/me").await;
        }
        assert_eq!(one.get("/v1/me").await.status, 429);
        // All of them come from one address.
        other.get("/v1/me").await.expect(200);
        client.get("/v1/users").await.expect(200);
        let again = app.caller(one.id()).await;
        assert_eq!(again.get("/v1/me").await.status, 429, "another session is the same person");
        // Tokens that prove nothing are counted by network, and take nothing from anybody who is known.
        let stranger = crate::support::Caller::new(app.addr, None, Some("nonsense".into()));
        for _ in 0..8 {
            stranger.get("/v1/me").await;
        }
        assert_eq!(stranger.get("/v1/me").await.problem(429), "too_many_requests");
        assert_eq!(app.anonymous().get("/v1/loyalty-programs").await.status, 429);
        client.get("/v1/users").await.expect(200);
    }

    async fn health_document_and_pages_are_free(app: &App) with |config| config.requests_per_minute = 2 => {
        let anyone = app.anonymous();
        for _ in 0..5 {
            for path in ["/health/live", "/health/ready", "/openapi.json", "/", "/docs/", "/problems/not_found"] {
                let answer = anyone.get(path).await;
                assert_eq!((answer.status, answer.header("ratelimit")), (200, None), "{path}");
            }
        }
    }

    async fn without_a_limit_nothing_is_counted(app: &App) with |config| config.requests_per_minute = 0 => {
        let answer = app.anonymous().get("/v1/loyalty-programs").await;
        assert_eq!((answer.status, answer.header("ratelimit"), answer.header("ratelimit-policy")), (200, None, None));
    }
}
