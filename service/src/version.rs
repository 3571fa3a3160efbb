//! Optimistic locking: what a caller says about the version it has seen.

use crate::error::{Error, Result};

/// The condition under which a command may change a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Precondition {
    /// The caller said nothing: the last write wins.
    #[default]
    None,
    /// Any version will do, as long as the record exists.
    Any,
    /// One of these versions. Empty when the caller named only versions that no record can have.
    Versions(Vec<i64>),
}

impl Precondition {
    /// Whether a record of this version may be changed.
    pub fn allows(&self, version: i64) -> bool {
        match self {
            Self::None | Self::Any => true,
            Self::Versions(versions) => versions.contains(&version),
        }
    }

    /// Stops a command on a record that has changed since the caller read it.
    ///
    /// # Errors
    /// `Stale` when the version is none of those that the caller named.
    pub fn check(&self, version: i64) -> Result<()> {
        if self.allows(version) { Ok(()) } else { Err(Error::Stale) }
    }
}

#[cfg(test)]
mod tests {
    use super::Precondition;

    #[test]
    fn only_a_named_version_may_be_changed() {
        assert!(Precondition::None.allows(3));
        assert!(Precondition::Any.allows(3));
        assert!(Precondition::Versions(vec![2, 3]).allows(3));
        assert!(!Precondition::Versions(vec![2]).allows(3));
        assert!(!Precondition::Versions(Vec::new()).allows(3));
    }
}
