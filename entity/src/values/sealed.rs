//! What is stored in a form that nobody reads without a key.

use std::fmt;

use sea_orm::{DbErr, DeriveValueType, TryFromU64};

/// A value sealed under the data key of the person whom it concerns, or under one that its owner helps to make. What is
/// in it, and how it is opened, is the business of `service::sealing` alone.
#[derive(Clone, PartialEq, Eq, Hash, DeriveValueType)]
pub struct Sealed(Vec<u8>);

/// A keyed digest of a value, by which a sealed value is found and kept unique.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct BlindIndex(Vec<u8>);

macro_rules! hidden_bytes {
    ($($name:ident),+) => {
        $(
            impl $name {
                /// The bytes as they are stored.
                pub fn as_bytes(&self) -> &[u8] {
                    &self.0
                }
            }

            impl From<Vec<u8>> for $name {
                fn from(bytes: Vec<u8>) -> Self {
                    Self(bytes)
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(concat!(stringify!($name), "(***)"))
                }
            }
        )+
    };
}

hidden_bytes!(Sealed, BlindIndex);

/// A primary key, which SeaORM wants to be able to read from a row id.
impl TryFromU64 for BlindIndex {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("BlindIndex"))
    }
}
