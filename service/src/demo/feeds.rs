//! A calendar that the demonstration subscribes to.

use entity::calendar_feeds;

use super::CALENDAR_TOKEN;
use super::table::{Calendar, id, optional, rows};
use crate::error::Result;
use crate::opaque;

/// The secret of the address is the one that everybody may know.
///
/// number | owner | name | about
const FEEDS: &str = "
1001 | 0003 | Passports of the family | 0003
";

pub(super) fn all(calendar: &Calendar) -> Result<Vec<calendar_feeds::Model>> {
    let feed = |[number, owner, name, about]: [&str; 4]| {
        Ok(calendar_feeds::Model {
            id: id(number)?,
            user_id: id(owner)?,
            name: optional(name)?,
            token_hash: opaque::hash(CALENDAR_TOKEN),
            about_user_id: Some(id(about)?),
            group_id: None,
            // Of all records the last.
            created_at: calendar.recorded("0700")?,
        })
    };
    rows(FEEDS)?.into_iter().map(feed).collect()
}
