//! Pages of other origins: none may call the API but those that the agency names.

use actix_web::http::Method;

use crate::support::on_both_databases;

const DESK: &str = "https://desk.agency.example";

const PREFLIGHT: [(&str, &str); 2] = [
    ("access-control-request-method", "PATCH"),
    (
        "access-control-request-headers",
        "authorization, content-type, if-match, idempotency-key",
    ),
];

on_both_databases! {
    async fn an_origin_that_is_named_may_call(app: &App) with |config| config.cors_origins = vec![DESK.into()] => {
        let anyone = app.anonymous();
        let headers = [&[("origin", DESK)][..], &PREFLIGHT].concat();
        let asked = anyone.send(Method::OPTIONS, "/v1/me", &headers, None).await;
        assert!(matches!(asked.status, 200 | 204), "{}", asked.status);
        assert_eq!(asked.header("access-control-allow-origin"), Some(DESK));
        assert!(asked.header("access-control-allow-methods").unwrap().contains("PATCH"));
        let allowed = asked.header("access-control-allow-headers").unwrap().to_lowercase();
        for name in ["authorization", "content-type", "if-match", "if-none-match", "idempotency-key"] {
            assert!(allowed.contains(name), "{name} in {allowed}");
        }
        assert!(asked.header("access-control-allow-credentials").is_none(), "no cookie travels along");
        let customer = app.customer("Cora").await;
        let answer = customer.get_with("/v1/me", &[("origin", DESK)]).await;
        answer.expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), Some(DESK));
        assert!(answer.header("vary").unwrap().to_lowercase().contains("origin"));
        let exposed = answer.header("access-control-expose-headers").unwrap().to_lowercase();
        for name in ["etag", "link", "location", "retry-after", "ratelimit", "x-request-id"] {
            assert!(exposed.contains(name), "{name} in {exposed}");
        }
        // A failure can be read, too.
        let failure = anyone.get_with("/v1/me", &[("origin", DESK)]).await;
        assert_eq!((failure.problem(401).as_str(), failure.header("access-control-allow-origin")), ("unauthenticated", Some(DESK)));
    }

    async fn nobody_else_may(app: &App) with |config| config.cors_origins = vec![DESK.into()] => {
        let customer = app.customer("Cora").await;
        for origin in ["https://evil.example", "https://desk.agency.example.evil.example", "http://desk.agency.example",
            "https://desk.agency.example:8443", "null"]
        {
            let headers = [&[("origin", origin)][..], &PREFLIGHT].concat();
            let asked = customer.send(Method::OPTIONS, "/v1/me", &headers, None).await;
            assert!(asked.header("access-control-allow-origin").is_none(), "{origin}");
            let answer = customer.get_with("/v1/me", &[("origin", origin)]).await;
            assert!(answer.header("access-control-allow-origin").is_none(), "{origin}");
        }
        // OPTIONS that is no question of a browser is answered as always.
        let options = customer.send(Method::OPTIONS, "/v1/me", &[], None).await;
        assert_eq!((options.status, options.header("allow").is_some()), (204, true));
    }

    async fn by_default_nobody_may(app: &App) {
        let headers = [&[("origin", DESK)][..], &PREFLIGHT].concat();
        let asked = app.anonymous().send(Method::OPTIONS, "/v1/me", &headers, None).await;
        assert_eq!((asked.status, asked.header("access-control-allow-origin")), (204, None));
    }
}
