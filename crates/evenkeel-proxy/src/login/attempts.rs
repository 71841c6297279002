//! How many wrong codes and passwords an address may show, and how many wrong passwords there may be for a name, before
//! somebody has to wait.

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, Hash, RandomState},
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use crate::peer::network_of;

/// More than so many are not told apart.
const TOLD_APART: usize = 10_000;

/// The wrong tries of late.
#[derive(Debug)]
pub(super) struct Attempts {
    addresses: Tries<IpAddr>,
    /// A name may be a password that was typed into the wrong field: none is kept.
    names: Tries<u64>,
    hasher: RandomState,
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            addresses: Tries::new(10, 60_000),
            // Whoever knows a name alone can have its owner wait: not for long.
            names: Tries::new(20, 5 * 60_000),
            hasher: RandomState::new(),
        }
    }
}

impl Attempts {
    /// How long an address has to wait, in seconds.
    pub(super) fn wait_s(&self, peer: Option<IpAddr>, now: i64) -> Option<u64> {
        self.addresses.wait_s(peer.map(network_of), now)
    }

    /// Counts a wrong code.
    pub(super) fn count(&self, peer: Option<IpAddr>, now: i64) {
        self.addresses.count(peer.map(network_of), now);
    }

    /// Counts a password before it is compared, so that many at one time are many; or says how long to wait, in
    /// seconds. Whether there is a user of that name makes no difference.
    pub(super) fn begin(&self, peer: Option<IpAddr>, name: &str, now: i64) -> Result<(), u64> {
        let (peer, name) = (peer.map(network_of), Some(self.name(name)));
        let waits = [
            self.addresses.wait_s(peer, now),
            self.names.wait_s(name, now),
        ];
        if let Some(wait) = waits.into_iter().flatten().max() {
            return Err(wait);
        }
        self.addresses.count(peer, now);
        self.names.count(name, now);
        Ok(())
    }

    /// Takes back what [`Self::begin`] counted: the password was right, or was not compared.
    pub(super) fn forgive(&self, peer: Option<IpAddr>, name: &str) {
        self.addresses.forgive(peer.map(network_of));
        self.names.forgive(Some(self.name(name)));
    }

    fn name(&self, name: &str) -> u64 {
        self.hasher.hash_one(name.trim().to_ascii_lowercase())
    }
}

/// The wrong tries by what they are counted by.
#[derive(Debug)]
struct Tries<K> {
    all: Mutex<HashMap<Option<K>, Wrong>>,
    /// So many in a while.
    most: u32,
    /// The while.
    while_ms: i64,
}

#[derive(Debug, Clone, Copy)]
struct Wrong {
    since: i64,
    count: u32,
}

impl<K: Copy + Eq + Hash> Tries<K> {
    fn new(most: u32, while_ms: i64) -> Self {
        Self {
            all: Mutex::default(),
            most,
            while_ms,
        }
    }

    fn wait_s(&self, key: Option<K>, now: i64) -> Option<u64> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let wrong = all.get(&told_apart(&all, key))?;
        let left = wrong.since + self.while_ms - now;
        u64::try_from(left)
            .ok()
            .filter(|left| *left > 0 && wrong.count >= self.most)
            .map(|left| left.div_ceil(1_000))
    }

    fn count(&self, key: Option<K>, now: i64) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, wrong| now - wrong.since < self.while_ms);
        let key = told_apart(&all, key);
        let wrong = all.entry(key).or_insert(Wrong {
            since: now,
            count: 0,
        });
        wrong.count = wrong.count.saturating_add(1);
    }

    fn forgive(&self, key: Option<K>) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let key = told_apart(&all, key);
        if let Some(wrong) = all.get_mut(&key) {
            wrong.count = wrong.count.saturating_sub(1);
        }
    }
}

fn told_apart<K: Copy + Eq + Hash>(all: &HashMap<Option<K>, Wrong>, key: Option<K>) -> Option<K> {
    if all.len() < TOLD_APART || all.contains_key(&key) {
        return key;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: i64 = 60_000;

    #[test]
    fn an_address_waits_after_too_many_and_another_does_not() {
        let attempts = Attempts::default();
        let [bad, other] = ["2001:db8::1", "2001:db8:0:1::1"].map(|text| text.parse().ok());
        let neighbour: Option<IpAddr> = "2001:db8::2".parse().ok();
        for n in 0..10 {
            assert_eq!(attempts.wait_s(bad, n), None);
            attempts.count(bad, n);
        }
        assert_eq!(attempts.wait_s(bad, 10), Some(60));
        assert_eq!(attempts.wait_s(neighbour, 10), Some(60), "of one network");
        assert_eq!(attempts.begin(neighbour, "lin", 10), Err(60));
        assert_eq!(attempts.wait_s(other, 10), None);
        assert_eq!(attempts.wait_s(bad, MINUTE_MS), None);
    }

    #[test]
    fn a_name_waits_wherever_its_wrong_passwords_come_from_and_another_does_not() {
        let attempts = Attempts::default();
        let address = |n: u32| Some(IpAddr::V4(n.into()));
        for n in 0..20 {
            assert_eq!(attempts.begin(address(n), "lin", 0), Ok(()));
        }
        assert_eq!(attempts.begin(address(50), " LIN", 0), Err(300));
        assert_eq!(attempts.begin(address(50), "wang", 0), Ok(()));
        assert_eq!(attempts.begin(address(50), "lin", 5 * MINUTE_MS), Ok(()));
    }

    #[test]
    fn a_right_password_counts_for_nothing_and_forgives_no_other() {
        let attempts = Attempts::default();
        for _ in 0..9 {
            attempts.begin(None, "lin", 0).unwrap();
        }
        for _ in 0..50 {
            attempts.begin(None, "lin", 0).unwrap();
            attempts.forgive(None, "lin");
        }
        attempts.begin(None, "lin", 0).unwrap();
        assert_eq!(attempts.begin(None, "lin", 0), Err(60));
    }

    #[test]
    fn more_addresses_than_can_be_told_apart_are_one() {
        let attempts = Attempts::default();
        let address = |n: u32| Some(IpAddr::V4(n.into()));
        for n in 0..20_000 {
            attempts.count(address(n), 0);
        }
        let kept = attempts.addresses.all.lock().unwrap().len();
        assert!(kept <= TOLD_APART + 1);
        assert!(attempts.wait_s(address(30_000), 1).is_some());
    }
}
