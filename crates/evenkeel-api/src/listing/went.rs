//! Events that a client may have and that are not in its view any more.

use super::bytes::{Input, put_size};
use super::dictionary::DictionaryWriter;
use super::{ListingError, MOST_ROWS, Texts, Words, ids};

/// Events that are not in the view any more, by what they are known by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Went {
    /// The accounts; every row has one.
    pub accounts: Words,
    /// The events' ids.
    pub ids: Texts,
    /// The resources' ids.
    pub resource_ids: Texts,
}

impl Went {
    /// Account, event and resource of each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        (0..self.ids.len()).map(|row| {
            let account = self.accounts.get(row).unwrap_or_default();
            (account, self.ids.get(row), self.resource_ids.get(row))
        })
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, ListingError> {
        let mut input = Input(bytes);
        let rows = usize::try_from(input.number()?).unwrap_or(usize::MAX);
        if rows > MOST_ROWS {
            return Err(ListingError::Corrupt("a block has too many rows"));
        }
        let went = Self {
            accounts: Words::read_whole(&mut input, rows)?,
            ids: ids::read(&mut input, rows)?,
            resource_ids: ids::read(&mut input, rows)?,
        };
        if input.left() > 0 {
            return Err(ListingError::Corrupt(
                "a block goes on after its last column",
            ));
        }
        Ok(went)
    }
}

/// Gathers events that went.
#[derive(Debug, Default)]
pub struct WentWriter {
    accounts: DictionaryWriter,
    ids: Texts,
    resource_ids: Texts,
}

impl WentWriter {
    /// How many there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.ids.len()
    }

    /// Whether it takes no more.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.rows() >= MOST_ROWS
    }

    /// Takes an event in.
    pub fn push(&mut self, account: &str, id: &str, resource_id: &str) {
        self.accounts.push_text(Some(account));
        self.ids.push(id);
        self.resource_ids.push(resource_id);
    }

    /// The bytes of those that were taken in; what comes next begins another block.
    #[must_use]
    pub fn finish(&mut self) -> Vec<u8> {
        let went = std::mem::take(self);
        let mut out = Vec::new();
        put_size(&mut out, went.ids.len());
        went.accounts.put(&mut out);
        ids::put(&mut out, &went.ids);
        ids::put(&mut out, &went.resource_ids);
        out
    }
}
