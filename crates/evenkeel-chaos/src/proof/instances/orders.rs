//! Orders as a person gives them, follows them, and gives them again.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, Result, bail};
use evenkeel::{Action, BatchDraft, When};
use evenkeel_api::{ItemDetail, ItemReason, ItemState, ReportedReason, Settle, SettleAs, paths};
use evenkeel_testdb::DatabaseKind;
use tokio::time::{Instant, sleep, timeout};

use super::{LOOK, STRIDE, fleet::ACCOUNT};
use crate::{
    fleet::item,
    judge::{Ended, SIGNATURE_LIFE, instances::Order},
    process::Proxy,
    proxy::TWIN,
    testbed::Testbed,
};

/// How long a batch may take to be taken.
const TAKEN: Duration = Duration::from_secs(30);
/// How long an answer is waited for before another proxy is asked.
const SOON: Duration = Duration::from_secs(2);
/// How long items have to rest: longer than a call takes.
const REST: Duration = Duration::from_millis(250);
/// A testbed with its proxies, and what was ordered through them.
pub(super) struct Orders {
    pub(super) testbed: Testbed,
    pub(super) proxies: Vec<Proxy>,
    /// How many proxies there are: one has a file to itself.
    pub(super) servers: usize,
    /// The batches, in the order in which they were given.
    batches: Vec<(String, Action)>,
    keys: usize,
    /// The items of all of them when they were last looked at, in their order.
    items: Vec<Ended>,
    pub(super) kills: u64,
    pub(super) stops: u64,
    stopped_since: Option<Instant>,
}

/// An item, by its batch.
pub(super) type Place = (String, u32);

impl Orders {
    pub(super) fn new(testbed: Testbed, store: DatabaseKind) -> Self {
        Self {
            testbed,
            proxies: Vec::new(),
            servers: match store {
                DatabaseKind::Sqlite => 1,
                DatabaseKind::Postgres => 2,
            },
            batches: Vec::new(),
            keys: 0,
            items: Vec::new(),
            kills: 0,
            stops: 0,
            stopped_since: None,
        }
    }

    /// Hands a batch in, through one of the two accounts and one of the proxies.
    pub(super) async fn submit(&mut self, mut draft: BatchDraft) -> Result<()> {
        ACCOUNT.clone_into(&mut draft.account);
        if self.testbed.draw(2) == 0 {
            draft.account.push_str(TWIN);
        }
        self.keys += 1;
        let key = format!("order-{}", self.keys);
        let begin = Instant::now();
        loop {
            self.tend().await?;
            let drawn = self.testbed.draw(self.proxies.len() as u64);
            if let Some(proxy) = self.proxies.get(usize::try_from(drawn)?)
                && !proxy.is_stopped()?
            {
                let client = self.testbed.client(proxy);
                // It may stop in the midst of an answer: nobody waits for that for long.
                if let Ok(posted) = timeout(SOON, client.post(&key, &draft)).await
                    && let Some(batch) = posted?
                {
                    self.batches.push((batch.summary.id, draft.action));
                    return Ok(());
                }
            }
            if begin.elapsed() > TAKEN {
                bail!("a batch is not taken:\n{}", self.testbed.log());
            }
            sleep(LOOK).await;
        }
    }

    /// Orders these once more, a batch for each action.
    pub(super) async fn submit_again(&mut self, again: Vec<Place>) -> Result<()> {
        let mut drafts: Vec<BatchDraft> = Vec::new();
        for (batch, index) in again {
            let Some(ended) = self
                .items
                .iter()
                .find(|ended| ended.batch == batch && ended.item.index == index)
            else {
                continue;
            };
            let Some((_, action)) = self.batches.iter().find(|(id, _)| *id == batch) else {
                continue;
            };
            let (event, instance) = (&ended.item.event_id, &ended.item.resource_id);
            // An instance is in a batch once.
            let fits = |draft: &&mut BatchDraft| {
                let mut items = draft.items.iter();
                draft.action == *action && !items.any(|item| item.resource_id == *instance)
            };
            let item = item(event, instance, When::Now);
            match drafts.iter_mut().find(fits) {
                Some(draft) => draft.items.push(item),
                None => drafts.push(BatchDraft {
                    account: String::new(),
                    action: *action,
                    items: vec![item],
                    password: None,
                }),
            }
        }
        for draft in drafts {
            self.submit(draft).await?;
        }
        Ok(())
    }

    /// Starts proxies anew that were killed, and has one go on that was stopped for longer than its lease.
    async fn tend(&mut self) -> Result<()> {
        self.testbed.revive(&mut self.proxies).await?;
        let mut stopped = None;
        for proxy in &self.proxies {
            if proxy.is_stopped()? {
                stopped = Some(proxy);
            }
        }
        let Some(stopped) = stopped else {
            self.stopped_since = None;
            return Ok(());
        };
        let since = *self.stopped_since.get_or_insert_with(Instant::now);
        if since.elapsed() > self.testbed.setup.lease + Duration::from_secs(1) {
            stopped.go_on()?;
            self.stops += 1;
        }
        Ok(())
    }

    /// Reads all items; whether some proxy showed them.
    pub(super) async fn look(&mut self) -> Result<bool> {
        self.tend().await?;
        self.testbed.cloud.look().await?;
        for proxy in &self.proxies {
            if proxy.is_stopped()? {
                continue;
            }
            if let Ok(Ok(items)) = timeout(SOON, self.shown(proxy)).await {
                self.items = items;
                let address = proxy.address;
                // What cannot be let go now is so after the next look.
                let _ = timeout(SOON, self.testbed.let_go(address)).await;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// All items as a proxy shows them.
    async fn shown(&self, proxy: &Proxy) -> Result<Vec<Ended>> {
        let client = self.testbed.client(proxy);
        let mut items = Vec::new();
        for (batch, _) in &self.batches {
            let known = self.items.iter().filter(|ended| ended.batch == *batch);
            let known: Vec<&Ended> = known.collect();
            if !known.is_empty() && known.iter().all(|ended| is_final(ended.item.state)) {
                items.extend(known.into_iter().cloned());
                continue;
            }
            let of_batch = client.items(batch).await?;
            items.extend(of_batch.into_iter().map(|item| Ended {
                batch: batch.clone(),
                item,
            }));
        }
        Ok(items)
    }

    /// Waits until every item has an end, or is unknown.
    pub(super) async fn rest(&mut self, until: Instant) -> Result<()> {
        let mut before = Vec::new();
        let mut changed = Instant::now();
        loop {
            if Instant::now() > until {
                bail!("orders neither end nor rest:\n{}", self.testbed.log());
            }
            if self.look().await? {
                let items = self.items.iter();
                let states: Vec<ItemState> = items.map(|ended| ended.item.state).collect();
                let is_open =
                    |state: &ItemState| matches!(state, ItemState::Queued | ItemState::Sending);
                if states != before {
                    (before, changed) = (states, Instant::now());
                } else if !before.iter().any(is_open) && changed.elapsed() > REST {
                    return Ok(());
                }
            }
            // What waits for a call that may still arrive, or for its turn, waits by the clock.
            let now = self.testbed.now().await;
            let waits = |ended: &Ended| {
                let due = ended.item.due_at.map_or(0, evenkeel::Timestamp::as_millis);
                ended.item.state != ItemState::Queued || due > now
            };
            let is_calm = changed.elapsed() > REST
                && self.items.iter().all(waits)
                && self
                    .items
                    .iter()
                    .all(|ended| ended.item.state != ItemState::Sending);
            self.testbed
                .advance(if is_calm { 6 * STRIDE } else { STRIDE })
                .await?;
            sleep(LOOK).await;
        }
    }

    /// Lets time pass in which nothing is under way, and has the lists read.
    pub(super) async fn pass(&mut self, ms: i64) -> Result<()> {
        self.testbed.advance(ms).await?;
        for proxy in &self.proxies {
            if !proxy.is_stopped()? {
                let _ = timeout(SOON, self.testbed.client(proxy).refresh()).await;
            }
        }
        sleep(2 * LOOK).await;
        Ok(())
    }

    /// The items of which nobody knows what became of them.
    pub(super) fn unknown(&self) -> Vec<Place> {
        let unknown = |ended: &&Ended| ended.item.state == ItemState::Unknown;
        self.items.iter().filter(unknown).map(place).collect()
    }

    /// What a person orders once more: what was not sent last, unless its event is under way by now.
    pub(super) async fn to_order_again(&self) -> Result<Vec<Place>> {
        let spans = self.testbed.cloud.spans().await?;
        let now = self.testbed.now().await;
        let mut last: BTreeMap<&str, &Ended> = BTreeMap::new();
        for ended in &self.items {
            last.insert(&ended.item.event_id, ended);
        }
        last.retain(|event, ended| {
            let span = spans.get(*event);
            ended.item.state == ItemState::NotSent && span.is_none_or(|span| span.begin > now)
        });
        Ok(last.into_values().map(place).collect())
    }

    /// Says of unknown calls what the cloud knows of them; `false` while one may still arrive.
    pub(super) async fn settle_truly(&mut self, unknown: &[Place]) -> Result<bool> {
        let now = self.testbed.now().await;
        let acts = self.testbed.cloud.look().await?.instance_acts;
        let mut settled = Vec::new();
        for ended in self
            .items
            .iter()
            .filter(|ended| unknown.contains(&place(ended)))
        {
            let dead_at = ended
                .item
                .may_resend_at
                .context("an unknown item has no last call")?;
            let dead_at = dead_at.as_millis();
            if dead_at > now {
                return Ok(false);
            }
            let was_done = acts.iter().any(|act| {
                act.instance == ended.item.resource_id
                    && (dead_at - SIGNATURE_LIFE..=dead_at).contains(&act.at)
            });
            let settle_as = if was_done {
                SettleAs::Accepted
            } else {
                SettleAs::NotSent
            };
            settled.push((place(ended), settle_as));
        }
        for (place, settle_as) in settled {
            self.settle(&place, settle_as).await?;
        }
        Ok(true)
    }

    /// Says that these were not sent, whatever is true.
    pub(super) async fn settle_as_not_sent(&mut self, items: &[Place]) -> Result<()> {
        for place in items {
            self.settle(place, SettleAs::NotSent).await?;
        }
        Ok(())
    }

    /// A word that comes too late, or that nobody hears, is said again after the next look.
    async fn settle(&self, (batch, index): &Place, settle_as: SettleAs) -> Result<()> {
        let body = Settle {
            settle_as,
            note: None,
        };
        for proxy in &self.proxies {
            if !proxy.is_stopped()? {
                let path = paths::settle(batch, *index);
                let client = self.testbed.client(proxy);
                let _ = timeout(SOON, client.send(&path, None, &body)).await;
                return Ok(());
            }
        }
        Ok(())
    }

    /// All items with their lives, from whichever proxy shows them.
    pub(super) async fn told(&mut self) -> Result<Vec<Order>> {
        let begin = Instant::now();
        loop {
            self.tend().await?;
            for proxy in &self.proxies {
                if !proxy.is_stopped()?
                    && let Ok(Ok(told)) = timeout(TAKEN, self.told_by(proxy)).await
                {
                    return Ok(told);
                }
            }
            if begin.elapsed() > TAKEN {
                bail!("no proxy shows the items:\n{}", self.testbed.log());
            }
            sleep(LOOK).await;
        }
    }

    async fn told_by(&self, proxy: &Proxy) -> Result<Vec<Order>> {
        let client = self.testbed.client(proxy);
        let mut told = Vec::new();
        for Ended { batch, item } in &self.items {
            let detail: ItemDetail = client.get(&paths::item(batch, item.index)).await?;
            told.push(Order {
                batch: batch.clone(),
                index: item.index,
                event: item.event_id.clone(),
                instance: item.resource_id.clone(),
                state: detail.item.state,
                is_held_up: detail.item.reason.as_ref().and_then(ReportedReason::known)
                    == Some(ItemReason::ResourceInFlight),
                history: detail.history,
            });
        }
        Ok(told)
    }
}

/// Whether nothing moves an item any more: whose call is answered, or was none.
fn is_final(state: ItemState) -> bool {
    matches!(
        state,
        ItemState::Rejected | ItemState::Confirmed | ItemState::Superseded
    )
}

fn place(ended: &Ended) -> Place {
    (ended.batch.clone(), ended.item.index)
}

/// How many events were acted on for which an order had been held up before.
pub(super) fn went_after_all(told: &[Order]) -> u64 {
    let held_up = told.iter().filter(|order| order.is_held_up);
    let mut events: Vec<&str> = held_up.map(|order| &*order.event).collect();
    events.sort_unstable();
    events.dedup();
    let went = |event: &&str| {
        let about = |order: &&Order| order.event == **event;
        told.iter().filter(about).any(Order::is_taken)
    };
    events.iter().filter(|event| went(event)).count() as u64
}
