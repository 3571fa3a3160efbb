//! Infants: those who are younger than two. On a lap one has no seat and no number; the lines carry the number of the adult
//! who holds it, and the gender in DOCS says so.

use chrono::{Months, NaiveDate};
use entity::values::{BookingLineKind, MemberRole};

use super::channels::Format;
use super::documents::two_digits;
use super::lines::Content;
use super::template::{Values, render};
use super::{Facts, holders_name};
use crate::passports::Passport;
use crate::travel::names::{CarrierRule, Form, Name, ticket};
use crate::travel::warning::{Code, Warning};
use crate::users::User;

/// From which birthday on somebody has a seat, in months.
const FIRST_SEAT: u32 = 24;
/// From which birthday on somebody may hold an infant, in months.
const FULL_AGE: u32 = 18 * 12;

/// An infant and its passport.
#[derive(Debug, Clone, Copy)]
pub struct Infant<'a> {
    /// The profile.
    pub user: &'a User,
    /// The passport to travel on.
    pub passport: Option<&'a Passport>,
}

/// Where somebody sits.
#[derive(Debug, Clone, Copy, Default)]
pub enum Seating<'a> {
    /// On a seat.
    #[default]
    Alone,
    /// On a seat, with an infant on the lap.
    With(Infant<'a>),
    /// On the lap of the adult who has the same number.
    OnLap {
        /// Whether the adult's lines are in the same answer, and name the infant where the system wants it.
        is_held: bool,
    },
}

/// One of those who travel together.
#[derive(Debug, Clone, Copy)]
pub struct Companion {
    /// Date of birth, if it is known.
    pub born: Option<NaiveDate>,
    /// Role in the group.
    pub role: MemberRole,
    /// Whether anything is known of the person.
    pub is_seen: bool,
}

/// The place of one of them in the booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A seat, with the number of the traveller and, by its index, the infant on the lap.
    Seat {
        /// From 1.
        number: usize,
        /// Who is on the lap.
        infant: Option<usize>,
    },
    /// On the lap of the traveller with the number.
    Lap {
        /// Whose lap.
        number: usize,
    },
}

/// Whether the second birthday lies after a day.
pub fn is_infant(born: NaiveDate, on: NaiveDate) -> bool {
    is_younger(born, FIRST_SEAT, on)
}

fn is_younger(born: NaiveDate, months: u32, on: NaiveDate) -> bool {
    born.checked_add_months(Months::new(months))
        .is_some_and(|birthday| birthday > on)
}

/// Numbers those who have a seat, in the order given. Each adult holds one infant at the most: guardians before the lead before
/// others. Infants for whom nobody is left have seats.
pub fn places(companions: &[Companion], departure: NaiveDate) -> Vec<Place> {
    let is_infant = |it: &Companion| it.born.is_some_and(|born| is_infant(born, departure));
    let mut adults: Vec<(usize, &Companion)> = companions
        .iter()
        .enumerate()
        .filter(|(_, it)| it.is_seen && may_hold(**it, departure))
        .collect();
    adults.sort_by_key(|(_, it)| match it.role {
        MemberRole::Guardian => 0,
        MemberRole::Lead => 1,
        MemberRole::Companion | MemberRole::Child => 2,
    });
    let infants = companions.iter().enumerate().filter(|(_, it)| is_infant(it));
    let held: Vec<(usize, usize)> = infants
        .zip(adults)
        .map(|((infant, _), (adult, _))| (infant, adult))
        .collect();
    let is_held = |index: usize| held.iter().any(|(infant, _)| *infant == index);
    let seats: Vec<usize> = (0..companions.len()).filter(|index| !is_held(*index)).collect();
    let number_of = |index: usize| {
        seats
            .iter()
            .position(|seat| *seat == index)
            .map_or(1, |at| at + 1)
    };
    (0..companions.len())
        .map(|index| match held.iter().find(|(infant, _)| *infant == index) {
            Some((_, adult)) => Place::Lap {
                number: number_of(*adult),
            },
            None => Place::Seat {
                number: number_of(index),
                infant: held
                    .iter()
                    .find(|(_, adult)| *adult == index)
                    .map(|(infant, _)| *infant),
            },
        })
        .collect()
}

/// Who is of age. Where the birthday is not known, who does not travel as a child.
fn may_hold(it: Companion, departure: NaiveDate) -> bool {
    it.born.map_or(it.role != MemberRole::Child, |born| {
        !is_younger(born, FULL_AGE, departure)
    })
}

/// What the system is told of the one on the lap, beside the documents: its name, and a request for the airline (INFT). Where
/// the name belongs behind that of the adult, it is there if the adult's lines are in the same answer.
pub(super) fn lines(facts: &Facts<'_>) -> Vec<Content> {
    let is_held = matches!(facts.traveller.seating, Seating::OnLap { is_held: true });
    let born = facts
        .document
        .map(|it| it.date_of_birth)
        .or(facts.traveller.user.date_of_birth);
    let Some(born) = born else { return Vec::new() };
    let line = |kind: BookingLineKind, template: &'static str| {
        let form = facts.format.lines.get(template)?;
        let mut warnings = Vec::new();
        let values = values(&facts.name, born, facts.rule, &form.separator, &mut warnings)?;
        let mut source_fields = facts.name_fields().to_vec();
        source_fields.push(if facts.document.is_some() {
            "passport.date_of_birth"
        } else {
            "user.date_of_birth"
        });
        if template == "infant_in_name" {
            warnings.push(Warning::new(
                Code::OnLap,
                "This is written behind the name of the adult, before the name is entered.",
            ));
        }
        Some(Content {
            kind,
            template,
            values,
            source_fields,
            warnings,
        })
    };
    [
        line(BookingLineKind::Name, "infant_name"),
        line(BookingLineKind::Inft, "infant"),
        line(BookingLineKind::Inft, "infant_in_name").filter(|_| !is_held),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The infant in the name of the adult who holds it, where the system wants it there.
pub(super) fn in_name(
    infant: Infant<'_>,
    format: &Format,
    rule: &CarrierRule,
    warnings: &mut Vec<Warning>,
) -> Option<String> {
    let form = format.lines.get("infant_in_name")?;
    let (name, born) = (
        holders_name(infant.user, infant.passport),
        infant
            .passport
            .map(|it| it.date_of_birth)
            .or(infant.user.date_of_birth)?,
    );
    let values = values(&name, born, rule, &form.separator, warnings)?;
    Some(render(&form.template, &values))
}

fn values(
    name: &Name,
    born: NaiveDate,
    rule: &CarrierRule,
    separator: &str,
    warnings: &mut Vec<Warning>,
) -> Option<Values> {
    let form = Form {
        rule,
        separator,
        max_length: rule.max_length,
    };
    let name = ticket(name, &form, warnings)?;
    Some(Values::from([
        ("surname", name.surname),
        ("given", name.given_names),
        ("title", name.title.unwrap_or_default()),
        ("birth_yy", two_digits(born)),
    ]))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn an_infant_is_one_until_the_second_birthday() {
        for (born, on, is) in [
            ("2025-05-14", "2027-05-13", true),
            ("2025-05-14", "2027-05-14", false),
            ("2024-02-29", "2026-02-27", true),
            ("2024-02-29", "2026-02-28", false),
        ] {
            assert_eq!(is_infant(day(born), day(on)), is, "{born} {on}");
        }
    }

    #[test]
    fn each_adult_holds_one_and_seats_alone_are_numbered() {
        use MemberRole::{Child, Companion as Other, Guardian, Lead};
        let on = day("2027-06-01");
        let (baby, boy, woman) = (Some("2026-05-14"), Some("2015-01-01"), Some("1980-01-01"));
        let placed = |all: &[(Option<&str>, MemberRole)]| -> Vec<String> {
            let companions: Vec<_> = all
                .iter()
                .map(|(born, role)| Companion {
                    born: born.map(day),
                    role: *role,
                    is_seen: true,
                })
                .collect();
            let word = |it: &Place| match it {
                Place::Seat { number, infant: None } => format!("{number}"),
                Place::Seat {
                    number,
                    infant: Some(at),
                } => format!("{number} with {at}"),
                Place::Lap { number } => format!("on {number}"),
            };
            places(&companions, on).iter().map(word).collect()
        };
        assert_eq!(
            placed(&[(baby, Child), (woman, Lead), (boy, Child)]),
            ["on 1", "1 with 0", "2"]
        );
        // The guardian before the lead; nobody holds two, and no child holds any.
        assert_eq!(
            placed(&[(woman, Lead), (woman, Guardian), (baby, Child), (boy, Other)]),
            ["1", "2 with 2", "on 2", "3"]
        );
        assert_eq!(
            placed(&[(woman, Lead), (baby, Child), (baby, Child)]),
            ["1 with 1", "on 1", "2"]
        );
        assert_eq!(placed(&[(boy, Other), (baby, Child)]), ["1", "2"]);
        // Whose birthday nobody knows is what the role says.
        assert_eq!(placed(&[(None, Other), (baby, Child)]), ["1 with 1", "on 1"]);
        assert_eq!(placed(&[(None, Child), (baby, Child)]), ["1", "2"]);
        // Of whom nothing is known holds nobody.
        let hidden = Companion {
            born: None,
            role: Other,
            is_seen: false,
        };
        let infant = Companion {
            born: Some(day("2026-05-14")),
            role: Child,
            is_seen: true,
        };
        assert_eq!(
            places(&[hidden, infant], on),
            [
                Place::Seat {
                    number: 1,
                    infant: None
                },
                Place::Seat {
                    number: 2,
                    infant: None
                }
            ]
        );
    }
}
