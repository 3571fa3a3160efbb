//! Sets of scopes.

use std::fmt;
use std::str::FromStr;

use sea_orm::DeriveValueType;

use super::{Invalid, Scope};

/// Scopes without order and without repetition, written as OAuth writes them: separated by spaces (RFC 6749 §3.3).
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub struct Scopes(u32);

impl Scopes {
    /// No scope.
    pub const NONE: Self = Self(0);

    /// Every scope there is.
    pub fn all() -> Self {
        Scope::ALL.iter().copied().collect()
    }

    /// Whether the scope is in the set.
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & bit(scope) != 0
    }

    /// Whether all these scopes are in the set.
    pub fn contain(self, scopes: &[Scope]) -> bool {
        scopes.iter().all(|scope| self.contains(*scope))
    }

    /// Whether every scope of this set is in the other.
    pub const fn is_subset_of(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The scopes that are in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether there is no scope in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The scopes, in the order of the documentation.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL
            .iter()
            .copied()
            .filter(move |scope| self.contains(*scope))
    }
}

const fn bit(scope: Scope) -> u32 {
    1 << scope as u32
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | bit(scope)))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(Scope::as_str).collect();
        f.write_str(&names.join(" "))
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scopes({self})")
    }
}

impl FromStr for Scopes {
    type Err = Invalid;

    /// Takes names separated by single spaces; the empty text is the empty set.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.split(' ')
            .filter(|name| !name.is_empty())
            .map(str::parse::<Scope>)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_set_is_written_in_one_order() {
        let scopes: Scopes = "passports:read users:read users:read".parse().unwrap();
        assert_eq!(scopes.to_string(), "users:read passports:read");
        assert_eq!("".parse(), Ok(Scopes::NONE));
        assert!("users:read everything".parse::<Scopes>().is_err());
    }

    #[test]
    fn every_scope_has_a_place_of_its_own() {
        assert!(Scope::ALL.len() <= 32);
        for scope in Scope::ALL {
            let alone: Scopes = [*scope].into_iter().collect();
            assert_eq!(alone.iter().collect::<Vec<_>>(), [*scope]);
            assert!(alone.is_subset_of(Scopes::all()) && !Scopes::all().is_subset_of(alone));
            assert_eq!(alone.to_string().parse(), Ok(alone));
        }
        assert_eq!(Scopes::all().iter().count(), Scope::ALL.len());
    }
}
