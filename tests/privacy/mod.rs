//! What people can ask of those who keep their data.

mod consents;
mod erasure;
mod export;
mod ledger;
mod restriction;
mod retention;

use crate::storage::{tables, texts};
use crate::support::{App, Backend};

/// Whether a row may name a person who is erased. The trail keeps that something was done to somebody, and its values sealed
/// under a key that is gone; the feed tells other systems for thirty days, by ids alone.
pub fn may_stay(line: &str) -> bool {
    ["erasures ", "audit_events ", "events "]
        .iter()
        .any(|table| line.starts_with(table))
}

/// Whatever is stored, as the database has it.
pub async fn dump(app: &App) -> String {
    let db = app.core.db.writer();
    let mut text = String::new();
    for table in tables(db).await {
        let sql = match app.backend {
            Backend::Postgres => format!("SELECT t::text FROM {table} t"),
            Backend::Sqlite => {
                let columns = texts(db, &format!("SELECT name FROM pragma_table_info('{table}')"))
                    .await
                    .unwrap();
                let columns: Vec<_> = columns
                    .iter()
                    .map(|it| {
                        format!("CASE typeof(\"{it}\") WHEN 'blob' THEN hex(\"{it}\") ELSE \"{it}\" END")
                    })
                    .collect();
                format!("SELECT concat_ws(' ', {}) FROM {table}", columns.join(", "))
            }
        };
        for row in texts(db, &sql).await.unwrap() {
            text.extend([&table, " ", &row, "\n"]);
        }
    }
    text
}
