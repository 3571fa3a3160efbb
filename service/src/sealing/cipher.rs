//! Authenticated encryption: AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

use crate::error::{Error, Result};

/// First bytes of what is sealed: the form, and the algorithm (1 = AES-256-GCM with a random nonce of 96 bits).
pub(super) const HEADER: [u8; 2] = [1, 1];
/// Bytes of a key.
pub(super) const KEY_LENGTH: usize = 32;

/// A key ready for use.
pub(super) struct Cipher(RandomizedNonceKey);

impl Cipher {
    /// The cipher of a key of [`KEY_LENGTH`] bytes; of another length there is none.
    pub(super) fn new(key: &[u8]) -> Option<Self> {
        RandomizedNonceKey::new(&AES_256_GCM, key).ok().map(Self)
    }

    /// Nonce, cipher text and tag.
    pub(super) fn seal(&self, bound: &[u8], value: &[u8]) -> Result<Vec<u8>> {
        let mut text = value.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(bound), &mut text)
            .map_err(|_| Error::Internal("a value could not be sealed".into()))?;
        Ok([nonce.as_ref().as_slice(), &text].concat())
    }

    /// The value, if all of it is as it was sealed.
    pub(super) fn open(&self, bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let length = self
            .0
            .open_in_place(nonce, Aad::from(bound), &mut text)
            .ok()?
            .len();
        text.truncate(length);
        Some(text)
    }
}

/// Parts that are bound to a value, each behind its length, so that none can pass for two.
pub(crate) fn bound(parts: &[&[u8]]) -> Vec<u8> {
    let mut bound = Vec::with_capacity(128);
    for part in parts {
        bound.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bound.extend_from_slice(part);
    }
    bound
}
