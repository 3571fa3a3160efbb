//! How the tables of the demonstration are read: a line is a record, `|` parts its cells, an empty cell is no value.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::values::{ExternalId, ExternalIds};
use uuid::Uuid;

use super::unusable;
use crate::error::Result;
use crate::input;

/// The records of a table of `N` columns.
pub(super) fn rows<const N: usize>(table: &'static str) -> Result<Vec<[&'static str; N]>> {
    table
        .trim()
        .lines()
        .map(|line| {
            let cells: Vec<_> = line.split('|').map(str::trim).collect();
            cells.try_into().map_err(|_| unusable(line))
        })
        .collect()
}

/// The value of a cell that is not empty.
pub(super) fn value<T: FromStr>(cell: &str) -> Result<T> {
    cell.parse().map_err(|_| unusable(cell))
}

/// The value of a cell, or none if it is empty.
pub(super) fn optional<T: FromStr>(cell: &str) -> Result<Option<T>> {
    if cell.is_empty() {
        Ok(None)
    } else {
        value(cell).map(Some)
    }
}

/// The id that ends in the digits of a cell.
pub(super) fn id<T: From<Uuid>>(number: &str) -> Result<T> {
    value::<Uuid>(&format!("01920000-0000-7000-8000-{number:0>12}")).map(T::from)
}

/// The numbers of a record in other systems: the agency's CRM counts the records of each kind, from 10003 on for the one
/// with the number `first`. It does not know those before.
pub(super) fn in_crm(number: &str, first: u32) -> Result<ExternalIds> {
    let Some(count) = value::<u32>(number)?.checked_sub(first) else {
        return Ok(ExternalIds::default());
    };
    let id = ExternalId {
        system: value("crm")?,
        id: value(&(10003 + count).to_string())?,
    };
    ExternalIds::new(vec![id]).map_err(|_| unusable(number))
}

/// The days of the demonstration, which move with the day on which it is filled.
pub(super) struct Calendar {
    now: DateTime<Utc>,
}

impl Calendar {
    pub(super) const fn new(now: DateTime<Utc>) -> Self {
        Self { now }
    }

    /// When a record was made: during the last 30 days, in the order of the numbers of all tables.
    pub(super) fn recorded(&self, number: &str) -> Result<DateTime<Utc>> {
        let minutes = value::<i64>(number)? * 61;
        Ok(self.now - TimeDelta::days(30) + TimeDelta::minutes(minutes))
    }

    /// A day: fixed (`2034-04-15`), or so many days from today (`+90`, `-90`).
    pub(super) fn day(&self, cell: &str) -> Result<NaiveDate> {
        if cell.starts_with(['+', '-']) {
            Ok(self.now.date_naive() + TimeDelta::days(value(cell)?))
        } else {
            input::date(cell).map_err(|_| unusable(cell))
        }
    }

    /// A day, or none if the cell is empty.
    pub(super) fn optional_day(&self, cell: &str) -> Result<Option<NaiveDate>> {
        if cell.is_empty() {
            Ok(None)
        } else {
            self.day(cell).map(Some)
        }
    }
}
