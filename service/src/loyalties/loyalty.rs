//! A membership as the rules see one: with everything open that is sealed in the database.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{LoyaltyId, LoyaltyProgramId, UserId};
use entity::loyalties;
use entity::values::{AuditSubject, ExternalIds, LoyaltyStatus, MembershipNumber, TierName};

use crate::audit::{Audited, field};
use crate::error::Result;
use crate::external_ids;
use crate::sealing::{DataKey, Place, Vault, Vaulted};

/// A membership: one for each user and programme.
#[derive(Clone, PartialEq, Eq)]
pub struct Loyalty {
    /// UUIDv7.
    pub id: LoyaltyId,
    /// The member.
    pub user_id: UserId,
    /// The programme.
    pub program_id: LoyaltyProgramId,
    /// Number on the card. Sealed.
    pub membership_number: MembershipNumber,
    /// One of the programme's tiers.
    pub tier: Option<TierName>,
    /// Whether it earns and burns.
    pub status: LoyaltyStatus,
    /// Last day of the membership or its tier.
    pub expiry_date: Option<NaiveDate>,
    /// Whether it is the member's favourite: one of a user at the most.
    pub primary: bool,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Its numbers in other systems.
    pub external_ids: ExternalIds,
}

const fn number(id: LoyaltyId) -> Place {
    Place {
        table: "loyalties",
        column: "membership_number",
        row: id.uuid(),
    }
}

impl Vaulted for loyalties::Entity {
    type Opened = Loyalty;
    const PERSON: loyalties::Column = loyalties::Column::UserId;

    fn open(row: loyalties::Model, key: &DataKey) -> Result<Loyalty> {
        Ok(Loyalty {
            membership_number: key.open_as(number(row.id), &row.membership_number)?,
            id: row.id,
            user_id: row.user_id,
            program_id: row.program_id,
            tier: row.tier,
            status: row.status,
            expiry_date: row.expiry_date,
            primary: row.primary,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            external_ids: row.external_ids,
        })
    }

    fn seal(loyalty: &Loyalty, key: &DataKey, vault: &Vault) -> Result<loyalties::Model> {
        Ok(loyalties::Model {
            id: loyalty.id,
            user_id: loyalty.user_id,
            program_id: loyalty.program_id,
            membership_number: key.seal_text(number(loyalty.id), &loyalty.membership_number)?,
            membership_number_index: vault.membership_index(&loyalty.membership_number),
            tier: loyalty.tier.clone(),
            status: loyalty.status,
            expiry_date: loyalty.expiry_date,
            primary: loyalty.primary,
            version: loyalty.version,
            created_at: loyalty.created_at,
            updated_at: loyalty.updated_at,
            external_ids: loyalty.external_ids.clone(),
        })
    }
}

impl Audited for Loyalty {
    const SUBJECT: AuditSubject = AuditSubject::Loyalty;

    fn id(&self) -> uuid::Uuid {
        self.id.uuid()
    }

    fn concerns(&self) -> Option<UserId> {
        Some(self.user_id)
    }

    fn counted(&self) -> Option<i64> {
        Some(self.version)
    }

    fn fields(&self) -> Vec<(&'static str, serde_json::Value)> {
        vec![
            field("program_id", &self.program_id),
            field("membership_number", &self.membership_number),
            field("tier", &self.tier),
            field("status", &self.status),
            field("expiry_date", &self.expiry_date),
            field("primary", &self.primary),
            external_ids::audited(&self.external_ids),
        ]
    }
}

impl fmt::Debug for Loyalty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loyalty")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
