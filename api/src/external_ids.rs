//! The numbers that other systems have given to records: in answers, and as addresses.

use entity::values::{ExternalId, ExternalIds, RecordNumber, SystemName};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The number of a record in another system.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExternalReference {
    /// The other system.
    pub system: SystemName,
    /// The record's number there.
    pub id: RecordNumber,
}

impl ExternalReference {
    /// All of a record, in the order of the names of their systems.
    pub fn all(ids: &ExternalIds) -> Vec<Self> {
        let references = ids.as_slice().iter().cloned();
        references
            .map(|ExternalId { system, id }| Self { system, id })
            .collect()
    }
}

/// Which record, by its number in another system.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ExternalIdPath {
    /// The other system.
    #[param(example = "crm")]
    system: SystemName,
    /// The record's number there: letters, digits and `. _ : -`, nothing personal.
    #[param(example = "10003")]
    id: RecordNumber,
}

impl From<ExternalIdPath> for ExternalId {
    fn from(path: ExternalIdPath) -> Self {
        Self {
            system: path.system,
            id: path.id,
        }
    }
}
