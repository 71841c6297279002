//! A set of rows as bits: what holds of a hundred thousand of them costs what it costs of sixty-four.

/// A slot of a [`Table`](crate::Table); it means the same event for as long as the table lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId(pub u32);

impl RowId {
    /// As an index.
    #[must_use]
    pub fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    pub(crate) fn of(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// Rows, each in it or not.
#[derive(Clone, Debug, Default)]
pub struct RowSet {
    words: Vec<u64>,
}

impl RowSet {
    /// The first so many rows.
    #[must_use]
    pub fn first(rows: usize) -> Self {
        let mut words = vec![u64::MAX; rows / 64];
        if !rows.is_multiple_of(64) {
            words.push((1 << (rows % 64)) - 1);
        }
        Self { words }
    }

    /// None, with room for so many.
    pub(crate) fn none_of(rows: usize) -> Self {
        Self {
            words: vec![0; rows.div_ceil(64)],
        }
    }

    /// Whether a row is in it.
    #[must_use]
    pub fn contains(&self, id: RowId) -> bool {
        let (word, bit) = word_and_bit(id);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Puts a row in.
    pub fn insert(&mut self, id: RowId) {
        let (word, bit) = word_and_bit(id);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word |= bit;
        }
    }

    /// Takes a row out.
    pub fn remove(&mut self, id: RowId) {
        let (word, bit) = word_and_bit(id);
        if let Some(word) = self.words.get_mut(word) {
            *word &= !bit;
        }
    }

    /// Puts a row in or takes it out.
    pub fn set(&mut self, id: RowId, member: bool) {
        if member {
            self.insert(id);
        } else {
            self.remove(id);
        }
    }

    /// Puts rows in or takes them out.
    pub fn set_all(&mut self, rows: &Self, member: bool) {
        if member {
            self.insert_all(rows);
        } else {
            self.remove_all(rows);
        }
    }

    /// Puts rows in.
    pub fn insert_all(&mut self, rows: &Self) {
        if self.words.len() < rows.words.len() {
            self.words.resize(rows.words.len(), 0);
        }
        for (word, other) in self.words.iter_mut().zip(&rows.words) {
            *word |= other;
        }
    }

    /// Takes rows out.
    pub fn remove_all(&mut self, rows: &Self) {
        for (word, other) in self.words.iter_mut().zip(&rows.words) {
            *word &= !other;
        }
    }

    /// Leaves only what is in both.
    pub fn keep(&mut self, rows: &Self) {
        self.words.truncate(rows.words.len());
        for (word, other) in self.words.iter_mut().zip(&rows.words) {
            *word &= other;
        }
    }

    /// Takes all out.
    pub fn clear(&mut self) {
        self.words.clear();
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| count(*word)).sum()
    }

    /// How many there are in both.
    #[must_use]
    pub fn shared(&self, rows: &Self) -> usize {
        let both = self.words.iter().zip(&rows.words);
        both.map(|(word, other)| count(word & other)).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// In the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = RowId> + '_ {
        self.words.iter().enumerate().flat_map(|(index, &word)| {
            let base = RowId::of(index * 64).0;
            Bits(word).map(move |bit| RowId(base + bit))
        })
    }
}

/// The same rows, however long a set once was.
impl PartialEq for RowSet {
    fn eq(&self, other: &Self) -> bool {
        let common = self.words.len().min(other.words.len());
        let (a, more_a) = self.words.split_at(common);
        let (b, more_b) = other.words.split_at(common);
        a == b && more_a.iter().chain(more_b).all(|word| *word == 0)
    }
}

impl Eq for RowSet {}

impl FromIterator<RowId> for RowSet {
    fn from_iter<I: IntoIterator<Item = RowId>>(rows: I) -> Self {
        let mut set = Self::default();
        for row in rows {
            set.insert(row);
        }
        set
    }
}

/// The places of the bits of a word.
struct Bits(u64);

impl Iterator for Bits {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros();
        self.0 &= self.0 - 1;
        Some(bit)
    }
}

fn count(word: u64) -> usize {
    usize::try_from(word.count_ones()).unwrap_or_default()
}

fn word_and_bit(id: RowId) -> (usize, u64) {
    (id.index() / 64, 1 << (id.0 % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(rows: &[u32]) -> RowSet {
        rows.iter().copied().map(RowId).collect()
    }

    #[test]
    fn counts_each_member_once() {
        let mut rows = set(&[3, 64, 3, 200]);
        assert_eq!(rows.len(), 3);
        for gone in [64, 64, 9999] {
            rows.remove(RowId(gone));
        }
        assert_eq!(rows.iter().collect::<Vec<_>>(), [3, 200].map(RowId));
        assert!(rows.contains(RowId(200)) && !rows.contains(RowId(64)));
        assert_eq!(rows, set(&[3, 200]));
    }

    #[test]
    fn what_holds_of_rows_one_by_one_holds_of_sets() {
        let (a, b) = (set(&[1, 5, 64, 300]), set(&[5, 64, 70]));
        let of = |change: &dyn Fn(&mut RowSet)| {
            let mut rows = a.clone();
            change(&mut rows);
            rows
        };
        assert_eq!(of(&|rows| rows.insert_all(&b)), set(&[1, 5, 64, 70, 300]));
        assert_eq!(of(&|rows| rows.remove_all(&b)), set(&[1, 300]));
        assert_eq!(of(&|rows| rows.keep(&b)), set(&[5, 64]));
        assert_eq!(a.shared(&b), 2);
        assert_eq!(RowSet::first(65), (0..65).map(RowId).collect());
        assert_eq!(RowSet::first(64).len(), 64);
        assert!(RowSet::first(0).is_empty() && of(&RowSet::clear).is_empty());
        assert_ne!(a, b);
    }
}
