//! Finds known events by what an item names of them.

use super::Rules;
use crate::event::Event;
use crate::index_by_key::{IndexByKey, Key};

/// The known events, indexed once, because a batch asks for thousands.
pub(crate) struct KnownEvents<'a> {
    /// With what each is asked for by: id, account and resource; without an account or a resource,
    /// any. An event that others contradict is none.
    events: Vec<(Key<'a>, Option<&'a Event>)>,
    index_by_key: IndexByKey,
}

impl<'a> KnownEvents<'a> {
    pub(crate) fn new(rules: &Rules<'a>) -> Self {
        let most = 4 * rules.events.len();
        let mut known = Self {
            events: Vec::with_capacity(most),
            index_by_key: IndexByKey::with_capacity(most),
        };
        for event in rules.events {
            let id = Some(event.id.trim());
            for account in [None, Some(event.account.as_str())] {
                for resource in [None, Some(event.resource_id.trim())] {
                    known.add([id, account, resource], event);
                }
            }
        }
        known
    }

    fn add(&mut self, key: Key<'a>, event: &'a Event) {
        let Self {
            events,
            index_by_key,
        } = self;
        let known = index_by_key.insert(&key, events.len(), &|index| key_at(events, index));
        match known.and_then(|index| events.get_mut(index)) {
            None => events.push((key, Some(event))),
            // Pages overlap: twice the same event is one, as it was read last.
            Some((_, earlier)) => {
                *earlier = earlier
                    .filter(|earlier| is_same(earlier, event))
                    .and(Some(event));
            }
        }
    }

    /// The event, if it is the only one that what is given can mean.
    pub(crate) fn find(
        &self,
        account: Option<&str>,
        id: &str,
        resource: Option<&str>,
    ) -> Option<&'a Event> {
        let Self {
            events,
            index_by_key,
        } = self;
        if events.is_empty() {
            return None;
        }
        let key = [Some(id.trim()), account, resource.map(str::trim)];
        let index = index_by_key.find(&key, &|index| key_at(events, index))?;
        events.get(index)?.1
    }
}

fn key_at<'a>(events: &[(Key<'a>, Option<&'a Event>)], index: usize) -> Key<'a> {
    events.get(index).map_or([None; 3], |(key, _)| *key)
}

fn is_same(one: &Event, other: &Event) -> bool {
    one.account == other.account && one.resource_id.trim() == other.resource_id.trim()
}
