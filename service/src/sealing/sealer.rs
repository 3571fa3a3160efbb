//! Seals what belongs to the installation and to nobody: under a key derived from the master key.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::values::Hidden;

use super::cipher::{Cipher, HEADER};
use crate::error::{Error, Result};
use crate::keys::Keys;

/// Seals and opens values. Cheap to clone.
#[derive(Clone)]
pub struct Sealer {
    cipher: Arc<Cipher>,
}

impl Sealer {
    /// A sealer of its own for each purpose.
    ///
    /// # Errors
    /// A sentence, when the key cannot be used.
    pub fn new(keys: &Keys, purpose: &str) -> Result<Self, String> {
        let key = keys.derive(&format!("seal:{purpose}"));
        Cipher::new(&key)
            .map(|cipher| Self {
                cipher: Arc::new(cipher),
            })
            .ok_or_else(|| "The sealing key cannot be derived from the master key.".to_owned())
    }

    /// A sealer whose key nobody can make without a secret that is not kept here: what it seals is readable to its owner
    /// alone, and even then by this installation alone.
    ///
    /// # Errors
    /// `Internal`, when the key cannot be used.
    pub(crate) fn with_secret(keys: &Keys, purpose: &str, secret: &[u8]) -> Result<Self> {
        let ours = hmac::Key::new(hmac::HMAC_SHA256, &keys.derive(&format!("seal:{purpose}")));
        let cipher = Cipher::new(hmac::sign(&ours, secret).as_ref())
            .ok_or_else(|| Error::Internal("a sealing key cannot be derived".into()))?;
        Ok(Self {
            cipher: Arc::new(cipher),
        })
    }

    /// Seals a value. It opens only where `place` is the same: name the table, the column and the row.
    ///
    /// # Errors
    /// `Internal` when the system gives no random numbers.
    pub fn seal(&self, place: &str, value: &[u8]) -> Result<Hidden> {
        Ok(URL_SAFE_NO_PAD.encode(self.seal_bytes(place, value)?).into())
    }

    /// The same as bytes, for values of any length.
    ///
    /// # Errors
    /// `Internal` when the system gives no random numbers.
    pub(crate) fn seal_bytes(&self, place: &str, value: &[u8]) -> Result<Vec<u8>> {
        let sealed = self.cipher.seal(&aad(place), value)?;
        Ok([&HEADER, sealed.as_slice()].concat())
    }

    /// Opens a value.
    ///
    /// # Errors
    /// `Internal` when it was sealed under another key or for another place, or has been changed.
    pub fn open(&self, place: &str, sealed: &Hidden) -> Result<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed.expose());
        self.open_bytes(place, &bytes.map_err(|_| cannot_be_opened(place))?)
    }

    /// The same of bytes.
    ///
    /// # Errors
    /// Like [`Sealer::open`].
    pub(crate) fn open_bytes(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let text = sealed.strip_prefix(&HEADER);
        text.and_then(|text| self.cipher.open(&aad(place), text))
            .ok_or_else(|| cannot_be_opened(place))
    }
}

fn cannot_be_opened(place: &str) -> Error {
    Error::Internal(format!("a sealed value cannot be opened: {place}"))
}

/// What is bound to the value without being part of it.
fn aad(place: &str) -> Vec<u8> {
    [&HEADER, place.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use std::collections::BTreeSet;
    use std::path::Path;

    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn sealer(master: u8, purpose: &str) -> Sealer {
        let keys = Keys::existing(Path::new("unused"), Some(&STANDARD.encode([master; 32]))).unwrap();
        Sealer::new(&keys, purpose).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_alone() {
        let ours = sealer(1, "a");
        let sealed = ours.seal("table/column/1", b"Utopia").unwrap();
        assert_eq!(ours.open("table/column/1", &sealed).unwrap(), b"Utopia");
        assert!(ours.open("table/column/2", &sealed).is_err());
        assert!(sealer(2, "a").open("table/column/1", &sealed).is_err());
        assert!(sealer(1, "b").open("table/column/1", &sealed).is_err());
    }

    #[test]
    fn what_is_sealed_with_a_secret_opens_with_it_alone() {
        let keys =
            |master: u8| Keys::existing(Path::new("unused"), Some(&STANDARD.encode([master; 32]))).unwrap();
        let with = |master, secret: &[u8]| Sealer::with_secret(&keys(master), "a", secret).unwrap();
        let sealed = with(1, b"mine").seal_bytes("p", b"Utopia").unwrap();
        assert_eq!(with(1, b"mine").open_bytes("p", &sealed).unwrap(), b"Utopia");
        assert!(with(1, b"yours").open_bytes("p", &sealed).is_err());
        assert!(with(2, b"mine").open_bytes("p", &sealed).is_err());
        assert!(sealer(1, "a").open_bytes("p", &sealed).is_err());
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let ours = sealer(1, "a");
        let sealed = URL_SAFE_NO_PAD
            .decode(ours.seal("p", b"Utopia").unwrap().expose())
            .unwrap();
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(
                ours.open("p", &URL_SAFE_NO_PAD.encode(&changed).into()).is_err(),
                "{position}"
            );
            let cut = URL_SAFE_NO_PAD.encode(&sealed[..position]).into();
            assert!(ours.open("p", &cut).is_err(), "{position}");
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same() {
        let ours = sealer(1, "a");
        let sealed: BTreeSet<_> = (0..10_000)
            .map(|_| ours.seal("p", b"Utopia").unwrap().expose().to_owned())
            .collect();
        assert_eq!(sealed.len(), 10_000);
    }
}
