//! Connections for single statements that never begin a transaction.
//!
//! The pool of sqlx pings a connection each time it is given back, and starts a task to do so: every read costs the
//! database a second round trip. Here a connection goes back as it is when its statement has ended, and is pinged
//! only when that is not certain: after a cancelled statement, or a pause in which the server may have restarted.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::entity::prelude::async_trait::async_trait;
use sea_orm::error::ConnAcquireErr;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection, Executor as _, PgConnection, Postgres, Sqlite,
    SqliteConnection,
};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant as Deadline, timeout_at};

use super::ACQUIRE_TIMEOUT;

/// A connection idle for longer is pinged before use.
const PING_AFTER: Duration = Duration::from_secs(10);
/// A connection is closed after this long, so that the server can free what it has gathered for it.
const LIFETIME: Duration = Duration::from_mins(30);

/// Connections for single statements. Cheap to clone.
#[derive(Clone)]
pub struct Reader {
    lanes: Lanes,
    statements: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Lanes {
    Sqlite(Arc<Lane<SqliteConnection>>),
    Postgres(Arc<Lane<PgConnection>>),
}

/// A number of connections to one place.
struct Lane<C: Connection> {
    options: C::Options,
    permits: Semaphore,
    idle: Mutex<Vec<Open<C>>>,
}

struct Open<C> {
    connection: C,
    since: Instant,
    /// When its last statement ended; unknown after a cancelled one.
    rested: Option<Instant>,
}

/// A connection in use. It goes back when dropped, whatever became of its statement.
struct Lease<'a, C: Connection> {
    lane: &'a Lane<C>,
    open: Option<Open<C>>,
    _permit: SemaphorePermit<'a>,
}

impl Reader {
    /// Connections to an SQLite file, made when they are first needed; each statement is counted.
    pub fn sqlite(options: SqliteConnectOptions, size: u32, statements: Arc<AtomicU64>) -> Self {
        Self {
            lanes: Lanes::Sqlite(Arc::new(Lane::new(options, size))),
            statements,
        }
    }

    /// Connections to a PostgreSQL server, made when they are first needed; each statement is counted.
    pub fn postgres(options: PgConnectOptions, size: u32, statements: Arc<AtomicU64>) -> Self {
        Self {
            lanes: Lanes::Postgres(Arc::new(Lane::new(options, size))),
            statements,
        }
    }

    /// Closes the connections; statements that come later are refused.
    pub async fn close(self) {
        match &self.lanes {
            Lanes::Sqlite(lane) => lane.close().await,
            Lanes::Postgres(lane) => lane.close().await,
        }
    }
}

impl<C: Connection> Lane<C> {
    fn new(options: C::Options, size: u32) -> Self {
        Self {
            options,
            permits: Semaphore::new(size as usize),
            idle: Mutex::default(),
        }
    }

    async fn lease(&self) -> Result<Lease<'_, C>, DbErr> {
        let deadline = Deadline::now() + ACQUIRE_TIMEOUT;
        let timed_out = |_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout);
        let permit = timeout_at(deadline, self.permits.acquire())
            .await
            .map_err(timed_out)?
            .map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?;
        let open = timeout_at(deadline, self.open()).await.map_err(timed_out)??;
        Ok(Lease {
            lane: self,
            open: Some(open),
            _permit: permit,
        })
    }

    /// An idle connection that works, the one used last before others, or a new one.
    async fn open(&self) -> Result<Open<C>, DbErr> {
        loop {
            let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(mut open) = idle else {
                let connection = self
                    .options
                    .connect()
                    .await
                    .map_err(|error| failed(DbErr::Conn, error))?;
                return Ok(Open {
                    connection,
                    since: Instant::now(),
                    rested: Some(Instant::now()),
                });
            };
            if open.since.elapsed() > LIFETIME {
                let _ = open.connection.close().await;
            } else if open.rested.is_some_and(|rested| rested.elapsed() < PING_AFTER)
                || open.connection.ping().await.is_ok()
            {
                return Ok(open);
            }
        }
    }

    async fn close(&self) {
        self.permits.close();
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for open in idle {
            // The server notices by itself that a connection is gone.
            let _ = open.connection.close().await;
        }
    }
}

impl<C: Connection> Lease<'_, C> {
    /// Runs a statement; a connection whose statement does not come to its end is pinged before the next one.
    async fn run<T>(
        mut self,
        statement: impl AsyncFnOnce(&mut C) -> Result<T, sqlx::Error>,
        kind: fn(RuntimeErr) -> DbErr,
    ) -> Result<T, DbErr> {
        let Some(open) = &mut self.open else {
            return Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed));
        };
        open.rested = None;
        let result = statement(&mut open.connection).await;
        if result.is_ok() {
            open.rested = Some(Instant::now());
        }
        result.map_err(|error| failed(kind, error))
    }
}

impl<C: Connection> Drop for Lease<'_, C> {
    fn drop(&mut self) {
        if let Some(open) = self.open.take()
            && !self.lane.permits.is_closed()
        {
            let mut idle = self.lane.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(open);
        }
    }
}

fn failed(kind: fn(RuntimeErr) -> DbErr, error: sqlx::Error) -> DbErr {
    kind(RuntimeErr::SqlxError(error.into()))
}

/// Leases a connection and runs a statement on it, whichever the database.
macro_rules! run {
    ($self:ident, $kind:ident, $database:ident, $connection:ident => $statement:expr) => {{
        super::count(&$self.statements);
        match &$self.lanes {
            Lanes::Sqlite(lane) => {
                type $database = Sqlite;
                let run = async |$connection: &mut SqliteConnection| $statement;
                lane.lease().await?.run(run, DbErr::$kind).await
            }
            Lanes::Postgres(lane) => {
                type $database = Postgres;
                let run = async |$connection: &mut PgConnection| $statement;
                lane.lease().await?.run(run, DbErr::$kind).await
            }
        }
    }};
}

fn values(statement: Statement) -> (AssertSqlSafe<String>, SqlxValues) {
    let values = statement.values.unwrap_or_else(|| Values(Vec::new()));
    (AssertSqlSafe(statement.sql), SqlxValues(values))
}

#[async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DbBackend {
        match self.lanes {
            Lanes::Sqlite(_) => DbBackend::Sqlite,
            Lanes::Postgres(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let (sql, values) = values(statement);
        run!(self, Exec, Database, connection => {
            let query = sqlx::query_with::<Database, _>(sql, values);
            Ok(query.execute(connection).await?.into())
        })
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        run!(self, Exec, Database, connection => {
            let result: <Database as sqlx::Database>::QueryResult = connection.execute(AssertSqlSafe(sql.to_owned())).await?;
            Ok(result.into())
        })
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let (sql, values) = values(statement);
        run!(self, Query, Database, connection => {
            let query = sqlx::query_with::<Database, _>(sql, values);
            Ok(query.fetch_optional(connection).await?.map(QueryResult::from))
        })
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let (sql, values) = values(statement);
        run!(self, Query, Database, connection => {
            let query = sqlx::query_with::<Database, _>(sql, values);
            let rows = query.fetch_all(connection).await?;
            Ok(rows.into_iter().map(QueryResult::from).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Two connections to an empty file; each test has its own.
    fn reader(name: &str) -> Reader {
        let file = std::env::temp_dir().join(format!("reader-{name}-{}.db", std::process::id()));
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        Reader::sqlite(options, 2, Arc::default())
    }

    async fn number(reader: &Reader, sql: &str) -> Result<Option<i64>, DbErr> {
        let row = reader
            .query_one_raw(Statement::from_string(DbBackend::Sqlite, sql))
            .await?;
        row.map(|row| row.try_get_by_index(0)).transpose()
    }

    #[tokio::test]
    async fn a_cancelled_statement_leaves_nothing_to_the_next_one() {
        let mut readers = vec![reader("cancelled")];
        if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
            readers.push(Reader::postgres(url.parse().unwrap(), 2, Arc::default()));
        }
        let long = "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 300000) \
                    SELECT CAST(max(i) AS bigint) FROM n";
        for reader in readers {
            number(&reader, "SELECT CAST(0 AS bigint)").await.unwrap();
            for _ in 0..8 {
                let _ = tokio::time::timeout(Duration::from_millis(2), number(&reader, long)).await;
            }
            for wanted in 0..8 {
                let sql = format!("SELECT CAST({wanted} AS bigint)");
                assert_eq!(number(&reader, &sql).await.unwrap(), Some(wanted));
            }
        }
    }

    #[tokio::test]
    async fn connections_are_used_again_and_never_more_than_allowed() {
        let reader = reader("size");
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let reader = reader.clone();
                tokio::spawn(async move { number(&reader, "SELECT 1").await })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap().unwrap(), Some(1));
        }
        let Lanes::Sqlite(lane) = &reader.lanes else {
            return;
        };
        assert!((1..=2).contains(&lane.idle.lock().unwrap().len()));
        assert_eq!(reader.statements.load(std::sync::atomic::Ordering::Relaxed), 20);
    }

    #[tokio::test]
    async fn nothing_is_read_after_the_end() {
        let reader = reader("closed");
        assert_eq!(number(&reader, "SELECT 1").await.unwrap(), Some(1));
        reader.clone().close().await;
        assert!(matches!(
            number(&reader, "SELECT 1").await,
            Err(DbErr::ConnectionAcquire(_))
        ));
    }
}
