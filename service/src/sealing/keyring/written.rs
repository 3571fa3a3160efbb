//! The form in which a keyring is written, and the keys that are read from it.

use std::collections::BTreeMap;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::WrappingKeyState;
use crate::sealing::cipher::{Cipher, KEY_LENGTH};

/// The form in which the keyring is written: JSON.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) index_key: WrittenIndexKey,
    pub(super) keys: Vec<WrittenKey>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenIndexKey {
    pub(super) id: String,
    pub(super) key: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenKey {
    pub(super) id: String,
    pub(super) state: WrappingKeyState,
    pub(super) key: String,
    pub(super) created_at: DateTime<Utc>,
}

/// Keys ready for use.
pub(super) struct Ring {
    pub(super) written: Written,
    pub(super) active: String,
    pub(super) ciphers: BTreeMap<String, Cipher>,
    pub(super) index_key: Zeroizing<Vec<u8>>,
}

/// Reads the written form. What is wrong with it is the rest of a sentence, and never holds a key.
pub(super) fn read(text: &str) -> Result<Ring, &'static str> {
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

pub(super) fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = STANDARD.decode(text).ok().map(Zeroizing::new)?;
    (bytes.len() == KEY_LENGTH).then_some(bytes)
}

pub(super) fn random_key() -> Result<String, String> {
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    SystemRandom::new()
        .fill(key.as_mut())
        .map_err(|_| "The system gives no random numbers.".to_owned())?;
    Ok(STANDARD.encode(key))
}

pub(super) fn new_key(now: DateTime<Utc>) -> Result<WrittenKey, String> {
    let id = uuid::Uuid::now_v7().simple().to_string();
    let (_, end) = id.split_at_checked(24).unwrap_or_default();
    Ok(WrittenKey {
        id: format!("data-{}-{end}", now.format("%Y%m%d")),
        state: WrappingKeyState::Active,
        key: random_key()?,
        created_at: now,
    })
}
