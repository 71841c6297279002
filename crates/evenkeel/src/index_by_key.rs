//! Finds items of a list by their keys, through a fast seeded hash: one table for all lists of the crate, so
//! that a browser loads one.

#[cfg(not(target_family = "wasm"))]
use std::hash::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;

use foldhash::SharedSeed;
use foldhash::fast::SeedableRandomState;
use hashbrown::HashTable;

type State = SeedableRandomState;

static SOURCE: OnceLock<fn() -> u64> = OnceLock::new();
static SEEDS: OnceLock<(u64, SharedSeed)> = OnceLock::new();

/// Says where 64 bits come from that nobody else knows. They are asked for once, when there is something
/// to hash, and seed all hashes; a source that is named after that is not asked.
///
/// WebAssembly has to be told: nothing in it differs from run to run, and who knows the seed can choose
/// ids that collide.
pub fn seed_hashes_from(source: fn() -> u64) {
    let _ = SOURCE.set(source);
}

/// The state that all tables share.
fn state() -> State {
    let seed = || SOURCE.get().map_or_else(own_seed, |source| source());
    seeded(SEEDS.get_or_init(|| seeds(seed())))
}

fn seeds(seed: u64) -> (u64, SharedSeed) {
    (seed, SharedSeed::from_u64(seed))
}

fn seeded((seed, shared): &'static (u64, SharedSeed)) -> State {
    State::with_seed(*seed, shared)
}

/// The system's, by way of the standard library.
#[cfg(not(target_family = "wasm"))]
fn own_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(target_family = "wasm")]
fn own_seed() -> u64 {
    0
}

/// What an item of a list is found by.
pub(crate) type Key<'k> = [Option<&'k str>; 3];

/// Up to so many keys are scanned one after the other, which is quicker than a table of them.
pub(crate) const LINEAR_SCAN_MAX: usize = 8;

/// The index of each item of a list by its key, which stands in the list alone. Nobody can choose keys that collide.
#[derive(Default)]
pub(crate) struct IndexByKey {
    /// Where the list ends as far as it has been added; beyond [`LINEAR_SCAN_MAX`] all keys are in the table.
    end: usize,
    most: usize,
    /// Of many alone.
    table: Option<(HashTable<usize>, State)>,
}

impl IndexByKey {
    /// For about so many.
    pub(crate) fn with_capacity(most: usize) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    /// The index that has a key; `key_at` tells that of an index.
    pub(crate) fn find<'k>(
        &self,
        key: &Key<'_>,
        key_at: &dyn Fn(usize) -> Key<'k>,
    ) -> Option<usize> {
        match &self.table {
            None => (0..self.end).find(|index| key_at(*index) == *key),
            Some((table, hasher)) => find_hashed(table, hash_of(hasher, key), key, key_at),
        }
    }

    /// The index that has a key already; where there is none, `index` has it from now on, which is
    /// where the list ends.
    pub(crate) fn insert<'k>(
        &mut self,
        key: &Key<'_>,
        index: usize,
        key_at: &dyn Fn(usize) -> Key<'k>,
    ) -> Option<usize> {
        if index < LINEAR_SCAN_MAX {
            let known = self.find(key, key_at);
            if known.is_none() {
                self.end = index + 1;
            }
            return known;
        }
        if self.table.is_none() {
            self.table = Some((HashTable::with_capacity(self.most), state()));
            for few in 0..self.end {
                self.tabulate(&key_at(few), few, key_at);
            }
        }
        self.end = index + 1;
        self.tabulate(key, index, key_at)
    }

    fn tabulate<'k>(
        &mut self,
        key: &Key<'_>,
        index: usize,
        key_at: &dyn Fn(usize) -> Key<'k>,
    ) -> Option<usize> {
        let (table, hasher) = self.table.as_mut()?;
        let hash = hash_of(hasher, key);
        let known = find_hashed(table, hash, key, key_at);
        if known.is_none() {
            let rehash = |index: &usize| hash_of(hasher, &key_at(*index));
            table.insert_unique(hash, index, rehash);
        }
        known
    }
}

#[inline(never)]
fn find_hashed<'k>(
    table: &HashTable<usize>,
    hash: u64,
    key: &Key<'_>,
    key_at: &dyn Fn(usize) -> Key<'k>,
) -> Option<usize> {
    let same = |index: &usize| key_at(*index) == *key;
    table.find(hash, same).copied()
}

#[inline(never)]
fn hash_of(hasher: &State, key: &Key<'_>) -> u64 {
    let mut hasher = hasher.build_hasher();
    // Parts that run together differ in their lengths; no part is as long as an absent one.
    let mut lengths = 0;
    for part in key {
        if let Some(part) = part {
            hasher.write(part.as_bytes());
        }
        let length = part.map_or(usize::MAX, str::len) as u64;
        lengths = lengths << 21 ^ length;
    }
    hasher.write_u64(lengths);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_what_the_seed_makes_of_them() {
        let hash = |seed| {
            let seeds = Box::leak(Box::new(seeds(seed)));
            hash_of(&seeded(seeds), &[Some("e-1"), None, None])
        };
        let [one, two, again] = [1, 2, 1].map(hash);
        assert_ne!(one, two);
        assert_eq!(one, again);
    }

    #[test]
    fn finds_the_first_index_of_every_key() {
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
        let mut by_key = IndexByKey::default();
        for (index, key) in keys.iter().enumerate() {
            assert_eq!(by_key.find(key, &|index| keys[index]), None);
            assert_eq!(by_key.insert(key, index, &|index| keys[index]), None);
        }
        for (index, key) in keys.iter().enumerate() {
            assert_eq!(by_key.insert(key, 0, &|index| keys[index]), Some(index));
        }
    }
}
