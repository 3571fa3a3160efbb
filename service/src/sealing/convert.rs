//! Seals what a program before sealing has stored in clear, once, between two migrations.
//!
//! A batch is one transaction: what is sealed is no longer in clear when it ends, so that a process that goes on after a
//! crash needs no note of how far it came. Values are taken as the texts they are, whatever today's types say to them.

use std::time::{Duration, Instant};

use chrono::{NaiveDate, Utc};
use entity::data_keys;
use entity::ids::UserId;
use entity::values::{Hidden, MembershipNumber, Sealed};
use sea_orm::sea_query::{Expr, ExprTrait as _, JoinType, Order, Query, SelectStatement};
use sea_orm::{
    ConnectionTrait as _, DatabaseTransaction, DbBackend, FromQueryResult as _, IdenStatic as _,
    Iterable as _, QueryResult, Statement, Value,
};
use uuid::Uuid;

use super::data_key::{DataKey, Place};
use super::sealer::Sealer;
use super::vault::Vault;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::migrations::has_table;

/// Rows that are sealed in one transaction.
const BATCH: u64 = 500;
/// How often the log tells how far it is.
const TELL_EVERY: Duration = Duration::from_secs(5);

/// Whether all secrets of second factors open, before anything is changed.
///
/// # Errors
/// A sentence, inside, when they do not; else those of the database.
pub(crate) async fn check(db: &Db, sealer: &Sealer) -> Result<Result<(), String>> {
    let table = if has_table(db, "second_factors_in_clear").await? {
        "second_factors_in_clear"
    } else if has_table(db, "second_factors").await? && !has_table(db, "data_keys").await? {
        "second_factors"
    } else {
        return Ok(Ok(()));
    };
    let secrets = Query::select().columns(["user_id", "secret"]).from(table).take();
    for row in db.writer().query_all(&secrets).await? {
        let user: UserId = row.try_get("", "user_id")?;
        if secret(sealer, user, row.try_get("", "secret")?).is_err() {
            return Ok(Err(format!(
                "The secret of the authenticator app of user {user} does not open under the master key. Bring back the \
                 master key that belongs to this database; if it is the right one, remove that row of {table}."
            )));
        }
    }
    Ok(Ok(()))
}

/// Seals all of it, and removes what was in clear from the files of SQLite.
///
/// # Errors
/// Those of the database; `Internal` when a secret does not open.
pub(crate) async fn all(db: &Db, vault: &Vault, sealer: &Sealer) -> Result<()> {
    let work = Work { vault, sealer };
    for table in ["users", PASSPORTS, LOYALTIES, SECOND_FACTORS] {
        let (mut done, mut told) = (0, Instant::now());
        loop {
            let rows = db
                .write(async |txn| match table {
                    "users" => work.users(txn).await,
                    PASSPORTS => work.passports(txn).await,
                    LOYALTIES => work.loyalties(txn).await,
                    _ => work.second_factors(txn).await,
                })
                .await?;
            if rows == 0 {
                break;
            }
            done += rows;
            if told.elapsed() > TELL_EVERY {
                tracing::info!(table, done, "sealing what was stored in clear");
                told = Instant::now();
            }
        }
        tracing::info!(table, done, "sealed what was stored in clear");
    }
    rewrite_files(db).await
}

const PASSPORTS: &str = "passports_in_clear";
const LOYALTIES: &str = "loyalties_in_clear";
const SECOND_FACTORS: &str = "second_factors_in_clear";

struct Work<'a> {
    vault: &'a Vault,
    sealer: &'a Sealer,
}

impl Work<'_> {
    /// Everybody gets a key, whether or not there is something to seal.
    async fn users(&self, txn: &DatabaseTransaction) -> Result<usize> {
        let find = batch("users", "id", JoinType::LeftJoin)
            .expr_as(text_of("users", "phone_in_clear"), "phone")
            .expr_as(text_of("users", "date_of_birth_in_clear"), "date_of_birth")
            .cond_where(
                Expr::col(("data_keys", "user_id"))
                    .is_null()
                    .or(Expr::col(("users", "phone_in_clear")).is_not_null())
                    .or(Expr::col(("users", "date_of_birth_in_clear")).is_not_null()),
            )
            .take();
        let rows = txn.query_all(&find).await?;
        for row in &rows {
            let user: UserId = row.try_get("", "row_id")?;
            let wrapped = data_keys::Model::from_query_result_optional(row, KEY)?;
            let key = if let Some(wrapped) = wrapped {
                self.vault.data_key(&wrapped).await?
            } else {
                let (key, wrapped) = self.vault.new_data_key(user, Utc::now()).await?;
                self.vault.insert(txn, &wrapped).await?;
                key
            };
            let phone: Option<String> = row.try_get("", "phone")?;
            let born: Option<String> = row.try_get("", "date_of_birth")?;
            let indexer = self.vault.indexer();
            let at = |column| Place {
                table: "users",
                column,
                row: user.uuid(),
            };
            let update = Query::update()
                .table("users")
                .value("phone", seal(&key, at("phone"), phone.as_deref())?)
                .value("phone_index", phone.map(|phone| indexer.phone(&phone)))
                .value("date_of_birth", seal(&key, at("date_of_birth"), born.as_deref())?)
                .value(
                    "date_of_birth_index",
                    born.map(|born| indexer.date_of_birth(&born)),
                )
                .value("phone_in_clear", Option::<String>::None)
                .value("date_of_birth_in_clear", Option::<NaiveDate>::None)
                .and_where(Expr::col("id").eq(user.uuid()))
                .take();
            txn.execute(&update).await?;
        }
        Ok(rows.len())
    }

    async fn passports(&self, txn: &DatabaseTransaction) -> Result<usize> {
        let find = batch(PASSPORTS, "id", JoinType::InnerJoin)
            .expr_as(text_of(PASSPORTS, "issuing_country"), "issuing_country")
            .expr_as(text_of(PASSPORTS, "passport_number"), "passport_number")
            .expr_as(text_of(PASSPORTS, "date_of_birth"), "date_of_birth")
            .expr_as(text_of(PASSPORTS, "place_of_birth"), "place_of_birth")
            .take();
        let rows = txn.query_all(&find).await?;
        for row in &rows {
            let (id, key) = self.keyed(row).await?;
            let country: String = row.try_get("", "issuing_country")?;
            let number: String = row.try_get("", "passport_number")?;
            let born: String = row.try_get("", "date_of_birth")?;
            let place: Option<String> = row.try_get("", "place_of_birth")?;
            let at = |column| Place {
                table: "passports",
                column,
                row: id,
            };
            let sealed = [
                (
                    "passport_number",
                    seal(&key, at("passport_number"), Some(&number))?.into(),
                ),
                (
                    "number_index",
                    self.vault.indexer().passport(&country, &number).into(),
                ),
                (
                    "date_of_birth",
                    seal(&key, at("date_of_birth"), Some(&born))?.into(),
                ),
                (
                    "place_of_birth",
                    seal(&key, at("place_of_birth"), place.as_deref())?.into(),
                ),
            ];
            let copied = [
                "id",
                "user_id",
                "document_code",
                "issuing_country",
                "nationality",
                "surname",
                "given_names",
                "sex",
                "birth_country",
                "issue_date",
                "expiry_date",
                "status",
                "primary",
                "version",
                "created_at",
                "updated_at",
            ];
            carry_over(txn, (PASSPORTS, "passports"), ("id", id), &copied, sealed).await?;
        }
        Ok(rows.len())
    }

    async fn loyalties(&self, txn: &DatabaseTransaction) -> Result<usize> {
        let find = batch(LOYALTIES, "id", JoinType::InnerJoin)
            .expr_as(text_of(LOYALTIES, "membership_number"), "membership_number")
            .take();
        let rows = txn.query_all(&find).await?;
        for row in &rows {
            let (id, key) = self.keyed(row).await?;
            let number: String = row.try_get("", "membership_number")?;
            let normalized = number
                .parse::<MembershipNumber>()
                .map_or_else(|_| number.clone(), |number| number.normalized());
            let at = Place {
                table: "loyalties",
                column: "membership_number",
                row: id,
            };
            let sealed = [
                ("membership_number", seal(&key, at, Some(&number))?.into()),
                (
                    "membership_number_index",
                    self.vault.indexer().membership(&normalized).into(),
                ),
            ];
            let copied = [
                "id",
                "user_id",
                "program_id",
                "tier",
                "status",
                "expiry_date",
                "primary",
                "version",
                "created_at",
                "updated_at",
            ];
            carry_over(txn, (LOYALTIES, "loyalties"), ("id", id), &copied, sealed).await?;
        }
        Ok(rows.len())
    }

    async fn second_factors(&self, txn: &DatabaseTransaction) -> Result<usize> {
        let find = batch(SECOND_FACTORS, "user_id", JoinType::InnerJoin)
            .expr_as(text_of(SECOND_FACTORS, "secret"), "secret")
            .take();
        let rows = txn.query_all(&find).await?;
        for row in &rows {
            let (id, key) = self.keyed(row).await?;
            let opened = secret(self.sealer, key.user_id(), row.try_get("", "secret")?)?;
            let at = Place {
                table: "second_factors",
                column: "secret",
                row: id,
            };
            let sealed = [("secret", key.seal(at, &opened)?.into())];
            let copied = ["user_id", "last_step", "confirmed_at", "created_at"];
            carry_over(
                txn,
                (SECOND_FACTORS, "second_factors"),
                ("user_id", id),
                &copied,
                sealed,
            )
            .await?;
        }
        Ok(rows.len())
    }

    /// Id of a row, and the key of its person.
    async fn keyed(&self, row: &QueryResult) -> Result<(Uuid, DataKey)> {
        let wrapped = data_keys::Model::from_query_result(row, KEY)?;
        Ok((row.try_get("", "row_id")?, self.vault.data_key(&wrapped).await?))
    }
}

/// What stands before the columns of the data key.
const KEY: &str = "data_key_";

/// The next rows of a table with the data keys of their persons.
fn batch(table: &'static str, id: &'static str, join: JoinType) -> SelectStatement {
    let person = if table == "users" { "id" } else { "user_id" };
    let mut find = Query::select();
    find.from(table)
        .join(
            join,
            "data_keys",
            Expr::col((table, person)).equals(("data_keys", "user_id")),
        )
        .expr_as(Expr::col((table, id)), "row_id")
        .order_by((table, id), Order::Asc)
        .limit(BATCH);
    for column in data_keys::Column::iter() {
        let name = column.as_str();
        find.expr_as(Expr::col(("data_keys", name)), format!("{KEY}{name}"));
    }
    find
}

/// A column as its text: on PostgreSQL, days are not texts.
fn text_of(table: &'static str, column: &'static str) -> Expr {
    Expr::col((table, column)).cast_as("text")
}

fn seal(key: &DataKey, place: Place, value: Option<&str>) -> Result<Option<Sealed>> {
    value.map(|value| key.seal(place, value.as_bytes())).transpose()
}

/// Opens the secret of an authenticator app, which was sealed under the master key before.
fn secret(sealer: &Sealer, user: UserId, hidden: String) -> Result<Vec<u8>> {
    sealer.open(&format!("second_factors/secret/{user}"), &Hidden::from(hidden))
}

/// Moves a row to its new table, with sealed values in place of those in clear. What is not sealed is not looked at.
async fn carry_over<const N: usize>(
    txn: &DatabaseTransaction,
    (from, to): (&'static str, &'static str),
    (id, row): (&'static str, Uuid),
    copied: &[&'static str],
    sealed: [(&'static str, Value); N],
) -> Result<()> {
    let mut select = Query::select();
    select
        .columns(copied.iter().copied())
        .from(from)
        .and_where(Expr::col(id).eq(row));
    let mut columns = copied.to_vec();
    for (column, value) in sealed {
        columns.push(column);
        select.expr(Expr::val(value));
    }
    let insert = Query::insert()
        .into_table(to)
        .columns(columns)
        .select_from(select)
        .map_err(|error| Error::Internal(error.to_string()))?
        .take();
    txn.execute(&insert).await?;
    let delete = Query::delete()
        .from_table(from)
        .and_where(Expr::col(id).eq(row))
        .take();
    txn.execute(&delete).await?;
    Ok(())
}

/// SQLite leaves what was deleted in free pages of its file, and what was written before in its log: both are written
/// anew. On PostgreSQL `VACUUM FULL` does so, which takes locks and room that its operator has to choose a time for.
async fn rewrite_files(db: &Db) -> Result<()> {
    if db.writer().get_database_backend() != DbBackend::Sqlite {
        tracing::warn!("dead rows still hold clear text until VACUUM FULL has run");
        return Ok(());
    }
    db.writer().execute_unprepared("VACUUM").await?;
    let checkpoint = Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(TRUNCATE)");
    let busy: Option<i32> = match db.writer().query_one_raw(checkpoint).await? {
        Some(row) => row.try_get_by_index(0)?,
        None => None,
    };
    if busy != Some(0) {
        tracing::warn!(
            "another process reads the database; its log still holds clear text until all have stopped"
        );
    }
    Ok(())
}
