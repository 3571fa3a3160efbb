//! The check of one traveller's documents.

use std::cmp::Reverse;

use chrono::NaiveDate;
use entity::ids::{IdentityCardId, PassportId};
use entity::values::{
    CountryCode, CountryKind, EntryRuleKind, FindingCode, IdentityCardStatus, MissingItem, PassportStatus,
    RuleSeverity, Verdict, VisaEntries, VisaStatus,
};

use super::days::is_older_than;
use super::finding::{Finding, demand, rank, verdict, worst};
use super::trip::{Applied, Leg, PlannedLeg, Trip};
use crate::identity_cards::IdentityCard;
use crate::passports::Passport;
use crate::travel::names::{Match, Name, compare};
use crate::users::User;
use crate::visas::Visa;

/// At which age a person may travel alone, in years.
const FULL_AGE: i16 = 18;

/// A traveller.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// Who.
    pub user: &'a User,
    /// All passports of the person.
    pub passports: &'a [&'a Passport],
    /// All visas and authorisations of the person.
    pub visas: &'a [&'a Visa],
    /// All identity cards of the person.
    pub identity_cards: &'a [&'a IdentityCard],
    /// Whether somebody comes along who may answer for a minor.
    pub is_accompanied: bool,
}

/// What the documents of a person come to.
#[derive(Debug, Clone)]
pub struct PersonCheck {
    /// On the whole journey.
    pub verdict: Verdict,
    /// What the person lacks.
    pub missing: Vec<MissingItem>,
    /// What does not depend on the country.
    pub findings: Vec<Finding>,
    /// Leg by leg.
    pub legs: Vec<LegCheck>,
}

/// What they come to on a leg.
#[derive(Debug, Clone)]
pub struct LegCheck {
    /// The leg.
    pub leg: Leg,
    /// On this leg.
    pub verdict: Verdict,
    /// The passport to travel on: the one with the best verdict, then the one that is valid longest.
    pub passport_id: Option<PassportId>,
    /// The identity card that is accepted in its place, where no passport does as well.
    pub identity_card_id: Option<IdentityCardId>,
    /// Until when that is valid.
    pub valid_until: Option<NaiveDate>,
    /// What speaks against travelling on it.
    pub findings: Vec<Finding>,
    /// Of what no rule is recorded for the country, so that the verdict says nothing about it.
    pub unchecked: Vec<EntryRuleKind>,
}

/// Checks the documents of a person against the rules that hold on a journey.
pub fn check(trip: &Trip<'_>, person: Person<'_>) -> PersonCheck {
    let (mut legs, mut findings, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    for planned in &trip.legs {
        let (leg, passport) = check_leg(planned, person);
        legs.push(leg);
        if let Some(passport) = passport.filter(|it| !seen.contains(&it.id)) {
            seen.push(passport.id);
            compare_with_profile(person.user, passport, &mut findings);
        }
    }
    if !person.is_accompanied
        && trip
            .start()
            .is_some_and(|day| is_minor(person.user, person.passports.first().copied(), day))
    {
        findings.push(Finding::new(
            FindingCode::NoGuardian,
            RuleSeverity::Warn,
            "The traveller is a minor and no guardian travels along; carriers and countries may ask for a consent.",
        ));
    }
    let mut missing = Vec::new();
    for finding in legs.iter().flat_map(|leg| &leg.findings).chain(&findings) {
        if let Some(item) = finding.code.missing()
            && !missing.contains(&item)
        {
            missing.push(item);
        }
    }
    PersonCheck {
        verdict: worst(legs.iter().map(|leg| leg.verdict).chain([verdict(&findings)])),
        missing,
        findings,
        legs,
    }
}

/// Whether a person is under age on a day, as far as profile or passport tell.
pub fn is_minor(user: &User, passport: Option<&Passport>, on: NaiveDate) -> bool {
    let born = user.date_of_birth.or(passport.map(|it| it.date_of_birth));
    born.is_some_and(|born| !is_older_than(born, FULL_AGE, on))
}

fn check_leg<'a>(planned: &PlannedLeg<'_>, person: Person<'a>) -> (LegCheck, Option<&'a Passport>) {
    let active = person
        .passports
        .iter()
        .filter(|it| it.status == PassportStatus::Active);
    let best = active
        .map(|passport| (*passport, check_passport(planned, passport, person)))
        .min_by_key(|(passport, findings)| {
            (
                rank(verdict(findings)),
                Reverse(passport.expiry_date),
                !passport.primary,
            )
        });
    let is_good = best.as_ref().is_some_and(|(_, findings)| findings.is_empty());
    if let Some(card) = accepted_card(planned, person).filter(|_| !is_good) {
        let check = LegCheck {
            leg: planned.leg,
            verdict: Verdict::Ok,
            passport_id: None,
            identity_card_id: Some(card.id),
            valid_until: card.expiry_date,
            findings: Vec::new(),
            unchecked: Vec::new(),
        };
        return (check, None);
    }
    let (passport, findings) = match best {
        Some((passport, findings)) => (Some(passport), findings),
        None => (None, vec![no_passport(planned, person)]),
    };
    let check = LegCheck {
        leg: planned.leg,
        verdict: verdict(&findings),
        passport_id: passport.map(|it| it.id),
        identity_card_id: None,
        valid_until: passport.map(|it| it.expiry_date),
        findings,
        unchecked: unchecked(
            planned,
            passport.map(|it| it.nationality).or(person.user.nationality),
        ),
    };
    (check, passport)
}

/// Of what no rule is recorded for the country. At home nothing is asked, and who may enter on an identity card needs no visa.
fn unchecked(planned: &PlannedLeg<'_>, nationality: Option<CountryCode>) -> Vec<EntryRuleKind> {
    if nationality == Some(planned.leg.country) {
        return Vec::new();
    }
    let moves_freely =
        nationality.is_some_and(|it| planned.rules(EntryRuleKind::IdentityCard, it).next().is_some());
    [EntryRuleKind::PassportValidity, EntryRuleKind::Visa]
        .into_iter()
        .filter(|kind| !planned.is_ruled(*kind))
        .filter(|kind| !moves_freely || *kind != EntryRuleKind::Visa)
        .collect()
}

/// An identity card that takes the place of a passport: of a citizen of the country, or of one of those whom a rule names,
/// and valid for the stay.
fn accepted_card<'a>(planned: &PlannedLeg<'_>, person: Person<'a>) -> Option<&'a IdentityCard> {
    let leg = planned.leg;
    let is_accepted = |card: &&&IdentityCard| {
        card.status == IdentityCardStatus::Active
            && card.expiry_date.is_none_or(|last| last >= leg.depart)
            && (card.nationality == leg.country
                || planned
                    .rules(EntryRuleKind::IdentityCard, card.nationality)
                    .next()
                    .is_some())
    };
    person.identity_cards.iter().find(is_accepted).copied()
}

/// Whether a visa is good for a stay: for the country or its area, on all its days and for as many entries, and in a passport of the
/// nationality that it was given to.
fn covers(visa: &Visa, applied: &Applied<'_>, leg: Leg, passport: &Passport, person: Person<'_>) -> bool {
    let entries = match visa.entries {
        VisaEntries::Single => 1,
        VisaEntries::Double => 2,
        VisaEntries::Multiple => usize::MAX,
    };
    let given_to = visa
        .passport_id
        .and_then(|id| person.passports.iter().find(|it| it.id == id));
    let days = (applied.exit - applied.entry).num_days() + 1;
    visa.status == VisaStatus::Active
        && applied.is_good_for(visa.country, leg.country)
        && visa.valid_from.unwrap_or(visa.issue_date) <= applied.entry
        && visa.expiry_date >= applied.exit
        && visa
            .max_stay_days
            .is_none_or(|most| i64::from(most.days()) >= days)
        && applied.entries <= entries
        && given_to.is_none_or(|it| it.nationality == passport.nationality)
}

/// Nobody needs a passport at home, nor where an identity card is accepted, but somebody has to see the card.
fn no_passport(planned: &PlannedLeg<'_>, person: Person<'_>) -> Finding {
    let nationality = person.user.nationality;
    let code = if person.passports.is_empty() {
        FindingCode::NoPassport
    } else {
        FindingCode::PassportNotActive
    };
    if nationality == Some(planned.leg.country) {
        return Finding::new(
            code,
            RuleSeverity::Warn,
            "No passport that can be travelled on is recorded; at home another proof of identity may do.",
        );
    }
    let card = nationality.and_then(|it| planned.rules(EntryRuleKind::IdentityCard, it).next());
    match card {
        Some(applied) => Finding::new(
            code,
            RuleSeverity::Warn,
            "No passport that can be travelled on is recorded; a valid identity card is accepted instead.",
        )
        .by(applied.rule()),
        None => Finding::new(
            code,
            RuleSeverity::Fail,
            "No passport that can be travelled on is recorded; lost, stolen and replaced ones do not count.",
        ),
    }
}

fn check_passport(planned: &PlannedLeg<'_>, passport: &Passport, person: Person<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    check_validity(planned, passport, &mut findings);
    let nationality = passport.nationality;
    // No rule of entry keeps people from their own country.
    if nationality == planned.leg.country {
        return findings;
    }
    if nationality.kind() == CountryKind::NoNationality {
        findings.push(
            Finding::new(
                FindingCode::NationalityUnknown,
                RuleSeverity::Warn,
                "The passport names no nationality; ask which rules hold for its holder.",
            )
            .of(passport),
        );
    }
    check_age(planned, passport, &mut findings);
    for applied in planned.rules(EntryRuleKind::Visa, nationality) {
        let rule = applied.rule();
        let is_covered = |visa: &&Visa| covers(visa, applied, planned.leg, passport, person);
        if person.visas.iter().any(is_covered) {
            continue;
        }
        findings.push(
            Finding::new(
                FindingCode::VisaNotRecorded,
                rule.severity,
                "A visa or an authorisation to travel is needed, and none is recorded that covers the stay with this passport.",
            )
            .of(passport)
            .by(rule),
        );
    }
    findings
}

fn check_validity(planned: &PlannedLeg<'_>, passport: &Passport, findings: &mut Vec<Finding>) {
    let (leg, valid_until) = (planned.leg, passport.expiry_date);
    if valid_until < leg.arrive {
        findings.push(
            Finding::new(
                FindingCode::PassportExpired,
                RuleSeverity::Fail,
                "The passport expires before the arrival.",
            )
            .of(passport)
            .until(strictest(planned, passport.nationality)),
        );
        return;
    }
    if passport.nationality == leg.country {
        return;
    }
    let mut is_ruled = false;
    for applied in planned.rules(EntryRuleKind::PassportValidity, passport.nationality) {
        is_ruled = true;
        let (rule, Some(needed)) = (applied.rule(), applied.needed_until) else {
            continue;
        };
        if valid_until < needed {
            let detail = format!(
                "The passport is valid until {valid_until}; it must be valid {}, until {needed}.",
                demand(applied)
            );
            findings.push(
                Finding::new(FindingCode::ValidityTooShort, rule.severity, detail)
                    .of(passport)
                    .by(rule)
                    .until(needed),
            );
        }
    }
    if !is_ruled && valid_until < leg.depart {
        findings.push(
            Finding::new(
                FindingCode::ValidityTooShort,
                RuleSeverity::Warn,
                "The passport expires during the stay, and no rule is recorded for the country.",
            )
            .of(passport)
            .until(leg.depart),
        );
    }
}

/// Until when a passport must be valid by all rules together.
fn strictest(planned: &PlannedLeg<'_>, nationality: CountryCode) -> NaiveDate {
    planned
        .rules(EntryRuleKind::PassportValidity, nationality)
        .filter_map(|applied| applied.needed_until)
        .chain([planned.leg.arrive])
        .max()
        .unwrap_or(planned.leg.arrive)
}

fn check_age(planned: &PlannedLeg<'_>, passport: &Passport, findings: &mut Vec<Finding>) {
    for applied in planned.rules(EntryRuleKind::PassportAge, passport.nationality) {
        let rule = applied.rule();
        let Some(years) = rule.max_age_years else {
            continue;
        };
        let finding = match passport.issue_date {
            None => Finding::new(
                FindingCode::IssueDateUnknown,
                RuleSeverity::Warn,
                format!(
                    "The passport must be less than {years} years old on entry; its date of issue is not recorded."
                ),
            ),
            Some(issued) if is_older_than(issued, years, applied.entry) => Finding::new(
                FindingCode::PassportTooOld,
                rule.severity,
                format!(
                    "The passport was issued on {issued}; on {} it is not less than {years} years old.",
                    applied.entry
                ),
            ),
            Some(_) => continue,
        };
        findings.push(finding.of(passport).by(rule));
    }
}

/// What the booking is made in is the passport's; where the profile says something else, one of the two is wrong. Given
/// names that one of them leaves out are no such case.
fn compare_with_profile(user: &User, passport: &Passport, findings: &mut Vec<Finding>) {
    let comparison = compare(
        &Name::of_user(user),
        &Name::of_passport(passport, user.title.as_ref()),
    );
    if matches!(
        comparison.verdict,
        Match::Moved | Match::Different | Match::Unknown
    ) {
        findings.push(
            Finding::new(
                FindingCode::NameDiffers,
                RuleSeverity::Warn,
                comparison.explanation,
            )
            .of(passport),
        );
    }
    if user
        .date_of_birth
        .is_some_and(|born| born != passport.date_of_birth)
    {
        findings.push(
            Finding::new(
                FindingCode::DateOfBirthDiffers,
                RuleSeverity::Warn,
                "Profile and passport do not have the same date of birth; correct the profile, or check whose passport it is.",
            )
            .of(passport),
        );
    }
}
