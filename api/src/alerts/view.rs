//! Alerts as callers see them.

use std::fmt;

use chrono::NaiveDate;
use entity::ids::{RecordId, UserId};
use entity::values::AlertKind;
use serde::Serialize;
use service::alerts::{self, Thresholds};
use service::page::Page;
use utoipa::ToSchema;

/// Something that has expired or soon will.
#[derive(Serialize, ToSchema)]
pub struct Alert {
    /// What runs out.
    pub kind: AlertKind,
    /// The record that it is about.
    pub subject: AlertSubject,
    /// Whose it is.
    pub user_id: UserId,
    /// One line for people, without the number of a document.
    #[schema(max_length = 400, example = "Passport (UTO) of Anna Eriksson")]
    pub title: String,
    /// Last day of validity.
    #[schema(example = "2027-01-22")]
    pub expiry_date: NaiveDate,
    /// Days until then: 0 on the last day, negative once it has expired.
    #[schema(minimum = -90, maximum = 3650, example = 60)]
    pub days_left: i64,
    /// Whether the last day has passed.
    pub expired: bool,
    /// How urgent it is: the last one passed of the days of which the agency wants to be told (180, 90 and 30, or
    /// `ALERT_DAYS`); null where there is more time than that.
    #[schema(required, minimum = 1, maximum = 3650, example = 90)]
    pub threshold_days: Option<u32>,
}

/// The record that an alert is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertSubject {
    /// What kind of record it is.
    #[serde(rename = "type")]
    pub kind: AlertKind,
    /// Its id.
    pub id: RecordId,
}

impl fmt::Debug for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Alert({:?})", self.subject)
    }
}

impl Alert {
    fn new(it: &alerts::Alert, today: NaiveDate, thresholds: &Thresholds) -> Self {
        let days_left = it.days_left(today);
        Self {
            kind: it.kind,
            subject: AlertSubject {
                kind: it.kind,
                id: it.id.into(),
            },
            user_id: it.user_id,
            title: it.title(),
            expiry_date: it.expiry_date,
            days_left,
            expired: days_left < 0,
            threshold_days: thresholds.passed(days_left),
        }
    }
}

/// A page of alerts.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertPage {
    /// The alerts, what expires first at the top.
    #[schema(max_items = 200)]
    pub data: Vec<Alert>,
    /// What to send as `cursor` for the next page; null on the last one.
    #[schema(
        required,
        max_length = 200,
        example = "AAtdRAGSAAAAAHAAgAAAAAAAAAPDn4d29qhdoG-qhZr0xZe2"
    )]
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

impl AlertPage {
    /// The page as of a day.
    pub fn new(page: Page<alerts::Alert>, today: NaiveDate, thresholds: &Thresholds) -> Self {
        let view = |it| Alert::new(it, today, thresholds);
        Self {
            has_more: page.next_cursor.is_some(),
            data: page.data.iter().map(view).collect(),
            next_cursor: page.next_cursor,
        }
    }
}
