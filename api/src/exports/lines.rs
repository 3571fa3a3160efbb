//! Exported records as text: a line of JSON, or a row of a table, for each.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use entity::values::ExportFormat;
use serde::Serialize;
use serde_json::{Value, json};
use service::exports::{Exported, Groups, Loyalties, Passports, Users};
use service::spreadsheet::{self, Cell};

use self::Column::{Day, Members, Numbers, Text};
use crate::error::Result;
use crate::groups::view::Group;
use crate::loyalties::view::Loyalty;
use crate::passports::view::Passport;
use crate::users::view::User;

/// A kind of record that callers can read.
pub trait Shown: Exported {
    /// The record as callers see it.
    type View: Serialize;
    /// Its fields as columns, in their order. Others follow at the end.
    const COLUMNS: &'static [Column];

    /// The view of a record, as of a day.
    fn view(record: Self::Record, today: NaiveDate) -> Self::View;
}

/// A field of a record as a column. A point leads into what is a record in the record.
#[derive(Debug, Clone, Copy)]
pub enum Column {
    /// A text, a number, or yes and no.
    Text(&'static str),
    /// A day.
    Day(&'static str),
    /// The members of a group: `lead 0192…; companion 0192…`.
    Members(&'static str),
    /// The numbers of other systems: `crm 10003; gds K7`.
    Numbers(&'static str),
}

impl Column {
    const fn field(self) -> &'static str {
        match self {
            Text(field) | Day(field) | Members(field) | Numbers(field) => field,
        }
    }

    /// `address.city` is the column `address_city`.
    fn name(self) -> String {
        self.field().replace('.', "_")
    }

    fn cell(self, record: &Value) -> Cell<'static> {
        let value = self
            .field()
            .split('.')
            .try_fold(record, |value, field| value.get(field))
            .unwrap_or(&Value::Null);
        match (self, value) {
            (_, Value::Null) => Cell::Empty,
            (Day(_), Value::String(day)) => Cell::day(day.parse().ok()),
            (_, Value::Number(number)) => {
                let count = number.as_u64().and_then(|it| usize::try_from(it).ok());
                count.map_or(Cell::Empty, Cell::Count)
            }
            (Numbers(_), Value::Array(numbers)) => {
                Cell::list(numbers.iter().map(|it| pair(it, "system", "id")))
            }
            (_, Value::Array(members)) => Cell::list(members.iter().map(|it| pair(it, "role", "user_id"))),
            (_, Value::String(text)) => Cell::Text(Cow::Owned(text.clone())),
            (_, other) => Cell::Text(Cow::Owned(other.to_string())),
        }
    }
}

fn pair(record: &Value, first: &str, second: &str) -> String {
    let text = |field: &str| record[field].as_str().unwrap_or_default();
    format!("{} {}", text(first), text(second))
}

/// Writes an export.
#[derive(Debug, Clone, Copy)]
pub struct Lines {
    format: ExportFormat,
    continued: bool,
    today: NaiveDate,
}

impl Lines {
    /// In this form; what is continued has no header row.
    pub const fn new(format: ExportFormat, continued: bool, today: NaiveDate) -> Self {
        Self {
            format,
            continued,
            today,
        }
    }

    /// What comes before all records.
    ///
    /// # Errors
    /// `Internal`; writing to memory does not fail.
    pub fn head<K: Shown>(self) -> Result<Vec<u8>> {
        if self.format == ExportFormat::Ndjson || self.continued {
            return Ok(Vec::new());
        }
        let names: Vec<_> = K::COLUMNS.iter().map(|column| column.name()).collect();
        Ok(spreadsheet::header(names.iter().map(String::as_str))?)
    }

    /// Some records.
    ///
    /// # Errors
    /// `Internal`; writing to memory does not fail.
    pub fn records<K: Shown>(self, records: Vec<K::Record>) -> Result<Vec<u8>> {
        let views = records.into_iter().map(|record| K::view(record, self.today));
        match self.format {
            ExportFormat::Ndjson => {
                let mut lines = Vec::new();
                for view in views {
                    serde_json::to_writer(&mut lines, &view).map_err(broken)?;
                    lines.push(b'\n');
                }
                Ok(lines)
            }
            ExportFormat::Csv => {
                let mut rows = Vec::new();
                for view in views {
                    let record = serde_json::to_value(&view).map_err(broken)?;
                    rows.push(K::COLUMNS.iter().map(|column| column.cell(&record)).collect());
                }
                Ok(spreadsheet::rows(rows)?)
            }
        }
    }

    /// What tells that nothing is missing. In a table it would be a record that is none: there the number of rows tells.
    pub fn tail(self, count: u64, as_of: DateTime<Utc>) -> Vec<u8> {
        match self.format {
            ExportFormat::Ndjson => {
                format!("{}\n", json!({"end": true, "count": count, "as_of": as_of})).into_bytes()
            }
            ExportFormat::Csv => Vec::new(),
        }
    }
}

#[allow(clippy::needless_pass_by_value)] // As `map_err` hands it over.
fn broken(_: serde_json::Error) -> service::Error {
    service::Error::Internal("a record cannot be written as JSON".into())
}

impl Shown for Users {
    type View = User;
    const COLUMNS: &'static [Column] = &[
        Text("id"),
        Text("email"),
        Text("first_name"),
        Text("last_name"),
        Text("middle_names"),
        Text("preferred_name"),
        Text("title"),
        Day("date_of_birth"),
        Text("gender"),
        Text("nationality"),
        Text("nationality_alpha2"),
        Text("phone"),
        Text("language"),
        Text("address.street"),
        Text("address.city"),
        Text("address.region"),
        Text("address.postal_code"),
        Text("address.country"),
        Text("address.country_alpha2"),
        Text("role"),
        Text("status"),
        Text("version"),
        Text("created_at"),
        Text("updated_at"),
        Text("email_verified"),
        Text("restricted"),
        Numbers("external_ids"),
    ];

    fn view(record: Self::Record, _: NaiveDate) -> User {
        record.into()
    }
}

impl Shown for Passports {
    type View = Passport;
    const COLUMNS: &'static [Column] = &[
        Text("id"),
        Text("user_id"),
        Text("document_code"),
        Text("issuing_country"),
        Text("issuing_country_alpha2"),
        Text("nationality"),
        Text("nationality_alpha2"),
        Text("passport_number"),
        Text("personal_number"),
        Text("masked"),
        Text("surname"),
        Text("given_names"),
        Day("date_of_birth"),
        Text("sex"),
        Text("birth_country"),
        Text("birth_country_alpha2"),
        Text("place_of_birth"),
        Day("issue_date"),
        Day("expiry_date"),
        Text("expired"),
        Text("status"),
        Text("primary"),
        Text("version"),
        Text("created_at"),
        Text("updated_at"),
        Numbers("external_ids"),
    ];

    fn view(record: Self::Record, today: NaiveDate) -> Passport {
        Passport::new(record, today)
    }
}

impl Shown for Loyalties {
    type View = Loyalty;
    const COLUMNS: &'static [Column] = &[
        Text("id"),
        Text("user_id"),
        Text("program_id"),
        Text("membership_number"),
        Text("tier"),
        Text("status"),
        Day("expiry_date"),
        Text("primary"),
        Text("version"),
        Text("created_at"),
        Text("updated_at"),
        Numbers("external_ids"),
    ];

    fn view(record: Self::Record, _: NaiveDate) -> Loyalty {
        record.into()
    }
}

impl Shown for Groups {
    type View = Group;
    const COLUMNS: &'static [Column] = &[
        Text("id"),
        Text("name"),
        Text("purpose"),
        Members("members"),
        Text("version"),
        Text("created_at"),
        Text("updated_at"),
        Numbers("external_ids"),
    ];

    fn view(record: Self::Record, _: NaiveDate) -> Group {
        record.into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use utoipa::PartialSchema;

    use super::*;

    /// The fields of a view, those of its address one by one, and which of them are days.
    fn fields<V: PartialSchema>(prefix: &str) -> BTreeSet<(String, bool)> {
        let schema = serde_json::to_value(V::schema()).unwrap();
        let properties = schema["properties"].as_object().unwrap().clone();
        let mut fields = BTreeSet::new();
        for (name, property) in properties {
            if name == "address" {
                fields.extend(self::fields::<crate::users::view::PostalAddress>("address."));
            } else {
                fields.insert((format!("{prefix}{name}"), property["format"] == "date"));
            }
        }
        fields
    }

    fn columns<K: Shown>() -> BTreeSet<(String, bool)> {
        let column = |it: &Column| (it.field().to_owned(), matches!(it, Day(_)));
        K::COLUMNS.iter().map(column).collect()
    }

    #[test]
    fn every_field_has_a_column() {
        assert_eq!(columns::<Users>(), fields::<User>(""));
        assert_eq!(columns::<Passports>(), fields::<Passport>(""));
        assert_eq!(columns::<Loyalties>(), fields::<Loyalty>(""));
        assert_eq!(columns::<Groups>(), fields::<Group>(""));
    }

    #[test]
    fn what_is_continued_has_no_second_header() {
        let today = NaiveDate::default();
        let head = |format, continued| Lines::new(format, continued, today).head::<Loyalties>().unwrap();
        assert!(head(ExportFormat::Csv, false).starts_with("\u{feff}id,user_id,program_id,".as_bytes()));
        assert!(head(ExportFormat::Csv, true).is_empty());
        assert!(head(ExportFormat::Ndjson, false).is_empty());
    }
}
