//! Memberships found by the number on the card.

use entity::ids::{LoyaltyId, LoyaltyProgramId};
use entity::loyalties;
use entity::values::MembershipNumber;
use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::Loyalty;
use crate::belongings::visible_to;
use crate::core::Core;
use crate::error::Result;
use crate::input::{Input, Valid, optional, required};
use crate::page::{Limit, Page, PageRequest};
use crate::policy::{Permit, ReadLoyalties};
use crate::sealing;

/// A look-up of the memberships with this number.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LoyaltySearch {
    /// Number on the card; spaces, hyphens and case do not matter.
    #[schema(value_type = MembershipNumber, required)]
    #[validate(custom(function = "required"))]
    pub membership_number: Input<MembershipNumber>,
    /// In this programme; in all of them if not said.
    #[schema(value_type = Option<LoyaltyProgramId>)]
    #[validate(custom(function = "optional"))]
    pub program_id: Input<LoyaltyProgramId>,
    /// How many memberships, 1 to 200; 50 if not said.
    #[schema(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    #[validate(custom(function = "optional"))]
    pub limit: Input<Limit>,
    /// `next_cursor` of the page before.
    #[schema(value_type = Option<String>, max_length = 200)]
    #[validate(custom(function = "optional"))]
    pub cursor: Input<String>,
}

/// Finds memberships by the exact number, however it is spaced.
///
/// # Errors
/// `Invalid` when the cursor is not of this search.
pub async fn search(
    core: &Core,
    by: &Permit<ReadLoyalties>,
    command: Valid<LoyaltySearch>,
) -> Result<Page<Loyalty>> {
    let LoyaltySearch {
        membership_number,
        program_id,
        limit,
        cursor,
    } = command.into_inner();
    let number = membership_number.required("membership_number")?;
    let program = program_id.optional();
    let page = PageRequest {
        limit: limit.optional(),
        cursor: cursor.optional(),
    };
    let scope = (number.normalized(), program);
    let keyset = page.check_fields(core, by.actor(), "loyalties/search", &scope)?;
    let index = core.vault.membership_index(&number);
    let mut query =
        visible_to::<loyalties::Entity, _>(by).filter(loyalties::COLUMN.membership_number_index.eq(index));
    if let Some(program) = program {
        query = query.filter(loyalties::COLUMN.program_id.eq(program));
    }
    if let Some(after) = keyset.after() {
        query = query.filter(loyalties::COLUMN.id.gt(LoyaltyId::from(after)));
    }
    let query = query.order_by_asc(loyalties::COLUMN.id).limit(keyset.fetch());
    let rows = sealing::all(core, core.db.read_stale(), query).await?;
    Ok(keyset.page(core, rows, |loyalty| loyalty.id.uuid()))
}
