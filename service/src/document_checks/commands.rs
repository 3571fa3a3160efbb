//! What can be asked about documents.

#![allow(
    clippy::duplicated_attributes,
    reason = "each rule over several fields runs whether others are broken or not"
)]

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::ids::{GroupId, UserId};
use entity::values::{CountryCode, CountryKind, TripPurpose};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::error::Result;
use crate::input::{Input, cross_field, not_null, required};
use crate::travel::entry::Leg;

/// Most people of one check.
const MAX_TRAVELLERS: usize = 99;
/// Most legs of a journey.
pub const MAX_LEGS: usize = 10;

/// Who wants to travel where.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[validate(
    schema(function = "people_or_group", skip_on_field_errors = false),
    schema(function = "each_once", skip_on_field_errors = false),
    schema(function = "legs_in_order", skip_on_field_errors = false)
)]
pub struct DocumentCheck {
    /// Who travels, each once; or else `group_id`.
    #[schema(value_type = Vec<UserId>, min_items = 1, max_items = 99)]
    #[validate(custom(function = "travellers"))]
    pub user_ids: Input<Vec<UserId>>,
    /// Which group travels; or else `user_ids`.
    #[schema(value_type = GroupId)]
    #[validate(custom(function = "not_null"))]
    pub group_id: Input<GroupId>,
    /// The countries of the journey, in their order. Countries where planes are changed are legs too.
    #[schema(value_type = Vec<TripLeg>, required, min_items = 1, max_items = 10)]
    #[validate(custom(function = "some_legs"), nested)]
    pub legs: Input<Vec<TripLeg>>,
    /// What the trip is for. Rules that name a purpose hold for trips of that purpose alone; if not said, they are left out.
    #[schema(value_type = TripPurpose, example = "tourism")]
    #[validate(custom(function = "not_null"))]
    pub purpose: Input<TripPurpose>,
}

/// A stay in a country.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[validate(schema(function = "days_in_order", skip_on_field_errors = false))]
pub struct TripLeg {
    /// The country.
    #[schema(value_type = CountryCode, required, example = "FRA")]
    #[validate(custom(function = "country"))]
    pub country: Input<CountryCode>,
    /// First day there, not before the last day of the leg before.
    #[schema(value_type = NaiveDate, required, example = "2027-06-01")]
    #[validate(custom(function = "required"))]
    pub arrive: Input<NaiveDate>,
    /// Last day there; that of the arrival for who only changes planes.
    #[schema(value_type = NaiveDate, required, example = "2027-06-14")]
    #[validate(custom(function = "required"))]
    pub depart: Input<NaiveDate>,
}

/// The legs as the rules take them.
///
/// # Errors
/// `Invalid`, should a check have been forgotten.
pub(super) fn legs(input: Input<Vec<TripLeg>>) -> Result<Vec<Leg>> {
    let leg = |leg: TripLeg| {
        Ok(Leg {
            country: leg.country.required("legs")?,
            arrive: leg.arrive.required("legs")?,
            depart: leg.depart.required("legs")?,
        })
    };
    input.required("legs")?.into_iter().map(leg).collect()
}

fn people_or_group(check: &DocumentCheck) -> Result<(), ValidationError> {
    let is_there = |is_absent: bool| usize::from(!is_absent);
    let named = is_there(matches!(check.user_ids, Input::Absent | Input::Null))
        + is_there(matches!(check.group_id, Input::Absent | Input::Null));
    match named {
        0 => Err(cross_field(
            "user_ids",
            "required",
            "Name who travels, by user_ids or by group_id.",
        )),
        1 => Ok(()),
        _ => Err(cross_field(
            "group_id",
            "not_both",
            "Name who travels by user_ids or by group_id, not by both.",
        )),
    }
}

fn each_once(check: &DocumentCheck) -> Result<(), ValidationError> {
    let mut seen = BTreeSet::new();
    let ids = check.user_ids.value().into_iter().flatten();
    match ids.enumerate().find(|(_, id)| !seen.insert(**id)) {
        Some((index, _)) => Err(cross_field(
            &format!("user_ids/{index}"),
            "duplicate",
            "This user is in the list already; name each once.",
        )),
        None => Ok(()),
    }
}

fn legs_in_order(check: &DocumentCheck) -> Result<(), ValidationError> {
    let mut left: Option<NaiveDate> = None;
    for (index, leg) in check.legs.value().into_iter().flatten().enumerate() {
        let (arrive, depart) = (leg.arrive.value(), leg.depart.value());
        if let (Some(left), Some(arrive)) = (left, arrive)
            && *arrive < left
        {
            return Err(cross_field(
                &format!("legs/{index}/arrive"),
                "out_of_order",
                "A leg cannot begin before the one before it ends; order the legs as they are travelled.",
            ));
        }
        left = depart.or(arrive).copied();
    }
    Ok(())
}

fn days_in_order(leg: &TripLeg) -> Result<(), ValidationError> {
    match (leg.arrive.value(), leg.depart.value()) {
        (Some(arrive), Some(depart)) if depart < arrive => Err(cross_field(
            "depart",
            "out_of_order",
            "The departure cannot lie before the arrival.",
        )),
        _ => Ok(()),
    }
}

fn travellers(input: &Input<Vec<UserId>>) -> Result<(), ValidationError> {
    not_null(input)?;
    bounds(input.value().map(Vec::len), MAX_TRAVELLERS, "travellers")
}

fn some_legs(input: &Input<Vec<TripLeg>>) -> Result<(), ValidationError> {
    required(input)?;
    bounds(input.value().map(Vec::len), MAX_LEGS, "legs")
}

fn bounds(count: Option<usize>, max: usize, what: &str) -> Result<(), ValidationError> {
    match count {
        Some(0) => {
            Err(ValidationError::new("too_few").with_message(format!("Name 1 to {max} {what}.").into()))
        }
        Some(count) if count > max => {
            Err(ValidationError::new("too_many").with_message(format!("Name at most {max} {what}.").into()))
        }
        _ => Ok(()),
    }
}

fn country(input: &Input<CountryCode>) -> Result<(), ValidationError> {
    required(input)?;
    if input.value().is_some_and(|country| !is_destination(*country)) {
        return Err(ValidationError::new("not_a_country")
            .with_message("The code stands for no country that one can travel to.".into()));
    }
    Ok(())
}

/// Whether one can travel there. Utopia is where the demonstration lives.
pub(super) fn is_destination(country: CountryCode) -> bool {
    matches!(country.kind(), CountryKind::Country | CountryKind::Specimen)
}
