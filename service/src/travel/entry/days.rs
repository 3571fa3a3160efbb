//! Counting days, months and years of passports. Both ends belong to a period: a passport that must be valid until a day
//! and expires on that day is good.

use chrono::{Days, Months, NaiveDate};

/// The day that lies so many months, and then days, after another. In a month that is too short it is the last one: six
/// months after 31 August are 28 or 29 February.
pub(super) fn after(day: NaiveDate, months: i16, days: i16) -> NaiveDate {
    // Negative numbers and days beyond the calendar do not occur: the input has bounds.
    day.checked_add_months(Months::new(months.unsigned_abs().into()))
        .and_then(|day| day.checked_add_days(Days::new(days.unsigned_abs().into())))
        .unwrap_or(NaiveDate::MAX)
}

/// Whether so many years, or more, have passed on a day: on the anniversary they have.
pub(super) fn is_older_than(since: NaiveDate, years: i16, on: NaiveDate) -> bool {
    on >= after(since, years.saturating_mul(12), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn months_end_where_the_calendar_does() {
        for (from, months, days, to) in [
            ("2026-08-31", 6, 0, "2027-02-28"),
            ("2027-08-31", 6, 0, "2028-02-29"),
            ("2026-08-30", 6, 0, "2027-02-28"),
            ("2026-08-28", 6, 0, "2027-02-28"),
            ("2026-11-30", 3, 0, "2027-02-28"),
            ("2026-12-31", 6, 0, "2027-06-30"),
            ("2026-01-31", 1, 0, "2026-02-28"),
            ("2028-02-29", 12, 0, "2029-02-28"),
            ("2026-05-10", 0, 0, "2026-05-10"),
            ("2026-05-10", 0, 45, "2026-06-24"),
            ("2026-02-20", 0, 150, "2026-07-20"),
            ("2026-08-31", 6, 1, "2027-03-01"),
        ] {
            assert_eq!(after(day(from), months, days), day(to), "{from} {months} {days}");
        }
    }

    #[test]
    fn ten_years_are_over_on_the_anniversary() {
        for (issued, on, is_old) in [
            ("2016-05-10", "2026-05-09", false),
            ("2016-05-10", "2026-05-10", true),
            ("2016-02-29", "2026-02-27", false),
            ("2016-02-29", "2026-02-28", true),
        ] {
            assert_eq!(is_older_than(day(issued), 10, day(on)), is_old, "{issued} {on}");
        }
    }
}
