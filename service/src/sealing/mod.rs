//! Seals what must not be readable in the database, a log of it or a backup: the one place that encrypts and decrypts.
//!
//! Envelope encryption: what is sensitive about a person is sealed under a [`DataKey`] of that person's own, which is
//! wrapped under a key of the [keyring](keyring) that never enters the database. Whoever steals the database has nothing;
//! to erase a person is to remove one row. What belongs to the installation and to nobody (signing keys, queued mail) is
//! sealed by the [`Sealer`], under a key derived from the master key.
//!
//! A sealed value opens only where it was sealed: table, column, row, person and key are bound to it. It is found again
//! by a [blind index](index).

mod cipher;
pub(crate) mod convert;
mod data_key;
mod index;
pub mod keyring;
mod query;
mod recent;
pub mod rotation;
mod sealer;
mod vault;

pub(crate) use self::cipher::bound;
pub use self::data_key::{DataKey, Place};
pub use self::keyring::{KeyProvider, Keyring};
pub use self::query::Vaulted;
pub(crate) use self::query::{
    Held, Keyed, all, held, key_of, locked, one, one_of, with_key, with_key_if_any,
};
pub use self::sealer::Sealer;
pub use self::vault::Vault;
