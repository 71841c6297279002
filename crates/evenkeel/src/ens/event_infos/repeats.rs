//! Whether an event stands in a batch already.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hasher};

use hashbrown::HashTable;

use super::facts::{Facts, Field, Given};
use crate::hash::{self, State};

type Ids<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The events so far, by id and resource. Seeded hashing: nobody can choose ids that collide.
pub(super) struct Repeats<'a> {
    seen: HashTable<u32>,
    /// Of each item its ids, where it is the first with them.
    items: Vec<Option<Ids<'a>>>,
    hasher: State,
}

impl<'a> Repeats<'a> {
    /// For about so many items.
    pub(super) fn with_capacity(items: usize) -> Self {
        Self {
            seen: HashTable::with_capacity(items),
            items: Vec::with_capacity(items),
            hasher: hash::state(),
        }
    }

    /// Counts an item that has no ids.
    pub(super) fn skip(&mut self) {
        self.items.push(None);
    }

    /// The index of the item with the same ids, where there is one; else this item is the first.
    pub(super) fn first(&mut self, facts: &Facts<'a>) -> Option<usize> {
        let (Some(id), Some(resource)) = (
            trimmed(facts.get(Field::EventId)),
            trimmed(facts.get(Field::ResourceId)),
        ) else {
            self.skip();
            return None;
        };
        let index = u32::try_from(self.items.len()).ok()?;
        let hash = hash_of(&self.hasher, &id, &resource);
        let hasher = &self.hasher;
        let items = &self.items;
        let ids = |at: &u32| items.get(*at as usize).and_then(Option::as_ref);
        let same = |other: &u32| ids(other).is_some_and(|(i, r)| *i == id && *r == resource);
        let first = self.seen.find(hash, same).map(|first| *first as usize);
        if first.is_some() {
            self.skip();
        } else {
            let rehash = |at: &u32| ids(at).map_or(0, |(i, r)| hash_of(hasher, i, r));
            self.seen.insert_unique(hash, index, rehash);
            self.items.push(Some((id, resource)));
        }
        first
    }
}

/// An id as it is compared: white space around it is no part of it.
fn trimmed<'a>(given: &Given<'a>) -> Option<Cow<'a, str>> {
    match given {
        Given::Plain(text) if !text.starts_with(' ') && !text.ends_with(' ') => {
            Some(Cow::Borrowed(text))
        }
        Given::Plain(text) | Given::Text(Cow::Borrowed(text)) => Some(Cow::Borrowed(text.trim())),
        Given::Text(Cow::Owned(text)) => Some(Cow::Owned(text.trim().to_owned())),
        _ => None,
    }
}

fn hash_of(hasher: &State, id: &str, resource: &str) -> u64 {
    let mut hasher = hasher.build_hasher();
    hasher.write(id.as_bytes());
    hasher.write_usize(id.len());
    hasher.write(resource.as_bytes());
    hasher.finish()
}
