//! Maps by a fast seeded hash: one kind in the whole crate, so that a browser loads one.

use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::SharedSeed;
use foldhash::fast::SeedableRandomState;
use hashbrown::HashTable;

pub(crate) type State = SeedableRandomState;
pub(crate) type HashMap<K, V> = hashbrown::HashMap<K, V, State>;

static SEED: AtomicU64 = AtomicU64::new(0);

/// Seeds all hashes from now on with what nobody else knows. WebAssembly has to be told: its addresses,
/// which hashes are seeded by otherwise, are the same in every run, and who knows them could choose ids
/// that collide.
pub fn seed_hashes(seed: u64) {
    SEED.store(seed, Ordering::Relaxed);
}

/// A state of its own.
pub(crate) fn state() -> State {
    match SEED.load(Ordering::Relaxed) {
        0 => State::random(),
        seed => State::with_seed(seed, SharedSeed::global_random()),
    }
}

/// For about so many.
pub(crate) fn with_capacity<K, V>(capacity: usize) -> HashMap<K, V> {
    HashMap::with_capacity_and_hasher(capacity, state())
}

/// What a place in a list is found by.
pub(crate) type Key<'k> = [Option<&'k str>; 3];

/// So many keys are few: a look at each is quicker than a table of them.
pub(crate) const FEW: usize = 8;

/// Places in a list by their keys, which stand in the list alone. One piece of code for all lists,
/// where a map of each kind would be one more.
pub(crate) struct Places {
    /// Where the list ends as far as it has been added; beyond [`FEW`] all keys are in the table.
    end: usize,
    /// Of many alone.
    table: HashTable<usize>,
    hasher: State,
}

impl Default for Places {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl Places {
    /// For about so many.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self {
            end: 0,
            table: HashTable::with_capacity(if capacity > FEW { capacity } else { 0 }),
            hasher: state(),
        }
    }

    /// The place that has a key; `key_at` tells that of a place.
    pub(crate) fn find<'k>(
        &self,
        key: &Key<'_>,
        key_at: &dyn Fn(usize) -> Key<'k>,
    ) -> Option<usize> {
        if self.end <= FEW {
            return (0..self.end).find(|place| key_at(*place) == *key);
        }
        self.find_hashed(hash_of(&self.hasher, key), key, key_at)
    }

    /// The place that has a key already; where there is none, `place` has it from now on, which is
    /// where the list ends.
    pub(crate) fn insert<'k>(
        &mut self,
        key: &Key<'_>,
        place: usize,
        key_at: &dyn Fn(usize) -> Key<'k>,
    ) -> Option<usize> {
        if place < FEW {
            let known = self.find(key, key_at);
            if known.is_none() {
                self.end = place + 1;
            }
            return known;
        }
        if self.end <= FEW {
            for few in 0..self.end {
                self.tabulate(&key_at(few), few, key_at);
            }
        }
        self.end = place + 1;
        self.tabulate(key, place, key_at)
    }

    fn tabulate<'k>(
        &mut self,
        key: &Key<'_>,
        place: usize,
        key_at: &dyn Fn(usize) -> Key<'k>,
    ) -> Option<usize> {
        let hash = hash_of(&self.hasher, key);
        let known = self.find_hashed(hash, key, key_at);
        if known.is_none() {
            let Self { table, hasher, .. } = self;
            let rehash = |place: &usize| hash_of(hasher, &key_at(*place));
            table.insert_unique(hash, place, rehash);
        }
        known
    }

    #[inline(never)]
    fn find_hashed<'k>(
        &self,
        hash: u64,
        key: &Key<'_>,
        key_at: &dyn Fn(usize) -> Key<'k>,
    ) -> Option<usize> {
        let same = |place: &usize| key_at(*place) == *key;
        self.table.find(hash, same).copied()
    }
}

#[inline(never)]
fn hash_of(hasher: &State, key: &Key<'_>) -> u64 {
    let mut hasher = hasher.build_hasher();
    for part in key {
        // No part is as long as an absent one.
        hasher.write_usize(part.map_or(usize::MAX, str::len));
        hasher.write(part.unwrap_or_default().as_bytes());
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_what_the_seed_makes_of_them() {
        let hash = |seed| {
            seed_hashes(seed);
            hash_of(&state(), &[Some("e-1"), None, None])
        };
        let [one, two, again] = [1, 2, 1].map(hash);
        assert_ne!(one, two);
        assert_eq!(one, again);
    }

    #[test]
    fn finds_the_first_place_of_every_key() {
        let mut keys: Vec<Key<'_>> = Vec::new();
        let names: Vec<String> = (0..500).map(|name| name.to_string()).collect();
        for name in &names {
            // Absent and empty are two, and no text runs over into the next.
            for key in [
                [Some(name.as_str()), None, None],
                [Some(name), Some(""), None],
                [None, Some(name), None],
                [Some("1"), Some(name), Some("x")],
            ] {
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        let mut places = Places::default();
        for (place, key) in keys.iter().enumerate() {
            assert_eq!(places.find(key, &|place| keys[place]), None);
            assert_eq!(places.insert(key, place, &|place| keys[place]), None);
        }
        for (place, key) in keys.iter().enumerate() {
            assert_eq!(places.insert(key, 0, &|place| keys[place]), Some(place));
        }
    }
}
