//! A copy of the database at one moment, and what it says.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};

use super::{KEYRING, Refused, Stop};
use crate::db::Target;

/// How many steps of its virtual machine SQLite takes before it asks whether to go on.
const STEPS: i32 = 100_000;

/// Migrations, rows of each table, and what else goes into the manifest.
pub(super) type Described = (Vec<String>, BTreeMap<String, u64>, Map<String, Value>);

/// Copies a database that may be in use: what has been acknowledged before is in the copy. The file has to be there, and
/// empty.
pub(super) async fn copy(target: &Target, into: &Path, stop: &Stop) -> Result<(), Refused> {
    let Target::Sqlite(options) = target else {
        return Err(Refused(super::POSTGRES.into()));
    };
    let into = into
        .to_str()
        .ok_or_else(|| Refused("DATA_DIR has to be a path in UTF-8.".into()))?;
    let options = options.as_ref().clone().create_if_missing(false);
    let mut connection = connect(options, stop).await?;
    let copied = sqlx::query("VACUUM INTO ?")
        .bind(into)
        .execute(&mut connection)
        .await;
    let _ = connection.close().await;
    stop.check()?;
    copied.map(drop).map_err(|error| refused(&error))
}

/// A connection whose statements end when the work is to be stopped.
async fn connect(options: SqliteConnectOptions, stop: &Stop) -> Result<SqliteConnection, Refused> {
    let failed = |error| refused(&error);
    let mut connection = options.connect().await.map_err(failed)?;
    let stop = stop.clone();
    let mut handle = connection.lock_handle().await.map_err(failed)?;
    handle.set_progress_handler(STEPS, move || !stop.is_asked());
    drop(handle);
    Ok(connection)
}

/// A database that nobody writes, opened to be looked at.
pub(super) struct Snapshot(SqliteConnection);

impl Snapshot {
    pub(super) async fn open(file: &Path, stop: &Stop) -> Result<Self, Refused> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .read_only(true)
            // Or SQLite would put files beside it.
            .immutable(true)
            .disable_statement_logging();
        connect(options, stop).await.map(Self)
    }

    /// What it holds, once it is known to be sound.
    pub(super) async fn describe(&mut self) -> Result<Described, Refused> {
        let sound = self.texts("PRAGMA integrity_check").await?;
        let dangling = self
            .texts("SELECT \"table\" FROM pragma_foreign_key_check")
            .await?;
        if sound != ["ok"] || !dangling.is_empty() {
            return Err(Refused(
                "The database is damaged (PRAGMA integrity_check, foreign_key_check). Restore it from an earlier backup."
                    .into(),
            ));
        }
        let tables = self
            .texts("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
            .await?;
        if !tables.iter().any(|name| name == "seaql_migrations") {
            return Err(Refused("This is no database of this program.".into()));
        }
        let mut rows = BTreeMap::new();
        for table in tables {
            let sql = format!("SELECT count(*) FROM \"{}\"", table.replace('"', "\"\""));
            rows.insert(table, self.count(sql).await?);
        }
        let migrations = self
            .texts("SELECT version FROM seaql_migrations ORDER BY version")
            .await?;
        let more = more(self).await?;
        Ok((migrations, rows, more))
    }

    async fn texts(&mut self, sql: &'static str) -> Result<Vec<String>, Refused> {
        let rows = sqlx::query(sql).fetch_all(&mut self.0).await;
        let rows = rows.map_err(|error| refused(&error))?;
        rows.iter()
            .map(|row| row.try_get(0).map_err(|error| refused(&error)))
            .collect()
    }

    async fn has(&mut self, table: &str) -> Result<bool, Refused> {
        let tables = self
            .texts("SELECT name FROM sqlite_schema WHERE type = 'table'")
            .await?;
        Ok(tables.iter().any(|name| name == table))
    }

    async fn count(&mut self, sql: String) -> Result<u64, Refused> {
        let row = sqlx::query(AssertSqlSafe(sql)).fetch_one(&mut self.0).await;
        let count: i64 = row
            .and_then(|row| row.try_get(0))
            .map_err(|error| refused(&error))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    pub(super) async fn close(self) {
        let _ = self.0.close().await;
    }
}

/// The place for what other parts of the program want to have written down with a backup, under a name of their own.
async fn more(database: &mut Snapshot) -> Result<Map<String, Value>, Refused> {
    let keys = "SELECT wrapping_key_id FROM data_keys UNION SELECT id FROM index_keys ORDER BY 1";
    let keys = if database.has("data_keys").await? {
        database.texts(keys).await?
    } else {
        Vec::new()
    };
    Ok([(KEYRING.to_owned(), keys.into())].into_iter().collect())
}

/// What SQLite says of a copy, a check or a count holds no value of a row.
fn refused(error: &sqlx::Error) -> Refused {
    let text = error.as_database_error().map_or_else(
        || "it does not answer".to_owned(),
        |error| error.message().to_owned(),
    );
    Refused(format!("The database cannot be read: {text}."))
}
