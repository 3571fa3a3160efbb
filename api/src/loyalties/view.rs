//! Loyalty memberships as callers see them.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{LoyaltyId, LoyaltyProgramId, UserId};
use entity::loyalty_programs;
use entity::values::{LoyaltyStatus, MembershipNumber, TierName};
use serde::Serialize;
use service::loyalties;
use utoipa::ToSchema;

use crate::external_ids::ExternalReference;
use crate::loyalty_programs::view::LoyaltyProgram;
use crate::page::page_view;

/// A membership in a loyalty programme.
#[derive(Debug, Serialize, ToSchema)]
pub struct Loyalty {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000000301")]
    pub id: LoyaltyId,
    /// The member.
    pub user_id: UserId,
    /// The programme.
    pub program_id: LoyaltyProgramId,
    /// Number on the card.
    #[schema(example = "U0 1234-5678")]
    pub membership_number: MembershipNumber,
    /// Name of one of the programme's tiers.
    #[schema(required, example = "Silver")]
    pub tier: Option<TierName>,
    /// Whether it earns and burns.
    pub status: LoyaltyStatus,
    /// Last day of the membership or its tier.
    #[schema(required)]
    pub expiry_date: Option<NaiveDate>,
    /// Whether it is the member's favourite.
    #[schema(example = true)]
    pub primary: bool,
    /// Counts the changes; the ETag in quotes.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Its numbers in other systems, in the order of the systems' names.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalReference>,
}

impl From<loyalties::Loyalty> for Loyalty {
    fn from(loyalty: loyalties::Loyalty) -> Self {
        Self {
            id: loyalty.id,
            user_id: loyalty.user_id,
            program_id: loyalty.program_id,
            membership_number: loyalty.membership_number,
            tier: loyalty.tier,
            status: loyalty.status,
            expiry_date: loyalty.expiry_date,
            primary: loyalty.primary,
            version: loyalty.version,
            created_at: loyalty.created_at,
            updated_at: loyalty.updated_at,
            external_ids: ExternalReference::all(&loyalty.external_ids),
        }
    }
}

page_view! {
    /// A page of loyalty memberships.
    LoyaltyPage of Loyalty from loyalties::Loyalty
}

/// A membership together with its programme.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoyaltyWithProgram {
    /// The membership.
    pub loyalty: Loyalty,
    /// Its programme.
    pub program: LoyaltyProgram,
}

impl LoyaltyWithProgram {
    /// Both as of a day.
    pub fn new((loyalty, program): (loyalties::Loyalty, loyalty_programs::Model), today: NaiveDate) -> Self {
        Self {
            loyalty: loyalty.into(),
            program: LoyaltyProgram::new(program, today),
        }
    }
}
