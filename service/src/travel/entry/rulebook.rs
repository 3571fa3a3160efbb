//! The rules of entry, with their areas resolved.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use entity::entry_rules;
use entity::values::{Area, CountryCode, Place, Places, TripPurpose};

use super::areas::members;

/// The rules that are applied.
#[derive(Debug)]
pub struct Rulebook {
    pub(super) rules: Vec<Prepared>,
}

/// A rule with the countries that its places stand for.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) rule: Arc<entry_rules::Model>,
    destinations: Countries,
    nationalities: Countries,
    except: Countries,
    /// The destinations that are one territory: those of its areas.
    area: BTreeSet<CountryCode>,
}

/// Some countries, or all.
#[derive(Debug)]
enum Countries {
    All,
    Some(BTreeSet<CountryCode>),
}

impl Countries {
    fn of(places: &Places) -> Self {
        let mut countries = BTreeSet::new();
        for place in places.as_slice() {
            match place.area() {
                Some(Area::Anywhere) => return Self::All,
                Some(area) => countries.extend(members(area)),
                None => countries.extend(place.country()),
            }
        }
        Self::Some(countries)
    }

    fn contain(&self, country: CountryCode) -> bool {
        match self {
            Self::All => true,
            Self::Some(countries) => countries.contains(&country),
        }
    }
}

impl Rulebook {
    /// The rules of which those are applied that are active.
    pub fn new(rules: Vec<entry_rules::Model>) -> Self {
        let rules = rules.into_iter().filter(|rule| rule.active);
        Self {
            rules: rules.map(Prepared::new).collect(),
        }
    }

    /// The last day on which one of the rules was compared with its source.
    pub fn as_of(&self) -> Option<NaiveDate> {
        self.rules.iter().map(|it| it.rule.checked_on).max()
    }
}

impl Prepared {
    fn new(rule: entry_rules::Model) -> Self {
        Self {
            destinations: Countries::of(&rule.destinations),
            nationalities: if rule.nationalities.is_empty() {
                Countries::All
            } else {
                Countries::of(&rule.nationalities)
            },
            except: Countries::of(&rule.nationalities_except),
            area: (rule.destinations.as_slice().iter())
                .filter_map(Place::area)
                .flat_map(|area| members(area).iter().copied())
                .collect(),
            rule: Arc::new(rule),
        }
    }

    /// Whether it holds in a country.
    pub(super) fn holds_in(&self, country: CountryCode) -> bool {
        self.destinations.contain(country)
    }

    /// Whether it is for trips of a purpose.
    pub(super) fn is_for(&self, purpose: Option<TripPurpose>) -> bool {
        self.rule.purpose.is_none() || self.rule.purpose == purpose
    }

    /// Whether it holds where no other rule of its kind does.
    pub(super) const fn is_general(&self) -> bool {
        matches!(self.destinations, Countries::All)
    }

    /// Whether two countries are one to the rule: both are in its destinations. A rule for anywhere does not make one stay of a
    /// whole journey, nor does a list of countries that ask for the same.
    pub(super) fn is_one_stay(&self, country: CountryCode, other: CountryCode) -> bool {
        let is_in_area = |country| self.area.contains(&country);
        country == other || is_in_area(country) && is_in_area(other)
    }

    /// Whether it is for travellers of a nationality.
    pub(super) fn concerns(&self, nationality: CountryCode) -> bool {
        self.nationalities.contain(nationality) && !self.except.contain(nationality)
    }
}
