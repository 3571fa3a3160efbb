//! What a backup says of itself, sealed in it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Refused, archive};

/// What a backup says of itself. Members that this version does not know are kept and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Version of the program that made it.
    pub program: String,
    /// What is in it.
    pub database: Database,
    /// The migrations that had run.
    pub migrations: Vec<String>,
    /// How many rows each table has.
    pub rows: BTreeMap<String, u64>,
    /// What else was known of the database: see [`super::snapshot::more`].
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// The database in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Database {
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, Refused> {
        serde_json::to_vec(self).map_err(|_| Refused("The manifest cannot be written.".into()))
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, Refused> {
        serde_json::from_slice(bytes).map_err(|_| archive::damaged())
    }
}
