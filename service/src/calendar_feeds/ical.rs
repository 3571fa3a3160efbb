//! Last days of validity as a calendar (RFC 5545, RFC 7986): pure, and the same text for the same alerts, so that an entity
//! tag can be made of it.

use chrono::{DateTime, NaiveDate, Utc};

use crate::alerts::{Alert, Thresholds};

/// Longest line in bytes, without its end (RFC 5545 §3.1).
const LINE: usize = 75;
/// How often programs should look for changes.
const REFRESH: &str = "P1D";

/// The calendar: an all-day event on each last day, with an alarm for each threshold.
pub(super) fn written(name: &str, alerts: &[Alert], thresholds: &Thresholds) -> String {
    let mut calendar = Lines::default();
    calendar.line("BEGIN:VCALENDAR");
    calendar.line("VERSION:2.0");
    calendar.line("PRODID:-//Customer Profile API//Calendar feed//EN");
    calendar.line("CALSCALE:GREGORIAN");
    calendar.text("NAME", name);
    // What programs know that are older than RFC 7986.
    calendar.text("X-WR-CALNAME", name);
    calendar.line(&format!("REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}"));
    calendar.line(&format!("X-PUBLISHED-TTL:{REFRESH}"));
    for alert in alerts {
        event(&mut calendar, alert, thresholds);
    }
    calendar.line("END:VCALENDAR");
    calendar.0
}

fn event(calendar: &mut Lines, alert: &Alert, thresholds: &Thresholds) {
    let summary = summary(alert);
    calendar.line("BEGIN:VEVENT");
    // The id of the record: the event moves when the last day does.
    calendar.line(&format!("UID:{}-{}", alert.kind, alert.id));
    calendar.line(&format!("DTSTAMP:{}", moment(alert.updated_at)));
    calendar.line(&format!("DTSTART;VALUE=DATE:{}", day(alert.expiry_date)));
    if let Some(next) = alert.expiry_date.succ_opt() {
        calendar.line(&format!("DTEND;VALUE=DATE:{}", day(next)));
    }
    calendar.text("SUMMARY", &summary);
    calendar.line("CLASS:PRIVATE");
    calendar.line("TRANSP:TRANSPARENT");
    for days in thresholds.days() {
        calendar.line("BEGIN:VALARM");
        calendar.line("ACTION:DISPLAY");
        calendar.text("DESCRIPTION", &format!("{summary} in {days} days"));
        calendar.line(&format!("TRIGGER:-P{days}D"));
        calendar.line("END:VALARM");
    }
    calendar.line("END:VEVENT");
}

/// `Passport (UTO) of Anna expires`. The first name alone: what is in a calendar is on many screens.
fn summary(alert: &Alert) -> String {
    format!("{} of {} expires", alert.what, alert.first_name)
}

fn day(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

fn moment(time: DateTime<Utc>) -> String {
    time.format("%Y%m%dT%H%M%SZ").to_string()
}

/// Content lines, folded and ended as the standard wants them.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// A property whose value is no text.
    fn line(&mut self, line: &str) {
        let mut room = LINE;
        for character in line.chars() {
            let length = character.len_utf8();
            if length > room {
                self.0.push_str("\r\n ");
                // The blank counts too.
                room = LINE - 1;
            }
            room -= length;
            self.0.push(character);
        }
        self.0.push_str("\r\n");
    }

    /// A property whose value is a text (RFC 5545 §3.3.11).
    fn text(&mut self, name: &str, text: &str) {
        let mut line = format!("{name}:");
        for character in text.chars() {
            match character {
                '\\' | ';' | ',' => {
                    line.push('\\');
                    line.push(character);
                }
                '\n' => line.push_str("\\n"),
                '\t' => line.push('\t'),
                control if control.is_control() => {}
                other => line.push(other),
            }
        }
        self.line(&line);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use entity::ids::UserId;
    use entity::values::AlertKind;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn alert(what: &str) -> Alert {
        Alert {
            kind: AlertKind::Passport,
            id: Uuid::from_u128(1),
            user_id: UserId::new(),
            first_name: "Anna".parse().unwrap(),
            last_name: None,
            what: what.to_owned(),
            expiry_date: "2034-12-31".parse().unwrap(),
            updated_at: "2026-11-23T02:19:07.123Z".parse().unwrap(),
        }
    }

    #[test]
    fn an_event_is_all_day_with_alarms_before_it() {
        let calendar = written("Family", &[alert("Passport (UTO)")], &"30".parse().unwrap());
        assert_eq!(
            calendar.lines().collect::<Vec<_>>(),
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//Customer Profile API//Calendar feed//EN",
                "CALSCALE:GREGORIAN",
                "NAME:Family",
                "X-WR-CALNAME:Family",
                "REFRESH-INTERVAL;VALUE=DURATION:P1D",
                "X-PUBLISHED-TTL:P1D",
                "BEGIN:VEVENT",
                "UID:passport-00000000-0000-0000-0000-000000000001",
                "DTSTAMP:20261123T021907Z",
                "DTSTART;VALUE=DATE:20341231",
                "DTEND;VALUE=DATE:20350101",
                "SUMMARY:Passport (UTO) of Anna expires",
                "CLASS:PRIVATE",
                "TRANSP:TRANSPARENT",
                "BEGIN:VALARM",
                "ACTION:DISPLAY",
                "DESCRIPTION:Passport (UTO) of Anna expires in 30 days",
                "TRIGGER:-P30D",
                "END:VALARM",
                "END:VEVENT",
                "END:VCALENDAR",
            ]
        );
        assert_eq!(calendar.matches('\n').count(), calendar.matches("\r\n").count());
    }

    #[test]
    fn texts_are_escaped() {
        let calendar = written("a;b,c\\d\ne\rf", &[], &Thresholds::default());
        assert!(
            calendar.contains("\r\nNAME:a\\;b\\,c\\\\d\\nef\r\n"),
            "{calendar}"
        );
    }

    /// What a calendar program reads: lines unfolded (RFC 5545 §3.1), texts without escapes.
    fn value(calendar: &str, name: &str) -> String {
        let unfolded = calendar.replace("\r\n ", "");
        let line = unfolded
            .split("\r\n")
            .find_map(|line| line.strip_prefix(name))
            .unwrap();
        let mut text = String::new();
        let mut letters = line.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => match letters.next().unwrap() {
                    'n' => text.push('\n'),
                    other => text.push(other),
                },
                other => text.push(other),
            }
        }
        text
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_short_lines(what in r"[\PC,;\\]{0,200}") {
            let calendar = written(&what, &[alert(&what)], &Thresholds::default());
            prop_assert!(calendar.split("\r\n").all(|line| line.len() <= LINE));
            prop_assert!(calendar.ends_with("END:VCALENDAR\r\n"));
            prop_assert_eq!(value(&calendar, "NAME:"), what.clone());
            prop_assert_eq!(value(&calendar, "SUMMARY:"), format!("{what} of Anna expires"));
            prop_assert_eq!(calendar.matches("BEGIN:VALARM").count(), 3);
        }
    }
}
