//! What every process does beside answering requests.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};

use crate::audit;
use crate::auth::{sessions, signing_keys, throttle};
use crate::core::Core;
use crate::db::uncounted;
use crate::error::{Error, Result};
use crate::events;
use crate::privacy::{ledger, retention};
use crate::{idempotency, mail, oauth, user_imports, webhooks};

/// How soon a process hears of keys that another has rotated, and of people whom another has erased.
const NEWS_EVERY: Duration = Duration::from_secs(5);
/// How often what has expired is removed.
const PURGE_EVERY: Duration = Duration::from_hours(1);
/// How often data whose time has come is removed.
const RETENTION_EVERY: Duration = Duration::from_hours(24);
/// How long a process is left to its first requests before it tidies up.
const PURGE_AFTER: Duration = Duration::from_mins(1);

/// Works until `stop` says true.
pub async fn run(core: Core, stop: watch::Receiver<bool>) {
    let all = async {
        tokio::join!(
            keep_house(&core, stop.clone()),
            mail::worker::run(&core, stop.clone()),
            audit::chain::run(&core, stop.clone()),
            events::sequence::run(&core, stop.clone()),
            webhooks::worker::run(&core, stop)
        )
    };
    uncounted(Box::pin(all)).await;
}

/// A task that fails is tried again when its time comes.
async fn keep_house(core: &Core, mut stop: watch::Receiver<bool>) {
    let (mut news, mut purge, mut retain) = (
        interval(NEWS_EVERY),
        interval_at(Instant::now() + PURGE_AFTER, PURGE_EVERY),
        interval_at(Instant::now() + PURGE_AFTER, RETENTION_EVERY),
    );
    for timer in [&mut news, &mut purge, &mut retain] {
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    }
    // Who was erased before this start may be in the log of the database that it goes on with.
    let mut forgotten = 0;
    // The first tick of the news comes at once; they have just been read.
    news.tick().await;
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            _ = news.tick() => {
                note("signing keys", signing_keys::reload(core).await);
                note("keyring", core.vault.keyring().refresh().map_err(Error::Internal));
                note("the ledger of erasures", ledger::complete(core).await);
                note("what the database's log has of the erased", forget(core, &mut forgotten).await);
            }
            _ = retain.tick() => note("what is not kept any longer", retention::run_daily(core).await),
            _ = purge.tick() => {
                note("expired sessions", sessions::purge(core).await);
                note("expired tokens of clients", oauth::purge(core).await);
                note("failed sign-ins", throttle::purge(core).await);
                note("expired mail tokens", mail::purge(core).await);
                note("answers to requests that may be sent again", idempotency::purge(core).await);
                note("what has become of old imports", user_imports::purge(core).await);
            }
        }
    }
}

/// Empties the write-ahead log once for each time that somebody was erased; as long as somebody is in the way, the next turn
/// tries again.
async fn forget(core: &Core, forgotten: &mut usize) -> Result<()> {
    let erased = core.ledger.len();
    if erased != *forgotten && core.db.forget_log().await? {
        *forgotten = erased;
    }
    Ok(())
}

fn note(task: &str, result: Result<()>) {
    if let Err(error) = result {
        tracing::warn!(task, %error, "a background task failed and will be tried again");
    }
}
