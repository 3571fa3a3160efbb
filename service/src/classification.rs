//! What each column holds: how much harm it does in the wrong hands, how it is stored, what it is for, and how long it is
//! kept. The one place that says so; the record of processing (GDPR Art. 30) and the data model are made from it.

mod tables;

pub use self::tables::TABLES;

/// How much harm a value does in the wrong hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// None: it tells nothing about a person and opens nothing.
    Public,
    /// It tells something about a person (GDPR Art. 4(1)).
    Personal,
    /// It helps to pass for that person, or to find them.
    Sensitive,
    /// Whoever has it gets in.
    Secret,
}

impl Class {
    /// All of them, the harmless first.
    pub const ALL: [Self; 4] = [Self::Public, Self::Personal, Self::Sensitive, Self::Secret];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Personal => "personal",
            Self::Sensitive => "sensitive",
            Self::Secret => "secret",
        }
    }

    /// What belongs to it.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Public => "tells nothing about a person and opens nothing",
            Self::Personal => "tells something about a person (GDPR Art. 4(1))",
            Self::Sensitive => "helps to pass for that person, or to find them",
            Self::Secret => "opens something",
        }
    }

    /// Whether whoever steals the database must not be able to read it.
    pub const fn must_not_be_readable(self) -> bool {
        matches!(self, Self::Sensitive | Self::Secret)
    }
}

/// How a value stands in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Storage {
    /// As it is.
    Clear,
    /// Encrypted and bound to its place.
    Sealed,
    /// A keyed hash of a value that is sealed beside it, to find it by.
    BlindIndex,
    /// A hash of a value that cannot be guessed, or one made slow to guess.
    Hashed,
    /// A hash that nobody without the key can compare with a guess.
    KeyedHash,
}

impl Storage {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Clear,
        Self::Sealed,
        Self::BlindIndex,
        Self::Hashed,
        Self::KeyedHash,
    ];

    /// The words for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Sealed => "sealed",
            Self::BlindIndex => "blind index",
            Self::Hashed => "hashed",
            Self::KeyedHash => "keyed hash",
        }
    }

    /// What it means.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Clear => "as it is",
            Self::Sealed => {
                "encrypted with AES-256-GCM under a key that is not in the database, bound to its row"
            }
            Self::BlindIndex => "a keyed hash of what is sealed beside it, to find it by",
            Self::Hashed => "SHA-256 of a random value, or Argon2id of a password",
            Self::KeyedHash => "HMAC-SHA-256 under a key that is not in the database",
        }
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// How much harm it does in the wrong hands.
    pub class: Class,
    /// How it stands in the database.
    pub storage: Storage,
    /// What it is for.
    pub purpose: &'static str,
    /// How long it is kept.
    pub kept: &'static str,
}

/// The columns of a table, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Whom or what it is about.
    pub about: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
}

/// Columns that do harm and are stored as they are nevertheless: table, column, and why it cannot be otherwise.
pub const EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// What a column holds, if it is known.
pub fn column(table: &str, column: &str) -> Option<&'static Column> {
    let table = TABLES.iter().find(|known| known.name == table)?;
    table.columns.iter().find(|known| known.name == column)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Whoever steals the database alone learns nothing that does harm.
    #[test]
    fn what_does_harm_is_not_stored_as_it_is() {
        for table in TABLES {
            for column in table.columns {
                let excepted = EXCEPTIONS
                    .iter()
                    .any(|(of, name, _)| (*of, *name) == (table.name, column.name));
                let readable = column.class.must_not_be_readable() && column.storage == Storage::Clear;
                assert_eq!(readable, excepted, "{}.{}", table.name, column.name);
            }
        }
    }

    #[test]
    fn every_table_and_column_is_named_once() {
        let mut seen = BTreeSet::new();
        for table in TABLES {
            assert!(!table.columns.is_empty() && !table.about.is_empty());
            for column in table.columns {
                assert!(
                    seen.insert((table.name, column.name)),
                    "{}.{}",
                    table.name,
                    column.name
                );
                assert!(!column.purpose.is_empty() && !column.kept.is_empty());
            }
        }
        assert!(seen.len() > 100);
    }
}
