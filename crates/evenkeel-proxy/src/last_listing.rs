//! Keeps the listing of all present events as it was sent last: whoever asks next gets the same bytes, and after them what
//! was touched since. To read every event anew would take the store a second for each page that is opened.

use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use evenkeel_store::EventQuery;

use crate::stream::Packed;

/// So much of it is kept at most, compressed: some 350,000 events. Of more the store is asked each time.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// The last listing, where it was small enough.
#[derive(Debug, Default)]
pub(crate) struct LastListing(Mutex<Option<Arc<Kept>>>);

/// A listing as it was sent.
#[derive(Debug)]
pub(crate) struct Kept {
    query: EventQuery,
    /// What was touched after it is not in it for certain.
    pub(crate) position: i64,
    pub(crate) parts: Vec<KeptPart>,
}

/// So many rows, compressed.
#[derive(Debug)]
pub(crate) struct KeptPart {
    pub(crate) rows: usize,
    pub(crate) packed: Packed,
}

/// Gathers what is sent, to be kept once all of it was.
#[derive(Debug)]
pub(crate) struct Keeping {
    kept: Kept,
    bytes: usize,
    most: usize,
}

impl LastListing {
    /// What was sent of a query.
    pub(crate) fn of(&self, query: &EventQuery) -> Option<Arc<Kept>> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone().filter(|kept| kept.query == *query)
    }

    fn set(&self, kept: Option<Kept>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = kept.map(Arc::new);
    }
}

impl Keeping {
    pub(crate) fn new(query: EventQuery, position: i64) -> Self {
        Self {
            kept: Kept {
                query,
                position,
                parts: Vec::new(),
            },
            bytes: 0,
            most: MOST_BYTES,
        }
    }

    /// Takes in what was sent next.
    pub(crate) fn push(&mut self, part: KeptPart) {
        self.bytes = self.bytes.saturating_add(part.packed.len());
        if self.bytes <= self.most {
            self.kept.parts.push(part);
        } else {
            drop(mem::take(&mut self.kept.parts));
        }
    }

    /// All of it was sent.
    pub(crate) fn end(self, last: &LastListing) {
        last.set((self.bytes <= self.most).then_some(self.kept));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(parts: &[&[u8]], most: usize) -> LastListing {
        let last = LastListing::default();
        let mut keeping = Keeping::new(EventQuery::default(), 7);
        keeping.most = most;
        for text in parts {
            keeping.push(KeptPart {
                rows: 1,
                packed: Packed::new(text),
            });
        }
        keeping.end(&last);
        last
    }

    #[test]
    fn what_was_sent_is_kept_for_the_same_query_as_long_as_it_is_no_more_than_it_may_be() {
        let query = EventQuery::default();
        let kept = sent(&[b"one", b"two"], 1_000).of(&query);
        assert_eq!(
            kept.map(|kept| (kept.position, kept.parts.len())),
            Some((7, 2))
        );
        let other = EventQuery {
            accounts: vec!["edge".to_owned()],
            ..EventQuery::default()
        };
        assert!(sent(&[b"one"], 1_000).of(&other).is_none());
        assert!(sent(&[b"one", b"two", b"three"], 20).of(&query).is_none());
    }
}
