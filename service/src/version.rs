//! Optimistic locking: a change that was decided on an old version does not overwrite a newer one.

use crate::error::{Error, Result};

/// What the caller demands of the stored version before anything is changed (RFC 9110 §13.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Precondition {
    /// What it has to be (`If-Match`).
    pub is: Option<Versions>,
    /// What it must not be (`If-None-Match`).
    pub is_not: Option<Versions>,
}

/// Versions of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Versions {
    /// Whichever there is (`*`).
    Any,
    /// These. An empty list has none.
    These(Vec<i64>),
}

impl Precondition {
    /// No demand.
    pub const NONE: Self = Self {
        is: None,
        is_not: None,
    };

    /// Compares with the version that is stored.
    ///
    /// # Errors
    /// `Stale` when it is not one of those demanded.
    pub fn check(&self, stored: i64) -> Result<()> {
        self.check_part(true, stored)
    }

    /// The same for a part of a record that shares its version and may not be there: `*` is about the part.
    ///
    /// # Errors
    /// `Stale` when it is not as demanded.
    pub fn check_part(&self, is_there: bool, stored: i64) -> Result<()> {
        let has = |versions: &Versions| match versions {
            Versions::Any => is_there,
            Versions::These(versions) => versions.contains(&stored),
        };
        if self.is.as_ref().is_none_or(has) && !self.is_not.as_ref().is_some_and(has) {
            Ok(())
        } else {
            Err(Error::Stale)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::unnecessary_wraps)] // Like what it stands beside.
    fn these(versions: &[i64]) -> Option<Versions> {
        Some(Versions::These(versions.to_vec()))
    }

    fn fits(is: Option<Versions>, is_not: Option<Versions>, is_there: bool) -> bool {
        Precondition { is, is_not }.check_part(is_there, 3).is_ok()
    }

    #[test]
    fn both_demands_count() {
        for (is, is_not, expected) in [
            (None, None, true),
            (these(&[2, 3]), None, true),
            (these(&[2]), None, false),
            (these(&[]), None, false),
            (None, these(&[2]), true),
            (None, these(&[2, 3]), false),
            (these(&[3]), these(&[3]), false),
            (Some(Versions::Any), None, true),
            (None, Some(Versions::Any), false),
        ] {
            assert_eq!(
                fits(is.clone(), is_not.clone(), true),
                expected,
                "{is:?} {is_not:?}"
            );
        }
    }

    #[test]
    fn any_version_of_a_part_is_that_it_is_there() {
        assert!(!fits(Some(Versions::Any), None, false) && fits(None, Some(Versions::Any), false));
        // The version is that of the whole.
        assert!(fits(these(&[3]), None, false) && !fits(None, these(&[3]), false));
    }
}
