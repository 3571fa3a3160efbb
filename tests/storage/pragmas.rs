use service::db::Target;
use service::migrations;

use super::{on_empty_database, open, texts};
use crate::support::Backend;
use sea_orm::ConnectionTrait as _;

async fn in_force(target: Target) {
    migrations::up(&target).await.unwrap();
    let db = open(&target);
    for (connection, query_only) in [(db.writer(), "0"), (db.read(), "1")] {
        for (pragma, value) in [
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("foreign_keys", "1"),
            ("busy_timeout", "5000"),
            ("query_only", query_only),
        ] {
            let column = if pragma == "busy_timeout" {
                "timeout"
            } else {
                pragma
            };
            let found = texts(
                connection,
                &format!("SELECT CAST({column} AS TEXT) FROM pragma_{pragma}"),
            )
            .await
            .unwrap();
            assert_eq!(found, [value], "{pragma}");
        }
    }
    let insert = "DELETE FROM groups";
    assert!(
        db.read().execute_unprepared(insert).await.is_err(),
        "readers write"
    );
    db.writer().execute_unprepared(insert).await.unwrap();
    db.close().await;
}

#[test]
fn sqlite_is_durable_checks_foreign_keys_and_lets_readers_only_read() {
    on_empty_database(Backend::Sqlite, in_force);
}
