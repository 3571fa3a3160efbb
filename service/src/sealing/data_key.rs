//! The key of one person.

use std::fmt::{self, Display};
use std::str::FromStr;
use std::sync::Arc;

use entity::ids::{DataKeyId, UserId};
use entity::values::Sealed;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::cipher::{Cipher, HEADER, bound};
use crate::error::{Error, Result};

/// Bytes of the key's id in what is sealed under it.
const ID_LENGTH: usize = 16;

/// Where a sealed value stands. It opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Name of the table.
    pub table: &'static str,
    /// Name of the column.
    pub column: &'static str,
    /// Id of the row.
    pub row: Uuid,
}

impl Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, column, row } = self;
        write!(f, "{table}.{column} of {row}")
    }
}

/// The key under which everything sensitive about one person is sealed. Cheap to clone.
///
/// A key per person keeps random nonces of 96 bits far below the bound of 2^32 values (NIST SP 800-38D §8.3), and makes
/// erasure a matter of one row.
#[derive(Clone)]
pub struct DataKey {
    id: DataKeyId,
    user: UserId,
    cipher: Arc<Cipher>,
}

impl DataKey {
    pub(super) fn new(id: DataKeyId, user: UserId, key: &[u8]) -> Result<Self> {
        let cipher =
            Cipher::new(key).ok_or_else(|| Error::Internal(format!("data key {id} has no 32 bytes")))?;
        Ok(Self {
            id,
            user,
            cipher: Arc::new(cipher),
        })
    }

    /// Whose data it seals.
    pub const fn user_id(&self) -> UserId {
        self.user
    }

    /// Seals a value: form and algorithm, id of the key, nonce, cipher text, tag.
    ///
    /// # Errors
    /// `Internal` when the system gives no random numbers.
    pub fn seal(&self, place: Place, value: &[u8]) -> Result<Sealed> {
        let sealed = self.cipher.seal(&self.bound(place), value)?;
        Ok([&HEADER, self.id.uuid().as_bytes().as_slice(), &sealed]
            .concat()
            .into())
    }

    /// Seals a value by its text.
    ///
    /// # Errors
    /// As [`Self::seal`].
    pub fn seal_text(&self, place: Place, value: &impl Display) -> Result<Sealed> {
        self.seal(place, value.to_string().as_bytes())
    }

    /// Opens a value.
    ///
    /// # Errors
    /// `Tampered` when it was sealed under another key or for another place, or has been changed.
    pub fn open(&self, place: Place, sealed: &Sealed) -> Result<Vec<u8>> {
        self.opened(place, sealed.as_bytes()).ok_or(Error::Tampered {
            place,
            user: self.user,
        })
    }

    /// Opens a value that was sealed by its text.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_as<T: FromStr>(&self, place: Place, sealed: &Sealed) -> Result<T> {
        let text = String::from_utf8(self.open(place, sealed)?).ok();
        text.and_then(|text| text.parse().ok())
            .ok_or_else(|| Error::Internal(format!("{place}: what is sealed does not fit its type")))
    }

    /// Seals a value of several parts, as JSON.
    ///
    /// # Errors
    /// As [`Self::seal`].
    pub fn seal_json(&self, place: Place, value: &impl Serialize) -> Result<Sealed> {
        let json = serde_json::to_vec(value)
            .map_err(|_| Error::Internal(format!("{place}: what is to be sealed is no JSON")))?;
        self.seal(place, &json)
    }

    /// Opens a value that was sealed as JSON.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_json<T: DeserializeOwned>(&self, place: Place, sealed: &Sealed) -> Result<T> {
        serde_json::from_slice(&self.open(place, sealed)?)
            .map_err(|_| Error::Internal(format!("{place}: what is sealed does not fit its type")))
    }

    fn opened(&self, place: Place, sealed: &[u8]) -> Option<Vec<u8>> {
        let (id, sealed) = sealed.strip_prefix(&HEADER)?.split_at_checked(ID_LENGTH)?;
        if id != self.id.uuid().as_bytes() {
            return None;
        }
        self.cipher.open(&self.bound(place), sealed)
    }

    fn bound(&self, place: Place) -> Vec<u8> {
        bound(&[
            &HEADER,
            place.table.as_bytes(),
            place.column.as_bytes(),
            place.row.as_bytes(),
            self.user.uuid().as_bytes(),
            self.id.uuid().as_bytes(),
        ])
    }
}

impl PartialEq for DataKey {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for DataKey {}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({})", self.id)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const PLACE: Place = Place {
        table: "passports",
        column: "passport_number",
        row: Uuid::from_u128(1),
    };

    fn key(byte: u8) -> DataKey {
        DataKey::new(DataKeyId::new(), UserId::new(), &[byte; 32]).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_alone() {
        let ours = key(1);
        let sealed = ours.seal(PLACE, b"L898902C3").unwrap();
        assert_eq!(ours.open(PLACE, &sealed).unwrap(), b"L898902C3");
        for elsewhere in [
            Place {
                table: "loyalties",
                ..PLACE
            },
            Place {
                column: "personal_number",
                ..PLACE
            },
            Place {
                row: Uuid::from_u128(2),
                ..PLACE
            },
            // The same letters, cut elsewhere.
            Place {
                table: "passportspassport",
                column: "_number",
                ..PLACE
            },
        ] {
            assert!(ours.open(elsewhere, &sealed).is_err(), "{elsewhere}");
        }
    }

    #[test]
    fn neither_another_key_nor_another_person_opens_it() {
        let ours = key(1);
        let sealed = ours.seal(PLACE, b"L898902C3").unwrap();
        let same_bytes = DataKey::new(DataKeyId::new(), ours.user, &[1; 32]).unwrap();
        assert!(same_bytes.open(PLACE, &sealed).is_err());
        let same_id = DataKey::new(ours.id, ours.user, &[2; 32]).unwrap();
        assert!(same_id.open(PLACE, &sealed).is_err());
        let other_person = DataKey::new(ours.id, UserId::new(), &[1; 32]).unwrap();
        assert!(other_person.open(PLACE, &sealed).is_err());
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let ours = key(1);
        let sealed = ours.seal(PLACE, b"L898902C3").unwrap();
        for position in 0..sealed.as_bytes().len() {
            for bit in 0..8 {
                let mut changed = sealed.as_bytes().to_vec();
                changed[position] ^= 1 << bit;
                assert!(ours.open(PLACE, &changed.into()).is_err(), "{position} {bit}");
            }
            let cut = sealed.as_bytes()[..position].to_vec();
            assert!(ours.open(PLACE, &cut.into()).is_err(), "{position}");
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same() {
        let ours = key(1);
        let all: BTreeSet<_> = (0..10_000)
            .map(|_| ours.seal(PLACE, b"L898902C3").unwrap().as_bytes().to_vec())
            .collect();
        assert_eq!(all.len(), 10_000);
        let nonces: BTreeSet<_> = all.iter().map(|sealed| &sealed[18..30]).collect();
        assert_eq!(nonces.len(), 10_000);
    }

    #[test]
    fn debug_shows_no_key() {
        let shown = format!("{:?}", key(7));
        assert!(
            shown.starts_with("DataKey(") && shown.len() == "DataKey()".len() + 36,
            "{shown}"
        );
    }
}
