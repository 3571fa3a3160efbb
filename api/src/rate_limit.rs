//! How many requests one caller may send: a budget that is paid back evenly (GCRA), in this process.

use std::num::NonZeroU32;
use std::time::Duration;

use entity::ids::{ClientId, UserId};
use governor::clock::{Clock, MonotonicClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use service::auth::throttle::Network;

/// Seconds in which a budget is paid back.
const WINDOW: u64 = 60;

/// Who is counted: whoever is signed in, wherever from; everybody else by network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Caller {
    /// A person, in all sessions together.
    User(UserId),
    /// Another system, with all its tokens together.
    Client(ClientId),
    /// Nobody who is known.
    Network(Network),
}

/// What is left of a caller's budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Requests that may be sent at once.
    pub remaining: u32,
    /// Seconds until the whole budget is there again.
    pub reset: u64,
    /// How long the caller has to wait, when this request was one too many.
    pub wait: Option<Duration>,
}

type Limiter<C> = RateLimiter<Caller, HashMapStateStore<Caller>, C, StateInformationMiddleware>;

/// The budgets of all callers. They are counted by a clock that nobody sets: one that is put back would keep callers out.
#[derive(Debug)]
pub struct RateLimits<C: Clock + Clone = MonotonicClock> {
    limiter: Limiter<C>,
    clock: C,
    per_minute: NonZeroU32,
}

impl RateLimits {
    /// A budget of so many requests within a minute for each caller; none if it is 0.
    pub fn new(per_minute: u32) -> Option<Self> {
        Self::with_clock(per_minute, MonotonicClock)
    }
}

impl<C: Clock + Clone> RateLimits<C> {
    fn with_clock(per_minute: u32, clock: C) -> Option<Self> {
        let per_minute = NonZeroU32::new(per_minute)?;
        let quota = Quota::per_minute(per_minute);
        Some(Self {
            limiter: Limiter::new(quota, HashMapStateStore::default(), clock.clone()),
            clock,
            per_minute,
        })
    }

    /// The policy, as `RateLimit-Policy` says it.
    pub fn policy(&self) -> String {
        format!("\"default\";q={};w={WINDOW}", self.per_minute)
    }

    /// Counts a request.
    pub fn count(&self, caller: Caller) -> Budget {
        match self.limiter.check_key(&caller) {
            Ok(state) => self.budget(state.remaining_burst_capacity(), None),
            Err(until) => {
                let wait = until.wait_time_from(self.clock.now());
                self.budget(0, Some(wait))
            }
        }
    }

    fn budget(&self, remaining: u32, wait: Option<Duration>) -> Budget {
        let limit = u64::from(self.per_minute.get());
        let spent = limit.saturating_sub(u64::from(remaining));
        Budget {
            remaining,
            reset: (spent * WINDOW).div_ceil(limit),
            wait,
        }
    }

    /// Forgets the callers whose budget is whole again, so that strangers cannot fill the memory.
    pub fn purge(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn caller(address: &str) -> Caller {
        Caller::Network(Network::of(address.parse().unwrap()))
    }

    #[test]
    fn a_budget_is_used_up_and_paid_back() {
        let clock = FakeRelativeClock::default();
        let limits = RateLimits::with_clock(6, clock.clone()).unwrap();
        let stranger = caller("203.0.113.7");
        for left in (0..6).rev() {
            let budget = limits.count(stranger);
            assert_eq!((budget.remaining, budget.wait), (left, None));
            assert_eq!(budget.reset, u64::from(6 - left) * 10);
        }
        let budget = limits.count(stranger);
        assert_eq!((budget.remaining, budget.reset), (0, 60));
        assert!(budget.wait.unwrap() <= Duration::from_secs(10));
        assert_eq!(
            limits.count(caller("203.0.113.8")).remaining,
            5,
            "another has an own one"
        );
        clock.advance(Duration::from_secs(11));
        assert_eq!(limits.count(stranger).wait, None);
        assert!(limits.count(stranger).wait.is_some());
    }

    #[test]
    fn memory_is_given_back() {
        let clock = FakeRelativeClock::default();
        let limits = RateLimits::with_clock(6, clock.clone()).unwrap();
        for host in 0..=255 {
            limits.count(caller(&format!("203.0.113.{host}")));
        }
        assert_eq!(limits.limiter.len(), 256);
        clock.advance(Duration::from_mins(2));
        limits.purge();
        assert_eq!(limits.limiter.len(), 0);
    }

    #[test]
    fn zero_means_no_limit() {
        assert!(RateLimits::new(0).is_none());
    }
}
