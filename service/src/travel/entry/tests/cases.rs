//! Journeys by the rules that come with the program.

use super::*;

/// nationality | issued | expires | journey | what the check says
const CASES: &str = "
GBR | 2020-05-10 | 2027-08-31 | FRA 2027-05-20 2027-05-31 | ok
GBR | 2020-05-10 | 2027-08-30 | FRA 2027-05-20 2027-05-31 | fail validity_too_short
GBR | 2020-05-10 | 2027-02-28 | FRA 2026-11-20 2026-11-30 | ok
GBR | 2020-05-10 | 2027-02-27 | FRA 2026-11-20 2026-11-30 | fail validity_too_short
GBR | 2020-05-10 | 2028-02-28 | FRA 2027-11-20 2027-11-30 | fail validity_too_short
GBR | 2020-05-10 | 2028-02-29 | FRA 2027-11-20 2027-11-30 | ok
GBR | 2020-05-10 | 2027-08-31 | FRA 2027-05-20 2027-05-25, ITA 2027-05-25 2027-05-31 | ok; ok
GBR | 2020-05-10 | 2027-08-31 | FRA 2027-05-20 2027-05-25, ITA 2027-05-25 2027-06-01 | fail validity_too_short; fail validity_too_short
GBR | 2020-05-10 | 2027-08-31 | FRA 2027-05-20 2027-05-25, ITA 2027-05-26 2027-06-01 | fail validity_too_short; fail validity_too_short
GBR | 2020-05-10 | 2027-08-31 | FRA 2027-05-20 2027-05-25, ITA 2027-05-27 2027-06-01 | ok; fail validity_too_short
GBR | 2020-05-10 | 2027-08-31 | FRA 2027-05-20 2027-05-25, ALB 2027-05-25 2027-05-28, ITA 2027-05-28 2027-06-01 | ok; ok; fail validity_too_short
GBR | 2017-05-21 | 2028-05-20 | FRA 2027-05-20 2027-05-31 | ok
GBR | 2017-05-20 | 2028-05-20 | FRA 2027-05-20 2027-05-31 | fail passport_too_old
GBR | 2017-05-25 | 2028-05-20 | FRA 2027-05-20 2027-05-24, ITA 2027-05-24 2027-05-31 | ok; ok
GBR | 2017-05-25 | 2028-05-20 | FRA 2027-05-20 2027-05-24, ALB 2027-05-24 2027-05-26, ITA 2027-05-26 2027-05-31 | ok; ok; fail passport_too_old
GBR |            | 2030-05-20 | FRA 2027-05-20 2027-05-31 | warn issue_date_unknown
GBR |            | 2027-06-20 | FRA 2027-05-20 2027-05-31 | fail validity_too_short issue_date_unknown
GBR | 2017-05-01 | 2027-06-20 | FRA 2027-05-20 2027-05-31 | fail validity_too_short passport_too_old
D   | 2015-05-01 | 2027-05-31 | FRA 2027-05-20 2027-05-31 | ok
D   | 2015-05-01 | 2027-05-30 | FRA 2027-05-20 2027-05-31 | warn validity_too_short
D   | 2015-05-01 | 2027-05-19 | FRA 2027-05-20 2027-05-31 | fail passport_expired
D   | 2015-05-01 | 2027-05-20 | D   2027-05-20 2027-05-31 | ok
NOR | 2015-05-01 | 2027-06-01 | CHE 2027-05-20 2027-05-31 | ok
CHE | 2015-05-01 | 2027-06-01 | ISL 2027-05-20 2027-05-31 | ok
IRL | 2015-05-01 | 2027-06-01 | FRA 2027-05-20 2027-05-31 | ok
GBR | 2020-05-10 | 2027-06-10 | MCO 2027-05-20 2027-05-31 | fail validity_too_short
GBR | 2020-05-10 | 2027-06-10 | CYP 2027-05-20 2027-05-31 | ok
GBR | 2020-05-10 | 2027-02-28 | THA 2026-08-31 2026-09-10 | ok
GBR | 2020-05-10 | 2027-02-27 | THA 2026-08-31 2026-09-10 | fail validity_too_short
GBR | 2020-05-10 | 2027-02-28 | THA 2026-08-31 2027-03-10 | ok
GBR | 2020-05-10 | 2027-10-17 | TUR 2027-05-20 2027-05-31 | ok
GBR | 2020-05-10 | 2027-10-16 | TUR 2027-05-20 2027-05-31 | warn validity_too_short
GBR | 2020-05-10 | 2027-06-30 | ZAF 2027-05-20 2027-05-31 | ok
GBR | 2020-05-10 | 2027-06-29 | ZAF 2027-05-20 2027-05-31 | warn validity_too_short
GBR | 2020-05-10 | 2027-06-30 | HKG 2027-05-20 2027-05-31 | ok
GBR | 2020-05-10 | 2027-06-29 | HKG 2027-05-20 2027-05-31 | warn validity_too_short
GBR | 2020-05-10 | 2027-05-31 | USA 2027-05-20 2027-05-31 | warn visa_not_recorded
GBR | 2020-05-10 | 2027-05-30 | USA 2027-05-20 2027-05-31 | fail validity_too_short visa_not_recorded
KWT | 2020-05-10 | 2027-11-30 | USA 2027-05-20 2027-05-31 | warn visa_not_recorded
KWT | 2020-05-10 | 2027-11-29 | USA 2027-05-20 2027-05-31 | fail validity_too_short visa_not_recorded
CAN | 2020-05-10 | 2027-05-31 | USA 2027-05-20 2027-05-31 | ok
USA | 2020-05-10 | 2027-05-20 | USA 2027-05-20 2027-05-31 | ok
USA | 2020-05-10 | 2027-05-19 | USA 2027-05-20 2027-05-31 | fail passport_expired
GBR | 2020-05-10 | 2027-05-31 | PRY 2027-05-20 2027-05-31 | ok
GBR | 2020-05-10 | 2027-05-30 | PRY 2027-05-20 2027-05-31 | warn validity_too_short
XXB | 2020-05-10 | 2030-05-10 | FRA 2027-05-20 2027-05-31 | warn nationality_unknown
IND | 2020-05-10 | 2030-05-10 | FRA 2027-05-20 2027-05-31 | fail visa_not_recorded
TUR | 2020-05-10 | 2030-05-10 | D   2027-05-20 2027-05-31, ITA 2027-05-31 2027-06-02 | fail visa_not_recorded; fail visa_not_recorded
CHN | 2020-05-10 | 2030-05-10 | CYP 2027-05-20 2027-05-31 | warn visa_not_recorded
VUT | 2020-05-10 | 2030-05-10 | FRA 2027-05-20 2027-05-31 | warn visa_not_recorded
PSE | 2020-05-10 | 2030-05-10 | CHE 2027-05-20 2027-05-31 | fail visa_not_recorded
TWN | 2020-05-10 | 2030-05-10 | FRA 2027-05-20 2027-05-31 | ok
UKR | 2020-05-10 | 2030-05-10 | POL 2027-05-20 2027-05-31 | ok
RKS | 2020-05-10 | 2030-05-10 | HRV 2027-05-20 2027-05-31 | ok
USA | 2020-05-10 | 2030-05-10 | ISL 2027-05-20 2027-05-31 | ok
IND | 2020-05-10 | 2030-05-10 | IRL 2027-05-20 2027-05-31 | ok
GBR | 2020-05-10 | 2027-08-20 | FRA 2027-05-20 2027-05-20 | ok
GBR | 2020-05-10 | 2027-08-19 | FRA 2027-05-20 2027-05-20 | fail validity_too_short
";

#[test]
fn journeys_come_out_as_the_rules_say() {
    let rules = shipped();
    let mut findings = Vec::new();
    let cases: Vec<&str> = CASES.trim().lines().collect();
    for case in &cases {
        let cells: Vec<&str> = case.split('|').map(str::trim).collect();
        let &[nationality, issued, expires, journey, expected] = cells.as_slice() else {
            panic!("{case}");
        };
        let journey = journey.split_whitespace().collect::<Vec<_>>().join(" ");
        let paper = passport(nationality, issued, expires);
        let said = in_words(&checked(&rules, &journey, &anna(nationality), &[&paper]));
        if said != expected {
            findings.push(format!("{case}: {said}"));
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    assert!(cases.len() >= 30);
}

#[test]
fn a_finding_says_how_long_and_by_which_rule() {
    let paper = passport("GBR", "2020-05-10", "2027-08-30");
    let found = checked(&shipped(), "FRA 2027-05-20 2027-05-31", &anna("GBR"), &[&paper]);
    let finding = &found.legs[0].findings[0];
    assert_eq!(
        finding.rule.as_ref().unwrap().code.as_str(),
        "schengen-three-months"
    );
    assert_eq!(
        (finding.needed_until, finding.valid_until),
        (Some(day("2027-08-31")), Some(day("2027-08-30")))
    );
    assert_eq!(finding.passport_id, Some(paper.id));
    assert_eq!(
        finding.detail,
        "The passport is valid until 2027-08-30; it must be valid 3 months beyond the end of the stay, until 2027-08-31."
    );
    let expired = passport("GBR", "2017-05-10", "2027-05-19");
    let found = checked(&shipped(), "FRA 2027-05-20 2027-05-31", &anna("GBR"), &[&expired]);
    assert_eq!(found.legs[0].findings[0].needed_until, Some(day("2027-08-31")));
}

#[test]
fn without_rules_a_passport_is_valid_for_the_stay() {
    let none = Rulebook::new(Vec::new());
    for (expires, expected) in [
        ("2027-05-31", "ok"),
        ("2027-05-30", "warn validity_too_short"),
        ("2027-05-19", "fail passport_expired"),
    ] {
        let paper = passport("GBR", "", expires);
        let found = checked(&none, "FRA 2027-05-20 2027-05-31", &anna("GBR"), &[&paper]);
        assert_eq!(in_words(&found), expected);
        assert!(found.legs[0].findings.iter().all(|it| it.rule.is_none()));
    }
    assert_eq!(none.as_of(), None);
}

#[test]
fn a_rule_for_a_country_takes_the_place_of_those_for_anywhere() {
    let general = rule("general", EntryRuleKind::PassportValidity, "ANYWHERE");
    let special = Model {
        nationalities: places("GBR"),
        severity: RuleSeverity::Warn,
        min_months: Some(1),
        ..rule("special", EntryRuleKind::PassportValidity, "PRY URY")
    };
    let rules = Rulebook::new(vec![general, special]);
    let paper = |nationality: &str| passport(nationality, "", "2027-05-25");
    let said = |nationality: &str, journey: &str| {
        in_words(&checked(
            &rules,
            journey,
            &anna(nationality),
            &[&paper(nationality)],
        ))
    };
    assert_eq!(
        said("GBR", "PRY 2027-05-20 2027-05-31"),
        "warn validity_too_short"
    );
    assert_eq!(
        said("GBR", "CHL 2027-05-20 2027-05-31"),
        "fail validity_too_short"
    );
    // The rule for the country is not for this traveller: the one for anywhere holds.
    assert_eq!(said("D", "PRY 2027-05-20 2027-05-31"), "fail validity_too_short");
    assert_eq!(said("D", "PRY 2027-05-20 2027-05-25"), "ok");
}

#[test]
fn what_is_switched_off_is_not_applied() {
    let off = Model {
        active: false,
        ..rule("off", EntryRuleKind::Visa, "FRA")
    };
    let rules = Rulebook::new(vec![off]);
    let paper = passport("GBR", "", "2030-01-01");
    let found = checked(&rules, "FRA 2027-05-20 2027-05-31", &anna("GBR"), &[&paper]);
    assert_eq!(in_words(&found), "ok");
}

#[test]
fn each_rule_counts_from_its_own_day() {
    for (anchor, needed) in [
        (RuleAnchor::Arrival, "2027-05-20"),
        (RuleAnchor::Departure, "2027-05-24"),
        (RuleAnchor::StayEnd, "2027-05-31"),
    ] {
        let rules = Rulebook::new(vec![Model {
            anchor: Some(anchor),
            ..rule("r", EntryRuleKind::PassportValidity, "SCHENGEN")
        }]);
        let just = passport("GBR", "", needed);
        let journey = "FRA 2027-05-20 2027-05-24, ITA 2027-05-24 2027-05-31";
        let found = checked(&rules, journey, &anna("GBR"), &[&just]);
        assert!(found.legs[0].findings.is_empty(), "{anchor}");
        let short = passport("GBR", "", &day(needed).pred_opt().unwrap().to_string());
        let found = checked(&rules, journey, &anna("GBR"), &[&short]);
        assert_eq!(
            found.legs[0].findings[0].needed_until,
            Some(day(needed)),
            "{anchor}"
        );
    }
}

/// What no rule is recorded for is said, so that nobody takes its silence for leave to travel.
#[test]
fn what_was_not_checked_is_named() {
    let rules = shipped();
    for (nationality, country, unchecked) in [
        ("GBR", "FRA", &[][..]),
        ("GBR", "USA", &[]),
        ("GBR", "THA", &["visa"]),
        ("GBR", "IRL", &["visa"]),
        ("GBR", "PRY", &["passport_validity", "visa"]),
        ("PRY", "PRY", &[]),
        // Citizens of the Union move freely in it, and its rules of validity are for others.
        ("SWE", "IRL", &[]),
        ("SWE", "FRA", &[]),
        ("SWE", "CYP", &["passport_validity"]),
    ] {
        let passport = passport(nationality, "2020-05-10", "2030-05-10");
        let journey = format!("{country} 2027-05-20 2027-05-31");
        let found = checked(&rules, &journey, &anna(nationality), &[&passport]);
        let names: Vec<_> = found.legs[0].unchecked.iter().map(|it| it.as_str()).collect();
        assert_eq!(names, unchecked, "{nationality} {country}");
    }
    let without = checked(&rules, "PRY 2027-05-20 2027-05-31", &anna("GBR"), &[]);
    assert_eq!(without.legs[0].unchecked.len(), 2);
}
