//! The rules that come with the program.

use std::collections::BTreeSet;

use entity::values::{Area, CountryKind};

use super::super::shipped::Shipped;
use super::*;

#[test]
fn every_rule_is_well_formed_and_says_where_it_comes_from() {
    serde_json::from_str::<Shipped>(include_str!("../rules.json")).unwrap();
    assert!(SHIPPED.rules.len() >= 30 && !SHIPPED.version.is_empty());
    let mut codes = BTreeSet::new();
    for it in &SHIPPED.rules {
        assert!(codes.insert(&it.code), "{} twice", it.code);
        assert!(!it.destinations.is_empty(), "{}", it.code);
        assert_eq!(
            it.anchor.is_some(),
            it.kind == EntryRuleKind::PassportValidity,
            "{}",
            it.code
        );
        assert_eq!(
            it.max_age_years.is_some(),
            it.kind == EntryRuleKind::PassportAge,
            "{}",
            it.code
        );
        assert!(
            it.anchor.is_some() || it.min_months.or(it.min_days).is_none(),
            "{}",
            it.code
        );
        assert!(it.checked_on <= day(&SHIPPED.version), "{}", it.code);
        assert!(
            it.note.as_ref().is_none_or(|note| note.as_str().ends_with('.')),
            "{}",
            it.code
        );
        // What is not certain turns nobody away.
        if it.confidence == RuleConfidence::Unconfirmed {
            assert_eq!(it.severity, RuleSeverity::Warn, "{}", it.code);
        }
        for place in it.destinations.as_slice() {
            let is_country = place.country().is_none_or(|it| it.kind() == CountryKind::Country);
            assert!(is_country, "{}: {place}", it.code);
        }
    }
}

/// Two rules of validity for one country and one nationality are one too many, unless the areas are meant.
#[test]
fn a_country_has_one_rule_of_validity_for_each_nationality() {
    let rules = shipped();
    for country in entity::values::CountryCode::all().filter(|it| it.kind() == CountryKind::Country) {
        for nationality in ["GBR", "D", "USA", "KWT", "UTO", "CHN"] {
            let legs = [Leg {
                country,
                arrive: day("2027-05-20"),
                depart: day("2027-05-31"),
            }];
            let trip = Trip::new(&rules, &legs, None);
            let found = trip.legs[0].rules(EntryRuleKind::PassportValidity, nationality.parse().unwrap());
            assert_eq!(found.count(), 1, "{country} {nationality}");
        }
    }
}

#[test]
fn there_is_a_rule_for_anywhere() {
    let anywhere = SHIPPED.rules.iter().filter(|it| {
        it.destinations
            .as_slice()
            .iter()
            .any(|place| place.area() == Some(Area::Anywhere))
    });
    let kinds: Vec<_> = anywhere.map(|it| (it.kind, it.severity)).collect();
    assert_eq!(kinds, [(EntryRuleKind::PassportValidity, RuleSeverity::Warn)]);
}
