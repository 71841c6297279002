//! What the stream says, read and merged: of several changes of one thing only the last is left. Pure.

use std::collections::{BTreeMap, HashMap};

use evenkeel::Action;
use evenkeel_api::{AccountStatus, BatchSummary, Item, StoredEvent, StreamItems, StreamKind};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::table::EventKey;

/// A message as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub kind: String,
    pub data: String,
    /// Its place in the order of all changes.
    pub seq: Option<i64>,
}

/// Changes of one kind.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    Events(Vec<StoredEvent>),
    Accounts(Vec<AccountStatus>),
    Batches(Vec<BatchSummary>),
    /// Items of one batch.
    Items(StreamItems),
    /// The server no longer knows what was missed: everything is to be loaded anew.
    Reset,
}

/// The items of one batch, with its account and what it does.
type Of = ((String, Action), Latest<u32, Item>);

/// Reads letters in order and merges them; also what could not be read, to be told. A reset makes all else idle.
pub fn digest(letters: Vec<Letter>) -> (Vec<News>, Vec<String>) {
    let mut events = Latest::default();
    let mut accounts = Latest::default();
    let mut batches = Latest::default();
    let mut items: BTreeMap<String, Of> = BTreeMap::new();
    let mut unread = Vec::new();
    for letter in &letters {
        let kind = StreamKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == letter.kind);
        let read = match kind {
            Some(StreamKind::Event) => parse(letter)
                .map(|event: StoredEvent| events.put(EventKey::of(&event.event), event)),
            Some(StreamKind::Account) => parse(letter)
                .map(|status: AccountStatus| accounts.put(status.account.clone(), status)),
            Some(StreamKind::Batch) => {
                parse(letter).map(|batch: BatchSummary| batches.put(batch.id.clone(), batch))
            }
            Some(StreamKind::Items) => parse(letter).map(|changed: StreamItems| {
                let (_, of) = items
                    .entry(changed.batch_id)
                    .or_insert_with(|| ((changed.account, changed.action), Latest::default()));
                for item in changed.items {
                    of.put(item.index, item);
                }
            }),
            Some(StreamKind::Reset) => return (vec![News::Reset], unread),
            None => Ok(()),
        };
        if let Err(why) = read {
            unread.push(format!("{}: {why}", letter.kind));
        }
    }
    let mut news = Vec::new();
    if !events.all.is_empty() {
        news.push(News::Events(events.all));
    }
    if !accounts.all.is_empty() {
        news.push(News::Accounts(accounts.all));
    }
    if !batches.all.is_empty() {
        news.push(News::Batches(batches.all));
    }
    news.extend(items.into_iter().map(|(batch_id, (of, items))| {
        let (account, action) = of;
        News::Items(StreamItems {
            batch_id,
            account,
            action,
            items: items.all,
        })
    }));
    (news, unread)
}

fn parse<T: DeserializeOwned>(letter: &Letter) -> Result<T, serde_json::Error> {
    serde_json::from_str(&letter.data)
}

/// The last value of each key, in the order in which the keys came first.
struct Latest<K, V> {
    places: HashMap<K, usize>,
    all: Vec<V>,
}

impl<K, V> Default for Latest<K, V> {
    fn default() -> Self {
        Self {
            places: HashMap::new(),
            all: Vec::new(),
        }
    }
}

impl<K: std::hash::Hash + Eq, V> Latest<K, V> {
    fn put(&mut self, key: K, value: V) {
        let next = self.all.len();
        let place = *self.places.entry(key).or_insert(next);
        match self.all.get_mut(place) {
            Some(slot) => *slot = value,
            None => self.all.push(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use evenkeel_api::{AccountPhase, ItemState};

    use super::super::fixture;
    use super::*;

    fn letter(seq: i64, kind: &str, data: &impl serde::Serialize) -> Letter {
        Letter {
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
        let (news, unread) = digest(vec![
            letter(1, "event", &event("Inquiring")),
            letter(2, "items", &item(ItemState::Sending)),
            letter(3, "event", &event("Executing")),
            letter(4, "items", &item(ItemState::Accepted)),
        ]);
        assert!(unread.is_empty());
        assert_eq!(
            news,
            [
                News::Events(vec![event("Executing")]),
                News::Items(item(ItemState::Accepted))
            ]
        );
    }

    #[test]
    fn things_of_the_same_name_in_two_accounts_are_two() {
        let here = fixture::stored(fixture::ens("e-1", "Disk:Stalled", "Inquiring"));
        let mut there = here.clone();
        there.event.account = "other".to_owned();
        let (news, _) = digest(vec![letter(1, "event", &here), letter(2, "event", &there)]);
        assert_eq!(news, [News::Events(vec![here, there])]);
    }

    #[test]
    fn a_reset_makes_all_else_idle() {
        let status = fixture::status("edge", AccountPhase::Ok);
        let reset = Letter {
            kind: "reset".to_owned(),
            data: "{}".to_owned(),
            seq: Some(9),
        };
        let (news, _) = digest(vec![letter(1, "account", &status), reset]);
        assert_eq!(news, [News::Reset]);
    }

    #[test]
    fn tells_what_it_cannot_read_and_takes_the_rest() {
        let status = fixture::status("edge", AccountPhase::Ok);
        let broken = Letter {
            kind: "event".to_owned(),
            data: "{}".to_owned(),
            seq: None,
        };
        let later = Letter {
            kind: "weather".to_owned(),
            ..broken.clone()
        };
        let (news, unread) = digest(vec![broken, later, letter(3, "account", &status)]);
        assert_eq!(news, [News::Accounts(vec![status])]);
        assert_eq!(unread.len(), 1, "a kind of a newer server is no flaw");
    }
}
