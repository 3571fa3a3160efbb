//! No log shows an address, a token or a link, however much is logged.

use actix_web::rt::System;
use serde_json::json;

use crate::support::outbox::{Mail, read};
use crate::support::program::{Running, program};
use crate::support::world::Canaries;
use crate::support::{Backend, Caller, TestDatabase};

const PASSWORD: &str = "kanarienvogel-im-bergwerk-1911";
const ANOTHER: &str = "bergwerk-ohne-vogel-1912";

fn mail_stays_out_of_the_log(backend: Backend, smtp: Option<&str>) {
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
            .env("DATA_DIR", folder.join("data"));
        command
            .env("ADMIN_PASSWORD", "a-long-way-to-utopia")
            .env("LOG_LEVEL", "trace");
        if let Some(url) = smtp {
            command.env("SMTP_URL", url);
        }
        let server = Running::start(&mut command);
        let canaries = Canaries::new();
        let anyone = Caller::new(server.addr, None, None);
        let new = json!({"email": canaries.email, "password": PASSWORD, "first_name": canaries.first_name});
        anyone.post("/v1/auth/register", new).await.expect(201);
        let ask = json!({"email": canaries.email});
        anyone
            .post("/v1/auth/forgot-password", ask.clone())
            .await
            .expect(202);
        anyone
            .post("/v1/auth/request-verification", ask)
            .await
            .expect(202);
        let mut mail: Vec<Mail> = Vec::new();
        for _ in 0..500 {
            mail = read(&folder.join("data"));
            if mail.len() == 3 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(if smtp.is_some() {
                6
            } else {
                20
            }))
            .await;
        }
        assert_eq!(mail.len(), if smtp.is_some() { 0 } else { 3 });
        for mail in mail.iter().filter(|mail| mail.link().contains("/reset#")) {
            let wrong = json!({"token": format!("{}x", mail.token()), "password": ANOTHER});
            anyone.post("/v1/auth/reset-password", wrong).await.expect(422);
            let right = json!({"token": mail.token(), "password": ANOTHER});
            anyone.post("/v1/auth/reset-password", right).await.expect(204);
        }
        let log = server.log();
        database.remove().await;
        assert!(log.contains("/v1/auth/forgot-password"), "{log:.2000}");
        if smtp.is_some() {
            assert!(log.contains("was not sent"), "{log:.2000}");
        }
        for line in log.lines() {
            let found = canaries.found_in(line);
            assert!(found.is_empty(), "{found:?} in: {line}");
            for secret in [PASSWORD, ANOTHER, "cpm_", "#token", "hunter2"] {
                assert!(!line.contains(secret), "{secret} in: {line:.300}");
            }
            for token in mail.iter().map(Mail::token) {
                assert!(!line.contains(&token[4..]), "{line:.300}");
            }
        }
    });
}

#[test]
fn mail_stays_out_of_the_log_on_sqlite() {
    mail_stays_out_of_the_log(Backend::Sqlite, None);
}

#[test]
fn mail_stays_out_of_the_log_on_postgres() {
    mail_stays_out_of_the_log(Backend::Postgres, None);
}

/// Nobody listens there.
#[test]
fn a_mail_server_that_is_away_is_named_by_no_address() {
    mail_stays_out_of_the_log(Backend::Sqlite, Some("smtp://user:hunter2@127.0.0.1:9"));
}
