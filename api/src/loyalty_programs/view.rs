//! Loyalty programmes as callers see them.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::LoyaltyProgramId;
use entity::loyalty_programs;
use entity::values::{
    Alliance, AllianceStatus, CarrierCode, ProgramName, ProgramType, SupplierCode, SupplierName, Tier,
    TierName,
};
use serde::Serialize;
use service::loyalty_catalogue::{Origin, origin};
use utoipa::ToSchema;

use crate::page::page_view;

/// A loyalty programme of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoyaltyProgram {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000000201")]
    pub id: LoyaltyProgramId,
    /// Who runs it.
    #[schema(example = "Utopia Airways")]
    pub supplier: SupplierName,
    /// What it is called.
    #[schema(example = "Horizon Club")]
    pub name: ProgramName,
    /// Kind of supplier.
    pub r#type: ProgramType,
    /// IATA airline designator, or the code of a hotel chain or car company.
    #[schema(required, example = "U0")]
    pub supplier_code: Option<SupplierCode>,
    /// The tiers, lowest first.
    #[schema(max_items = 20)]
    pub tiers: Vec<ProgramTier>,
    /// Airlines whose own programme it is; the one of `supplier_code` counts in any case.
    #[schema(max_items = 50, example = json!(["U0"]))]
    pub carriers: Vec<CarrierCode>,
    /// Other airlines whose flights it credits, by an agreement of the two.
    #[schema(max_items = 50, example = json!([]))]
    pub partners: Vec<CarrierCode>,
    /// Alliance whose airlines it credits.
    #[schema(required)]
    pub alliance: Option<Alliance>,
    /// First day on offer; null if it always was.
    #[schema(required)]
    pub offered_from: Option<NaiveDate>,
    /// Last day on offer; null if no end is known.
    #[schema(required)]
    pub offered_until: Option<NaiveDate>,
    /// Whether it is on offer today.
    #[schema(example = true)]
    pub on_offer: bool,
    /// Where the programme was read, if it came with the program; null if the agency has added it.
    #[schema(required)]
    pub origin: Option<ProgramOrigin>,
    /// Counts the changes; the ETag in quotes.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// One status level of a loyalty programme.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgramTier {
    /// Name of the level.
    #[schema(example = "Horizon Gold")]
    pub name: TierName,
    /// What it counts for in the programme's alliance; null where it counts for nothing.
    #[schema(required)]
    pub alliance_status: Option<AllianceStatus>,
}

impl From<&Tier> for ProgramTier {
    fn from(tier: &Tier) -> Self {
        Self {
            name: tier.name.clone(),
            alliance_status: tier.alliance_status,
        }
    }
}

/// Where a programme of the catalogue that comes with the program was read.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgramOrigin {
    /// Where it can be compared; several addresses are separated by `; `.
    #[schema(max_length = 300, example = "https://www.united.com/mileageplus")]
    pub source: &'static str,
    /// The day for which it is known.
    #[schema(example = "2025-06-30")]
    pub as_of: NaiveDate,
    /// Whether the source was read; otherwise the programme is what is generally known.
    #[schema(example = false)]
    pub confirmed: bool,
    /// What is doubtful.
    #[schema(
        required,
        max_length = 300,
        example = "A level above Gold is not listed; its name was not certain."
    )]
    pub note: Option<&'static str>,
    /// Whether the agency has changed the programme since.
    #[schema(example = false)]
    pub edited: bool,
}

impl From<Origin> for ProgramOrigin {
    fn from(Origin { entry, edited }: Origin) -> Self {
        Self {
            source: &entry.source,
            as_of: entry.as_of,
            confirmed: entry.confirmed,
            note: entry.note.as_deref(),
            edited,
        }
    }
}

impl LoyaltyProgram {
    /// The programme as of a day.
    pub fn new(program: loyalty_programs::Model, today: NaiveDate) -> Self {
        Self {
            on_offer: service::loyalty_programs::is_on_offer(&program, today),
            origin: origin(&program).map(ProgramOrigin::from),
            id: program.id,
            supplier: program.supplier,
            name: program.name,
            r#type: program.program_type,
            supplier_code: program.supplier_code,
            tiers: program.tiers.as_slice().iter().map(ProgramTier::from).collect(),
            carriers: program.carriers.as_slice().to_vec(),
            partners: program.partners.as_slice().to_vec(),
            alliance: program.alliance,
            offered_from: program.offered_from,
            offered_until: program.offered_until,
            version: program.version,
            created_at: program.created_at,
            updated_at: program.updated_at,
        }
    }
}

page_view! {
    /// A page of loyalty programmes.
    LoyaltyProgramPage of LoyaltyProgram from loyalty_programs::Model, with today
}
