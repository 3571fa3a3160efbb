//! Optimistic locking: a change that was decided on an old version does not overwrite a newer one.

use crate::error::{Error, Result};

/// What the caller demands of the stored version (`If-Match`, RFC 9110 §13.1.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Precondition {
    /// Nothing.
    #[default]
    None,
    /// That the record exists (`*`).
    Any,
    /// That the version is one of these. An empty list matches nothing.
    Versions(Vec<i64>),
}

impl Precondition {
    /// Compares with the version that is stored.
    ///
    /// # Errors
    /// `Stale` when it is not one of those demanded.
    pub fn check(&self, stored: i64) -> Result<()> {
        match self {
            Self::Versions(versions) if !versions.contains(&stored) => Err(Error::Stale),
            _ => Ok(()),
        }
    }
}
