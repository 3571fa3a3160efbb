//! Table `imports`: what has become of the rows of a file. The rows themselves are kept nowhere.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::ImportId;
use crate::values::{ExistingRecords, Hidden, ImportStatus};

/// An import.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    /// Who has opened it; nobody for the command line.
    pub actor_id: Option<Uuid>,
    /// What happens to rows about somebody who is known.
    pub existing: ExistingRecords,
    /// Whether nothing is written.
    pub dry_run: bool,
    /// Which field stands in which column, as JSON.
    pub columns: String,
    /// Whether all rows have been looked at.
    pub status: ImportStatus,
    /// How many rows have been looked at.
    pub rows: i64,
    /// How many of them have added somebody.
    pub added: i64,
    /// How many have changed somebody.
    pub updated: i64,
    /// How many were about somebody who is known, and have changed nothing.
    pub skipped: i64,
    /// How many could not be taken.
    pub failed: i64,
    /// The first of those, as JSON: row, field, code and sentence, never a value.
    pub problems: Option<String>,
    /// HMAC-SHA-256 over all rows so far, base64url, by which the same file is known again.
    pub digest: Option<Hidden>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When rows were last looked at.
    #[sea_orm(indexed)]
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
