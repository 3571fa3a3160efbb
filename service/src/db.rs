//! The database: SQLite or PostgreSQL, chosen by the URL alone, behind one shape: a place to write and a place to read.
//!
//! Commands run through [`Db::write`], one transaction each. Reads go to [`Db::read`], which never opens a
//! transaction and therefore needs no guard on every acquire.

mod reader;
mod snapshot;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, IntoActiveModel,
    RuntimeErr, SqliteTransactionMode, SqlxPostgresConnector, SqlxSqliteConnector, TransactionOptions,
    TransactionTrait,
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Executor as _};

pub use self::reader::Reader;
pub(crate) use self::snapshot::Snapshot;
use crate::error::{Conflict, Error, Result};
use crate::idempotency;

/// How long a caller waits for a free connection before the answer is 503.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long SQLite waits for another process that holds the write lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// An idle connection is closed after this long.
const IDLE_TIMEOUT: Duration = Duration::from_mins(5);

/// How to reach the database.
#[derive(Clone)]
pub enum Target {
    /// A file.
    Sqlite(Box<SqliteConnectOptions>),
    /// A server, and a replica for reads that may be stale.
    Postgres {
        /// The primary.
        primary: Box<PgConnectOptions>,
        /// A replica, if there is one.
        replica: Option<Box<PgConnectOptions>>,
    },
}

/// How many connections a pool may open.
#[derive(Debug, Clone, Copy)]
pub struct PoolSizes {
    /// For reads.
    pub read: u32,
    /// For commands. SQLite always has one.
    pub write: u32,
}

impl Target {
    /// Reads the URLs of the settings.
    ///
    /// # Errors
    /// A sentence that says what to write instead. It never repeats the URL, which may hold a password.
    pub fn parse(url: &str, replica: Option<&str>) -> Result<Self, String> {
        let scheme = url.split(':').next().unwrap_or_default();
        match scheme {
            "sqlite" if replica.is_some() => {
                Err("DATABASE_READ_URL goes with PostgreSQL only; leave it out with SQLite.".into())
            }
            "sqlite" if url.contains(":memory:") || url.contains("mode=memory") => Err(
                "DATABASE_URL names an in-memory SQLite database, which readers and the writer could not share; \
                 name a file, or start `customer-profile demo`."
                    .into(),
            ),
            "sqlite" => Ok(Self::Sqlite(Box::new(sqlite_options(url)?))),
            "postgres" | "postgresql" => Ok(Self::Postgres {
                primary: Box::new(postgres_options(url, "DATABASE_URL")?),
                replica: match replica {
                    Some(url) => Some(Box::new(postgres_options(url, "DATABASE_READ_URL")?)),
                    None => None,
                },
            }),
            _ => Err("DATABASE_URL must begin with sqlite:// or postgres://.".into()),
        }
    }

    /// The file of an SQLite database.
    pub fn file(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite(options) => Some(options.get_filename().to_owned()),
            Self::Postgres { .. } => None,
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite(_) => "Sqlite(***)",
            Self::Postgres { .. } => "Postgres(***)",
        })
    }
}

fn sqlite_options(url: &str) -> Result<SqliteConnectOptions, String> {
    Ok(SqliteConnectOptions::from_str(url)
        .map_err(|_| "DATABASE_URL is no SQLite URL; write sqlite://path/to/file.db.".to_owned())?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL would be faster, and could lose acknowledged commits on power loss.
        .synchronous(SqliteSynchronous::Full)
        // What is removed is overwritten: else it would lie in free pages until something else needs them.
        .pragma("secure_delete", "ON")
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging())
}

fn postgres_options(url: &str, setting: &str) -> Result<PgConnectOptions, String> {
    Ok(PgConnectOptions::from_str(url)
        .map_err(|_| {
            format!("{setting} is no PostgreSQL URL; write postgres://user:password@host:5432/database.")
        })?
        .application_name("customer-profile")
        .options([
            ("statement_timeout", "10s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "10s"),
        ])
        .disable_statement_logging())
}

/// The database, cheap to clone.
#[derive(Clone)]
pub struct Db {
    target: Target,
    sizes: PoolSizes,
    write: DatabaseConnection,
    read: Reader,
    replica: Option<Reader>,
    statements: Arc<AtomicU64>,
}

impl Db {
    /// Opens the pools. Connections are made when they are first needed.
    ///
    /// Must run inside a Tokio runtime: the pools belong to it.
    pub fn open(target: Target, sizes: PoolSizes) -> Self {
        Self::with_counter(target, sizes, Arc::default())
    }

    fn with_counter(target: Target, sizes: PoolSizes, statements: Arc<AtomicU64>) -> Self {
        let reader = |options: &PgConnectOptions| {
            Reader::postgres(options.clone(), sizes.read, Arc::clone(&statements))
        };
        let (mut write, read, replica) = match &target {
            Target::Sqlite(options) => {
                let writer = SqlitePoolOptions::new()
                    .max_connections(1)
                    .acquire_timeout(BUSY_TIMEOUT)
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .test_before_acquire(false)
                    .connect_lazy_with((**options).clone());
                let readers = (**options).clone().pragma("query_only", "ON");
                (
                    SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
                    Reader::sqlite(readers, sizes.read, Arc::clone(&statements)),
                    None,
                )
            }
            Target::Postgres { primary, replica } => (
                SqlxPostgresConnector::from_sqlx_postgres_pool(postgres_writers(primary, sizes.write)),
                reader(primary),
                replica.as_deref().map(reader),
            ),
        };
        let counter = Arc::clone(&statements);
        write.set_metric_callback(move |_| count(&counter));
        Self {
            target,
            sizes,
            write,
            read,
            replica,
            statements,
        }
    }

    /// The same database for one worker thread. On PostgreSQL the worker gets pools of its own: a pool shared by
    /// all threads halves the throughput. SQLite has one writer and shares its readers.
    #[must_use]
    pub fn for_worker(&self) -> Self {
        match self.target {
            Target::Sqlite(_) => self.clone(),
            Target::Postgres { .. } => {
                Self::with_counter(self.target.clone(), self.sizes, Arc::clone(&self.statements))
            }
        }
    }

    /// Where reads go that must see every acknowledged write, and all decisions about rights.
    pub const fn read(&self) -> &Reader {
        &self.read
    }

    /// Where reads go that may be a moment behind: a replica, if there is one.
    pub fn read_stale(&self) -> &Reader {
        self.replica.as_ref().unwrap_or(&self.read)
    }

    /// Runs a command in one transaction: committed when `body` succeeds, rolled back otherwise.
    ///
    /// Where the caller wants the request done once, the key is claimed first, and the transaction stays open until the
    /// answer is kept in it ([`idempotency`]).
    ///
    /// # Errors
    /// The error of `body`, or of the database.
    pub async fn write<T>(&self, body: impl AsyncFnOnce(&DatabaseTransaction) -> Result<T>) -> Result<T> {
        let attempt = idempotency::current();
        let transaction = match &attempt {
            Some(attempt) => Box::pin(attempt.transaction(self)).await?,
            None => self.begin().await?,
        };
        match body(&transaction).await {
            Ok(value) => {
                match attempt {
                    Some(attempt) => attempt.hold(transaction),
                    None => transaction.commit().await?,
                }
                Ok(value)
            }
            Err(error) => {
                roll_back(transaction).await;
                Err(error)
            }
        }
    }

    /// Empties the write-ahead log of SQLite, which may have rows that are removed by now. Tells whether it did: who reads what
    /// was before, or writes, is not waited for.
    ///
    /// # Errors
    /// When the database is away.
    pub(crate) async fn forget_log(&self) -> Result<bool> {
        let Target::Sqlite(options) = &self.target else {
            return Ok(true);
        };
        let away = |_| Error::Unavailable("the write-ahead log cannot be emptied");
        let at_once = (**options).clone().busy_timeout(Duration::ZERO);
        let mut connection = at_once.connect().await.map_err(away)?;
        let (busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&mut connection)
            .await
            .map_err(away)?;
        Ok(busy == 0)
    }

    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            // A deferred transaction that reads first cannot wait for the write lock; it would fail at once.
            sqlite_transaction_mode: matches!(self.target, Target::Sqlite(_))
                .then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.write.begin_with_options(options).await?)
    }

    /// The connection of commands, for the guard's test and for migrations.
    pub const fn writer(&self) -> &DatabaseConnection {
        &self.write
    }

    /// How many statements requests have sent, over all workers; what runs under [`uncounted`] is left out.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// How to reach the database.
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// `Unavailable` when it does not.
    pub async fn ping(&self) -> Result<()> {
        self.read
            .execute_unprepared("SELECT 1")
            .await
            .map_err(|_| Error::Unavailable("the database is away"))?;
        Ok(())
    }

    /// Closes all connections.
    pub async fn close(self) {
        if let Err(error) = self.write.close().await {
            tracing::warn!(error = %classify(&error), "a pool could not be closed");
        }
        for reader in [self.read].into_iter().chain(self.replica) {
            reader.close().await;
        }
    }
}

/// Dropping would roll back too, but later: the connection would go back to the pool in between.
pub(crate) async fn roll_back(transaction: DatabaseTransaction) {
    if let Err(error) = transaction.rollback().await {
        tracing::warn!(error = %classify(&error), "a transaction could not be rolled back");
    }
}

tokio::task_local! {
    static UNCOUNTED: ();
}

/// Runs what nobody has asked for: its statements are not those of a request, and would be counted with whichever
/// request happens to run at the time.
pub(crate) async fn uncounted<F: Future>(background: F) -> F::Output {
    UNCOUNTED.scope((), background).await
}

fn count(statements: &AtomicU64) {
    if UNCOUNTED.try_with(|()| ()).is_err() {
        statements.fetch_add(1, Ordering::Relaxed);
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db")
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

/// A pool that transactions run in.
///
/// sqlx 0.9.0 hands out a connection on which a cancelled `begin()` has left a transaction open: what is then
/// written is acknowledged and never committed. Every acquire therefore ends whatever is open. `BEGIN; ROLLBACK`
/// does so in one round trip and, unlike a bare `ROLLBACK`, without a warning in the server's log where nothing
/// is open. It tests the connection too, in place of the ping.
fn postgres_writers(options: &PgConnectOptions, size: u32) -> sqlx::PgPool {
    PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(IDLE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, _| {
            Box::pin(async move {
                connection.execute("BEGIN; ROLLBACK").await?;
                Ok(true)
            })
        })
        .connect_lazy_with(options.clone())
}

/// What a database error means, without its text: drivers repeat key values in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    Unique,
    ForeignKey,
    Check,
    Busy,
    Away,
    Other,
}

fn failure(error: &DbErr) -> (Failure, Option<String>) {
    let source = match error {
        DbErr::Conn(RuntimeErr::SqlxError(source))
        | DbErr::Exec(RuntimeErr::SqlxError(source))
        | DbErr::Query(RuntimeErr::SqlxError(source)) => source,
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => return (Failure::Away, None),
        _ => return (Failure::Other, None),
    };
    match &**source {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default().into_owned();
            let failure = match code.as_str() {
                // PostgreSQL, Appendix A; SQLite, extended result codes.
                "23505" | "2067" | "1555" => Failure::Unique,
                "23503" | "787" => Failure::ForeignKey,
                "23514" | "23502" | "275" | "1299" => Failure::Check,
                "40001" | "40P01" | "55P03" | "57014" | "5" | "6" | "261" | "517" => Failure::Busy,
                code if code.starts_with("08") || code.starts_with("57P") || code == "53300" => Failure::Away,
                _ => Failure::Other,
            };
            (failure, Some(code))
        }
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => (Failure::Busy, None),
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed | sqlx::Error::Protocol(_) => (Failure::Away, None),
        _ => (Failure::Other, None),
    }
}

/// Maps what no command expected.
pub(crate) fn classify(error: &DbErr) -> Error {
    match failure(error) {
        (Failure::Busy, _) => Error::Unavailable("the database is busy"),
        (Failure::Away, _) => Error::Unavailable("the database is away"),
        (failure, code) => Error::Internal(format!(
            "database: {failure:?}, code {}, {}",
            code.unwrap_or_default(),
            kind(error)
        )),
    }
}

/// The variant of an error, which never holds a value.
const fn kind(error: &DbErr) -> &'static str {
    match error {
        DbErr::Exec(_) => "execution",
        DbErr::Query(_) => "query",
        DbErr::Type(_) | DbErr::TryIntoErr { .. } => "a stored value does not fit its type",
        DbErr::RecordNotFound(_) => "record not found",
        DbErr::RecordNotInserted => "record not inserted",
        DbErr::RecordNotUpdated => "record not updated",
        DbErr::Json(_) => "json",
        DbErr::Migration(_) => "migration",
        _ => "other",
    }
}

/// A record as a row to write, every column set.
pub(crate) fn row_of<M, A>(model: &M) -> A
where
    M: Clone + IntoActiveModel<A>,
    A: ActiveModelTrait,
{
    model.clone().into_active_model().reset_all()
}

/// Names what a violated constraint means to a command. Mapped by operation, not by the text of the violation,
/// which holds the value.
pub trait Violations<T> {
    /// A unique constraint was violated: the conflict that the command can cause.
    ///
    /// # Errors
    /// The conflict, or what else went wrong.
    fn or_conflict(self, conflict: Conflict) -> Result<T>;

    /// A foreign key was violated: the error that the command can cause.
    ///
    /// # Errors
    /// The error given, or what else went wrong.
    fn or_foreign_key(self, error: impl FnOnce() -> Error) -> Result<T>;

    /// Another transaction has held a lock for too long: what that means to the command.
    ///
    /// # Errors
    /// The error given, or what else went wrong.
    fn or_busy(self, error: impl FnOnce() -> Error) -> Result<T>;
}

impl<T> Violations<T> for Result<T, DbErr> {
    fn or_conflict(self, conflict: Conflict) -> Result<T> {
        self.map_err(|error| match failure(&error).0 {
            Failure::Unique => Error::Conflict(conflict),
            _ => classify(&error),
        })
    }

    fn or_foreign_key(self, otherwise: impl FnOnce() -> Error) -> Result<T> {
        self.map_err(|error| match failure(&error).0 {
            Failure::ForeignKey => otherwise(),
            _ => classify(&error),
        })
    }

    fn or_busy(self, otherwise: impl FnOnce() -> Error) -> Result<T> {
        self.map_err(|error| match failure(&error).0 {
            Failure::Busy => otherwise(),
            _ => classify(&error),
        })
    }
}
