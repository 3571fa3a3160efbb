//! Whether a group has all that it needs for a journey, in short.

use chrono::NaiveDate;
use entity::ids::{GroupId, UserId};
use entity::values::{CountryCode, EntryRuleKind, MemberRole, MissingItem, TripPurpose, Verdict};

use super::Party;
use super::commands::{MAX_LEGS, is_destination};
use crate::core::Core;
use crate::entry_rules::rulebook;
use crate::error::{Error, FieldError, Result};
use crate::policy::{CheckDocuments, Permit};
use crate::travel::entry::{Leg, Trip};
use crate::travel::names::Name;
use crate::travel::warning::Warning;
use crate::users::User;

/// Where a group wants to go, and when.
#[derive(Debug, Clone)]
pub struct Journey {
    /// First day.
    pub departure: NaiveDate,
    /// Last day; the first if not said.
    pub r#return: Option<NaiveDate>,
    /// The countries, each for the whole journey, because nobody has said more.
    pub countries: Vec<CountryCode>,
    /// What it is for.
    pub purpose: Option<TripPurpose>,
}

/// Whether a group is ready.
#[derive(Debug)]
pub struct GroupReadiness {
    /// Which group.
    pub group_id: GroupId,
    /// Whether nobody of those shown lacks anything, nor must expect to be turned away.
    pub ready: bool,
    /// The last day on which one of the rules was compared with its source.
    pub rules_as_of: Option<NaiveDate>,
    /// The members that the caller may see, in the order in which they joined.
    pub members: Vec<MemberReadiness>,
    /// Whether there are others.
    pub warnings: Vec<Warning>,
}

/// Whether a member is ready.
#[derive(Debug)]
pub struct MemberReadiness {
    /// Who.
    pub user_id: UserId,
    /// The name of the profile.
    pub name: String,
    /// What the member is to the group.
    pub role: MemberRole,
    /// Whether the member lacks nothing, nor must expect to be turned away.
    pub ready: bool,
    /// What the documents come to.
    pub verdict: Verdict,
    /// What the member lacks.
    pub missing: Vec<MissingItem>,
    /// Of what no rule is recorded, country by country.
    pub unchecked: Vec<(CountryCode, Vec<EntryRuleKind>)>,
}

impl Journey {
    /// The legs of the journey.
    ///
    /// # Errors
    /// `InvalidParameter`, all that is wrong at once.
    fn legs(&self) -> Result<Vec<Leg>> {
        let depart = self.r#return.unwrap_or(self.departure);
        let mut errors = Vec::new();
        if depart < self.departure {
            errors.push(FieldError::parameter(
                "return",
                "out_of_order",
                "The return cannot lie before the departure.",
            ));
        }
        if self.countries.len() > MAX_LEGS {
            let detail = format!("Name at most {MAX_LEGS} countries.");
            errors.push(FieldError::parameter("countries", "too_many", detail));
        }
        if !self.countries.iter().all(|country| is_destination(*country)) {
            errors.push(FieldError::parameter(
                "countries",
                "not_a_country",
                "One of the codes stands for no country that one can travel to.",
            ));
        }
        if !errors.is_empty() {
            return Err(Error::InvalidParameter(errors));
        }
        let leg = |country: &CountryCode| Leg {
            country: *country,
            arrive: self.departure,
            depart,
        };
        Ok(self.countries.iter().map(leg).collect())
    }
}

/// Whether a group is ready for a journey, in five statements however many members it has.
///
/// # Errors
/// `NotFound` when the group is out of reach; `InvalidParameter`.
pub async fn readiness(
    core: &Core,
    by: &Permit<CheckDocuments>,
    id: GroupId,
    journey: &Journey,
) -> Result<GroupReadiness> {
    let legs = journey.legs()?;
    let party = Party::of_group(core, by, id).await?;
    let rules = rulebook(core).await?;
    let trip = Trip::new(&rules, &legs, journey.purpose);
    let members: Vec<MemberReadiness> = party
        .check(&trip)
        .map(|(user, check)| {
            let mut missing = check.missing;
            missing.extend(lacking(&party, user, journey.departure));
            let unchecked = check.legs.into_iter().map(|it| (it.leg.country, it.unchecked));
            MemberReadiness {
                unchecked: unchecked.filter(|(_, kinds)| !kinds.is_empty()).collect(),
                user_id: user.id,
                name: Name::of_user(user).full(),
                role: party.role_of(user.id),
                ready: missing.is_empty() && check.verdict != Verdict::Fail,
                verdict: check.verdict,
                missing,
            }
        })
        .collect();
    Ok(GroupReadiness {
        group_id: id,
        ready: members.iter().all(|member| member.ready),
        rules_as_of: rules.as_of(),
        members,
        warnings: party.warnings(),
    })
}

/// What a booking needs beside documents, and neither profile nor passport say. How to reach a minor, the guardian says.
fn lacking(party: &Party, user: &User, departure: NaiveDate) -> Vec<MissingItem> {
    let has_passport = party.passports.iter().any(|it| it.user_id == user.id);
    let is_reached = user.email.is_some() || user.phone.is_some() || party.is_minor(user, departure);
    [
        (
            user.date_of_birth.is_none() && !has_passport,
            MissingItem::DateOfBirth,
        ),
        (user.gender.is_none() && !has_passport, MissingItem::Gender),
        (!is_reached, MissingItem::Contact),
    ]
    .into_iter()
    .filter_map(|(is_missing, item)| is_missing.then_some(item))
    .collect()
}
