//! Gives committed entries their place in the chain, behind the backs of the commands that wrote them.

use std::time::Duration;

use entity::{audit_chain, audit_checkpoints, audit_events};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::{checkpoint, entry};
use crate::core::Core;
use crate::db::row_of;
use crate::error::{Error, Result};

/// How soon after it was written an entry is chained.
const EVERY: Duration = Duration::from_secs(1);
/// Most entries of one transaction.
const BATCH: u64 = 1000;
/// After how many entries a checkpoint is signed.
const CHECKPOINT_AFTER: i64 = 1000;
/// After how long a checkpoint is signed if anything has been chained since.
const CHECKPOINT_EVERY: Duration = Duration::from_mins(1);

/// Chains and signs until `stop` says true, and then once more.
pub async fn run(core: &Core, mut stop: watch::Receiver<bool>) {
    let mut timer = interval(EVERY);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut signed = Instant::now();
    loop {
        let last = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => true,
            _ = timer.tick() => false,
        };
        let is_due = last || signed.elapsed() >= CHECKPOINT_EVERY;
        match turn(core, is_due).await {
            Ok(()) if is_due => signed = Instant::now(),
            Ok(()) => {}
            Err(error) => {
                tracing::warn!(%error, "the audit trail could not be chained and will be tried again");
            }
        }
        if last {
            return;
        }
    }
}

async fn turn(core: &Core, checkpoint_is_due: bool) -> Result<()> {
    loop {
        let chained = lengthen(core).await?;
        if chained > 0 {
            sign(core, CHECKPOINT_AFTER).await?;
        }
        if chained < BATCH {
            break;
        }
    }
    if checkpoint_is_due {
        sign(core, 1).await?;
    }
    Ok(())
}

/// Chains all that is committed, and signs how far that is.
///
/// # Errors
/// When the database is away.
pub async fn settle(core: &Core) -> Result<()> {
    turn(core, true).await
}

/// Chains one batch, and tells how many. Nobody waits: who finds another process at it leaves it to that.
async fn lengthen(core: &Core) -> Result<u64> {
    // Asked first, because on SQLite a transaction is in the way of commands.
    if waiting(core.db.read(), 1).await?.is_empty() {
        return Ok(0);
    }
    core.db
        .write(async |txn| {
            let Some(head) = lock(txn).await? else {
                return Ok(0);
            };
            let entries = waiting(txn, BATCH).await?;
            let (mut seq, mut hash) = (head.seq, head.hash);
            for entry in &entries {
                seq += 1;
                hash = entry::hash(&hash, seq, &entry::canonical(entry), &entry.mac);
                audit_events::Entity::update_many()
                    .col_expr(audit_events::Column::Seq, Expr::value(seq))
                    .col_expr(audit_events::Column::Hash, Expr::value(hash.clone()))
                    .filter(audit_events::COLUMN.id.eq(entry.id))
                    .exec(txn)
                    .await?;
            }
            audit_chain::Entity::update_many()
                .col_expr(audit_chain::Column::Seq, Expr::value(seq))
                .col_expr(audit_chain::Column::Hash, Expr::value(hash))
                .filter(audit_chain::COLUMN.id.eq(1))
                .exec(txn)
                .await?;
            Ok(entries.len() as u64)
        })
        .await
}

async fn waiting(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<audit_events::Model>> {
    Ok(audit_events::Entity::find()
        .filter(audit_events::COLUMN.seq.is_null())
        .order_by_asc(audit_events::COLUMN.id)
        .limit(limit)
        .all(db)
        .await?)
}

/// The end of the chain, unless another process is at it. SQLite has one writer, who is this one.
async fn lock(txn: &impl ConnectionTrait) -> Result<Option<audit_chain::Model>> {
    Ok(audit_chain::Entity::find_by_id(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(txn)
        .await?)
}

/// Signs how far the chain has come, if that is at least so much farther than the last time.
async fn sign(core: &Core, farther: i64) -> Result<()> {
    if !is_farther(core.db.read(), farther).await? {
        return Ok(());
    }
    let signed = core
        .db
        .write(async |txn| {
            let Some(head) = lock(txn).await? else {
                return Ok(None);
            };
            let before = last_checkpoint(txn).await?;
            if head.seq - before < farther {
                return Ok(None);
            }
            let it = checkpoint::sign(&core.audit, head.seq, head.hash, before, core.clock.now());
            audit_checkpoints::Entity::insert(row_of::<_, audit_checkpoints::ActiveModel>(&it))
                .exec_without_returning(txn)
                .await?;
            Ok(Some(it))
        })
        .await?;
    // After the commit: a line that the table does not know would look like a checkpoint that was removed.
    if let Some(it) = signed {
        checkpoint::append(core.audit.file(), &it).map_err(|error| {
            Error::Internal(format!(
                "{} cannot be written: {error}",
                core.audit.file().display()
            ))
        })?;
    }
    Ok(())
}

async fn is_farther(db: &impl ConnectionTrait, farther: i64) -> Result<bool> {
    let head = audit_chain::Entity::find_by_id(1).one(db).await?;
    let head = head.map_or(0, |head| head.seq);
    Ok(head - last_checkpoint(db).await? >= farther)
}

async fn last_checkpoint(db: &impl ConnectionTrait) -> Result<i64> {
    let last: Option<i64> = audit_checkpoints::Entity::find()
        .select_only()
        .column(audit_checkpoints::Column::Seq)
        .order_by_desc(audit_checkpoints::COLUMN.seq)
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.unwrap_or(0))
}
