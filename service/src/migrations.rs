//! Brings the schema of a database up to date, one process at a time.

use std::fs::File;
use std::time::Duration;

use migration::{Migrator, MigratorTrait as _};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::Query;
use sqlx::postgres::PgPoolOptions;

use crate::db::{Db, PoolSizes, Target};
use crate::error::{Error, Result};
use crate::sealing::{Sealer, Vault, convert};

/// Key of the advisory lock that the process holds while it migrates.
const LOCK: i64 = 0x6375_7374_5f70_726f;

/// How long a server that starts at the same time may take to answer. Longer silence looks like a hang.
const PATIENCE: Duration = Duration::from_secs(10);

/// The migration that sets aside what an older program has stored in clear.
const SETS_ASIDE: &str = "m20261122_000010_seal_personal_data";
/// The migration that removes it.
const REMOVES: &str = "m20261122_000011_drop_clear_personal_data";

/// Runs what is missing.
///
/// # Errors
/// `Unavailable` where customers of an older program are to be sealed, which takes keys; what the database answered,
/// without values.
pub async fn up(target: &Target) -> Result<()> {
    locked(target, async |db| {
        if is_in_clear(db).await? {
            return Err(Error::Unavailable(
                "the database holds customers whose data is not sealed yet; start the server, which migrates it and \
                 seals them under its keyring",
            ));
        }
        Ok(Migrator::up(db.writer(), None).await?)
    })
    .await
}

/// Runs what is missing, and seals what an older program has stored in clear.
///
/// # Errors
/// A sentence that says what to do, inside; else what the database answered, without values.
pub async fn up_sealing(target: &Target, vault: &Vault, sealer: &Sealer) -> Result<Result<(), String>> {
    locked(target, async |db| {
        if is_in_clear(db).await? {
            if let Err(why) = convert::check(db, sealer).await? {
                return Ok(Err(why));
            }
            let steps = pending_up_to(db, SETS_ASIDE).await?;
            if steps > 0 {
                Migrator::up(db.writer(), Some(steps)).await?;
            }
            if let Err(why) = vault.remember_index_key(db).await? {
                return Ok(Err(why));
            }
            convert::all(db, vault, sealer).await?;
        }
        Migrator::up(db.writer(), None).await?;
        vault.remember_index_key(db).await
    })
    .await
}

/// Whether there may be data that an older program has stored in clear.
async fn is_in_clear(db: &Db) -> Result<bool> {
    if pending_up_to(db, REMOVES).await? == 0 || !has_table(db, "users").await? {
        return Ok(false);
    }
    let anybody = Query::select().column("id").from("users").limit(1).take();
    Ok(db.writer().query_one(&anybody).await?.is_some())
}

/// How many migrations are missing up to this one.
async fn pending_up_to(db: &Db, name: &str) -> Result<u32> {
    let all = Migrator::get_migration_with_status_read_only(db.writer()).await?;
    let upto = all.iter().position(|migration| migration.name() == name);
    let pending = all
        .iter()
        .take(upto.map_or(0, |at| at + 1))
        .filter(|migration| migration.status() == migration::MigrationStatus::Pending);
    Ok(u32::try_from(pending.count()).unwrap_or(u32::MAX))
}

/// Undoes the last `steps` migrations.
///
/// # Errors
/// What the database answered, without values.
pub async fn down(target: &Target, steps: u32) -> Result<()> {
    locked(target, async |db| {
        Ok(Migrator::down(db.writer(), Some(steps)).await?)
    })
    .await
}

/// Name of each migration, and whether it has run.
///
/// # Errors
/// What the database answered, without values.
pub async fn status(db: &Db) -> Result<Vec<(String, bool)>> {
    let all = Migrator::get_migration_with_status_read_only(db.read()).await?;
    Ok(all
        .iter()
        .map(|migration| {
            (
                migration.name().to_owned(),
                migration.status() == migration::MigrationStatus::Applied,
            )
        })
        .collect())
}

/// The migrations that this program knows.
pub(crate) fn names() -> Vec<String> {
    Migrator::migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect()
}

/// Whether there is such a table yet.
///
/// # Errors
/// Those of the database.
pub(crate) async fn has_table(db: &Db, name: &str) -> Result<bool> {
    Ok(migration::SchemaManager::new(db.writer()).has_table(name).await?)
}

/// Runs `body` while no other process migrates. The lock belongs to the one connection of the pool that `body`
/// works with, so that it is gone whatever happens to the process.
async fn locked<T>(target: &Target, body: impl AsyncFnOnce(&Db) -> Result<T>) -> Result<T> {
    let one = PoolSizes { read: 1, write: 1 };
    match target {
        Target::Sqlite(_) => {
            let file = target.file().unwrap_or_default();
            // Waiting for it would stop this thread, and with it whoever holds the lock on the same thread.
            let lock = tokio::task::spawn_blocking(move || {
                let lock = File::create(file.with_extension("migrate-lock"))?;
                lock.lock()?;
                std::io::Result::Ok(lock)
            })
            .await
            .map_err(|_| Error::Internal("the lock file of the database: the wait for it failed".into()))?
            .map_err(|error| Error::Internal(format!("the lock file of the database: {}", error.kind())))?;
            let db = Db::open(target.clone(), one);
            let result = body(&db).await;
            db.close().await;
            drop(lock);
            result
        }
        Target::Postgres { primary, .. } => {
            let guard = PgPoolOptions::new()
                .max_connections(1)
                .acquire_timeout(PATIENCE)
                .connect_lazy_with(
                    // Migrations and the wait for them may take longer than any statement of a request.
                    primary.as_ref().clone().options([
                        ("statement_timeout", "0"),
                        ("lock_timeout", "0"),
                        ("idle_in_transaction_session_timeout", "0"),
                    ]),
                );
            let guard = sea_orm::SqlxPostgresConnector::from_sqlx_postgres_pool(guard);
            guard
                .execute_unprepared(&format!("SELECT pg_advisory_lock({LOCK})"))
                .await?;
            let patient = Target::Postgres {
                primary: Box::new(primary.as_ref().clone().options([
                    ("statement_timeout", "0"),
                    ("lock_timeout", "10s"),
                    ("idle_in_transaction_session_timeout", "0"),
                ])),
                replica: None,
            };
            let db = Db::open(patient, one);
            let result = body(&db).await;
            db.close().await;
            guard.close().await?;
            result
        }
    }
}
