//! What can be asked of the catalogue.

use chrono::NaiveDate;
use entity::values::{Alliance, Carriers, ProgramName, ProgramType, SupplierCode, SupplierName, Tier, Tiers};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::input::{Input, cross_field, not_null, optional, required};

/// A programme to add to the catalogue.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[validate(schema(function = "offered_in_order"), schema(function = "statuses_fit"))]
pub struct NewLoyaltyProgram {
    /// Who runs it.
    #[schema(value_type = SupplierName, required, example = "Utopia Rail")]
    #[validate(custom(function = "required"))]
    pub supplier: Input<SupplierName>,
    /// What it is called. The supplier has no other of this name.
    #[schema(value_type = ProgramName, required, example = "Sunrise Points")]
    #[validate(custom(function = "required"))]
    pub name: Input<ProgramName>,
    /// Kind of supplier.
    #[schema(value_type = ProgramType, required)]
    #[validate(custom(function = "required"))]
    pub r#type: Input<ProgramType>,
    /// IATA airline designator, or the code of a hotel chain or car company.
    #[schema(value_type = Option<SupplierCode>)]
    #[validate(custom(function = "optional"))]
    pub supplier_code: Input<SupplierCode>,
    /// The tiers, lowest first; none if not said.
    #[schema(value_type = Vec<Tier>, max_items = 20)]
    #[validate(custom(function = "not_null"))]
    pub tiers: Input<Tiers>,
    /// First day on offer; leave it out if it always was.
    #[schema(value_type = Option<NaiveDate>, example = "2026-01-01")]
    #[validate(custom(function = "optional"))]
    pub offered_from: Input<NaiveDate>,
    /// Last day on offer; leave it out if no end is known.
    #[schema(value_type = Option<NaiveDate>)]
    #[validate(custom(function = "optional"))]
    pub offered_until: Input<NaiveDate>,
    /// Airlines whose own programme it is; the one of `supplier_code` counts in any case.
    #[schema(value_type = Carriers, max_items = 50, example = json!(["LH", "LX", "OS"]))]
    #[validate(custom(function = "not_null"))]
    pub carriers: Input<Carriers>,
    /// Other airlines whose flights it credits, by an agreement of the two.
    #[schema(value_type = Carriers, max_items = 50, example = json!(["EK"]))]
    #[validate(custom(function = "not_null"))]
    pub partners: Input<Carriers>,
    /// Alliance whose airlines it credits.
    #[schema(value_type = Option<Alliance>)]
    #[validate(custom(function = "optional"))]
    pub alliance: Input<Alliance>,
}

fn offered_in_order(program: &NewLoyaltyProgram) -> Result<(), ValidationError> {
    match (program.offered_from.value(), program.offered_until.value()) {
        (Some(from), Some(until)) if from > until => {
            Err(cross_field("offered_until", "out_of_order", OUT_OF_ORDER))
        }
        _ => Ok(()),
    }
}

fn statuses_fit(program: &NewLoyaltyProgram) -> Result<(), ValidationError> {
    let no_tiers = Tiers::default();
    let tiers = program.tiers.value().unwrap_or(&no_tiers);
    match misplaced_status(tiers, program.alliance.value().copied()) {
        Some(index) => Err(cross_field(&status_at(index), "wrong_alliance", WRONG_ALLIANCE)),
        None => Ok(()),
    }
}

/// The first tier with a status that the programme's alliance does not have.
pub(super) fn misplaced_status(tiers: &Tiers, alliance: Option<Alliance>) -> Option<usize> {
    tiers.as_slice().iter().position(|tier| {
        tier.alliance_status
            .is_some_and(|it| Some(it.alliance()) != alliance)
    })
}

pub(super) fn status_at(index: usize) -> String {
    format!("tiers/{index}/alliance_status")
}

pub(super) const WRONG_ALLIANCE: &str =
    "The programme's alliance has no such status; change the status or the alliance.";

pub(super) const OUT_OF_ORDER: &str = "The last day on offer cannot lie before the first.";

/// A change of a programme, as a JSON Merge Patch (RFC 7396): absent leaves, null clears, a list replaces.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LoyaltyProgramPatch {
    /// Who runs it.
    #[schema(value_type = SupplierName)]
    #[validate(custom(function = "not_null"))]
    pub supplier: Input<SupplierName>,
    /// What it is called.
    #[schema(value_type = ProgramName)]
    #[validate(custom(function = "not_null"))]
    pub name: Input<ProgramName>,
    /// Kind of supplier.
    #[schema(value_type = ProgramType)]
    #[validate(custom(function = "not_null"))]
    pub r#type: Input<ProgramType>,
    /// IATA airline designator, or the code of a hotel chain or car company.
    #[schema(value_type = Option<SupplierCode>)]
    #[validate(custom(function = "optional"))]
    pub supplier_code: Input<SupplierCode>,
    /// The tiers, lowest first. A tier that members hold cannot be left out.
    #[schema(value_type = Vec<Tier>, max_items = 20)]
    #[validate(custom(function = "not_null"))]
    pub tiers: Input<Tiers>,
    /// First day on offer.
    #[schema(value_type = Option<NaiveDate>)]
    #[validate(custom(function = "optional"))]
    pub offered_from: Input<NaiveDate>,
    /// Last day on offer: how a programme with members is taken off offer.
    #[schema(value_type = Option<NaiveDate>, example = "2027-12-31")]
    #[validate(custom(function = "optional"))]
    pub offered_until: Input<NaiveDate>,
    /// Airlines whose own programme it is; the one of `supplier_code` counts in any case.
    #[schema(value_type = Carriers, max_items = 50, example = json!(["LH", "LX", "OS"]))]
    #[validate(custom(function = "not_null"))]
    pub carriers: Input<Carriers>,
    /// Other airlines whose flights it credits, by an agreement of the two.
    #[schema(value_type = Carriers, max_items = 50, example = json!(["EK"]))]
    #[validate(custom(function = "not_null"))]
    pub partners: Input<Carriers>,
    /// Alliance whose airlines it credits.
    #[schema(value_type = Option<Alliance>)]
    #[validate(custom(function = "optional"))]
    pub alliance: Input<Alliance>,
}
