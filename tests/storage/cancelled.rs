//! A cancelled `begin()` loses nothing that is written afterwards (sqlx 0.9.0 hands out the connection with the
//! transaction still open; what is then written on it is acknowledged and never committed).

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait as _, TransactionTrait as _};
use serde_json::json;
use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::support::{App, Backend, run};

const CONNECTIONS: u32 = 16;

/// Drops a future after this time, to the microsecond. The runtime's own timer counts in milliseconds.
async fn abandon_after<F: Future>(limit: Duration, work: F) -> bool {
    let start = Instant::now();
    let impatience = async {
        while start.elapsed() < limit {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = work => false,
        () = impatience => true,
    }
}

async fn cancel_and_write(app: App) -> App {
    let db = &app.core.db;
    db.writer()
        .execute_unprepared("CREATE TABLE kept (number INT)")
        .await
        .unwrap();
    let mut abandoned = 0;
    for round in 0..25 {
        // All connections open first: of an attempt to connect that is cancelled nothing is left. Single statements
        // do so without ending a transaction that is open already.
        let open = (0..CONNECTIONS).map(|_| db.writer().execute_unprepared("SELECT pg_sleep(0.02)"));
        assert!(join_all(open).await.into_iter().all(|result| result.is_ok()));
        let tasks = (0..u64::from(CONNECTIONS)).map(|index| {
            let db = db.clone();
            // Up to half a millisecond, one, two or four, spread evenly: before, during and after the BEGIN.
            let limit =
                Duration::from_micros(((round * u64::from(CONNECTIONS) + index) * 251 % 501) << (round % 4));
            actix_web::rt::spawn(async move {
                if index % 2 == 0 {
                    abandon_after(limit, async { db.writer().begin().await.map(drop) }).await
                } else {
                    abandon_after(limit, db.write(async |_| Ok(()))).await
                }
            })
        });
        for task in join_all(tasks).await {
            abandoned += usize::from(task.unwrap());
        }
    }
    assert!(
        abandoned > 100,
        "only {abandoned} were cancelled: the test tests nothing"
    );

    // One that is not part of a transaction, one that is, and one over HTTP.
    let admin = app.admin().await;
    for number in 0..50 {
        db.writer()
            .execute_unprepared(&format!("INSERT INTO kept VALUES ({number})"))
            .await
            .unwrap();
        db.write(async |txn| {
            txn.execute_unprepared(&format!("INSERT INTO kept VALUES (100 + {number})"))
                .await?;
            Ok(())
        })
        .await
        .unwrap();
        admin
            .post("/v1/users", json!({"first_name": "Kept"}))
            .await
            .expect(201);
    }
    // What chains the audit trail, numbers events and sends webhooks is at work by itself, and between two statements now
    // and then.
    let mut other = PgConnection::connect(&app.database_url).await.unwrap();
    let mut visible = Vec::new();
    for sql in [
        "SELECT count(*) FROM kept WHERE number < 100",
        "SELECT count(*) FROM kept WHERE number >= 100",
        "SELECT count(*) FROM users WHERE first_name = 'Kept'",
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database() \
         AND query NOT LIKE 'BEGIN%' AND query NOT LIKE '%audit_%' AND query NOT LIKE '%event%' AND query NOT LIKE '%webhook_%'",
    ] {
        visible.push(
            sqlx::query_scalar::<_, i64>(sql)
                .fetch_one(&mut other)
                .await
                .unwrap(),
        );
    }
    other.execute("DROP TABLE kept").await.unwrap();
    assert_eq!(
        visible,
        [50, 50, 50, 0],
        "visible to others of 50 acknowledged, after {abandoned} cancellations"
    );
    app
}

#[test]
fn what_is_written_after_cancelled_transactions_is_visible_to_all() {
    run(
        Backend::Postgres,
        |config| config.write_connections = CONNECTIONS,
        cancel_and_write,
    );
}
