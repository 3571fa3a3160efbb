//! How long data is kept (GDPR Article 5(1)(e)): what nobody needs any more goes by itself, by rules that the agency sets.
//!
//! One query says what is due. A dry run shows what it answers; a real run removes each of them, and looks once more under
//! the lock, because somebody may have come back meanwhile.

mod dormant;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::ids::{SessionId, UserId};
use entity::{identity_cards, passports, sessions, traveller_numbers, users, visas};
use sea_orm::{EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use uuid::Uuid;

use super::{erasure, ledger};
use crate::auth;
use crate::core::Core;
use crate::documents;
use crate::error::{Error, Result};
use crate::events;
use crate::policy::{Permit, WriteIdentityCards, WriteTravellerNumbers, WriteVisas};
use crate::webhooks;

/// For how many days what is kept; 0 is for ever, or as long as something else says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retention {
    /// Passports, after they have expired.
    pub expired_passports: u32,
    /// Visas, identity cards and traveller numbers, after they have expired.
    pub expired_documents: u32,
    /// Customers with whom nothing happens.
    pub dormant_customers: u32,
    /// Sessions that were ended before their time.
    pub ended_sessions: u32,
    /// Events of the feed of changes.
    pub events: u32,
}

/// What goes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Passports that have expired.
    ExpiredPassports,
    /// Visas that have expired.
    ExpiredVisas,
    /// Identity cards that have expired.
    ExpiredIdentityCards,
    /// Traveller numbers that have expired.
    ExpiredTravellerNumbers,
    /// Customers who have not signed in, were not changed, and travel in no group.
    DormantCustomers,
    /// Sessions that were ended before their time.
    EndedSessions,
    /// Events of the feed of changes.
    Events,
}

impl Rule {
    /// All rules, in the order in which they run: what hangs on a person before the person.
    pub const ALL: [Self; 7] = [
        Self::ExpiredPassports,
        Self::ExpiredVisas,
        Self::ExpiredIdentityCards,
        Self::ExpiredTravellerNumbers,
        Self::EndedSessions,
        Self::DormantCustomers,
        Self::Events,
    ];

    /// The setting.
    pub const fn setting(self) -> &'static str {
        match self {
            Self::ExpiredPassports => "RETAIN_EXPIRED_PASSPORTS_DAYS",
            Self::ExpiredVisas | Self::ExpiredIdentityCards | Self::ExpiredTravellerNumbers => {
                "RETAIN_EXPIRED_DOCUMENTS_DAYS"
            }
            Self::DormantCustomers => "RETAIN_DORMANT_CUSTOMERS_DAYS",
            Self::EndedSessions => "RETAIN_ENDED_SESSIONS_DAYS",
            Self::Events => "RETAIN_EVENTS_DAYS",
        }
    }

    /// What it removes, in the plural.
    pub const fn what(self) -> &'static str {
        match self {
            Self::ExpiredPassports => "expired passports",
            Self::ExpiredVisas => "expired visas",
            Self::ExpiredIdentityCards => "expired identity cards",
            Self::ExpiredTravellerNumbers => "expired traveller numbers",
            Self::DormantCustomers => "dormant customers",
            Self::EndedSessions => "ended sessions",
            Self::Events => "events",
        }
    }

    /// For how long what it is about is kept, if not for ever.
    pub fn days(self, settings: Retention) -> Option<u32> {
        let days = match self {
            Self::ExpiredPassports => settings.expired_passports,
            Self::ExpiredVisas | Self::ExpiredIdentityCards | Self::ExpiredTravellerNumbers => {
                settings.expired_documents
            }
            Self::DormantCustomers => settings.dormant_customers,
            Self::EndedSessions => settings.ended_sessions,
            Self::Events => settings.events,
        };
        Some(days).filter(|days| *days > 0)
    }
}

/// What one rule has removed, or would remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The rule.
    pub rule: Rule,
    /// Its days.
    pub days: u32,
    /// The ids of what it is about, in order.
    pub ids: Vec<Uuid>,
}

/// Runs all rules that are set, or tells what they would do.
///
/// # Errors
/// When the database is away. What was removed until then stays so.
pub async fn run(core: &Core, dry: bool) -> Result<Vec<Report>> {
    let mut reports = Vec::new();
    for rule in Rule::ALL {
        let Some(days) = rule.days(core.settings.retention) else {
            continue;
        };
        let limit = core.clock.now() - TimeDelta::days(i64::from(days));
        if rule == Rule::Events {
            // Many, and only together: the feed has no gaps.
            let ids = events::prune(core, limit, dry).await?;
            if !dry {
                webhooks::purge(core, limit).await?;
            }
            reports.push(Report { rule, days, ids });
            continue;
        }
        let due = due(core, rule, limit).await?;
        let mut ids = Vec::new();
        for id in due {
            if dry || remove(core, rule, id, limit).await? {
                ids.push(id);
            }
        }
        reports.push(Report { rule, days, ids });
    }
    Ok(reports)
}

/// The same for the worker: what was removed is in the log, as a count.
///
/// # Errors
/// When the database is away.
pub async fn run_daily(core: &Core) -> Result<()> {
    for report in run(core, false).await? {
        if !report.ids.is_empty() {
            tracing::info!(
                what = report.rule.what(),
                count = report.ids.len(),
                days = report.days,
                "removed: their time had come"
            );
        }
    }
    Ok(())
}

/// What is due, in the order of the ids.
async fn due(core: &Core, rule: Rule, limit: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let db = core.db.read();
    Ok(match rule {
        Rule::ExpiredPassports => documents::expired::<passports::Entity>(core, day(limit)).await?,
        Rule::ExpiredVisas => documents::expired::<visas::Entity>(core, day(limit)).await?,
        Rule::ExpiredIdentityCards => documents::expired::<identity_cards::Entity>(core, day(limit)).await?,
        Rule::ExpiredTravellerNumbers => {
            documents::expired::<traveller_numbers::Entity>(core, day(limit)).await?
        }
        Rule::DormantCustomers => {
            let query = users::Entity::find()
                .select_only()
                .column(users::Column::Id)
                .filter(dormant::since(limit))
                .order_by_asc(users::COLUMN.id);
            plain(query.into_tuple::<UserId>().all(db).await?)
        }
        Rule::EndedSessions => {
            let query = sessions::Entity::find()
                .select_only()
                .column(sessions::Column::Id)
                .filter(sessions::COLUMN.ended_at.lt(limit))
                .order_by_asc(sessions::COLUMN.id);
            plain(query.into_tuple::<SessionId>().all(db).await?)
        }
        Rule::Events => events::prune(core, limit, true).await?,
    })
}

fn plain<I: Into<Uuid>>(ids: Vec<I>) -> Vec<Uuid> {
    ids.into_iter().map(Into::into).collect()
}

/// A document is good on its last day.
fn day(limit: DateTime<Utc>) -> NaiveDate {
    limit.date_naive()
}

/// Removes one of them, if it is still due.
async fn remove(core: &Core, rule: Rule, id: Uuid, limit: DateTime<Utc>) -> Result<bool> {
    let removed = match rule {
        Rule::ExpiredPassports => crate::passports::remove_expired(core, id.into(), day(limit)).await,
        Rule::ExpiredVisas => {
            let by = Permit::<WriteVisas>::system();
            documents::remove_expired::<visas::Entity, _>(core, &by, id, day(limit)).await
        }
        Rule::ExpiredIdentityCards => {
            let by = Permit::<WriteIdentityCards>::system();
            documents::remove_expired::<identity_cards::Entity, _>(core, &by, id, day(limit)).await
        }
        Rule::ExpiredTravellerNumbers => {
            let by = Permit::<WriteTravellerNumbers>::system();
            documents::remove_expired::<traveller_numbers::Entity, _>(core, &by, id, day(limit)).await
        }
        Rule::DormantCustomers => remove_dormant(core, id.into(), limit).await,
        Rule::EndedSessions => auth::sessions::remove_ended(core, id.into(), limit).await,
        // Removed together, by `run`.
        Rule::Events => Ok(false),
    };
    match removed {
        // Gone, or restricted since.
        Err(Error::NotFound | Error::Conflict(_)) => Ok(false),
        removed => removed,
    }
}

async fn remove_dormant(core: &Core, id: UserId, limit: DateTime<Utc>) -> Result<bool> {
    let cause = erasure::Cause::system("retention")?;
    let done = core
        .db
        .write(async |txn| {
            // First the lock, then the look: what hangs on the person is changed under the same lock.
            let user = users::Entity::find_by_id(id).lock_exclusive().one(txn).await?;
            let Some(user) = user else { return Ok(None) };
            let is_due = users::Entity::find_by_id(id)
                .filter(dormant::since(limit))
                .one(txn)
                .await?
                .is_some();
            if !is_due {
                return Ok(None);
            }
            erasure::remove(core, txn, &user, cause).await.map(Some)
        })
        .await?;
    let Some(done) = done else { return Ok(false) };
    ledger::add(core, &done).await;
    Ok(true)
}
