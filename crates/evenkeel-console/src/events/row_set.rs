//! A set of rows as bits: selecting ten thousand costs what selecting one does.

/// A slot of the [`super::Table`]; it means the same event for as long as the page lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId(pub u32);

impl RowId {
    pub fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowSet {
    words: Vec<u64>,
}

impl RowSet {
    pub fn contains(&self, id: RowId) -> bool {
        let (word, bit) = word_and_bit(id);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    pub fn insert(&mut self, id: RowId) {
        let (word, bit) = word_and_bit(id);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word |= bit;
        }
    }

    pub fn remove(&mut self, id: RowId) {
        let (word, bit) = word_and_bit(id);
        if let Some(word) = self.words.get_mut(word) {
            *word &= !bit;
        }
    }

    pub fn set(&mut self, id: RowId, member: bool) {
        if member {
            self.insert(id);
        } else {
            self.remove(id);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = RowId> {
        self.words.iter().enumerate().flat_map(|(index, &word)| {
            (0..64_u32)
                .filter(move |bit| word >> bit & 1 == 1)
                .filter_map(move |bit| Some(RowId(u32::try_from(index).ok()? * 64 + bit)))
        })
    }
}

impl FromIterator<RowId> for RowSet {
    fn from_iter<I: IntoIterator<Item = RowId>>(rows: I) -> Self {
        let mut set = Self::default();
        for row in rows {
            set.insert(row);
        }
        set
    }
}

fn word_and_bit(id: RowId) -> (usize, u64) {
    (id.index() / 64, 1 << (id.0 % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_each_member_once() {
        let mut set: RowSet = [3, 64, 3, 200].map(RowId).into_iter().collect();
        assert_eq!(set.iter().count(), 3);
        set.remove(RowId(64));
        set.remove(RowId(64));
        set.remove(RowId(9999));
        assert_eq!(set.iter().collect::<Vec<_>>(), [3, 200].map(RowId));
        assert!(set.contains(RowId(200)) && !set.contains(RowId(64)));
    }
}
