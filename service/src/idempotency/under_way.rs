//! Which requests are being worked on in this process.
//!
//! The database alone would do to have nothing done twice; but each double would wait there for the first with a
//! connection in its hands, and a caller who sends the same request a hundred times would keep everybody else out.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use entity::values::Hidden;

/// The requests, by name. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct UnderWay(Arc<Mutex<HashSet<Hidden>>>);

impl UnderWay {
    /// Notes that a request is being worked on until the guard goes, unless it is already.
    pub(super) fn enter(&self, name: &Hidden) -> Option<Guard> {
        let is_first = self.names(|names| names.insert(name.clone()));
        is_first.then(|| Guard {
            all: self.clone(),
            name: name.clone(),
        })
    }

    fn names<T>(&self, work: impl FnOnce(&mut HashSet<Hidden>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A request that is being worked on.
pub(super) struct Guard {
    all: UnderWay,
    name: Hidden,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.all.names(|names| names.remove(&self.name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_worked_on_once_at_a_time() {
        let (all, name) = (UnderWay::default(), Hidden::from("a".to_owned()));
        let first = all.enter(&name);
        assert!(first.is_some() && all.enter(&name).is_none());
        assert!(all.enter(&Hidden::from("b".to_owned())).is_some());
        drop(first);
        assert!(all.enter(&name).is_some());
    }
}
