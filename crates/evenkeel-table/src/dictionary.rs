//! Values that many rows share, each once and under a number.

use std::hash::{BuildHasher, Hash, RandomState};

use hashbrown::HashTable;

/// Finds a number by a hash of what it stands for; what that is, its owner keeps.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    table: HashTable<(u64, u32)>,
    state: RandomState,
}

impl Numbers {
    pub(crate) fn hash(&self, key: impl Hash) -> u64 {
        self.state.hash_one(key)
    }

    pub(crate) fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let found = self
            .table
            .find(hash, |(known, number)| *known == hash && is(*number));
        found.map(|(_, number)| *number)
    }

    pub(crate) fn insert(&mut self, hash: u64, number: u32) {
        self.table
            .insert_unique(hash, (hash, number), |(hash, _)| *hash);
    }
}

/// Values, each once and under a number.
#[derive(Debug)]
pub(crate) struct Dictionary<T> {
    values: Vec<T>,
    numbers: Numbers,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            numbers: Numbers::default(),
        }
    }
}

impl<T> Dictionary<T> {
    /// The number of a value, which is made where there is none that `is` it. `key` is the same for the same values.
    pub(crate) fn number(
        &mut self,
        key: impl Hash,
        is: impl Fn(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> u32 {
        let hash = self.numbers.hash(key);
        let values = &self.values;
        let is = |number| values.get(index(number)).is_some_and(&is);
        if let Some(known) = self.numbers.find(hash, is) {
            return known;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(make());
        self.numbers.insert(hash, number);
        number
    }

    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        self.values.get(index(number))
    }

    pub(crate) fn values(&self) -> &[T] {
        &self.values
    }
}

pub(crate) fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_has_the_same_number() {
        let mut words = Dictionary::<String>::default();
        let mut number = |text: &str| {
            // One hash for all: that values are told apart by more than it.
            words.number(0, |known| known == text, || text.to_owned())
        };
        assert_eq!([number("a"), number("b"), number("a")], [0, 1, 0]);
        assert_eq!(words.get(1).map(String::as_str), Some("b"));
        assert_eq!((words.values().len(), words.get(2)), (2, None));
    }
}
