//! Requests that meet: doubles, other processes, lost connections, killed processes.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::rt::System;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait as _, TransactionTrait as _};
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::{add, ebba, is_replayed, kept, key, named, seen};
use crate::support::program::{self, program};
use crate::support::{Answer, Backend, Caller, Running, TestDatabase, config, on_both_databases};

/// Issuer of tokens of several processes.
const PUBLIC_URL: &str = "http://profiles.agency.example";

/// Sends until the first is no longer under way.
async fn add_patiently(caller: &Caller) -> Answer {
    loop {
        let body = json!({"first_name": "Nils"});
        let answer = caller.post_with("/v1/users", &key("a"), body).await;
        if answer.status == 201 {
            return answer;
        }
        assert_eq!(answer.problem(409), "idempotency_in_progress");
        assert_eq!(answer.header("retry-after"), Some("1"));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

on_both_databases! {
    async fn a_hundred_equal_requests_at_once_make_one_user(app: &App) with |config| config.public_url = Some(PUBLIC_URL.into()) => {
        let (other, stop) = app.beside().await;
        let agent = app.agent().await;
        // Each with a connection of its own, open already: who still has to connect comes too late to a race.
        let callers: Vec<_> = (0..100)
            .map(|at| Caller::new(if at % 2 == 0 { app.addr } else { other }, None, agent.token.clone()))
            .collect();
        join_all(callers.iter().map(|caller| caller.get("/health/live"))).await;
        let answers = join_all(callers.iter().map(add_patiently)).await;
        for answer in &answers {
            assert_eq!(seen(answer), seen(&answers[0]));
        }
        assert_eq!(answers.iter().filter(|answer| !is_replayed(answer)).count(), 1);
        assert_eq!((named(app, "Nils").await, kept(app).await), (1, 1));
        stop.await;
    }

    async fn while_the_first_is_under_way_the_second_is_told_so(app: &App) {
        let agent = app.agent().await;
        let held = app.core.db.writer().begin().await.unwrap();
        if app.backend == Backend::Postgres {
            held.execute_unprepared("LOCK TABLE users IN EXCLUSIVE MODE").await.unwrap();
        }
        let first = actix_web::rt::spawn({
            let agent = Caller::new(app.addr, None, agent.token.clone());
            async move { add(&agent, "a").await }
        });
        tokio::time::sleep(Duration::from_millis(500)).await;
        let second = add(&agent, "a").await;
        assert_eq!(second.problem(409), "idempotency_in_progress");
        assert_eq!(second.header("retry-after"), Some("1"));
        held.rollback().await.unwrap();
        let first = first.await.unwrap();
        first.expect(201);
        assert!(!is_replayed(&first));
        assert!(is_replayed(&add(&agent, "a").await));
    }

    /// A process does not know what another one is at; there the second waits for the first.
    async fn while_another_process_is_at_it_the_second_waits(app: &App) with |config| config.public_url = Some(PUBLIC_URL.into()) => {
        let (other, stop) = app.beside().await;
        let agent = app.agent().await;
        let held = app.core.db.writer().begin().await.unwrap();
        if app.backend == Backend::Postgres {
            held.execute_unprepared("LOCK TABLE users IN EXCLUSIVE MODE").await.unwrap();
        }
        let spawned = |addr| {
            let agent = Caller::new(addr, None, agent.token.clone());
            actix_web::rt::spawn(async move { add(&agent, "a").await })
        };
        let first = spawned(app.addr);
        tokio::time::sleep(Duration::from_millis(500)).await;
        let second = spawned(other);
        tokio::time::sleep(Duration::from_millis(500)).await;
        held.rollback().await.unwrap();
        let (first, second) = (first.await.unwrap(), second.await.unwrap());
        assert_eq!(seen(&first), seen(&second));
        assert_ne!(is_replayed(&first), is_replayed(&second));
        assert_eq!((named(app, "Ebba").await, kept(app).await), (1, 1));
        stop.await;
    }

    async fn who_has_lost_the_answer_gets_it(app: &App) {
        let agent = app.agent().await;
        let body = ebba().to_string();
        let request = format!(
            "POST /v1/users HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\nIdempotency-Key: \"a\"\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            agent.token.clone().unwrap(),
            body.len()
        );
        for patience in 0..20 {
            let mut lost = TcpStream::connect(app.addr).await.unwrap();
            lost.write_all(request.as_bytes()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(patience)).await;
        }
        let answer = loop {
            let answer = add(&agent, "a").await;
            if answer.status != 409 {
                break answer;
            }
            assert_eq!(answer.problem(409), "idempotency_in_progress");
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        assert_eq!(answer.expect(201)["email"], "ebba@mail.example");
        assert_eq!((named(app, "Ebba").await, kept(app).await), (1, 1));
    }
}

/// A process that is killed at any moment has done what was asked and answers so afterwards, or has done nothing.
async fn killed(database: &TestDatabase) {
    let mut settings = config(database);
    settings.public_url = Some(PUBLIC_URL.into());
    let beside = Running::start(&settings, database).await;
    let (app, folder) = (&beside.app, database.folder());
    let agent = app.agent().await;
    let start = || {
        let mut command = program(
            &folder,
            &["serve", "--listen-addr", "127.0.0.1:0", "--workers", "1"],
        );
        command
            .env("DATABASE_URL", &database.url)
            .env("DATA_DIR", &folder)
            .env("PUBLIC_URL", PUBLIC_URL);
        program::Running::start(&mut command)
    };
    let (mut done_before, rounds) = (0, 8);
    for round in 0..rounds {
        let (first_name, named_key) = (format!("Nils{round}"), format!("round-{round}"));
        let body = json!({ "first_name": first_name });
        let server = start();
        // The database and the connection are warm.
        let caller = |addr: SocketAddr| Caller::new(addr, None, agent.token.clone());
        caller(server.addr).get("/v1/me").await.expect(200);
        let request = format!(
            "POST /v1/users HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\nIdempotency-Key: {named_key}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            agent.token.clone().unwrap(),
            body.to_string().len()
        );
        let mut lost = TcpStream::connect(server.addr).await.unwrap();
        lost.write_all(request.as_bytes()).await.unwrap();
        // The last one gets all the time that it needs.
        let patience = if round + 1 == rounds {
            1500
        } else {
            round * round * 2
        };
        tokio::time::sleep(Duration::from_millis(patience)).await;
        drop(server);
        let again = caller(app.addr)
            .post_with("/v1/users", &key(&named_key), body)
            .await;
        again.expect(201);
        done_before += u64::from(is_replayed(&again));
        assert_eq!(named(app, &first_name).await, 1, "{first_name}");
    }
    assert_eq!(kept(app).await, rounds);
    assert!(
        done_before > 0,
        "no process was killed after it had done what was asked"
    );
    beside.stop().await;
}

fn killed_on(backend: Backend) {
    System::new().block_on(async {
        let Some(database) = TestDatabase::create(backend).await else {
            eprintln!("skipped: TEST_POSTGRES_URL is not set");
            return;
        };
        killed(&database).await;
        database.remove().await;
    });
}

#[test]
fn a_process_that_is_killed_does_nothing_twice_on_sqlite() {
    killed_on(Backend::Sqlite);
}

#[test]
fn a_process_that_is_killed_does_nothing_twice_on_postgres() {
    killed_on(Backend::Postgres);
}
