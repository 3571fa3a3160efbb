use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::support::{App, Backend, run};

/// Another session holds what every request needs, for longer than anybody waits.
async fn blocked(app: App) -> App {
    let agent = app.agent().await;
    let holder = app.profile("Anna").await;
    let mut other = PgConnection::connect(&app.database_url).await.unwrap();
    other
        .execute("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let start = Instant::now();
    // More than there are connections, so that some wait for a lock and some for a connection.
    let reads = join_all((0..12).map(|_| agent.get("/v1/users")));
    let writes =
        join_all((0..12).map(|_| agent.post("/v1/passports", crate::support::anna_passport(holder, "X1"))));
    let sign_in = app.anonymous();
    let sign_in = sign_in.post(
        "/v1/auth/login",
        json!({"email": "a@mail.example", "password": "wrong horse"}),
    );
    let (reads, writes, sign_in) = tokio::join!(reads, writes, sign_in);
    let waited = start.elapsed();
    for answer in reads.iter().chain(&writes).chain([&sign_in]) {
        assert_eq!(answer.problem(503), "unavailable");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    assert!(waited < Duration::from_secs(20), "{waited:?}");
    // What needs no database answers meanwhile, and all is well as soon as the lock is gone.
    app.anonymous().get("/health/live").await.expect(200);
    other.execute("ROLLBACK").await.unwrap();
    agent.get("/v1/users").await.expect(200);
    agent
        .post("/v1/passports", crate::support::anna_passport(holder, "X1"))
        .await
        .expect(201);
    app
}

/// A session that writes for longer than a command waits for its lock; reads go on.
async fn one_row_locked(app: App) -> App {
    let agent = app.agent().await;
    let holder = app.profile("Anna").await;
    let mut other = PgConnection::connect(&app.database_url).await.unwrap();
    let lock = format!("BEGIN; SELECT 1 FROM users WHERE id = '{holder}' FOR UPDATE");
    other.execute(sqlx::AssertSqlSafe(lock)).await.unwrap();
    let (write, read) = tokio::join!(
        agent.post("/v1/passports", crate::support::anna_passport(holder, "X1")),
        agent.get(format!("/v1/users/{holder}")),
    );
    read.expect(200);
    assert_eq!(write.problem(503), "unavailable");
    assert_eq!(write.header("retry-after"), Some("1"));
    other.execute("ROLLBACK").await.unwrap();
    agent
        .post("/v1/passports", crate::support::anna_passport(holder, "X1"))
        .await
        .expect(201);
    app
}

#[test]
fn requests_that_the_database_cannot_serve_are_answered_503_in_bounded_time() {
    run(Backend::Postgres, |_| {}, blocked);
}

#[test]
fn a_command_that_cannot_have_its_lock_is_answered_503() {
    run(Backend::Postgres, |_| {}, one_row_locked);
}
