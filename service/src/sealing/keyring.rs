//! The keys that wrap data keys, and the key of the blind indexes. They live outside the database.

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod written;

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::async_trait::async_trait;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use self::written::{Ring, Written, WrittenIndexKey, decode, new_key, random_key, read};
use super::cipher::bound;
use crate::error::{Error, Result};
use crate::keys::{publish_secret, refuse_if_shared, replace_secret};

/// Name of the file in `DATA_DIR`.
pub const FILE: &str = "keyring.json";

/// Whoever keeps the keys that wrap data keys: a file or a setting here; a key management service or a vault could
/// follow. Asynchronous, because those answer over a network.
#[async_trait]
pub trait KeyProvider: Send + Sync {
    /// Wraps a data key under the active key; answers the name of that key and the wrapped bytes.
    ///
    /// # Errors
    /// `Unavailable` when the keys are out of reach.
    async fn wrap(&self, context: &[u8], key: &[u8]) -> Result<(String, Vec<u8>)>;

    /// Unwraps a data key that was wrapped under the named key in the same context.
    ///
    /// # Errors
    /// `Internal` when there is no such key, or it did not wrap this; `Unavailable` when the keys are out of reach.
    async fn unwrap(&self, id: &str, context: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>>;
}

/// What a key of the keyring may still do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrappingKeyState {
    /// Wraps and unwraps: one of them.
    Active,
    /// Unwraps what it has wrapped before.
    DecryptOnly,
}

/// A key of the keyring, without the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappingKey {
    /// Its name.
    pub id: String,
    /// What it may still do.
    pub state: WrappingKeyState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The keyring of a file or of the setting KEYRING.
pub struct Keyring {
    file: Option<PathBuf>,
    ring: RwLock<Arc<Ring>>,
}

impl Keyring {
    /// Reads the setting, or the file in `DATA_DIR`. Nothing where there is neither.
    ///
    /// # Errors
    /// A sentence that says what to do. It never holds a key.
    pub fn load(data_dir: &Path, setting: Option<&str>) -> Result<Option<Self>, String> {
        if let Some(text) = setting {
            let ring = read(text).map_err(|why| format!("KEYRING {why}"))?;
            return Ok(Some(Self::new(None, ring)));
        }
        let file = data_dir.join(FILE);
        match fs::read_to_string(&file) {
            Ok(text) => {
                refuse_if_shared(&file)?;
                let ring = read(&text).map_err(|why| format!("{} {why}", file.display()))?;
                Ok(Some(Self::new(Some(file), ring)))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("{} cannot be read: {error}.", file.display())),
        }
    }

    /// Makes a keyring in `DATA_DIR`. Of processes that start at once, one makes it.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub fn create(data_dir: &Path, now: DateTime<Utc>) -> Result<Self, String> {
        let written = Written {
            index_key: WrittenIndexKey {
                id: "index-1".into(),
                key: random_key()?,
            },
            keys: vec![new_key(now)?],
        };
        let file = data_dir.join(FILE);
        let text = serde_json::to_string_pretty(&written).map_err(|error| error.to_string())?;
        // Whoever was faster has made the one that counts.
        publish_secret(&file, &text)?;
        Self::load(data_dir, None)?.ok_or_else(|| format!("{} has gone.", file.display()))
    }

    fn new(file: Option<PathBuf>, ring: Ring) -> Self {
        Self {
            file,
            ring: RwLock::new(Arc::new(ring)),
        }
    }

    /// The keys, without the keys.
    pub fn list(&self) -> Vec<WrappingKey> {
        let ring = self.ring();
        let keys = ring.written.keys.iter();
        keys.map(|key| WrappingKey {
            id: key.id.clone(),
            state: key.state,
            created_at: key.created_at,
        })
        .collect()
    }

    /// The name of the key that wraps.
    pub fn active(&self) -> String {
        self.ring().active.clone()
    }

    /// Whether it can unwrap what the named key has wrapped.
    pub fn has(&self, id: &str) -> bool {
        self.ring().ciphers.contains_key(id)
    }

    /// What tells the named key from another one of the same name, and nothing of the key: 16 bytes of an HMAC under it.
    pub(crate) fn check(&self, id: &str) -> Option<String> {
        let ring = self.ring();
        let key = if ring.written.index_key.id == id {
            ring.index_key.clone()
        } else {
            decode(&ring.written.keys.iter().find(|key| key.id == id)?.key)?
        };
        let tag = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, &key),
            b"customer-profile keyring check",
        );
        tag.as_ref().get(..16).map(|start| URL_SAFE_NO_PAD.encode(start))
    }

    /// Name and bytes of the key of the blind indexes.
    pub(crate) fn index_key(&self) -> (String, Zeroizing<Vec<u8>>) {
        let ring = self.ring();
        (ring.written.index_key.id.clone(), ring.index_key.clone())
    }

    /// Makes a new key the active one; the one before goes on unwrapping.
    ///
    /// # Errors
    /// A sentence; keys of a setting are changed there, by whoever runs the program.
    pub fn add_active(&self, now: DateTime<Utc>) -> Result<WrappingKey, String> {
        let key = new_key(now)?;
        let about = WrappingKey {
            id: key.id.clone(),
            state: key.state,
            created_at: key.created_at,
        };
        self.rewrite(|written| {
            for before in &mut written.keys {
                before.state = WrappingKeyState::DecryptOnly;
            }
            written.keys.push(key);
            Ok(())
        })?;
        Ok(about)
    }

    /// Takes a key out. That nothing is wrapped under it any more is for the caller to know.
    ///
    /// # Errors
    /// A sentence, when there is no such key or it is the active one.
    pub fn remove(&self, id: &str) -> Result<(), String> {
        self.rewrite(|written| {
            let key = written.keys.iter().position(|key| key.id == id);
            let at = key.ok_or_else(|| format!("The keyring has no key {id}."))?;
            if written
                .keys
                .get(at)
                .is_some_and(|key| key.state == WrappingKeyState::Active)
            {
                return Err(format!("{id} is the active key; rotate first."));
            }
            written.keys.remove(at);
            Ok(())
        })
    }

    /// Where the keys are kept; nothing where they come from the setting.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Changes the file. One process at a time: of two that add a key at once, neither may write the other's away.
    fn rewrite(&self, change: impl FnOnce(&mut Written) -> Result<(), String>) -> Result<(), String> {
        let Some(file) = &self.file else {
            return Err("The keys come from the setting KEYRING; change it there.".into());
        };
        let lock = fs::File::create(file.with_extension("lock"));
        let lock = lock.and_then(|lock| lock.lock().map(|()| lock));
        let _lock = lock.map_err(|error| format!("{} cannot be locked: {error}.", file.display()))?;
        self.refresh()?;
        let mut written = self.ring().written.clone();
        change(&mut written)?;
        let text = serde_json::to_string_pretty(&written).map_err(|error| error.to_string())?;
        let ring = read(&text).map_err(|why| format!("{} {why}", file.display()))?;
        replace_secret(file, &text)?;
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        Ok(())
    }

    /// Reads the file again: another process may have rotated.
    ///
    /// # Errors
    /// A sentence. The keys stay as they were: a file that is broken for a moment must not stop a service that runs.
    pub fn refresh(&self) -> Result<(), String> {
        let Some(file) = &self.file else { return Ok(()) };
        let text = fs::read_to_string(file)
            .map(Zeroizing::new)
            .map_err(|error| format!("{} cannot be read: {error}.", file.display()))?;
        let ring = read(&text).map_err(|why| format!("{} {why}", file.display()))?;
        if ring.index_key != self.ring().index_key {
            return Err(format!(
                "{} has another index key than it had: it belongs to another database. Bring back the one that was there.",
                file.display()
            ));
        }
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        Ok(())
    }

    /// Looks into the file: who is about to wrap must have heard of a rotation.
    ///
    /// # Errors
    /// `Unavailable` when the file cannot be read.
    pub(super) fn look(&self) -> Result<()> {
        self.refresh().map_err(|why| out_of_reach(&why))
    }

    /// Wraps a data key under the key that was active when somebody last [looked](Self::look).
    ///
    /// # Errors
    /// `Internal` when the keyring has no active key.
    pub(super) fn wrap_as_known(&self, context: &[u8], key: &[u8]) -> Result<(String, Vec<u8>)> {
        let ring = self.ring();
        let id = ring.active.clone();
        let cipher = ring.ciphers.get(&id);
        let cipher = cipher.ok_or_else(|| Error::Internal("the keyring has no active key".into()))?;
        let wrapped = cipher.seal(&bound(&[b"dek", id.as_bytes(), context]), key)?;
        Ok((id, wrapped))
    }

    /// Whether the named key is still there, in the file and not only in memory.
    ///
    /// # Errors
    /// `Unavailable` when the file cannot be read.
    pub(super) fn still_has(&self, id: &str) -> Result<bool> {
        self.refresh().map_err(|why| out_of_reach(&why))?;
        Ok(self.has(id))
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The keyring as it is, or as the file has it by now where that has the key.
    fn ring_with(&self, id: &str) -> Result<Arc<Ring>> {
        let ring = self.ring();
        if ring.ciphers.contains_key(id) {
            return Ok(ring);
        }
        self.refresh().map_err(Error::Internal)?;
        let ring = self.ring();
        if ring.ciphers.contains_key(id) {
            Ok(ring)
        } else {
            Err(Error::Internal(format!("the keyring has no key {id}")))
        }
    }
}

#[async_trait]
impl KeyProvider for Keyring {
    /// Looks into the file first. New customers are seldom enough for that, and a process that has not heard of a
    /// rotation would go on wrapping under a key that is about to be retired.
    async fn wrap(&self, context: &[u8], key: &[u8]) -> Result<(String, Vec<u8>)> {
        self.look()?;
        self.wrap_as_known(context, key)
    }

    async fn unwrap(&self, id: &str, context: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let ring = self.ring_with(id)?;
        let opened = ring
            .ciphers
            .get(id)
            .and_then(|cipher| cipher.open(&bound(&[b"dek", id.as_bytes(), context]), wrapped));
        opened
            .map(Zeroizing::new)
            .ok_or_else(|| Error::Internal(format!("a data key does not unwrap under {id}")))
    }
}

fn out_of_reach(why: &str) -> Error {
    tracing::error!(why, "the keyring is out of reach");
    Error::Unavailable("the keyring is out of reach")
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("keys", &self.list())
            .finish_non_exhaustive()
    }
}
