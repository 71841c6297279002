//! From what changed to what it is now.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use evenkeel_api::{Accounts, StreamItems, StreamKind};
use evenkeel_engine::Engine;
use evenkeel_store::{
    Change, StoreError, StoreErrorKind, StoredBody, Topic, journal::parse_index_ranges,
};
use serde::Serialize;

use super::ring::Frame;
use crate::views::{readable, statuses, tell_what_holds};

/// How many items one message has.
const ITEMS: usize = 200;

/// What is told of each change, by its number.
type Messages = BTreeMap<i64, Told>;

/// What is told of a change.
struct Told {
    /// The account that it is about; without one it is for those who see all.
    account: Option<String>,
    messages: Vec<(StreamKind, String)>,
}

impl Told {
    fn of(account: &str, kind: StreamKind, json: String) -> Self {
        Self {
            account: Some(account.to_owned()),
            messages: vec![(kind, json)],
        }
    }
}

/// Reads what changed and writes messages of it.
pub(super) struct MessageWriter<'a> {
    engine: &'a Engine,
}

impl<'a> MessageWriter<'a> {
    pub(super) fn new(engine: &'a Engine) -> Self {
        Self { engine }
    }

    /// One message a thing, in the order of each thing's last change.
    pub(super) async fn frame(&self, rows: Vec<(i64, Change)>) -> Result<Frame, StoreError> {
        let mut last: HashMap<(Topic, String), (i64, BTreeSet<u32>)> = HashMap::new();
        for (seq, change) in rows {
            let indexes = change.detail.as_deref().map(parse_index_ranges);
            let known = last.entry((change.topic, change.subject)).or_default();
            known.0 = seq;
            known.1.extend(indexes.unwrap_or_default());
        }
        let mut messages = Messages::new();
        self.events(&last, &mut messages).await?;
        self.accounts(&last, &mut messages).await?;
        for ((topic, subject), (seq, indexes)) in last {
            let told = match topic {
                Topic::Event | Topic::Account => continue,
                Topic::Batch => match self.engine.store.batch_summary(&subject).await? {
                    Some(mut batch) => {
                        tell_what_holds(self.engine, &mut batch);
                        Told::of(&batch.account, StreamKind::Batch, write(&batch)?)
                    }
                    None => continue,
                },
                Topic::Items => match self.items(&subject, &indexes).await? {
                    Some(told) => told,
                    None => continue,
                },
                // Each proxy tells of its own, whoever's has changed.
                Topic::Inventory => match &self.engine.inventory {
                    Some(inventory) => Told {
                        account: None,
                        messages: vec![(StreamKind::Inventory, write(&inventory.status())?)],
                    },
                    None => continue,
                },
            };
            messages.insert(seq, told);
        }
        let mut frame = Frame::default();
        for (seq, told) in messages {
            frame.begin(seq, told.account);
            let last = told.messages.len().saturating_sub(1);
            for (index, (kind, json)) in told.messages.into_iter().enumerate() {
                frame.push(seq, index == last, kind.as_str(), &json);
            }
        }
        Ok(frame)
    }

    async fn items(
        &self,
        batch: &str,
        indexes: &BTreeSet<u32>,
    ) -> Result<Option<Told>, StoreError> {
        let Some((account, action)) = self.engine.store.batch_order(batch).await? else {
            return Ok(None);
        };
        let indexes: Vec<u32> = indexes.iter().copied().collect();
        let mut messages = Vec::new();
        for indexes in indexes.chunks(ITEMS) {
            let items = StreamItems {
                batch_id: batch.to_owned(),
                account: account.clone(),
                action,
                items: self.engine.store.batch_items_at(batch, indexes).await?,
            };
            messages.push((StreamKind::Items, write(&items)?));
        }
        Ok(Some(Told {
            account: Some(account),
            messages,
        }))
    }

    async fn events(
        &self,
        last: &HashMap<(Topic, String), (i64, BTreeSet<u32>)>,
        messages: &mut Messages,
    ) -> Result<(), StoreError> {
        let changed: HashMap<i64, i64> = last
            .iter()
            .filter(|((topic, _), _)| *topic == Topic::Event)
            .filter_map(|((_, subject), (seq, _))| Some((subject.parse().ok()?, *seq)))
            .collect();
        if changed.is_empty() {
            return Ok(());
        }
        let numbers: Vec<i64> = changed.keys().copied().collect();
        let rows = self.engine.store.sync_statuses().await?;
        let open = self.engine.store.open_items_on(&numbers).await?;
        let events = self.engine.store.events_by_number(&numbers).await?;
        let is_known = |event: &&StoredBody| self.engine.account(&event.account).is_some();
        let accounts: HashMap<i64, &str> = events
            .iter()
            .map(|event| (event.n, event.account.as_str()))
            .collect();
        for (n, json) in readable(events.iter().filter(is_known), &rows, &open) {
            if let (Some(seq), Some(account)) = (changed.get(&n), accounts.get(&n)) {
                let told = Told::of(account, StreamKind::Event, json.get().to_owned());
                messages.insert(*seq, told);
            }
        }
        Ok(())
    }

    async fn accounts(
        &self,
        last: &HashMap<(Topic, String), (i64, BTreeSet<u32>)>,
        messages: &mut Messages,
    ) -> Result<(), StoreError> {
        let changed: HashMap<&str, i64> = last
            .iter()
            .filter(|((topic, _), _)| *topic == Topic::Account)
            .map(|((_, subject), (seq, _))| (subject.as_str(), *seq))
            .collect();
        if changed.is_empty() {
            return Ok(());
        }
        let head = self.engine.store.head().await?;
        let rows = self.engine.store.sync_statuses().await?;
        let counts = self.engine.counts.at(&self.engine.store, head).await?;
        for status in statuses(self.engine, &rows, &counts, &Accounts::All) {
            if let Some(seq) = changed.get(status.account.as_str()) {
                let told = Told::of(&status.account, StreamKind::Account, write(&status)?);
                messages.insert(*seq, told);
            }
        }
        Ok(())
    }
}

fn write(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::new(StoreErrorKind::Other, format!("no JSON: {error}")))
}
