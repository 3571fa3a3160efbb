//! Changes the key under which data keys are wrapped, while everybody works.
//!
//! Nothing that is sealed is touched: of each person the data key alone is wrapped anew. What is left to do stands in the
//! database, in the rows under another key than the active one, so that whoever goes on after a crash needs no note of
//! how far it came.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use entity::ids::UserId;
use entity::values::AuditAction;
use entity::{audit_events, data_keys};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbBackend, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::keyring::{WrappingKey, WrappingKeyState};
use crate::audit::{self, Event, Who};
use crate::core::Core;
use crate::error::{Error, Result};

/// Data keys that are wrapped anew in one transaction: short enough that no command waits for it noticeably.
const BATCH: u64 = 500;
/// How often a batch is tried again, a second apart, while the database is busy or away.
const PATIENCE: u32 = 30;
/// How long nothing may be left before a rotation is over. Processes look at the keyring every five seconds, and a command
/// that began before takes ten at the most.
pub const SETTLED: Duration = Duration::from_secs(11);

/// A key of the keyring, or one that the database needs and the keyring lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInUse {
    /// Its name.
    pub id: String,
    /// What it may still do, and since when there is such a key; nothing when the keyring lacks it.
    pub key: Option<(WrappingKeyState, DateTime<Utc>)>,
    /// How many data keys are wrapped under it.
    pub data_keys: u64,
}

/// How far a rotation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Data keys that this process has wrapped anew.
    pub done: u64,
    /// Data keys that are under the active key by now, and those that are not yet.
    pub of: u64,
}

/// What a rotation begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// A new key is the active one.
    New(WrappingKey),
    /// A rotation before was not finished: it is carried on, to the key that is active already.
    Continued {
        /// Name of the active key.
        active: String,
    },
    /// Keys come from a setting, where they are made, and nothing is left under another than the active one.
    Nothing {
        /// Name of the active key.
        active: String,
    },
}

/// All keys, with what is wrapped under each.
///
/// # Errors
/// Those of the database.
pub async fn keys(core: &Core) -> Result<Vec<KeyInUse>> {
    let counts: Vec<(String, i64)> = data_keys::Entity::find()
        .select_only()
        .column(data_keys::Column::WrappingKeyId)
        .column_as(data_keys::Column::UserId.count(), "wrapped")
        .group_by(data_keys::Column::WrappingKeyId)
        .into_tuple()
        .all(core.db.read())
        .await?;
    let mut counts: BTreeMap<_, _> = counts
        .into_iter()
        .map(|(id, count)| (id, u64::try_from(count).unwrap_or_default()))
        .collect();
    let mut all: Vec<_> = core
        .vault
        .keyring()
        .list()
        .into_iter()
        .map(|key| KeyInUse {
            data_keys: counts.remove(&key.id).unwrap_or_default(),
            key: Some((key.state, key.created_at)),
            id: key.id,
        })
        .collect();
    all.extend(counts.into_iter().map(|(id, data_keys)| KeyInUse {
        id,
        key: None,
        data_keys,
    }));
    Ok(all)
}

/// Makes a new key the active one, unless a rotation before was not finished.
///
/// # Errors
/// A sentence.
pub async fn begin(core: &Core) -> Result<Begun, String> {
    let keyring = core.vault.keyring();
    keyring.refresh()?;
    let active = keyring.active();
    let left = left(core, &active).await.map_err(|error| error.to_string())?;
    if left > 0 {
        // Whoever added the key may have been killed before it was noted.
        if !is_noted(core, &active).await.map_err(|error| error.to_string())? {
            note(core, &active).await;
        }
        return Ok(Begun::Continued { active });
    }
    if keyring.file().is_none() {
        return Ok(Begun::Nothing { active });
    }
    let added = keyring.add_active(core.clock.now())?;
    // The keyring is no part of the database: the entry comes as soon as there is something to be noted.
    note(core, &added.id).await;
    Ok(Begun::New(added))
}

async fn note(core: &Core, added: &str) {
    let event = Event::new(AuditAction::KeyringKeyAdded).detail(added);
    audit::record_alone(core, Who::SYSTEM, event).await;
}

async fn is_noted(core: &Core, added: &str) -> Result<bool> {
    let entries = audit_events::Entity::find()
        .filter(
            audit_events::COLUMN
                .action
                .eq(AuditAction::KeyringKeyAdded.as_str()),
        )
        .filter(audit_events::COLUMN.detail.eq(added));
    Ok(entries.count(core.db.read()).await? > 0)
}

/// How many data keys are under another key than this one.
async fn left(core: &Core, active: &str) -> Result<u64> {
    Ok(data_keys::Entity::find()
        .filter(data_keys::COLUMN.wrapping_key_id.ne(active))
        .count(core.db.read())
        .await?)
}

/// Wraps all data keys under the active key that are under another, and returns when none has turned up for
/// [`SETTLED`]. May be stopped at any time and called again.
///
/// # Errors
/// Those of the database; `Internal` when a data key does not unwrap.
pub async fn wrap_anew(core: &Core, mut report: impl FnMut(Progress)) -> Result<u64> {
    let active = core.vault.keyring().active();
    let of = left(core, &active).await?;
    let mut progress = Progress { done: 0, of };
    report(progress);
    loop {
        let mut after = None;
        let before = progress.done;
        while let Some((last, count)) = patiently(core, after).await? {
            after = Some(last);
            progress.done += count;
            progress.of = progress.of.max(progress.done);
            report(progress);
        }
        if progress.done == before {
            break;
        }
    }
    Ok(progress.done)
}

/// How many data keys have turned up under another key than the active one after [`SETTLED`], and are wrapped anew: a
/// process with a keyring of its own, or one that was held up, may have wrapped the key of a new customer meanwhile.
///
/// # Errors
/// As [`wrap_anew`].
pub async fn settle(core: &Core) -> Result<u64> {
    tokio::time::sleep(SETTLED).await;
    wrap_anew(core, |_| ()).await
}

/// A batch, once the database has time for it. SQLite lets one write at a time, and whoever waits for a turn looks only
/// now and then: it is left alone for as long as it was taken.
async fn patiently(core: &Core, after: Option<UserId>) -> Result<Option<(UserId, u64)>> {
    for _ in 0..PATIENCE {
        let began = Instant::now();
        match batch(core, after).await {
            Err(Error::Unavailable(_)) => tokio::time::sleep(Duration::from_secs(1)).await,
            done => {
                tokio::time::sleep(began.elapsed()).await;
                return done;
            }
        }
    }
    batch(core, after).await
}

/// Wraps the next data keys anew: the last person that was looked at, and how many keys were changed. Nothing at the end.
///
/// A row that somebody else holds is left to the next pass: whoever waits while holding others could end in a deadlock.
async fn batch(core: &Core, after: Option<UserId>) -> Result<Option<(UserId, u64)>> {
    let active = core.vault.keyring().active();
    core.db
        .write(async |txn| {
            let mut find = data_keys::Entity::find()
                .filter(data_keys::COLUMN.wrapping_key_id.ne(&active))
                .order_by_asc(data_keys::Column::UserId)
                .limit(BATCH)
                .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
            if let Some(after) = after {
                find = find.filter(data_keys::COLUMN.user_id.gt(after));
            }
            let rows = find.all(txn).await?;
            let Some(last) = rows.last().map(|row| row.user_id) else {
                return Ok(None);
            };
            let mut count = 0;
            for row in rows {
                let wrapped = core.vault.rewrap(&row).await?;
                let update = data_keys::Entity::update_many()
                    .col_expr(
                        data_keys::Column::WrappingKeyId,
                        Expr::value(wrapped.wrapping_key_id),
                    )
                    .col_expr(data_keys::Column::WrappedKey, Expr::value(wrapped.wrapped_key))
                    .filter(data_keys::COLUMN.user_id.eq(row.user_id))
                    .filter(data_keys::COLUMN.key_id.eq(row.key_id))
                    .filter(data_keys::COLUMN.wrapping_key_id.eq(&row.wrapping_key_id));
                count += update.exec(txn).await?.rows_affected;
            }
            if count > 0 {
                let event = Event::new(AuditAction::DataKeysRewrapped);
                let event = event.detail(format!("{count} under {active}"));
                audit::record(core, txn, Who::SYSTEM, event).await?;
            }
            Ok(Some((last, count)))
        })
        .await
}

/// Takes a key out of the keyring, once nothing is wrapped under it.
///
/// No new customer can slip past: whoever adds one writes the data key first and then looks whether its wrapping key is
/// still in the file ([`Vault::insert`](super::Vault)). Here the table is locked first, which waits for those who have
/// written, then counted, then the key is taken out, and only then are the others let in, who find it gone.
///
/// # Errors
/// A sentence that says what to do.
pub async fn retire(core: &Core, id: &str) -> Result<(), String> {
    let keyring = core.vault.keyring();
    keyring.refresh()?;
    let known = keyring.list().into_iter().find(|key| key.id == id);
    match known {
        None => {
            return Err(format!(
                "The keyring has no key {id}; `keys list` shows those it has."
            ));
        }
        Some(key) if key.state == WrappingKeyState::Active => {
            return Err(format!(
                "{id} is the active key: new customers are sealed under it. Run `keys rotate --data` first."
            ));
        }
        Some(_) => {}
    }
    // A replica may be behind, and a record that is read there comes with its old wrapping.
    let stale = under(core.db.read_stale(), id).await;
    let stale = stale.map_err(|error| error.to_string())?;
    let retired = core
        .db
        .write(async |txn| {
            if txn.get_database_backend() == DbBackend::Postgres {
                txn.execute_unprepared("LOCK TABLE data_keys IN SHARE ROW EXCLUSIVE MODE")
                    .await?;
            }
            let left = under(txn, id).await?.max(stale);
            Ok(if left == 0 {
                let removed = keyring.remove(id);
                if removed.is_ok() {
                    let event = Event::new(AuditAction::KeyringKeyRetired).detail(id);
                    audit::record(core, txn, Who::SYSTEM, event).await?;
                }
                removed
            } else {
                Err(format!(
                    "{left} data keys are still wrapped under {id}. Run `keys rotate --data` until it finds none, then \
                     retire the key."
                ))
            })
        })
        .await;
    retired.map_err(|error: Error| error.to_string())?
}

async fn under(db: &impl ConnectionTrait, id: &str) -> Result<u64> {
    Ok(data_keys::Entity::find()
        .filter(data_keys::COLUMN.wrapping_key_id.eq(id))
        .count(db)
        .await?)
}
