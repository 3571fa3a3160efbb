//! How those who wait for events hear of them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// How long somebody who waits relies on being told: another process may have changed something, and none may be at work
/// here that would hear of it.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct State {
    head: i64,
    is_closed: bool,
}

/// Tells who waits that the feed has become longer, or that nobody is to wait any longer. Cheap to clone.
#[derive(Clone)]
pub struct Signal(Arc<watch::Sender<State>>);

impl Default for Signal {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(State::default())))
    }
}

impl Signal {
    /// Says how far the feed has come.
    pub(super) fn announce(&self, head: i64) {
        self.0.send_if_modified(|state| {
            let is_news = head > state.head;
            state.head = state.head.max(head);
            is_news
        });
    }

    /// Sends everybody away who waits, and keeps nobody from here on: the program stops.
    pub fn close(&self) {
        self.0.send_modify(|state| state.is_closed = true);
    }

    /// Begins to listen. What is announced from here on is not missed.
    pub(super) fn listen(&self) -> Listener {
        Listener(self.0.subscribe())
    }
}

/// Somebody who waits.
pub(super) struct Listener(watch::Receiver<State>);

impl Listener {
    /// Waits until there may be something new, and tells whether to look for it; no longer than until a time.
    pub(super) async fn wait(&mut self, until: Instant) -> bool {
        if self.0.borrow().is_closed || Instant::now() >= until {
            return false;
        }
        let soon = until.min(Instant::now() + LOOK_AGAIN);
        // Late is as good as told.
        let _ = timeout_at(soon, self.0.changed()).await;
        !self.0.borrow_and_update().is_closed
    }
}
