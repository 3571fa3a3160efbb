//! The database as it is at one moment, for reads that take many statements.

use sea_orm::{
    AccessMode, DatabaseConnection, DatabaseTransaction, IsolationLevel, SqliteTransactionMode,
    SqlxPostgresConnector, SqlxSqliteConnector, TransactionOptions, TransactionTrait as _,
};
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqlitePoolOptions;

use super::{ACQUIRE_TIMEOUT, Db, Target, classify, roll_back};
use crate::error::Result;

/// How long PostgreSQL lets a snapshot wait for whoever reads it to take the next step. Longer than the reader waits for its
/// own caller, so that the reader notices first.
const IDLE_TIMEOUT: &str = "60s";

/// A transaction that only reads, on a connection of its own: what others commit meanwhile is not seen, and no pool has a
/// connection less.
///
/// As long as it is open, PostgreSQL keeps the old rows of whatever changes, and SQLite cannot shorten its journal. Whoever
/// opens one bounds its life.
pub(crate) struct Snapshot {
    connection: DatabaseConnection,
    transaction: DatabaseTransaction,
}

impl Db {
    /// Opens a snapshot of the primary. It is taken by the first statement.
    ///
    /// # Errors
    /// `Unavailable` when the database is away.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot> {
        let (connection, options) = match self.target() {
            Target::Sqlite(options) => {
                let pool = SqlitePoolOptions::new()
                    .max_connections(1)
                    .acquire_timeout(ACQUIRE_TIMEOUT)
                    .test_before_acquire(false)
                    .connect_lazy_with((**options).clone().pragma("query_only", "ON"));
                let options = TransactionOptions {
                    sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
                    ..TransactionOptions::default()
                };
                (SqlxSqliteConnector::from_sqlx_sqlite_pool(pool), options)
            }
            Target::Postgres { primary, .. } => {
                let with_patience = (**primary)
                    .clone()
                    .options([("idle_in_transaction_session_timeout", IDLE_TIMEOUT)]);
                let pool = PgPoolOptions::new()
                    .max_connections(1)
                    .acquire_timeout(ACQUIRE_TIMEOUT)
                    .test_before_acquire(false)
                    .connect_lazy_with(with_patience);
                let options = TransactionOptions {
                    isolation_level: Some(IsolationLevel::RepeatableRead),
                    access_mode: Some(AccessMode::ReadOnly),
                    ..TransactionOptions::default()
                };
                (SqlxPostgresConnector::from_sqlx_postgres_pool(pool), options)
            }
        };
        let transaction = connection.begin_with_options(options).await?;
        Ok(Snapshot {
            connection,
            transaction,
        })
    }
}

impl Snapshot {
    /// Where to read.
    pub(crate) const fn reader(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// Lets go of it. A snapshot that is dropped ends too, when its connection is closed in the background.
    pub(crate) async fn close(self) {
        roll_back(self.transaction).await;
        if let Err(error) = self.connection.close().await {
            tracing::warn!(error = %classify(&error), "the connection of a snapshot could not be closed");
        }
    }
}
