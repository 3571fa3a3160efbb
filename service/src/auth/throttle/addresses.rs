//! How often tries from one network address have failed, in this process.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use governor::clock::{Clock as Time, Reference as _};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::auth::Origin;
use crate::clock::Clock;
use crate::error::{Error, Result};

/// What one subscriber is given: an address of IPv4, a /64 of IPv6 (RFC 6177 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
            ip @ IpAddr::V4(_) => ip,
        })
    }
}

/// The time of the service, in the form that the limiter counts in: since 1970.
impl Time for Clock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        since_epoch(self.now())
    }
}

fn since_epoch(time: DateTime<Utc>) -> Duration {
    Duration::from_micros(time.timestamp_micros().try_into().unwrap_or(0))
}

type Limiter = RateLimiter<Network, HashMapStateStore<Network>, Clock, NoOpMiddleware<Duration>>;

/// The budgets of all addresses that have failed lately. Only failures are counted: an office behind one address may
/// sign in as often as it likes.
pub struct Addresses {
    clock: Clock,
    failures: Option<Limiter>,
    /// Those that have used their budget up, and when they have paid back.
    blocked: Mutex<HashMap<Network, DateTime<Utc>>>,
}

impl Addresses {
    pub fn new(clock: &Clock, failures_per_minute: u32) -> Self {
        let quota = NonZeroU32::new(failures_per_minute).map(Quota::per_minute);
        Self {
            clock: clock.clone(),
            failures: quota.map(|quota| RateLimiter::new(quota, HashMapStateStore::default(), clock.clone())),
            blocked: Mutex::default(),
        }
    }

    /// Whether the address may try.
    ///
    /// # Errors
    /// `TooManyAttempts` when it has failed too often.
    pub fn check(&self, from: &Origin) -> Result<()> {
        let Some(network) = from.address.map(Network::of) else {
            return Ok(());
        };
        let blocked = self.blocked.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        match blocked.get(&network) {
            Some(until) if *until > now => Err(Error::TooManyAttempts {
                retry_after: (*until - now).to_std().unwrap_or_default(),
            }),
            _ => Ok(()),
        }
    }

    /// Counts a failure.
    pub fn failed(&self, from: &Origin) {
        let (Some(network), Some(failures)) = (from.address.map(Network::of), &self.failures) else {
            return;
        };
        if let Err(until) = failures.check_key(&network) {
            let now = self.clock.now();
            let wait = until
                .earliest_possible()
                .duration_since(since_epoch(now))
                .as_u64();
            self.blocked
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(network, now + Duration::from_nanos(wait));
        }
    }

    /// Forgets the addresses that have paid back, so that strangers cannot fill the memory.
    pub fn purge(&self) {
        if let Some(failures) = &self.failures {
            failures.retain_recent();
            failures.shrink_to_fit();
        }
        let now = self.clock.now();
        self.blocked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|_, until| *until > now);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::TimeDelta;

    use super::*;

    fn origin(address: &str) -> Origin {
        Origin {
            address: Some(address.parse().unwrap()),
            ..Origin::default()
        }
    }

    #[test]
    fn an_address_is_blocked_until_it_has_paid_back() {
        let clock = Clock::default();
        let addresses = Addresses::new(&clock, 6);
        let stranger = origin("203.0.113.7");
        for _ in 0..6 {
            addresses.failed(&stranger);
            assert!(addresses.check(&stranger).is_ok());
        }
        addresses.failed(&stranger);
        let Err(Error::TooManyAttempts { retry_after }) = addresses.check(&stranger) else {
            panic!("not blocked");
        };
        assert!(retry_after <= Duration::from_secs(10), "{retry_after:?}");
        assert!(addresses.check(&origin("203.0.113.8")).is_ok());
        clock.shift(TimeDelta::seconds(11));
        assert!(addresses.check(&stranger).is_ok());
        addresses.failed(&stranger);
        addresses.failed(&stranger);
        assert!(addresses.check(&stranger).is_err());
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_address() {
        let addresses = Addresses::new(&Clock::default(), 1);
        for host in 1..4 {
            addresses.failed(&origin(&format!("2001:db8:1:2::{host}")));
        }
        assert!(addresses.check(&origin("2001:db8:1:2:3:4:5:6")).is_err());
        assert!(addresses.check(&origin("2001:db8:1:3::1")).is_ok());
        addresses.failed(&origin("::ffff:203.0.113.7"));
        addresses.failed(&origin("203.0.113.7"));
        assert!(addresses.check(&origin("203.0.113.7")).is_err());
    }

    #[test]
    fn memory_is_given_back() {
        let clock = Clock::default();
        let addresses = Addresses::new(&clock, 1);
        for host in 0..=255 {
            for _ in 0..3 {
                addresses.failed(&origin(&format!("203.0.113.{host}")));
            }
        }
        assert_eq!(addresses.blocked.lock().unwrap().len(), 256);
        clock.shift(TimeDelta::minutes(5));
        addresses.purge();
        assert!(addresses.blocked.lock().unwrap().is_empty());
        assert_eq!(addresses.failures.as_ref().unwrap().len(), 0);
    }

    #[test]
    fn without_a_budget_nobody_is_blocked() {
        let addresses = Addresses::new(&Clock::default(), 0);
        for _ in 0..1000 {
            addresses.failed(&origin("203.0.113.7"));
        }
        assert!(addresses.check(&origin("203.0.113.7")).is_ok());
    }
}
