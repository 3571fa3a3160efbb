//! The secret of an address is in no log, however much is logged.

use actix_web::rt::System;
use serde_json::json;

use crate::support::program::{Running, program};
use crate::support::{Backend, Caller, TestDatabase};

const ADMIN: (&str, &str) = ("admin@agency.example", "a-long-way-to-utopia");

fn no_log_holds_the_secret(backend: Backend, format: &str) {
    System::new().block_on(async {
        let Some(database) = TestDatabase::create(backend).await else {
            eprintln!("skipped: TEST_POSTGRES_URL is not set");
            return;
        };
        let folder = database.folder();
        let mut command = program(
            &folder,
            &["serve", "--listen-addr", "127.0.0.1:0", "--workers", "2"],
        );
        command
            .env("DATABASE_URL", &database.url)
            .env("DATA_DIR", folder.join("data"))
            .env("ADMIN_PASSWORD", ADMIN.1)
            .env("LOG_FORMAT", format)
            .env("LOG_LEVEL", "trace");
        let server = Running::start(&mut command);
        let anyone = Caller::new(server.addr, None, None);
        let signed_in = anyone
            .post("/v1/auth/login", json!({"email": ADMIN.0, "password": ADMIN.1}))
            .await
            .expect(200);
        let token = signed_in["access_token"].as_str().unwrap().to_owned();
        let admin = Caller::new(server.addr, None, Some(token));
        let made = admin
            .post("/v1/calendar-feeds", json!({"name": "Kanarienkalender"}))
            .await;
        let url = made.expect(201)["url"].as_str().unwrap().to_owned();
        let secret = url
            .rsplit('/')
            .next()
            .unwrap()
            .strip_suffix(".ics")
            .unwrap()
            .to_owned();
        let path = format!("/v1/calendar-feeds/{secret}.ics");
        assert_eq!(anyone.get(&path).await.status, 200);
        assert_eq!(anyone.get(format!("{path}?x=1")).await.status, 400);
        assert_eq!(anyone.post(&path, json!({})).await.status, 405);
        assert_eq!(
            anyone
                .get(format!("/v1/calendar-feeds/{secret}x.ics"))
                .await
                .status,
            404
        );
        assert_eq!(
            anyone
                .get(format!("/v1/calendar-feeds/{secret}.ics/x"))
                .await
                .status,
            404
        );
        admin
            .delete(format!("/v1/calendar-feeds/{}", made.id()))
            .await
            .expect(204);
        assert_eq!(anyone.get(&path).await.status, 404);
        let log = server.log();
        database.remove().await;
        assert!(log.contains("/v1/calendar-feeds/{token}.ics"), "{log:.2000}");
        for line in log.lines() {
            for part in [&secret[4..], "Kanarienkalender"] {
                assert!(!line.contains(part), "{line:.300}");
            }
        }
    });
}

#[test]
fn no_log_holds_the_secret_on_sqlite() {
    no_log_holds_the_secret(Backend::Sqlite, "text");
}

#[test]
fn no_log_holds_the_secret_on_postgres() {
    no_log_holds_the_secret(Backend::Postgres, "json");
}
