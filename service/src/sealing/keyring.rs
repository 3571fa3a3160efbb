//! The keys that wrap data keys, and the key of the blind indexes. They live outside the database.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::async_trait::async_trait;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::cipher::{Cipher, KEY_LENGTH, bound};
use crate::error::{Error, Result};
use crate::keys::{refuse_if_shared, replace_secret, write_secret};

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

/// The form in which the keyring is written: JSON.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    index_key: WrittenIndexKey,
    keys: Vec<WrittenKey>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenIndexKey {
    id: String,
    key: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    id: String,
    state: WrappingKeyState,
    key: String,
    created_at: DateTime<Utc>,
}

/// Keys ready for use.
struct Ring {
    written: Written,
    active: String,
    ciphers: BTreeMap<String, Cipher>,
    index_key: Zeroizing<Vec<u8>>,
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
        write_secret(&file, &text)?;
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

    /// Name and bytes of the key of the blind indexes.
    pub(super) fn index_key(&self) -> (String, Zeroizing<Vec<u8>>) {
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

    fn rewrite(&self, change: impl FnOnce(&mut Written) -> Result<(), String>) -> Result<(), String> {
        let Some(file) = &self.file else {
            return Err("The keys come from the setting KEYRING; change it there.".into());
        };
        self.reload()?;
        let mut written = self.ring().written.clone();
        change(&mut written)?;
        let text = serde_json::to_string_pretty(&written).map_err(|error| error.to_string())?;
        let ring = read(&text).map_err(|why| format!("{} {why}", file.display()))?;
        replace_secret(file, &text)?;
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        Ok(())
    }

    /// Reads the file again: another process may have rotated.
    fn reload(&self) -> Result<(), String> {
        let Some(file) = &self.file else { return Ok(()) };
        let text = fs::read_to_string(file)
            .map_err(|error| format!("{} cannot be read: {error}.", file.display()))?;
        let ring = read(&text).map_err(|why| format!("{} {why}", file.display()))?;
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        Ok(())
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
        self.reload().map_err(Error::Internal)?;
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
    async fn wrap(&self, context: &[u8], key: &[u8]) -> Result<(String, Vec<u8>)> {
        let ring = self.ring();
        let id = ring.active.clone();
        let cipher = ring.ciphers.get(&id);
        let cipher = cipher.ok_or_else(|| Error::Internal("the keyring has no active key".into()))?;
        let wrapped = cipher.seal(&bound(&[b"dek", id.as_bytes(), context]), key)?;
        Ok((id, wrapped))
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

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("keys", &self.list())
            .finish_non_exhaustive()
    }
}

/// Reads the written form. What is wrong with it is the rest of a sentence, and never holds a key.
fn read(text: &str) -> Result<Ring, &'static str> {
    let written: Written = serde_json::from_str(text).map_err(
        |_| "is no keyring (JSON with index_key and keys). Restore it from where you keep it safe.",
    )?;
    let mut ciphers = BTreeMap::new();
    for key in &written.keys {
        let cipher = decode(&key.key).and_then(|bytes| Cipher::new(&bytes));
        let cipher = cipher
            .ok_or("has a key that is not 32 bytes in base64. Restore it from where you keep it safe.")?;
        if ciphers.insert(key.id.clone(), cipher).is_some() {
            return Err("has two keys of one name. Give each a name of its own.");
        }
    }
    let mut active = written
        .keys
        .iter()
        .filter(|key| key.state == WrappingKeyState::Active);
    let (Some(first), None) = (active.next(), active.next()) else {
        return Err("must have one active key. The others are decrypt_only.");
    };
    Ok(Ring {
        active: first.id.clone(),
        index_key: decode(&written.index_key.key).ok_or(
            "has an index_key that is not 32 bytes in base64. Restore it from where you keep it safe.",
        )?,
        ciphers,
        written,
    })
}

fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = STANDARD.decode(text).ok().map(Zeroizing::new)?;
    (bytes.len() == KEY_LENGTH).then_some(bytes)
}

fn random_key() -> Result<String, String> {
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    SystemRandom::new()
        .fill(key.as_mut())
        .map_err(|_| "The system gives no random numbers.".to_owned())?;
    Ok(STANDARD.encode(key))
}

fn new_key(now: DateTime<Utc>) -> Result<WrittenKey, String> {
    let id = uuid::Uuid::now_v7().simple().to_string();
    let (_, end) = id.split_at_checked(24).unwrap_or_default();
    Ok(WrittenKey {
        id: format!("data-{}-{end}", now.format("%Y%m%d")),
        state: WrappingKeyState::Active,
        key: random_key()?,
        created_at: now,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn rotated() -> (tempfile::TempDir, Keyring, String) {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Keyring::create(folder.path(), Utc::now()).unwrap();
        let first = keyring.active();
        keyring.add_active(Utc::now()).unwrap();
        (folder, keyring, first)
    }

    #[tokio::test]
    async fn what_was_wrapped_before_a_rotation_unwraps_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Keyring::create(folder.path(), Utc::now()).unwrap();
        let (id, wrapped) = keyring.wrap(b"Anna", &[1; 32]).await.unwrap();
        keyring.add_active(Utc::now()).unwrap();
        assert_ne!(keyring.active(), id);
        assert_eq!(*keyring.unwrap(&id, b"Anna", &wrapped).await.unwrap(), [1; 32]);
        assert!(keyring.unwrap(&id, b"Bo", &wrapped).await.is_err());
        assert!(
            keyring
                .unwrap(&keyring.active(), b"Anna", &wrapped)
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn a_process_hears_of_keys_that_another_has_made() {
        let folder = tempfile::tempdir().unwrap();
        let ours = Keyring::create(folder.path(), Utc::now()).unwrap();
        let theirs = Keyring::load(folder.path(), None).unwrap().unwrap();
        theirs.add_active(Utc::now()).unwrap();
        let (id, wrapped) = theirs.wrap(b"Anna", &[1; 32]).await.unwrap();
        assert!(!ours.has(&id));
        assert!(ours.unwrap(&id, b"Anna", &wrapped).await.is_ok());
    }

    #[test]
    fn the_active_key_stays_and_others_can_go() {
        let (_folder, keyring, first) = rotated();
        assert!(keyring.remove(&keyring.active()).unwrap_err().contains("active"));
        assert!(keyring.remove("data-0").unwrap_err().contains("no key"));
        keyring.remove(&first).unwrap();
        assert_eq!(keyring.list().len(), 1);
    }

    #[test]
    fn there_is_one_keyring_and_it_is_never_overwritten() {
        let (folder, keyring, _) = rotated();
        assert!(Keyring::create(folder.path(), Utc::now()).is_err());
        assert_eq!(
            Keyring::load(folder.path(), None).unwrap().unwrap().list(),
            keyring.list()
        );
        assert!(
            Keyring::load(&folder.path().join("elsewhere"), None)
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn what_is_no_keyring_is_refused_without_a_key_in_the_sentence() {
        let key = STANDARD.encode([7; 32]);
        let short = STANDARD.encode([7; 16]);
        let entry = |id: &str, state: &str, key: &str| {
            format!(r#"{{"id":"{id}","state":"{state}","key":"{key}","created_at":"2026-11-22T00:00:00Z"}}"#)
        };
        let ring = |index: &str, keys: &[String]| {
            format!(
                r#"{{"index_key":{{"id":"i","key":"{index}"}},"keys":[{}]}}"#,
                keys.join(",")
            )
        };
        for text in [
            String::new(),
            "{}".into(),
            ring(&key, &[]),
            ring(&key, &[entry("a", "decrypt_only", &key)]),
            ring(&key, &[entry("a", "active", &key), entry("b", "active", &key)]),
            ring(
                &key,
                &[entry("a", "active", &key), entry("a", "decrypt_only", &key)],
            ),
            ring(&key, &[entry("a", "active", &short)]),
            ring(&short, &[entry("a", "active", &key)]),
        ] {
            let why = Keyring::load(Path::new("unused"), Some(&text)).unwrap_err();
            assert!(why.starts_with("KEYRING ") && why.ends_with('.'), "{why}");
            assert!(!why.contains(&key) && !why.contains(&short), "{why}");
        }
        let good = ring(&key, &[entry("a", "active", &key)]);
        let keyring = Keyring::load(Path::new("unused"), Some(&good)).unwrap().unwrap();
        assert!(keyring.add_active(Utc::now()).unwrap_err().contains("KEYRING"));
    }
}
