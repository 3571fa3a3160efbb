use std::time::Duration;

use actix_web::http::Method;

use super::unharmed;
use crate::support::document::operations;
use crate::support::raw::raw;
use crate::support::world::{Belongings, Canaries};
use crate::support::{Caller, on_both_databases};

/// In what the answer to HEAD differs from the one to GET.
async fn differences(caller: &Caller, path: &str) -> Vec<String> {
    let get = caller.get(path).await;
    let head = caller.send(Method::HEAD, path, &[], None).await;
    let mut differ = Vec::new();
    if head.status != get.status {
        differ.push("status".to_owned());
    }
    if !head.body.is_empty() {
        differ.push("body".to_owned());
    }
    for (name, value) in &get.headers {
        let changes = ["date", "x-request-id", "content-length", "export-as-of"].contains(&name.as_str());
        if !changes && head.headers.get(name) != Some(value) {
            differ.push(name.to_string());
        }
    }
    // A copy of what is kept notes that it was taken: the next one is longer. The id in a problem has the same length as any
    // other.
    let length = head
        .header("content-length")
        .filter(|_| !path.ends_with("/export"));
    if length.is_some_and(|length| length != get.body.len().to_string()) {
        differ.push("content-length".to_owned());
    }
    differ
}

on_both_databases! {
    /// As documented: a parameter that breaks a rule is 400; what is no address at all is 404.
    async fn ids_that_are_none_are_400_or_404(app: &App) {
        let admin = app.admin().await;
        unharmed(app, async || {
            let ids = [
                "1", "me", "null", "undefined", "-1", "01920000-0000-7000-8000-00000000000", "01920000-0000-7000-8000-0000000000030",
                "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz", "%00", "01920000-0000-7000-8000-00000000%000", "%ff%fe", "%c0%af",
                "..%2f..%2fetc%2fpasswd", "%2e%2e", "'%20OR%201=1--", "%7Bid%7D", "{id}", "%F0%9F%9B%82", "*", "%25", ";a=b", "a%0d%0aX:%20y",
            ];
            for operation in operations().iter().filter(|operation| operation.path.contains('{')) {
                for id in ids {
                    let path = operation.path.replace("{id}", id).replace("{user_id}", id);
                    let headers = [("content-type", "application/json")];
                    let body = operation.body().map(|_| b"{}".to_vec());
                    let answer = admin.send(operation.method.clone(), &path, &headers, body).await;
                    let code = answer.problem(answer.status);
                    assert!(
                        matches!((answer.status, code.as_str()), (400, "invalid_parameter") | (404, "not_found")),
                        "{} {path}: {} {code}", operation.method, answer.status
                    );
                    assert!(!String::from_utf8_lossy(&answer.body).contains("passwd"), "repeats what was sent");
                }
            }
            let wrong = admin.get("/v1/users/not-an-id").await;
            assert_eq!(wrong.errors(400), [("id".to_owned(), "invalid_format".to_owned())]);
        })
        .await;
    }

    async fn ids_are_read_in_one_form(app: &App) {
        let admin = app.admin().await;
        let id = admin.id().to_string();
        admin.get(format!("/v1/users/{}", id.to_uppercase())).await.expect(200);
        for form in [id.replace('-', ""), format!("%7B{id}%7D"), format!("urn:uuid:{id}"), format!("{id}%20"), format!("%20{id}")] {
            assert_eq!(admin.get(format!("/v1/users/{form}")).await.problem(400), "invalid_parameter", "{form}");
        }
    }

    async fn unknown_addresses_are_404(app: &App) {
        let admin = app.admin().await;
        unharmed(app, async || {
            for path in [
                "/v1", "/v1/", "/v2/users", "/v1/user", "/v1/users/", "/v1//users", "/V1/users", "/v1/users/../../etc/passwd",
                "/v1/users/%2e%2e/%2e%2e/etc/passwd", "/docs/../Cargo.toml", "/docs/%2e%2e/Cargo.toml", "/docs/..%2f..%2fCargo.toml",
                "/docs/nothing.js", "/health", "/openapi.yaml", "/.env", "/.git/config", "/metrics", "/favicon.ico", "/v1/users/1/2/3/4",
                "/%00", "/%ff", "/v1/users%2f", "/v1/users;a=b", "/v1/users%3Flimit=1",
            ] {
                for method in [Method::GET, Method::POST, Method::DELETE, Method::OPTIONS] {
                    let answer = admin.send(method.clone(), path, &[], None).await;
                    // Files are there for GET, whatever their name.
                    let is_file = path.starts_with("/docs/") && method != Method::GET;
                    let status = if !is_file { 404 } else if method == Method::OPTIONS { 204 } else { 405 };
                    assert!([status, 404].contains(&answer.status), "{method} {path}: {}", answer.status);
                    if answer.status != 204 {
                        answer.problem(answer.status);
                    }
                }
            }
        })
        .await;
    }

    async fn wrong_methods_are_405_with_allow_on_every_path(app: &App) {
        let admin = app.admin().await;
        let (belongings, _) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        unharmed(app, async || {
            let operations = operations();
            for operation in &operations {
                let url = belongings.url(operation);
                let mut known: Vec<&str> = operations
                    .iter()
                    .filter(|other| other.path == operation.path)
                    .map(|other| other.method.as_str())
                    .collect();
                if known.contains(&"GET") {
                    known.push("HEAD");
                }
                known.push("OPTIONS");
                known.sort_unstable();
                let allow = known.join(", ");
                for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "QUERY", "get"] {
                    if known.contains(&method) {
                        continue;
                    }
                    let answer = admin.send(method.parse().unwrap(), &url, &[], None).await;
                    assert_eq!(answer.status, 405, "{method} {url}");
                    if url.starts_with("/oauth/") && method != "HEAD" {
                        assert_eq!(answer.json()["error"], "method_not_allowed", "{method} {url}");
                    } else if method != "HEAD" {
                        assert_eq!(answer.problem(405), "method_not_allowed", "{method} {url}");
                    }
                    assert_eq!(answer.header("allow"), Some(allow.as_str()), "{method} {url}");
                }
                let options = admin.send(Method::OPTIONS, &url, &[], None).await;
                assert_eq!((options.status, options.body.len()), (204, 0), "{url}");
                assert_eq!(options.header("allow"), Some(allow.as_str()), "{url}");
            }
        })
        .await;
    }

    async fn head_is_get_without_the_body(app: &App) {
        let admin = app.admin().await;
        let (belongings, _) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        let mut paths: Vec<_> = operations()
            .iter()
            .filter(|operation| operation.method == Method::GET)
            .map(|operation| belongings.url(operation))
            .collect();
        paths.extend(["/openapi.json", "/openapi-3.0.json", "/docs/", "/docs", "/v1/users/1", "/nowhere"].map(str::to_owned));
        for path in paths {
            // Between the two an event may get its place, or a message be sent.
            let mut differ = differences(&admin, &path).await;
            for _ in 0..10 {
                if differ.is_empty() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(300)).await;
                differ = differences(&admin, &path).await;
            }
            assert_eq!(differ, Vec::<String>::new(), "{path}");
        }
    }

    async fn long_addresses_are_414_and_large_heads_431(app: &App) {
        let admin = app.admin().await;
        unharmed(app, async || {
            let long = "a".repeat(9_000);
            for path in [format!("/{long}"), format!("/v1/users/{long}"), format!("/v1/users?q={long}"), format!("/docs/{long}")] {
                assert_eq!(admin.get(path).await.problem(414), "uri_too_long");
            }
            let most = "a".repeat(7_000);
            assert_eq!(admin.get(format!("/v1/users/{most}")).await.problem(400), "invalid_parameter");
            assert_eq!(admin.get(format!("/v1/users?cursor={most}")).await.problem(400), "invalid_parameter");
            let value = "v".repeat(8_000);
            let headers: Vec<_> = ["x-a", "x-b", "x-c", "x-d", "x-e"].into_iter().map(|name| (name, value.as_str())).collect();
            assert_eq!(admin.get_with("/v1/me", &headers).await.problem(431), "headers_too_large");
            admin.get_with("/v1/me", &headers[..2]).await.expect(200);
        })
        .await;
    }

    /// More fields, or longer ones, than the parser takes: whatever it says, it is no 5xx and no crash.
    async fn header_bombs_end_in_431_or_400(app: &App) {
        unharmed(app, async || {
            let many: String = (0..5_000).map(|number| format!("X-{number}: a\r\n")).collect();
            let some: String = (0..120).map(|number| format!("X-{number}: a\r\n")).collect();
            let long = format!("X-A: {}\r\n", "a".repeat(500_000));
            let cookies = "Cookie: a=b\r\n".repeat(80);
            for fields in [many, some, long] {
                let request = format!("GET /v1/me HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{fields}\r\n");
                let answer = raw(app.addr, request.as_bytes(), Duration::from_secs(3)).await;
                assert!(matches!(answer.status, None | Some(400 | 431)), "{answer:?}");
            }
            let request = format!("GET /v1/me HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{cookies}\r\n");
            assert_eq!(raw(app.addr, request.as_bytes(), Duration::from_secs(3)).await.status, Some(401));
        })
        .await;
    }

    async fn query_garbage_is_400(app: &App) {
        let admin = app.admin().await;
        unharmed(app, async || {
            for path in ["/v1/users", "/v1/passports", "/v1/loyalties", "/v1/groups", "/v1/loyalty-programs", "/v1/me"] {
                for query in [
                    "a[b]=1&%ff", "%00=1", "limit=%00", "limit=1e3", "limit=0x10", "limit=+5", "limit=1&limit=1", "limit[]=5", "limit=", "limit",
                    "cursor=%ff", "cursor=..%2f", "cursor=AAAA", "=", "=1", "%", "%zz=1", "access_token=x", "limit=99999999999999999999999",
                    "limit=-1", "limit=0", "limit=201", "sort=id", "offset=5",
                ] {
                    let answer = admin.get(format!("{path}?{query}")).await;
                    assert_eq!(answer.problem(400), "invalid_parameter", "{path}?{query}");
                    assert!(!answer.errors(400).is_empty());
                }
                let many: Vec<_> = (0..1_000).map(|number| format!("p{number}=1")).collect();
                let answer = admin.get(format!("{path}?{}", &many.join("&")[..6_500])).await;
                assert_eq!(answer.problem(400), "invalid_parameter", "{path}");
            }
        })
        .await;
    }

    /// A cursor belongs to its list, its filters and whom it was given to.
    async fn cursors_work_nowhere_else(app: &App) {
        let (admin, agent) = (app.admin().await, app.agent().await);
        for _ in 0..3 {
            app.profile("Somebody").await;
        }
        let first = admin.get("/v1/users?limit=1").await.expect(200);
        let cursor = first["next_cursor"].as_str().unwrap().to_owned();
        admin.get(format!("/v1/users?limit=2&cursor={cursor}")).await.expect(200);
        unharmed(app, async || {
            let is_refused = |answer: crate::support::Answer| {
                assert_eq!(answer.errors(400), [("cursor".to_owned(), "invalid_cursor".to_owned())]);
            };
            is_refused(agent.get(format!("/v1/users?cursor={cursor}")).await);
            is_refused(admin.get(format!("/v1/users?role=customer&cursor={cursor}")).await);
            is_refused(admin.get(format!("/v1/passports?cursor={cursor}")).await);
            for index in 0..cursor.len() {
                let mut forged = cursor.clone().into_bytes();
                forged[index] = if forged[index] == b'A' { b'B' } else { b'A' };
                let forged = String::from_utf8(forged).unwrap();
                is_refused(admin.get(format!("/v1/users?cursor={forged}")).await);
                if index > 0 {
                    is_refused(admin.get(format!("/v1/users?cursor={}", &cursor[..index])).await);
                }
            }
            is_refused(admin.get(format!("/v1/users?cursor={cursor}=")).await);
            is_refused(admin.get(format!("/v1/users?cursor={cursor}AA")).await);
        })
        .await;
    }
}
