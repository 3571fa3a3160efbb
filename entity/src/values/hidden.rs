//! Text that no log may show.

use std::fmt;

use sea_orm::{DbErr, DeriveValueType, TryFromU64};

/// A text that is stored and compared, and that `Debug` does not show: hashes of passwords, keys made of personal data.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Hidden(String);

impl Hidden {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(***)")
    }
}

/// Part of a composite primary key, which SeaORM wants to be able to read from a row id.
impl TryFromU64 for Hidden {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("Hidden"))
    }
}
