//! The keys of the trail, and the file that keeps its checkpoints outside of the database.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::entry;
use crate::keys::Keys;

/// Name of the file in `DATA_DIR`.
pub(crate) const FILE: &str = "audit-checkpoints.log";

/// What entries and checkpoints are signed with. Cheap to clone.
#[derive(Clone)]
pub struct Trail(Arc<Inner>);

struct Inner {
    entries: hmac::Key,
    checkpoints: Ed25519KeyPair,
    file: PathBuf,
}

impl Trail {
    /// Derives the keys from the master key.
    ///
    /// # Errors
    /// A sentence, when they cannot be used.
    pub(crate) fn new(keys: &Keys, data_dir: &Path) -> Result<Self, String> {
        let checkpoints = Ed25519KeyPair::from_seed_unchecked(&keys.derive("audit-checkpoints"))
            .map_err(|_| "The key of the audit trail cannot be derived from the master key.".to_owned())?;
        Ok(Self(Arc::new(Inner {
            entries: hmac::Key::new(hmac::HMAC_SHA256, &keys.derive("audit")),
            checkpoints,
            file: data_dir.join(FILE),
        })))
    }

    /// The file that keeps checkpoints.
    pub fn file(&self) -> &Path {
        &self.0.file
    }

    /// The public key of checkpoints, base64url, for whoever checks them without this program.
    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.checkpoints.public_key())
    }

    pub(super) fn mac(&self, canonical: &[u8]) -> String {
        entry::mac(&self.0.entries, canonical)
    }

    pub(super) fn sign(&self, message: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.0.checkpoints.sign(message))
    }

    pub(super) fn is_signed(&self, message: &[u8], signature: &str) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, self.0.checkpoints.public_key());
        URL_SAFE_NO_PAD
            .decode(signature)
            .is_ok_and(|signature| key.verify(message, &signature).is_ok())
    }
}
