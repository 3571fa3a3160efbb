//! What the database holds and promises, whatever the rules above it do.

mod cancelled;
mod constraints;
mod data_model;
mod migrations;
mod pragmas;
mod schema;
mod unavailable;

use std::panic::{AssertUnwindSafe, resume_unwind};

use actix_web::rt::System;
use futures_util::FutureExt as _;
use sea_orm::{ConnectionTrait, DbErr, Statement};
use service::db::{Db, PoolSizes, Target};

use crate::support::{Backend, TestDatabase};

/// Runs a test body against an empty database.
fn on_empty_database<F: Future<Output = ()>>(backend: Backend, body: impl FnOnce(Target) -> F) {
    System::new().block_on(async {
        let Some(database) = TestDatabase::create(backend).await else {
            eprintln!("skipped: TEST_POSTGRES_URL is not set");
            return;
        };
        let target = Target::parse(&database.url, None).unwrap();
        let result = AssertUnwindSafe(body(target)).catch_unwind().await;
        database.remove().await;
        if let Err(panic) = result {
            resume_unwind(panic);
        }
    });
}

fn open(target: &Target) -> Db {
    Db::open(target.clone(), PoolSizes { read: 1, write: 1 })
}

/// The first column of every row, as text.
pub async fn texts(db: &impl ConnectionTrait, sql: &str) -> Result<Vec<String>, DbErr> {
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// The names of the tables, without the migrator's own.
pub async fn tables(db: &impl ConnectionTrait) -> Vec<String> {
    let sql = match db.get_database_backend() {
        sea_orm::DbBackend::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1",
        _ => {
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
        }
    };
    let mut tables = texts(db, sql).await.unwrap();
    // The library's, and SQLite's own for rows that are numbered.
    tables.retain(|name| !["seaql_migrations", "sqlite_sequence"].contains(&name.as_str()));
    tables
}
