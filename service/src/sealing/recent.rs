//! Data keys that were unwrapped a moment ago: who is read again and again need not bring the key along each time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use entity::data_keys;
use entity::ids::{DataKeyId, UserId};
use quick_cache::sync::Cache;
use zeroize::Zeroizing;

use super::cipher::KEY_LENGTH;
use super::data_key::DataKey;

/// How long a key is used. Where a key alone is shredded, and the person's row is left, this is how long the row still
/// opens; an erasure removes the row, and is honoured at once.
const KEPT: Duration = Duration::from_mins(1);
/// How many keys are kept, at about 150 bytes each: those of the people whom a busy agency has to do with in a minute.
const MOST: usize = 100_000;

/// The bytes of a key. A cipher made of them would take five times the room, and takes less than a microsecond to make.
struct Unwrapped {
    id: DataKeyId,
    key: Zeroizing<[u8; KEY_LENGTH]>,
    until: Instant,
}

/// The keys, by person. Where there is no room, those go that nobody has asked for again.
pub(super) struct Recent(Cache<UserId, Arc<Unwrapped>>);

impl Default for Recent {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl Recent {
    /// The key of a person, if it was unwrapped a moment ago.
    pub(super) fn get(&self, person: UserId, now: Instant) -> Option<DataKey> {
        let kept = self.0.get(&person)?;
        if kept.until <= now {
            self.0.remove(&person);
            return None;
        }
        DataKey::new(kept.id, person, kept.key.as_ref()).ok()
    }

    /// Keeps what a row holds, unwrapped.
    pub(super) fn keep(&self, row: &data_keys::Model, unwrapped: &[u8], now: Instant) {
        let Ok(key) = unwrapped.try_into().map(Zeroizing::new) else {
            return;
        };
        let kept = Unwrapped {
            id: row.key_id,
            key,
            until: now + KEPT,
        };
        self.0.insert(row.user_id, Arc::new(kept));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::Utc;

    use super::*;

    fn row() -> data_keys::Model {
        data_keys::Model {
            user_id: UserId::new(),
            key_id: DataKeyId::new(),
            wrapping_key_id: "key-1".into(),
            wrapped_key: vec![0; 60].into(),
            created_at: Utc::now(),
        }
    }

    #[test]
    fn a_key_is_used_for_a_minute_at_the_most() {
        let (recent, row, now) = (Recent::default(), row(), Instant::now());
        recent.keep(&row, &[1; KEY_LENGTH], now);
        let key = DataKey::new(row.key_id, row.user_id, &[1; KEY_LENGTH]).unwrap();
        assert_eq!(recent.get(row.user_id, now), Some(key));
        assert_eq!(recent.get(row.user_id, now + KEPT), None);
        assert!(KEPT <= Duration::from_mins(1));
        assert!(recent.0.is_empty(), "what is not used any more is not kept");
        assert_eq!(recent.get(UserId::new(), now), None);
    }

    #[test]
    fn there_is_no_room_for_more_than_the_bound() {
        let (recent, now) = (Recent::default(), Instant::now());
        for _ in 0..=MOST {
            recent.keep(&row(), &[1; KEY_LENGTH], now);
        }
        assert!(recent.0.len() <= MOST);
    }
}
