//! Data keys that were unwrapped a moment ago: who is read again and again need not bring the key along each time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use entity::ids::UserId;

use super::data_key::DataKey;

/// How long a key is kept. Where a key alone is shredded, and the person's row is left, this is how long the row still
/// opens; an erasure removes the row, and is honoured at once.
const KEPT: Duration = Duration::from_secs(30);
/// How many keys are kept: a few megabytes.
const MOST: usize = 10_000;

/// The keys, by person.
#[derive(Default)]
pub(super) struct Recent(Mutex<HashMap<UserId, (DataKey, Instant)>>);

impl Recent {
    /// The key of a person, if it was unwrapped a moment ago.
    pub(super) fn get(&self, person: UserId, now: Instant) -> Option<DataKey> {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (key, until) = keys.get(&person)?;
        (*until > now).then(|| key.clone())
    }

    /// Keeps a key. Where there is no room, those go whose time has come, or else all: they come back with their readers.
    pub(super) fn keep(&self, key: &DataKey, now: Instant) {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= MOST {
            keys.retain(|_, (_, until)| *until > now);
            if keys.len() >= MOST {
                keys.clear();
            }
        }
        keys.insert(key.user_id(), (key.clone(), now + KEPT));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use entity::ids::DataKeyId;

    use super::*;

    fn key() -> DataKey {
        DataKey::new(DataKeyId::new(), UserId::new(), &[1; 32]).unwrap()
    }

    #[test]
    fn a_key_is_kept_for_less_than_a_minute() {
        let (recent, key, now) = (Recent::default(), key(), Instant::now());
        recent.keep(&key, now);
        assert_eq!(recent.get(key.user_id(), now), Some(key.clone()));
        assert_eq!(recent.get(key.user_id(), now + KEPT), None);
        assert!(KEPT <= Duration::from_mins(1));
        assert_eq!(recent.get(UserId::new(), now), None);
    }

    #[test]
    fn there_is_no_room_for_more_than_the_bound() {
        let (recent, now) = (Recent::default(), Instant::now());
        for _ in 0..=MOST {
            recent.keep(&key(), now);
        }
        assert!(recent.0.lock().unwrap().len() <= MOST);
    }
}
