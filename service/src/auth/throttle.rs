//! Stops whoever guesses passwords and codes, without stopping those whose they are.
//!
//! Every path that takes a secret of an account evaluates it inside [`attempt`], and every path that takes one of a
//! machine client inside [`client_attempt`]. A try is counted before it is evaluated, so that no number of tries at
//! once is more than the budget; a success takes the count away, in the transaction that the success opens.
//! Nobody is kept waiting with an open connection: who comes too early is told when to come back.

mod account;
mod addresses;
mod gates;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::throttles;
use sea_orm::sea_query::{CaseStatement, Expr, OnConflict, Query, SimpleExpr};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, ExprTrait as _, QueryFilter as _};

pub use self::account::Account;
pub(super) use self::account::canonical;
use self::addresses::Addresses;
pub use self::addresses::Network;
use self::gates::Gates;
use super::Origin;
use crate::clock::Clock;
use crate::core::Core;
use crate::error::{Error, Result, Unauthenticated};

/// How many failures after each other cost nothing but the try.
const FREE: i64 = 5;
/// What the failure after the free ones costs, in seconds; each further one costs twice as much.
const FIRST_DELAY: i64 = 1;
/// What a failure costs at the most, in seconds.
const LONGEST_DELAY: i64 = 900;
/// After how many failures in a row no try is looked at any more (NIST SP 800-63B-4 §3.2.2).
const MOST: i64 = 100;
/// For how long that is: until a new password clears it, or the row is purged.
const LOCKED_DAYS: i64 = 36_500;
/// The longest time after which anybody is told to come back.
const LONGEST_RETRY: TimeDelta = TimeDelta::days(1);

/// What all workers of a process know about tries: who is trying now, and which addresses fail.
#[derive(Clone)]
pub struct Throttle {
    gates: Arc<Gates>,
    addresses: Arc<Addresses>,
}

impl Throttle {
    /// `failures_per_address` is the budget of each network address for a minute; 0 means no limit.
    pub fn new(clock: &Clock, failures_per_address: u32) -> Self {
        Self {
            gates: Arc::default(),
            addresses: Arc::new(Addresses::new(clock, failures_per_address)),
        }
    }
}

/// A try under way.
pub struct Attempt<'a> {
    account: &'a Account,
}

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attempt(***)")
    }
}

impl Attempt<'_> {
    /// Gives the budget back, as part of the transaction that the success opens. Without it the try stays counted,
    /// whatever it answers.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn succeeded(&self, txn: &impl ConnectionTrait) -> Result<()> {
        clear(txn, self.account).await
    }
}

/// Evaluates a secret of an account, if the budgets of the account and of the address allow it.
///
/// # Errors
/// `TooManyAttempts` when they do not, `Unavailable` when too many try at once, and what `evaluate` answers.
pub async fn attempt<T>(
    core: &Core,
    account: &Account,
    from: &Origin,
    evaluate: impl AsyncFnOnce(&Attempt<'_>) -> Result<T>,
) -> Result<T> {
    core.throttle.addresses.check(from)?;
    let _admitted = core.hasher.admit().await?;
    counted(core, account, from, evaluate).await
}

/// Evaluates the secret of a machine client, if the budgets of the client at this address and of the address allow it.
/// Strangers elsewhere use up budgets of their own, and cannot lock the client out.
///
/// # Errors
/// `TooManyAttempts` when they do not, and what `evaluate` answers.
pub async fn client_attempt<T>(
    core: &Core,
    client_id: &str,
    from: &Origin,
    evaluate: impl AsyncFnOnce(&Attempt<'_>) -> Result<T>,
) -> Result<T> {
    core.throttle.addresses.check(from)?;
    let account = Account::of_client(core, client_id, from);
    counted(core, &account, from, evaluate).await
}

/// Evaluates a secret that belongs to no account, if the budget of the address allows it. It has so many bits that nobody
/// guesses it; the budget spares the database.
///
/// # Errors
/// `TooManyAttempts` when the budget does not allow it, and what `evaluate` answers.
pub async fn guess<T>(core: &Core, from: &Origin, evaluate: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
    core.throttle.addresses.check(from)?;
    let outcome = evaluate().await;
    if outcome.as_ref().is_err_and(Error::is_callers) {
        core.throttle.addresses.failed(from);
    }
    outcome
}

/// Forgets the failures of an account, because something better than a guess has shown who asks: a new password by
/// mail. Budgets of devices stay as they are.
///
/// # Errors
/// When the database is away.
pub async fn clear(txn: &impl ConnectionTrait, account: &Account) -> Result<()> {
    throttles::Entity::delete_by_id(account.key().clone())
        .exec(txn)
        .await?;
    Ok(())
}

async fn counted<T>(
    core: &Core,
    account: &Account,
    from: &Origin,
    evaluate: impl AsyncFnOnce(&Attempt<'_>) -> Result<T>,
) -> Result<T> {
    // Few at once, so that many correct sign-ins of one account wait for each other rather than count as failures.
    let _turn = core.throttle.gates.enter(account.key()).await;
    refuse_if_blocked(core, account).await?;
    count(core, account).await?;
    let outcome = evaluate(&Attempt { account }).await;
    match &outcome {
        // The password was right; whether codes are guessed is the account's budget to judge.
        Ok(_) | Err(Error::Unauthenticated(Unauthenticated::SecondFactorRequired)) => {}
        Err(error) if error.is_callers() => core.throttle.addresses.failed(from),
        // Nothing was evaluated, and that is our fault.
        Err(_) => give_back(core, account).await,
    }
    outcome
}

/// Turns away who is too early without a transaction, which on SQLite would be in everybody's way.
async fn refuse_if_blocked(core: &Core, account: &Account) -> Result<()> {
    let found = throttles::Entity::find_by_id(account.key().clone())
        .one(core.db.read())
        .await?;
    match found {
        Some(row) => in_time(core.clock.now(), row.blocked_until),
        None => Ok(()),
    }
}

fn in_time(now: DateTime<Utc>, blocked_until: DateTime<Utc>) -> Result<()> {
    if blocked_until <= now {
        return Ok(());
    }
    let wait = (blocked_until - now).min(LONGEST_RETRY);
    Err(Error::TooManyAttempts {
        retry_after: wait.to_std().unwrap_or(Duration::from_secs(1)),
    })
}

/// Counts a try, in one statement: of any number of tries at once, as many are evaluated as the budget has.
async fn count(core: &Core, account: &Account) -> Result<()> {
    let now = core.clock.now();
    // Not now: tries at once read the clock in one order and are counted in another.
    let never = DateTime::UNIX_EPOCH;
    let column = |column| Expr::col((throttles::Entity, column));
    let mut insert = Query::insert();
    insert
        .into_table(throttles::Entity)
        .columns([
            throttles::Column::Key,
            throttles::Column::Failures,
            throttles::Column::BlockedUntil,
            throttles::Column::UpdatedAt,
        ])
        .values([
            account.key().clone().into(),
            1_i64.into(),
            never.into(),
            now.into(),
        ])
        .map_err(|_| Error::Internal("a try could not be counted".into()))?
        .on_conflict(
            OnConflict::column(throttles::Column::Key)
                .value(
                    throttles::Column::Failures,
                    column(throttles::Column::Failures).add(1_i64),
                )
                .value(throttles::Column::BlockedUntil, blocked_until(now))
                .value(throttles::Column::UpdatedAt, now)
                .action_and_where(column(throttles::Column::BlockedUntil).lte(now))
                .to_owned(),
        )
        .returning_col(throttles::Column::Failures);
    let counted = core
        .db
        .write(async |txn| Ok(txn.query_one(&insert).await?.is_some()))
        .await?;
    if counted {
        Ok(())
    } else {
        // Others were faster, and have used the budget up.
        refuse_if_blocked(core, account).await?;
        Err(Error::TooManyAttempts {
            retry_after: Duration::from_secs(1),
        })
    }
}

/// Until when the failure after those that are stored blocks the next try.
fn blocked_until(now: DateTime<Utc>) -> SimpleExpr {
    let stored = || Expr::col((throttles::Entity, throttles::Column::Failures));
    let mut steps = CaseStatement::new()
        .case(stored().gte(MOST - 1), now + TimeDelta::days(LOCKED_DAYS))
        .case(
            stored().lt(FREE - 1),
            Expr::col((throttles::Entity, throttles::Column::BlockedUntil)),
        );
    let mut failures = FREE;
    while delay(failures) < LONGEST_DELAY {
        steps = steps.case(
            stored().eq(failures - 1),
            now + TimeDelta::seconds(delay(failures)),
        );
        failures += 1;
    }
    steps.finally(now + TimeDelta::seconds(LONGEST_DELAY)).into()
}

/// Seconds for which a failure blocks the next try, when it is the n-th in a row.
fn delay(failures: i64) -> i64 {
    match u32::try_from(failures - FREE) {
        Ok(doublings) => Ord::min(FIRST_DELAY << Ord::min(doublings, 20), LONGEST_DELAY),
        Err(_) => 0,
    }
}

/// Takes back a try that nothing came of. What others have done to the delay meanwhile stays; only the lock of the last
/// try becomes the longest delay.
async fn give_back(core: &Core, account: &Account) {
    let stored = Expr::col((throttles::Entity, throttles::Column::Failures));
    let unlocked = core.clock.now() + TimeDelta::seconds(LONGEST_DELAY);
    let delay = CaseStatement::new()
        .case(stored.clone().gte(MOST), unlocked)
        .finally(Expr::col((throttles::Entity, throttles::Column::BlockedUntil)));
    let given_back = core
        .db
        .write(async |txn| {
            throttles::Entity::update_many()
                .col_expr(throttles::Column::Failures, stored.sub(1_i64))
                .col_expr(throttles::Column::BlockedUntil, delay.into())
                .filter(throttles::COLUMN.key.eq(account.key().clone()))
                .filter(throttles::COLUMN.failures.gt(0))
                .exec(txn)
                .await?;
            Ok(())
        })
        .await;
    if let Err(error) = given_back {
        tracing::debug!(%error, "a try that nothing came of stays counted");
    }
}

/// Forgets failures that are long past, so that strangers cannot fill the table: up to four after a day, more after
/// thirty, and locks after a year.
///
/// # Errors
/// When the database is away.
pub async fn purge(core: &Core) -> Result<()> {
    core.throttle.addresses.purge();
    let now = core.clock.now();
    core.db
        .write(async |txn| {
            for (below, days) in [(FREE, 1), (MOST, 30), (i64::MAX, 365)] {
                throttles::Entity::delete_many()
                    .filter(throttles::COLUMN.failures.lt(below))
                    .filter(throttles::COLUMN.updated_at.lt(now - TimeDelta::days(days)))
                    .exec(txn)
                    .await?;
            }
            Ok(())
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_a_quarter_of_an_hour() {
        let delays: Vec<_> = (1..=20).map(delay).collect();
        assert_eq!(
            delays,
            [
                0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900, 900
            ]
        );
    }

    #[test]
    fn ten_tries_are_evaluated_in_the_first_minute() {
        let mut at = 0;
        let mut evaluated = 0;
        while at < 60 {
            evaluated += 1;
            at += delay(evaluated);
        }
        assert_eq!(evaluated, 10);
    }
}
