//! PostgreSQL is backed up by its own programs, as docs/OPERATIONS.md shows.

use std::process::Command;

use actix_web::rt::System;

use crate::storage::{tables, texts};
use crate::support::world::{Belongings, Canaries};
use crate::support::{App, Backend, Running, TestDatabase, config};

/// Issuer of tokens: the same before and after.
const PUBLIC_URL: &str = "http://profiles.agency.example";

/// Every row of every table, as PostgreSQL writes it. Of what is given a place or sent behind the backs of commands, the ids.
async fn rows(app: &App) -> Vec<(String, Vec<String>)> {
    let db = app.core.db.read();
    let mut all = Vec::new();
    for table in tables(db).await {
        let what = match table.as_str() {
            "audit_events" | "events" | "webhook_endpoints" => "id",
            "audit_chain" | "audit_checkpoints" | "event_head" | "webhook_deliveries" => continue,
            _ => "t",
        };
        let sql = format!("SELECT {what}::text FROM \"{table}\" t ORDER BY 1");
        all.push((table, texts(db, &sql).await.unwrap()));
    }
    all
}

/// Runs a program of PostgreSQL's. Where there is a server to test with, there are its programs.
fn run(program: &str, args: &[&str]) {
    let output = Command::new(program)
        .args(args)
        .output()
        .unwrap_or_else(|error| panic!("{program}, of the package postgresql-client: {error}"));
    assert!(
        output.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Without what the driver adds, which other programs do not know.
fn address(database: &TestDatabase) -> &str {
    database.url.split('?').next().unwrap()
}

#[test]
fn what_pg_dump_has_written_pg_restore_brings_back() {
    System::new().block_on(async {
        let (Some(first), Some(second)) = (
            TestDatabase::create(Backend::Postgres).await,
            TestDatabase::create(Backend::Postgres).await,
        ) else {
            eprintln!("skipped: TEST_POSTGRES_URL is not set");
            return;
        };
        let mut settings = config(&first);
        settings.public_url = Some(PUBLIC_URL.into());
        let running = Running::start(&settings, &first).await;
        let canaries = Canaries::new();
        let admin = running.app.admin().await;
        let (belongings, _) = Belongings::of_a_new_customer(&running.app, &admin, &canaries).await;
        running.app.mail_is_sent().await;
        let paths = [
            format!("/v1/users/{}/profile", belongings.user),
            format!("/v1/passports/{}", belongings.passport),
            format!("/v1/groups/{}", belongings.group),
        ];
        let mut before = Vec::new();
        for path in &paths {
            before.push(admin.get(path).await.expect(200).clone());
        }
        let stored = rows(&running.app).await;
        let file = first.folder().join("customer-profile.dump");
        let file = file.to_str().unwrap();
        run(
            "pg_dump",
            &["--format=custom", "--file", file, "--dbname", address(&first)],
        );
        // What is written after the dump is not in it.
        running.app.profile("Later").await;
        assert_ne!(rows(&running.app).await, stored);
        running.stop().await;

        run(
            "pg_restore",
            &[
                "--no-owner",
                "--exit-on-error",
                "--dbname",
                address(&second),
                file,
            ],
        );
        let mut settings = config(&second);
        settings.public_url = Some(PUBLIC_URL.into());
        // The keys are kept apart from the database, and brought along.
        settings.data_dir = first.folder();
        let running = Running::start(&settings, &second).await;
        assert_eq!(rows(&running.app).await, stored);
        let back = crate::support::Caller::new(running.app.addr, None, admin.token.clone());
        for (path, before) in paths.iter().zip(before) {
            assert_eq!(back.get(path).await.expect(200), before);
        }
        back.post("/v1/users", serde_json::json!({"first_name": "After"}))
            .await
            .expect(201);
        running.stop().await;
        first.remove().await;
        second.remove().await;
    });
}
