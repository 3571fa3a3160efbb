//! What runs out soon, or has: documents, traveller numbers and memberships, in the order of their last days.

mod expiring;
mod thresholds;

use std::fmt;

use chrono::{Days, NaiveDate};
use entity::ids::{GroupId, UserId};
use entity::values::{AlertKind, PersonName, Scope};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::expiring::Window;
pub use self::thresholds::Thresholds;
use crate::core::Core;
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::policy::{Permit, Reach, ReadAlerts};

/// For how many days something that has expired is still told of. Long enough that nobody misses it over a holiday; what is
/// older is dealt with, or never will be.
const TOLD_AFTER: Days = Days::new(90);
/// The longest time ahead that can be asked for, in days: ten years.
const FURTHEST: u32 = 3650;

/// How many days ahead: 0 to 3650.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32")]
pub struct Ahead(u32);

impl TryFrom<u32> for Ahead {
    type Error = String;

    fn try_from(days: u32) -> Result<Self, String> {
        if days <= FURTHEST {
            Ok(Self(days))
        } else {
            Err(format!("The number of days must lie between 0 and {FURTHEST}."))
        }
    }
}

/// What narrows the alerts.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AlertFilter {
    /// That expires within so many days; within the longest threshold if not said.
    pub within: Option<Ahead>,
    /// Of this kind.
    pub kind: Option<AlertKind>,
    /// Of this person.
    pub user_id: Option<UserId>,
    /// Of the members of this group.
    pub group_id: Option<GroupId>,
}

/// Something that runs out.
#[derive(Clone, PartialEq, Eq)]
pub struct Alert {
    /// What it is.
    pub kind: AlertKind,
    /// Id of the record.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: UserId,
    /// The person's first name, or only name.
    pub first_name: PersonName,
    /// The person's family name.
    pub last_name: Option<PersonName>,
    /// What it is called, without its number: `Passport (UTO)`.
    pub what: String,
    /// Last day of validity.
    pub expiry_date: NaiveDate,
    /// When the record or the person was last changed.
    pub updated_at: chrono::DateTime<chrono::Utc>,
}

impl fmt::Debug for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alert")
            .field("kind", &self.kind)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Alert {
    /// Days until the last day of validity, which is day 0; negative once it has expired.
    pub fn days_left(&self, today: NaiveDate) -> i64 {
        (self.expiry_date - today).num_days()
    }

    /// One line for staff: `Passport (UTO) of Anna Eriksson`.
    pub fn title(&self) -> String {
        let last_name = self.last_name.as_ref().map(|name| format!(" {name}"));
        format!(
            "{} of {}{}",
            self.what,
            self.first_name,
            last_name.unwrap_or_default()
        )
    }
}

/// One page of alerts, in the order of last days and ids, in one statement for each kind.
///
/// # Errors
/// `InvalidParameter` for the cursor; `Denied` when another system may not know who is in a group.
pub async fn list(
    core: &Core,
    by: &Permit<ReadAlerts>,
    filter: &AlertFilter,
    page: &PageRequest,
) -> Result<Page<Alert>> {
    by.also_needs(filter.group_id.map(|_| Scope::GroupsRead))?;
    let keyset = page.check_at::<(NaiveDate, Uuid), _>(core, by.actor(), "alerts", filter)?;
    let today = core.clock.today();
    let ahead = filter
        .within
        .map_or_else(|| core.settings.alert_days.longest(), |it| it.0);
    let window = Window {
        from: told_from(today),
        to: today.checked_add_days(Days::new(ahead.into())),
        user_id: filter.user_id,
        group_id: filter.group_id,
        after: keyset.after(),
        limit: keyset.fetch(),
    };
    let db = match by.reach() {
        Reach::All | Reach::Customers => core.db.read_stale(),
        _ => core.db.read(),
    };
    let rows = merged(db, by, filter.kind, window).await?;
    Ok(keyset.page(core, rows, |alert| (alert.expiry_date, alert.id)))
}

/// Most events of a calendar.
const MOST_UPCOMING: u64 = 1000;

/// All that will run out, however far ahead, and what has lately, of a person or of the members of a group: for a calendar.
///
/// # Errors
/// Those of the database.
pub(crate) async fn upcoming(
    core: &Core,
    by: &Permit<ReadAlerts>,
    user_id: Option<UserId>,
    group_id: Option<GroupId>,
) -> Result<Vec<Alert>> {
    let window = Window {
        from: told_from(core.clock.today()),
        to: None,
        user_id,
        group_id,
        after: None,
        limit: MOST_UPCOMING,
    };
    merged(core.db.read(), by, None, window).await
}

/// The first day on which something may have expired that is still told of.
fn told_from(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(TOLD_AFTER).unwrap_or(today)
}

/// The first ones of all kinds, or of one. Each kind gives as many as the page could take from it alone, so that none is
/// passed over.
async fn merged(
    db: &impl ConnectionTrait,
    by: &Permit<ReadAlerts>,
    kind: Option<AlertKind>,
    window: Window,
) -> Result<Vec<Alert>> {
    let mut all = Vec::new();
    for of in AlertKind::ALL.iter().copied() {
        if kind.is_none_or(|kind| kind == of) {
            all.extend(expiring::of_kind(db, by, of, window).await?);
        }
    }
    all.sort_by_key(|alert| (alert.expiry_date, alert.id));
    all.truncate(usize::try_from(window.limit).unwrap_or(usize::MAX));
    Ok(all)
}
