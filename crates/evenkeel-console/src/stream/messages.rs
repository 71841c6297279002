//! Reads and coalesces the messages of the stream: of several changes of one thing only the last is left. Pure.

use std::collections::{BTreeMap, HashMap};

use evenkeel::Action;
use evenkeel_api::{
    AccountStatus, BatchSummary, InventoryStatus, Item, StoredEvent, StreamItems, StreamKind,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::api::EventKey;

/// A message as it came, unread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawMessage {
    pub kind: String,
    pub data: String,
    /// Its number in the order of all changes.
    pub seq: Option<i64>,
}

/// Changes of one kind.
#[derive(Clone, Debug, PartialEq)]
pub enum StreamMessage {
    Events(Vec<StoredEvent>),
    Accounts(Vec<AccountStatus>),
    Batches(Vec<BatchSummary>),
    /// Items of one batch.
    Items(StreamItems),
    Inventory(InventoryStatus),
    /// The server no longer knows what was missed: everything is to be loaded anew.
    Reset,
}

/// The items of one batch, with its account and what it does.
type ItemsOfBatch = ((String, Action), Latest<u32, Item>);

/// Reads messages in order and merges them; also gives what could not be read, for the log. A reset makes all else idle.
pub fn coalesce(messages: Vec<RawMessage>) -> (Vec<StreamMessage>, Vec<String>) {
    let mut events = Latest::default();
    let mut accounts = Latest::default();
    let mut batches = Latest::default();
    let mut items: BTreeMap<String, ItemsOfBatch> = BTreeMap::new();
    let mut inventory = None;
    let mut unread = Vec::new();
    for message in &messages {
        let kind = StreamKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == message.kind);
        let read = match kind {
            Some(StreamKind::Event) => parse(message)
                .map(|event: StoredEvent| events.put(EventKey::of(&event.event), event)),
            Some(StreamKind::Account) => parse(message)
                .map(|status: AccountStatus| accounts.put(status.account.clone(), status)),
            Some(StreamKind::Batch) => {
                parse(message).map(|batch: BatchSummary| batches.put(batch.id.clone(), batch))
            }
            Some(StreamKind::Items) => parse(message).map(|changed: StreamItems| {
                let (_, of) = items
                    .entry(changed.batch_id)
                    .or_insert_with(|| ((changed.account, changed.action), Latest::default()));
                for item in changed.items {
                    of.put(item.index, item);
                }
            }),
            Some(StreamKind::Inventory) => parse(message).map(|status| inventory = Some(status)),
            Some(StreamKind::Reset) => return (vec![StreamMessage::Reset], unread),
            None => Ok(()),
        };
        if let Err(why) = read {
            unread.push(format!("{}: {why}", message.kind));
        }
    }
    let mut messages = Vec::new();
    if !events.all.is_empty() {
        messages.push(StreamMessage::Events(events.all));
    }
    if !accounts.all.is_empty() {
        messages.push(StreamMessage::Accounts(accounts.all));
    }
    if !batches.all.is_empty() {
        messages.push(StreamMessage::Batches(batches.all));
    }
    messages.extend(items.into_iter().map(|(batch_id, (of, items))| {
        let (account, action) = of;
        StreamMessage::Items(StreamItems {
            batch_id,
            account,
            action,
            items: items.all,
        })
    }));
    messages.extend(inventory.map(StreamMessage::Inventory));
    (messages, unread)
}

fn parse<T: DeserializeOwned>(message: &RawMessage) -> Result<T, serde_json::Error> {
    serde_json::from_str(&message.data)
}

/// The last value of each key, in the order in which the keys came first.
struct Latest<K, V> {
    indexes: HashMap<K, usize>,
    all: Vec<V>,
}

impl<K, V> Default for Latest<K, V> {
    fn default() -> Self {
        Self {
            indexes: HashMap::new(),
            all: Vec::new(),
        }
    }
}

impl<K: std::hash::Hash + Eq, V> Latest<K, V> {
    fn put(&mut self, key: K, value: V) {
        let next = self.all.len();
        let index = *self.indexes.entry(key).or_insert(next);
        match self.all.get_mut(index) {
            Some(slot) => *slot = value,
            None => self.all.push(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use evenkeel_api::{AccountPhase, ItemState};

    use super::*;
    use crate::fixture;

    fn message(seq: i64, kind: &str, data: &impl serde::Serialize) -> RawMessage {
        RawMessage {
            kind: kind.to_owned(),
            data: serde_json::to_string(data).unwrap(),
            seq: Some(seq),
        }
    }

    #[test]
    fn of_several_changes_of_one_thing_the_last_is_left() {
        let event = |state| fixture::stored(fixture::ens("e-1", "Disk:Stalled", state));
        let item = |state| StreamItems {
            batch_id: "b".to_owned(),
            account: "edge".to_owned(),
            action: Action::Redeploy,
            items: vec![fixture::item(3, state), fixture::item(4, state)],
        };
        let (messages, unread) = coalesce(vec![
            message(1, "event", &event("Inquiring")),
            message(2, "items", &item(ItemState::Sending)),
            message(3, "event", &event("Executing")),
            message(4, "items", &item(ItemState::Accepted)),
        ]);
        assert!(unread.is_empty());
        assert_eq!(
            messages,
            [
                StreamMessage::Events(vec![event("Executing")]),
                StreamMessage::Items(item(ItemState::Accepted))
            ]
        );
    }

    #[test]
    fn the_inventory_is_told_as_it_was_told_last() {
        let inventory = |resources| InventoryStatus {
            file: "labels.csv".to_owned(),
            read_at: Some(fixture::at(1)),
            resources,
            problem_count: 0,
            problems: Vec::new(),
            error: None,
        };
        let (messages, unread) = coalesce(vec![
            message(1, "inventory", &inventory(1)),
            message(2, "inventory", &inventory(2)),
        ]);
        assert!(unread.is_empty());
        assert_eq!(messages, [StreamMessage::Inventory(inventory(2))]);
    }

    #[test]
    fn things_of_the_same_name_in_two_accounts_are_two() {
        let here = fixture::stored(fixture::ens("e-1", "Disk:Stalled", "Inquiring"));
        let mut there = here.clone();
        there.event.account = "other".to_owned();
        let (messages, _) = coalesce(vec![
            message(1, "event", &here),
            message(2, "event", &there),
        ]);
        assert_eq!(messages, [StreamMessage::Events(vec![here, there])]);
    }

    #[test]
    fn a_reset_makes_all_else_idle() {
        let status = fixture::status("edge", AccountPhase::Ok);
        let reset = RawMessage {
            kind: "reset".to_owned(),
            data: "{}".to_owned(),
            seq: Some(9),
        };
        let (messages, _) = coalesce(vec![message(1, "account", &status), reset]);
        assert_eq!(messages, [StreamMessage::Reset]);
    }

    #[test]
    fn tells_what_it_cannot_read_and_takes_the_rest() {
        let status = fixture::status("edge", AccountPhase::Ok);
        let broken = RawMessage {
            kind: "event".to_owned(),
            data: "{}".to_owned(),
            seq: None,
        };
        let later = RawMessage {
            kind: "weather".to_owned(),
            ..broken.clone()
        };
        let (messages, unread) = coalesce(vec![broken, later, message(3, "account", &status)]);
        assert_eq!(messages, [StreamMessage::Accounts(vec![status])]);
        assert_eq!(unread.len(), 1, "a kind of a newer server is no flaw");
    }
}
