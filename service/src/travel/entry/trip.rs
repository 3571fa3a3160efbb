//! A journey, with the rules that hold on each of its legs.

use std::sync::Arc;

use chrono::NaiveDate;
use entity::entry_rules;
use entity::values::{CountryCode, EntryRuleKind, RuleAnchor, TripPurpose};

use super::days::after;
use super::rulebook::{Prepared, Rulebook};

/// A stay in a country. Who only changes planes there departs on the day of the arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// The country.
    pub country: CountryCode,
    /// First day.
    pub arrive: NaiveDate,
    /// Last day, not before the first.
    pub depart: NaiveDate,
}

/// Legs in the order in which they are travelled.
#[derive(Debug)]
pub struct Trip<'a> {
    pub(super) legs: Vec<PlannedLeg<'a>>,
}

/// A leg with the rules that hold there.
#[derive(Debug)]
pub(super) struct PlannedLeg<'a> {
    pub(super) leg: Leg,
    rules: Vec<Applied<'a>>,
}

/// A rule with its days on a leg.
#[derive(Debug)]
pub(super) struct Applied<'a> {
    prepared: &'a Prepared,
    /// Day of the entry into the rule's destinations.
    pub(super) entry: NaiveDate,
    /// Day on which they are left.
    pub(super) exit: NaiveDate,
    /// How many entries into them the journey has had by then, this one included.
    pub(super) entries: usize,
    /// Until when a passport must be valid, if the rule says so.
    pub(super) needed_until: Option<NaiveDate>,
}

impl<'a> Trip<'a> {
    /// Looks up which rules hold on which legs, once for all travellers. Without a purpose only those hold that are for every one.
    pub fn new(rulebook: &'a Rulebook, legs: &[Leg], purpose: Option<TripPurpose>) -> Self {
        let planned = legs.iter().enumerate().map(|(index, leg)| PlannedLeg {
            leg: *leg,
            rules: rulebook
                .rules
                .iter()
                .filter(|it| it.holds_in(leg.country) && it.is_for(purpose))
                .map(|it| Applied::new(it, legs, index, *leg))
                .collect(),
        });
        Self {
            legs: planned.collect(),
        }
    }

    /// First day.
    pub fn start(&self) -> Option<NaiveDate> {
        self.legs.first().map(|it| it.leg.arrive)
    }
}

impl<'a> PlannedLeg<'a> {
    /// Whether a rule of a kind is recorded for the country itself, whoever it is for. One for anywhere says what countries
    /// usually ask for, not what this one does.
    pub(super) fn is_ruled(&self, kind: EntryRuleKind) -> bool {
        self.rules
            .iter()
            .any(|it| it.rule().kind == kind && !it.prepared.is_general())
    }

    /// The rules of a kind that hold for a nationality: those for the country, or else those for anywhere.
    pub(super) fn rules(
        &self,
        kind: EntryRuleKind,
        nationality: CountryCode,
    ) -> impl Iterator<Item = &Applied<'a>> {
        let holds = move |it: &&Applied<'_>| it.rule().kind == kind && it.prepared.concerns(nationality);
        let is_special = self
            .rules
            .iter()
            .filter(holds)
            .any(|it| !it.prepared.is_general());
        self.rules
            .iter()
            .filter(holds)
            .filter(move |it| it.prepared.is_general() != is_special)
    }
}

impl<'a> Applied<'a> {
    fn new(prepared: &'a Prepared, legs: &[Leg], index: usize, leg: Leg) -> Self {
        let (entry, exit) = stay(prepared, legs, index, leg);
        let mut entries: Vec<NaiveDate> = (legs.iter().enumerate().take(index + 1))
            .filter(|(_, other)| prepared.is_one_stay(leg.country, other.country))
            .map(|(index, other)| stay(prepared, legs, index, *other).0)
            .collect();
        entries.dedup();
        let rule = &*prepared.rule;
        let needed_until = rule.anchor.map(|anchor| {
            let day = match anchor {
                RuleAnchor::Arrival => entry,
                RuleAnchor::Departure => leg.depart,
                RuleAnchor::StayEnd => exit,
            };
            after(day, rule.min_months.unwrap_or(0), rule.min_days.unwrap_or(0))
        });
        Self {
            prepared,
            entry,
            exit,
            entries: entries.len(),
            needed_until,
        }
    }

    /// Whether papers of one country are good for another, as those of the states of an area are.
    pub(super) fn is_good_for(&self, issuer: CountryCode, country: CountryCode) -> bool {
        self.prepared.is_one_stay(country, issuer)
    }

    /// The rule itself.
    pub(super) const fn rule(&self) -> &'a Arc<entry_rules::Model> {
        &self.prepared.rule
    }
}

/// First and last day in the destinations of a rule: of the legs around this one that follow upon each other there. Who is
/// elsewhere for more than a night, at home say, enters anew.
fn stay(prepared: &Prepared, legs: &[Leg], index: usize, leg: Leg) -> (NaiveDate, NaiveDate) {
    let is_in = |country| prepared.is_one_stay(leg.country, country);
    let follows = |before: &Leg, next: &Leg| (next.arrive - before.depart).num_days() <= 1;
    let (mut entry, mut exit) = (leg, leg);
    for before in legs.iter().take(index).rev() {
        if !is_in(before.country) || !follows(before, &entry) {
            break;
        }
        entry = *before;
    }
    for next in legs.iter().skip(index + 1) {
        if !is_in(next.country) || !follows(&exit, next) {
            break;
        }
        exit = *next;
    }
    (entry.arrive, exit.depart)
}
