//! Who belongs to which alliance.

use std::sync::LazyLock;

use chrono::NaiveDate;
use entity::loyalty_programs;
use entity::values::Alliance;
use serde::Deserialize;

/// The file beside this one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(test), allow(dead_code, reason = "sources and notes are for people"))]
struct File {
    version: String,
    members: Vec<Member>,
    /// Those who were to join, and of whom no source says that they have; a test keeps them apart from members.
    announced: Vec<Member>,
}

/// An airline in an alliance.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(test), allow(dead_code, reason = "sources and notes are for people"))]
struct Member {
    carrier: String,
    name: String,
    alliance: Alliance,
    /// First day, where it matters.
    since: Option<NaiveDate>,
    /// Last day, where it is known.
    until: Option<NaiveDate>,
    source: String,
    as_of: NaiveDate,
    note: Option<String>,
}

impl Member {
    fn is_in(&self, day: NaiveDate) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }
}

// A test reads the file; without it no airline is in an alliance.
static FILE: LazyLock<File> = LazyLock::new(|| {
    serde_json::from_str(include_str!("alliances.json")).unwrap_or_else(|_| File {
        version: String::new(),
        members: Vec::new(),
        announced: Vec::new(),
    })
});

/// The alliance of an airline on a day.
pub fn alliance_of(carrier: &str, day: NaiveDate) -> Option<Alliance> {
    FILE.members
        .iter()
        .find(|it| it.carrier == carrier && it.is_in(day))
        .map(|it| it.alliance)
}

/// The alliance of a programme on a day: what the catalogue says, until all of its airlines that are known to have been in
/// that alliance have left it.
pub(super) fn alliance_of_program(program: &loyalty_programs::Model, day: NaiveDate) -> Option<Alliance> {
    let alliance = program.alliance?;
    let mut known = FILE
        .members
        .iter()
        .filter(|it| it.alliance == alliance && super::rank::is_own(program, &it.carrier))
        .peekable();
    (known.peek().is_none() || known.any(|it| it.is_in(day))).then_some(alliance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::travel::loyalty::catalogue::CATALOGUE;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_membership_has_a_source_and_a_date() {
        serde_json::from_str::<File>(include_str!("alliances.json")).unwrap();
        assert!(FILE.members.len() > 50 && !FILE.version.is_empty());
        for it in FILE.members.iter().chain(&FILE.announced) {
            let code: entity::values::CarrierCode = it.carrier.parse().unwrap();
            assert_eq!(code.as_str(), it.carrier);
            assert!(
                it.source.starts_with("https://") && it.name.len() > 2,
                "{}",
                it.carrier
            );
            assert!(it.as_of <= day("2026-11-22"), "{}", it.carrier);
            assert!(it.note.as_ref().is_none_or(|note| note.len() > 10));
            assert!(it.since.zip(it.until).is_none_or(|(since, until)| since <= until));
        }
        for it in &FILE.announced {
            assert!(it.note.is_some() && alliance_of(&it.carrier, day("2026-11-22")).is_none());
        }
        for it in &FILE.members {
            let at = it.since.unwrap_or_else(|| day("2026-11-22"));
            let same = FILE
                .members
                .iter()
                .filter(|other| other.carrier == it.carrier && other.is_in(at));
            assert_eq!(same.count(), 1, "{} is in one alliance at a time", it.carrier);
        }
    }

    #[test]
    fn members_come_and_go() {
        assert_eq!(alliance_of("SK", day("2024-08-31")), None);
        assert_eq!(alliance_of("SK", day("2024-09-01")), Some(Alliance::Skyteam));
        assert_eq!(alliance_of("OZ", day("2026-12-16")), Some(Alliance::StarAlliance));
        assert_eq!(alliance_of("OZ", day("2026-12-17")), None);
        assert_eq!(alliance_of("U0", day("2026-11-22")), None);
    }

    /// The programme of a member says so too, and only then.
    #[test]
    fn programmes_and_airlines_agree() {
        let today = day("2026-11-22");
        for entry in &CATALOGUE.programs {
            let found: Vec<_> = entry
                .carriers
                .as_slice()
                .iter()
                .filter_map(|code| alliance_of(code.as_str(), today))
                .collect();
            assert!(found.iter().all(|it| Some(*it) == entry.alliance), "{}", entry.id);
            assert_eq!(found.is_empty(), entry.alliance.is_none(), "{}", entry.id);
        }
        for it in FILE.members.iter().filter(|it| it.is_in(today)) {
            let own = CATALOGUE
                .programs
                .iter()
                .filter(|entry| entry.carriers.contains(&it.carrier));
            assert_eq!(own.count(), 1, "{} has one programme", it.carrier);
        }
    }
}
