//! The manners of the server as a client on the wire sees them.

use std::path::PathBuf;

use serde_json::Value;
use service::input::Secret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

struct Running {
    addr: SocketAddr,
    handle: ServerHandle,
    folder: PathBuf,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name}: ")))
    }

    fn problem(&self) -> Value {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{}",
            self.head
        );
        let problem: Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(problem["status"], self.status);
        assert_eq!(problem["request_id"].as_str(), self.header("x-request-id"));
        problem
    }
}

impl Running {
    async fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("customer-profile-test-{}", uuid::Uuid::now_v7()));
        let config = Config {
            database_url: Secret::new(format!("sqlite://{}/test.db", folder.display())),
            database_read_url: None,
            data_dir: folder.clone(),
            listen_addr: "127.0.0.1:0".to_owned(),
            metrics_addr: None,
            public_url: None,
            admin_email: "admin@agency.example".to_owned(),
            admin_password: Some(Secret::new("utopia-sunrise-42".to_owned())),
            master_key: None,
            keyring: None,
            smtp_url: None,
            mail_from: None,
            registration: service::core::Registration::Open,
            access_token_ttl: Duration::from_hours(1),
            refresh_token_ttl: Duration::from_hours(1),
            session_ttl: Duration::from_hours(1),
            second_factor: service::core::SecondFactor::Optional,
            failed_sign_ins_per_address: 60,
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            reveals_per_hour: 100,
            requests_per_minute: 6000,
            alert_days: service::alerts::Thresholds::default(),
            idempotency_ttl: Duration::from_hours(24),
            export_timeout: Duration::from_mins(15),
            exports_at_once: 2,
            max_group_members: 9,
            allow_specimen: true,
            events_max_wait: Duration::from_secs(30),
            webhooks_to_loopback: false,
            retention: service::privacy::retention::Retention::default(),
            workers: 1,
            hash_threads: 1,
            read_connections: 1,
            write_connections: 1,
            max_body_bytes: 1024,
            max_import_bytes: 1024,
        };
        let application = Application::build(&config).await.unwrap();
        let (addr, handle) = (application.addr(), application.handle());
        actix_web::rt::spawn(application.run());
        Self { addr, handle, folder }
    }

    async fn send(&self, request: &str, headers: &str, body: &str) -> Answer {
        let text = format!(
            "{request} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(self.addr).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    async fn stop(self) {
        self.handle.stop(true).await;
        std::fs::remove_dir_all(self.folder).unwrap();
    }
}

const JSON: &str = "Content-Type: application/json\r\n";
const LOGIN: &str = r#"{"email":"admin@agency.example","password":"utopia-sunrise-42"}"#;

#[actix_web::test]
async fn every_failure_is_a_problem() {
    let server = Running::start().await;
    let long = "a".repeat(9000);
    let large = format!("X-A: {long}\r\nX-B: {long}\r\nX-C: {long}\r\nX-D: {long}\r\n");
    let cases = [
        ("GET /nowhere", "", "", 404, "not_found"),
        ("GET /docs/nowhere.js", "", "", 404, "not_found"),
        ("GET /v1/auth/login", "", "", 405, "method_not_allowed"),
        ("TRACE /health/live", "", "", 405, "method_not_allowed"),
        (
            "POST /v1/auth/login?access_token=x",
            JSON,
            LOGIN,
            400,
            "invalid_parameter",
        ),
        ("POST /v1/auth/login", JSON, "{", 400, "malformed_json"),
        ("POST /v1/auth/login", JSON, "{}", 422, "invalid_fields"),
        ("POST /v1/auth/login", "", LOGIN, 415, "unsupported_media_type"),
        (
            "POST /v1/auth/login",
            JSON,
            &" ".repeat(1025),
            413,
            "payload_too_large",
        ),
        (&format!("GET /{long}"), "", "", 414, "uri_too_long"),
        ("GET /health/live", &large, "", 431, "headers_too_large"),
    ];
    for (request, headers, body, status, code) in cases {
        let answer = server.send(request, headers, body).await;
        assert_eq!(answer.status, status, "{request:.60}");
        assert_eq!(answer.problem()["code"], code, "{request:.60}");
    }
    server.stop().await;
}

#[actix_web::test]
async fn methods_follow_from_the_document() {
    let server = Running::start().await;
    let options = server.send("OPTIONS /v1/auth/login", "", "").await;
    assert_eq!(
        (options.status, options.header("allow")),
        (204, Some("OPTIONS, POST"))
    );
    let wrong = server.send("DELETE /health/live", "", "").await;
    assert_eq!(
        (wrong.status, wrong.header("allow")),
        (405, Some("GET, HEAD, OPTIONS"))
    );
    assert_eq!(server.send("OPTIONS /nowhere", "", "").await.status, 404);
    let (get, head) = (
        server.send("GET /openapi.json", "", "").await,
        server.send("HEAD /openapi.json", "", "").await,
    );
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), get.header("content-length"));
    assert_eq!(head.header("etag"), get.header("etag"));
    server.stop().await;
}

#[actix_web::test]
async fn the_document_is_sent_once() {
    let server = Running::start().await;
    let first = server.send("GET /openapi-3.0.json", "", "").await;
    let known = format!("If-None-Match: W/{}\r\n", first.header("etag").unwrap());
    let again = server.send("GET /openapi-3.0.json", &known, "").await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    assert_eq!(again.header("etag"), first.header("etag"));
    server.stop().await;
}

#[actix_web::test]
async fn requests_keep_a_safe_name_of_their_own() {
    let server = Running::start().await;
    let named = server
        .send("GET /nowhere", "X-Request-Id: booking-7.a\r\n", "")
        .await;
    assert_eq!(named.problem()["request_id"], "booking-7.a");
    let unsafe_name = server.send("GET /nowhere", "X-Request-Id: a b\r\n", "").await;
    assert_eq!(unsafe_name.header("x-request-id").map(str::len), Some(36));
    server.stop().await;
}

#[actix_web::test]
async fn signing_in_ignores_a_stale_token_and_is_never_stored() {
    let server = Running::start().await;
    let headers = format!("{JSON}Authorization: Bearer stale\r\n");
    let login = server.send("POST /v1/auth/login", &headers, LOGIN).await;
    assert_eq!(login.status, 200, "{}", login.body);
    assert_eq!(login.header("cache-control"), Some("no-store"));
    assert_eq!(login.header("x-content-type-options"), Some("nosniff"));
    server.stop().await;
}

#[actix_web::test]
async fn swagger_ui_may_run_its_own_scripts_alone() {
    let server = Running::start().await;
    let redirect = server.send("GET /docs", "", "").await;
    assert_eq!(
        (redirect.status, redirect.header("location")),
        (307, Some("/docs/"))
    );
    let page = server.send("GET /docs/", "", "").await;
    assert_eq!(page.status, 200);
    assert!(
        page.header("content-security-policy")
            .is_some_and(|policy| policy.contains("script-src 'self';"))
    );
    assert!(
        !page.body.contains("<script>"),
        "an inline script would be blocked"
    );
    server.stop().await;
}
