//! Rules of entry of the agency's own, beside those that come with the program.

use entity::entry_rules::Model;
use entity::values::{Places, RuleConfidence};

use super::table::{Calendar, id, optional, rows, value};
use super::unusable;
use crate::error::Result;

/// number | code | kind | destinations | anchor | months, days | severity | source | note
const RULES: &str = "
1001 | house-iceland-reserve | passport_validity | ISL | stay_end |   | 30 | warn | House rule of Utopia Travel | Ferries and flights are often late; a month of reserve saves the way to the embassy.
1002 | house-utopia-valid    | passport_validity | UTO | stay_end |   |    | fail | House rule of Utopia Travel | Utopia lets nobody in whose passport expires during the stay.
";

pub(super) fn all(calendar: &Calendar) -> Result<Vec<Model>> {
    rows(RULES)?.into_iter().map(|row| rule(calendar, row)).collect()
}

fn rule(calendar: &Calendar, row: [&str; 10]) -> Result<Model> {
    let [
        number,
        code,
        kind,
        destinations,
        anchor,
        months,
        days,
        severity,
        source,
        note,
    ] = row;
    let recorded = calendar.recorded(number)?;
    let places = destinations.split(',').map(value).collect::<Result<Vec<_>>>()?;
    Ok(Model {
        id: id(number)?,
        code: value(code)?,
        kind: value(kind)?,
        destinations: Places::new(places).map_err(|_| unusable(destinations))?,
        nationalities: Places::default(),
        nationalities_except: Places::default(),
        purpose: None,
        anchor: optional(anchor)?,
        min_months: optional(months)?,
        min_days: optional(days)?,
        max_age_years: None,
        severity: value(severity)?,
        confidence: RuleConfidence::Confirmed,
        source_url: None,
        source_title: value(source)?,
        checked_on: calendar.day("-30")?,
        note: optional(note)?,
        active: true,
        shipped_hash: None,
        version: 1,
        created_at: recorded,
        updated_at: recorded,
    })
}
