use actix_web::http::Method;

use crate::support::document::operations;
use crate::support::on_both_databases;
use crate::support::world::{Belongings, Canaries};

on_both_databases! {
    async fn every_answer_names_its_request(app: &App) {
        let anyone = app.anonymous();
        let mut seen = std::collections::BTreeSet::new();
        for path in ["/v1/me", "/v1/loyalty-programs", "/health/live", "/nowhere", "/openapi.json", "/docs/", "/docs", "/v1/users/%00"] {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::POST] {
                let answer = anyone.send(method.clone(), path, &[], None).await;
                let id = answer.header("x-request-id").unwrap_or_else(|| panic!("{method} {path}"));
                assert_eq!(uuid::Uuid::parse_str(id).unwrap().get_version_num(), 7, "{method} {path}");
                assert!(seen.insert(id.to_owned()), "{id} twice");
            }
        }
    }

    async fn a_safe_request_id_is_kept_and_any_other_replaced(app: &App) {
        let anyone = app.anonymous();
        for safe in ["a", "booking-7.A_b", &"x".repeat(64)] {
            for path in ["/health/live", "/nowhere"] {
                let answer = anyone.get_with(path, &[("x-request-id", safe)]).await;
                assert_eq!(answer.header("x-request-id"), Some(safe));
                if answer.status == 404 {
                    assert_eq!(answer.json()["request_id"], safe);
                }
            }
        }
        for unsafe_id in ["", "a b", "a\tb", "<script>", "a\"b", "%0a", "a;b", "{}", &"x".repeat(65)] {
            let answer = anyone.get_with("/nowhere", &[("x-request-id", unsafe_id)]).await;
            let id = answer.header("x-request-id").unwrap();
            assert!(id != unsafe_id && uuid::Uuid::parse_str(id).is_ok(), "{unsafe_id:?}: {id}");
            assert_eq!(answer.json()["request_id"], id);
        }
    }

    /// Nothing personal stays in a cache, be it a browser's or a proxy's; that goes for failures, too.
    async fn nothing_of_the_api_is_stored(app: &App) {
        let admin = app.admin().await;
        let (belongings, customer) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        let known = customer.get("/v1/me").await.etag();
        let fresh = customer.get_with("/v1/me", &[("if-none-match", &known)]).await;
        assert_eq!((fresh.status, fresh.header("cache-control")), (304, Some("no-store")));
        let options = customer.send(Method::OPTIONS, "/v1/me", &[], None).await;
        assert_eq!(options.header("cache-control"), Some("no-store"));
        let mut all = operations();
        all.sort_by_key(|operation| operation.method == Method::DELETE);
        // Lists of codes are the same for everybody, and personal to nobody.
        all.retain(|operation| !operation.path.starts_with("/v1/reference/"));
        for operation in all {
            for caller in [&app.anonymous(), &customer, &admin] {
                let answer = belongings.send(caller, &operation).await;
                // What anybody may know, and everybody asks for.
                let is_published = operation.path.starts_with("/.well-known/");
                let expected = if is_published { "public, max-age=300" } else { "no-store" };
                assert_eq!(answer.header("cache-control"), Some(expected), "{} {}", operation.name(), answer.status);
            }
        }
    }

    async fn every_answer_tells_browsers_to_be_careful(app: &App) {
        let anyone = app.anonymous();
        for path in ["/v1/me", "/v1/loyalty-programs", "/health/ready", "/nowhere", "/openapi.json", "/docs/", "/docs", "/docs/nothing"] {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::DELETE] {
                let answer = anyone.send(method.clone(), path, &[], None).await;
                for (name, value) in [
                    ("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("referrer-policy", "no-referrer"),
                ] {
                    assert_eq!(answer.header(name), Some(value), "{method} {path}");
                }
                let policy = answer.header("content-security-policy").unwrap();
                assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
                assert!(!policy.contains("unsafe-eval") && !policy.contains('*'), "{policy}");
                // What runs and in which version is nobody's business.
                assert!(answer.header("server").is_none() && answer.header("x-powered-by").is_none());
                // Other sites' scripts have no business here: no CORS is offered.
                assert!(answer.header("access-control-allow-origin").is_none());
            }
        }
    }

    /// Whatever a client accepts, it gets JSON: there is nothing else to choose from.
    async fn every_accept_gets_json(app: &App) {
        let customer = app.customer("Carl").await;
        for accept in ["*/*", "application/*", "application/json", "text/html", "application/xml;q=0.9", "nonsense", ""] {
            let answer = customer.get_with("/v1/me", &[("accept", accept)]).await;
            answer.expect(200);
            assert_eq!(answer.header("content-type"), Some("application/json"), "{accept}");
        }
    }

    async fn no_content_has_no_type(app: &App) {
        let admin = app.admin().await;
        let user = app.profile("Gone").await;
        let answer = admin.delete(format!("/v1/users/{user}")).await;
        answer.expect(204);
        assert_eq!((answer.header("content-type"), answer.body.len()), (None, 0));
    }

    async fn tokens_in_the_address_are_refused(app: &App) {
        let customer = app.customer("Carl").await;
        let token = customer.token.clone().unwrap();
        for path in ["/v1/me", "/v1/passports", "/v1/loyalty-programs"] {
            let answer = app.anonymous().get(format!("{path}?access_token={token}")).await;
            assert!(matches!(answer.status, 400 | 401), "{path}: {}", answer.status);
            assert!(!String::from_utf8_lossy(&answer.body).contains(&token));
        }
    }
}
