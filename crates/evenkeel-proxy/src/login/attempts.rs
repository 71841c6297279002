//! How many wrong codes an address may show before it has to wait.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use crate::peer::network_of;

/// So many in a while.
const MOST: u32 = 10;
/// The while, in ms.
const WHILE_MS: i64 = 60_000;
/// More addresses than this are not told apart.
const ADDRESSES: usize = 10_000;

/// The wrong codes of late, by address.
#[derive(Debug, Default)]
pub(super) struct Attempts(Mutex<HashMap<Option<IpAddr>, Wrong>>);

#[derive(Debug, Clone, Copy)]
struct Wrong {
    since: i64,
    count: u32,
}

impl Attempts {
    /// How long an address has to wait, in seconds.
    pub(super) fn wait_s(&self, peer: Option<IpAddr>, now: i64) -> Option<u64> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key(&all, peer);
        let wrong = all.get(&key).filter(|wrong| wrong.count >= MOST)?;
        let left = wrong.since + WHILE_MS - now;
        u64::try_from(left)
            .ok()
            .filter(|left| *left > 0)
            .map(|left| left.div_ceil(1_000))
    }

    pub(super) fn count(&self, peer: Option<IpAddr>, now: i64) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, wrong| now - wrong.since < WHILE_MS);
        let key = key(&all, peer);
        let wrong = all.entry(key).or_insert(Wrong {
            since: now,
            count: 0,
        });
        wrong.count = wrong.count.saturating_add(1);
    }
}

fn key(all: &HashMap<Option<IpAddr>, Wrong>, peer: Option<IpAddr>) -> Option<IpAddr> {
    let key = peer.map(network_of);
    if all.len() < ADDRESSES || all.contains_key(&key) {
        return key;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_waits_after_too_many_and_another_does_not() {
        let attempts = Attempts::default();
        let [bad, other] = ["2001:db8::1", "2001:db8:0:1::1"].map(|text| text.parse().ok());
        let neighbour: Option<IpAddr> = "2001:db8::2".parse().ok();
        for n in 0..i64::from(MOST) {
            assert_eq!(attempts.wait_s(bad, n), None);
            attempts.count(bad, n);
        }
        assert_eq!(attempts.wait_s(bad, 10), Some(60));
        assert_eq!(attempts.wait_s(neighbour, 10), Some(60), "of one network");
        assert_eq!(attempts.wait_s(other, 10), None);
        assert_eq!(attempts.wait_s(bad, WHILE_MS), None);
    }

    #[test]
    fn more_addresses_than_can_be_told_apart_are_one() {
        let attempts = Attempts::default();
        let address = |n: u32| Some(IpAddr::V4(n.into()));
        for n in 0..20_000 {
            attempts.count(address(n), 0);
        }
        assert!(attempts.0.lock().unwrap().len() <= ADDRESSES + 1);
        assert!(attempts.wait_s(address(30_000), 1).is_some());
    }
}
