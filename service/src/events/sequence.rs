//! Gives committed events their place in the feed, behind the backs of the commands that wrote them.
//!
//! An event has its number of writing (`seq`) before its transaction is committed, so that a reader who went by it would pass
//! over what commits late. Places are given to committed events alone, by one process at a time, in the order of writing among
//! those that are committed by then. Of two changes of one record the later one waited for the lock of the record, and was
//! written after the earlier one was committed: whoever sees the later event sees the earlier one too, and gives it the
//! smaller place.

use std::time::Duration;

use entity::{event_head, events};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::core::Core;
use crate::error::{Error, Result};

/// How soon after it was written an event has its place, and how soon a process hears of the events of another.
const EVERY: Duration = Duration::from_millis(250);
/// How long a database that is away is left alone.
const PAUSE: Duration = Duration::from_secs(2);
/// Most events of one transaction.
const BATCH: u64 = 2000;

/// Places events until `stop` says true, and sends away who waits for more.
pub async fn run(core: &Core, mut stop: watch::Receiver<bool>) {
    let mut timer = interval(EVERY);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let work = async {
        loop {
            timer.tick().await;
            if let Err(error) = turn(core).await {
                tracing::warn!(%error, "events could not be placed and will be tried again");
                sleep(PAUSE).await;
            }
        }
    };
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => {}
        () = work => {}
    }
    core.events.close();
}

async fn turn(core: &Core) -> Result<()> {
    settle(core).await?;
    core.events.announce(head(core.db.read()).await?.position);
    Ok(())
}

/// Places all that is committed.
///
/// # Errors
/// When the database is away, or another process has been at it for too long.
pub async fn settle(core: &Core) -> Result<()> {
    while place(core).await? >= BATCH {}
    Ok(())
}

/// Places one batch, and tells how many.
async fn place(core: &Core) -> Result<u64> {
    // Asked first, because on SQLite a transaction is in the way of commands.
    if waiting(core.db.read(), 1).await?.is_empty() {
        return Ok(0);
    }
    let (placed, head) = core
        .db
        .write(async |txn| {
            // Waited for: who asks for what is committed wants it placed, by whomever.
            let head = event_head::Entity::find_by_id(1)
                .lock_exclusive()
                .one(txn)
                .await?
                .ok_or_else(no_head)?;
            let seqs = waiting(txn, BATCH).await?;
            let mut last = head.position;
            for (first, count) in runs(&seqs) {
                // All numbers of the run are known to wait, so that the range holds nothing else.
                events::Entity::update_many()
                    .col_expr(
                        events::Column::Position,
                        Expr::col(events::Column::Seq).add(last + 1 - first),
                    )
                    .filter(events::COLUMN.seq.between(first, first + count - 1))
                    .exec(txn)
                    .await?;
                last += count;
            }
            event_head::Entity::update_many()
                .col_expr(event_head::Column::Position, Expr::value(last))
                .filter(event_head::COLUMN.id.eq(1))
                .exec(txn)
                .await?;
            Ok((seqs.len() as u64, last))
        })
        .await?;
    core.events.announce(head);
    Ok(placed)
}

/// Numbers of writing of events without a place, in order.
async fn waiting(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<i64>> {
    Ok(events::Entity::find()
        .select_only()
        .column(events::Column::Seq)
        .filter(events::COLUMN.position.is_null())
        .order_by_asc(events::COLUMN.seq)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?)
}

/// Cuts ascending numbers into runs without gaps: `(first, how many)`.
fn runs(numbers: &[i64]) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((first, count)) if *first + *count == *number => *count += 1,
            _ => runs.push((*number, 1)),
        }
    }
    runs
}

/// Both ends of the feed.
pub(crate) async fn head(db: &impl ConnectionTrait) -> Result<event_head::Model> {
    event_head::Entity::find_by_id(1)
        .one(db)
        .await?
        .ok_or_else(no_head)
}

pub(super) fn no_head() -> Error {
    Error::Internal("the feed of changes has lost its head".into())
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn numbers_are_cut_where_one_is_missing() {
        assert_eq!(runs(&[]), []);
        assert_eq!(runs(&[4]), [(4, 1)]);
        assert_eq!(runs(&[1, 2, 3, 5, 8, 9]), [(1, 3), (5, 1), (8, 2)]);
    }
}
