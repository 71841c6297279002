//! Whether an event stands in a batch already.

use std::borrow::Cow;

use super::facts::{Facts, Given};
use super::field::Field;
use crate::hash::{Key, Places};

type Ids<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The events so far, by id and resource.
pub(super) struct Repeats<'a> {
    places: Places,
    /// Of each item its ids, where it is the first with them.
    items: Vec<Option<Ids<'a>>>,
}

impl<'a> Repeats<'a> {
    /// For about so many items.
    pub(super) fn with_capacity(items: usize) -> Self {
        Self {
            places: Places::with_capacity(items),
            items: Vec::with_capacity(items),
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
        let Self { places, items } = self;
        let first = places.insert(&key(&id, &resource), items.len(), &|at| {
            let ids = items.get(at).and_then(Option::as_ref);
            ids.map_or([None; 3], |(id, resource)| key(id, resource))
        });
        items.push(first.is_none().then_some((id, resource)));
        first
    }
}

fn key<'k>(id: &'k str, resource: &'k str) -> Key<'k> {
    [Some(id), Some(resource), None]
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
