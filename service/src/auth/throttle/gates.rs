//! How many tries of one account are under way at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use entity::values::Hidden;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Fewer than are free, so that correct tries alone never block an account.
const AT_ONCE: usize = 4;
/// From how many entries on those of nobody are looked for.
const SWEEP: usize = 256;

/// A gate for each account that somebody is trying now. Entries go with those who hold them.
#[derive(Debug, Default)]
pub struct Gates(Mutex<HashMap<Hidden, Weak<Semaphore>>>);

impl Gates {
    /// Waits until fewer than [`AT_ONCE`] others are under way. The permit ends the turn.
    pub async fn enter(&self, key: &Hidden) -> Option<OwnedSemaphorePermit> {
        // A gate is never closed, so that there is always a permit.
        self.gate(key).acquire_owned().await.ok()
    }

    fn gate(&self, key: &Hidden) -> Arc<Semaphore> {
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = gates.get(key).and_then(Weak::upgrade) {
            return gate;
        }
        if gates.len() >= SWEEP {
            gates.retain(|_, gate| gate.strong_count() > 0);
        }
        let gate = Arc::new(Semaphore::new(AT_ONCE));
        gates.insert(key.clone(), Arc::downgrade(&gate));
        gate
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn four_go_and_the_fifth_waits() {
        let gates = Gates::default();
        let (rosa, ida) = (Hidden::from("rosa".to_owned()), Hidden::from("ida".to_owned()));
        let mut turns = Vec::new();
        for _ in 0..AT_ONCE {
            turns.push(gates.enter(&rosa).await.unwrap());
        }
        let fifth = tokio::time::timeout(Duration::from_millis(20), gates.enter(&rosa));
        assert!(fifth.await.is_err());
        assert!(gates.enter(&ida).await.is_some());
        turns.pop();
        assert!(gates.enter(&rosa).await.is_some());
    }

    #[tokio::test]
    async fn nobody_s_gates_are_swept_away() {
        let gates = Gates::default();
        for number in 0..SWEEP * 3 {
            drop(gates.enter(&Hidden::from(number.to_string())).await.unwrap());
        }
        assert!(gates.0.lock().unwrap().len() <= SWEEP);
    }
}
