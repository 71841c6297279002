//! Bounds how many requests a second there may be from one address, and by one session or token. A stream is one
//! request, however much it tells.

use std::{fmt, hash::Hash, net::IpAddr, num::NonZeroU32};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::keyed::HashMapStateStore,
};

use crate::{
    limits::ServerLimits,
    peer::network_of,
    problem::{Problem, ProblemCode},
};

/// So many seconds' requests may come at once: a page asks for much when it is opened.
const BURST_S: NonZeroU32 = NonZeroU32::new(10).expect("ten");
/// More names than this are not told apart.
const MOST: usize = 10_000;

/// The requests of late.
pub(crate) struct Rates {
    by_address: Rate<IpAddr>,
    by_login: Rate<String>,
}

impl fmt::Debug for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rates")
    }
}

impl Rates {
    pub(crate) fn new(limits: &ServerLimits) -> Self {
        Self {
            by_address: Rate::new(limits.requests_per_address, DefaultClock::default()),
            by_login: Rate::new(limits.requests_per_login, DefaultClock::default()),
        }
    }

    /// Counts a request from an address. Whoever is at this very machine has other ways to keep it busy, and is bounded by
    /// their login alone.
    pub(crate) fn count_address(&self, address: Option<IpAddr>) -> Result<(), Problem> {
        match address {
            Some(address) if !address.is_loopback() => {
                let waits = self.by_address.count(network_of(address));
                waits.map_err(|wait_s| too_many("this address", wait_s))
            }
            _ => Ok(()),
        }
    }

    /// Counts a request by a session or a token, by its id.
    pub(crate) fn count_login(&self, id: &str) -> Result<(), Problem> {
        let waits = self.by_login.count(id.to_owned());
        waits.map_err(|wait_s| too_many("this login", wait_s))
    }
}

fn too_many(of: &str, wait_s: u64) -> Problem {
    let detail = format!("too many requests a second come from {of}: nothing was done");
    Problem::new(ProblemCode::TooManyRequests, detail).with_retry_after(wait_s)
}

type Names<K> = HashMapStateStore<Option<K>>;

/// The requests of those whom one kind of name tells apart.
struct Rate<K: Hash + Eq + Clone, C: Clock + Clone = DefaultClock> {
    // Whoever makes up more names than there may be shares one place with all who do.
    limiter: RateLimiter<Option<K>, Names<K>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> Rate<K, C> {
    fn new(per_second: NonZeroU32, clock: C) -> Self {
        let burst = per_second.saturating_mul(BURST_S);
        let quota = Quota::per_second(per_second).allow_burst(burst);
        Self {
            limiter: RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()),
            clock,
        }
    }

    /// Where there were too many, after how many seconds there may be one again.
    fn count(&self, name: K) -> Result<(), u64> {
        if self.limiter.len() >= MOST {
            self.limiter.retain_recent();
        }
        let name = Some(name).filter(|_| self.limiter.len() < MOST);
        self.limiter.check_key(&name).map_err(|early| {
            let wait = early.wait_time_from(self.clock.now());
            wait.as_secs().saturating_add(1)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::*;

    fn rate(per_second: u32) -> (Rate<u32, FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let per_second = NonZeroU32::new(per_second).unwrap();
        (Rate::new(per_second, clock.clone()), clock)
    }

    #[test]
    fn so_many_come_at_once_and_then_so_many_a_second_and_others_are_not_held_up() {
        let (rate, clock) = rate(3);
        assert_eq!((0..30).find(|_| rate.count(1).is_err()), None);
        assert_eq!(rate.count(1), Err(1));
        assert_eq!(rate.count(2), Ok(()));
        clock.advance(Duration::from_secs(1));
        let taken = (0..10).filter(|_| rate.count(1).is_ok()).count();
        assert_eq!(taken, 3);
    }

    #[test]
    fn more_names_than_can_be_told_apart_are_one_until_some_are_forgotten() {
        let (rate, clock) = rate(1);
        for name in 0..10_000 {
            rate.count(name).unwrap();
        }
        let taken = (20_000..20_100).filter(|name| rate.count(*name).is_ok());
        assert_eq!(taken.count(), 10);
        clock.advance(Duration::from_mins(1));
        assert_eq!(rate.count(30_000), Ok(()));
        assert!(rate.limiter.len() < 10);
    }

    #[test]
    fn whoever_is_at_this_machine_is_bounded_by_their_login_alone() {
        let one = NonZeroU32::MIN;
        let rates = Rates::new(&ServerLimits {
            requests_per_address: one,
            requests_per_login: one,
            ..ServerLimits::default()
        });
        let count = |address: &str| {
            let address = address.parse().unwrap();
            (0..100)
                .filter(|_| rates.count_address(Some(address)).is_ok())
                .count()
        };
        assert_eq!((count("127.0.0.1"), count("::1")), (100, 100));
        assert_eq!(count("192.0.2.1"), 10);
        assert_eq!(count("2001:db8::1"), 10);
        assert_eq!(count("2001:db8::2"), 0, "a network");
        assert_eq!(
            (0..100)
                .filter(|_| rates.count_login("5f0c").is_ok())
                .count(),
            10
        );
    }
}
