//! Table `loyalty_programs`: the catalogue of what is on offer.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::LoyaltyProgramId;
use crate::values::{Alliance, Carriers, ProgramName, ProgramType, SupplierCode, SupplierName, Tiers};

/// A loyalty programme of an airline, a hotel chain or another supplier.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "loyalty_programs")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LoyaltyProgramId,
    /// Who runs it.
    pub supplier: SupplierName,
    /// What it is called.
    pub name: ProgramName,
    /// Supplier and name in the form in which they are unique, whatever the case.
    #[sea_orm(unique)]
    pub catalogue_key: String,
    /// Kind of supplier.
    #[sea_orm(column_name = "type")]
    pub program_type: ProgramType,
    /// IATA airline designator, or the code of a hotel chain or car company.
    pub supplier_code: Option<SupplierCode>,
    /// The tiers, lowest first.
    #[sea_orm(column_type = "JsonBinary")]
    pub tiers: Tiers,
    /// First day on offer; absent when it always was.
    pub offered_from: Option<NaiveDate>,
    /// Last day on offer; absent when no end is known.
    pub offered_until: Option<NaiveDate>,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Airlines whose own programme it is.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    pub carriers: Carriers,
    /// Other airlines whose flights it credits, by an agreement of the two.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    pub partners: Carriers,
    /// Alliance whose airlines it credits.
    pub alliance: Option<Alliance>,
    /// Entry of the catalogue that comes with the program, if the row came from there.
    #[sea_orm(unique)]
    pub catalogue_entry: Option<String>,
    /// Fingerprint of the row as the catalogue wrote it: another one means that somebody has edited it.
    pub catalogue_hash: Option<String>,
    /// Who belongs to it.
    #[sea_orm(has_many)]
    pub loyalties: HasMany<super::loyalties::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
