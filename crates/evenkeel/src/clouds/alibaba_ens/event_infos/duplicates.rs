//! Whether an event stands in a batch already.

use std::borrow::Cow;

use super::field::ItemField;
use super::raw_item::{FieldValue, RawItem};
use crate::index_by_key::{IndexByKey, Key};

type Ids<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The events so far, by id and resource.
pub(super) struct Duplicates<'a> {
    index_by_key: IndexByKey,
    /// Of each item its ids, where it is the first with them.
    items: Vec<Option<Ids<'a>>>,
}

impl<'a> Duplicates<'a> {
    /// For about so many items.
    pub(super) fn with_capacity(items: usize) -> Self {
        Self {
            index_by_key: IndexByKey::with_capacity(items),
            items: Vec::with_capacity(items),
        }
    }

    /// Counts an item that has no ids.
    pub(super) fn skip(&mut self) {
        self.items.push(None);
    }

    /// The index of the item with the same ids, where there is one; else this item is the first.
    pub(super) fn first(&mut self, raw_item: &RawItem<'a>) -> Option<usize> {
        let (Some(id), Some(resource)) = (
            trimmed(raw_item.get(ItemField::EventId)),
            trimmed(raw_item.get(ItemField::ResourceId)),
        ) else {
            self.skip();
            return None;
        };
        let Self {
            index_by_key,
            items,
        } = self;
        let first = index_by_key.insert(&key(&id, &resource), items.len(), &|at| {
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
fn trimmed<'a>(value: &FieldValue<'a>) -> Option<Cow<'a, str>> {
    match value {
        FieldValue::Plain(text) if !text.starts_with(' ') && !text.ends_with(' ') => {
            Some(Cow::Borrowed(text))
        }
        FieldValue::Plain(text) | FieldValue::Text(Cow::Borrowed(text)) => {
            Some(Cow::Borrowed(text.trim()))
        }
        FieldValue::Text(Cow::Owned(text)) => Some(Cow::Owned(text.trim().to_owned())),
        _ => None,
    }
}
