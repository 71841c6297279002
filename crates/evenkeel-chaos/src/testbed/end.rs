//! Lets a run come to its end, and holds what the proxies show against what reached the clouds.

use std::{net::SocketAddr, os::unix::process::ExitStatusExt as _, time::Duration};

use anyhow::{Context as _, Result, bail};
use evenkeel_api::{BatchList, BatchState, ItemState, NoBody, paths};
use rustix::process::Signal;
use serde_json::Value;
use tokio::time::Instant;

use super::{LOOK, Testbed};
use crate::{
    client::Client,
    judge::{Ended, Findings, judge},
    process::Proxy,
};

/// How much virtual time an item may take to come to its end: the skew, and what comes round less often.
const LIMIT: i64 = 3 * 60 * 60 * 1000;
/// How much real time a machine may take for that.
const PATIENCE: Duration = Duration::from_secs(90);
/// However far the clock has come: longer than the store keeps the locks of a proxy that was stopped
/// within a transaction, and lets others wait for them.
const LOCKED: Duration = Duration::from_secs(30);
/// How far a look at the items moves the clock while calls may be under way: well below the skew.
const STRIDE: i64 = 10 * 1000;
/// How far it moves once every item that has no end is unknown: past the skew.
const LEAP: i64 = 16 * 60 * 1000;
/// How long items have to rest for that, in real time: longer than a cloud takes to act on a call
/// that it has let in.
const REST: Duration = Duration::from_millis(500);

impl Testbed {
    /// Lets the proxies work until every item has come to its end, starting anew those that died, and
    /// holds the items against what reached the clouds.
    ///
    /// # Errors
    /// When it takes too long, or a proxy cannot be started.
    pub(crate) async fn settle(&mut self, proxies: &mut Vec<Proxy>) -> Result<Findings> {
        let begin = Instant::now();
        let last = self.now().await + LIMIT;
        let mut before = Vec::new();
        let mut changed = begin;
        let items = loop {
            let items = self.look(proxies).await?;
            let Some(items) = items else {
                if begin.elapsed() > PATIENCE {
                    bail!("no proxy has taken or shown all batches:\n{}", self.log());
                }
                self.advance(STRIDE).await?;
                tokio::time::sleep(LOOK).await;
                continue;
            };
            let states: Vec<ItemState> = items.iter().map(|ended| ended.item.state).collect();
            let rests = states
                .iter()
                .all(|state| is_end(*state) || *state == ItemState::Unknown);
            if states.iter().all(|state| is_end(*state))
                || begin.elapsed() > PATIENCE
                || self.now().await > last && begin.elapsed() > LOCKED
            {
                break items;
            }
            if states != before {
                before = states;
                changed = Instant::now();
            }
            if rests && changed.elapsed() > REST && self.now().await <= last {
                changed = Instant::now();
                self.advance(LEAP).await?;
                // Before its log forgets.
                self.cloud.look().await?;
                for proxy in proxies.iter() {
                    self.client(proxy).refresh().await;
                }
            } else {
                self.advance(STRIDE).await?;
            }
            tokio::time::sleep(LOOK).await;
        };
        let evidence = self.cloud.look().await?;
        let mut findings = judge(&items, &evidence, &self.paused);
        findings.let_go = self.let_go.values().sum();
        findings.wrong.extend(self.whole(proxies, &items).await?);
        if !findings.wrong.is_empty() {
            let lives = self.lives(proxies, &findings.suspects).await;
            findings.wrong.extend(lives);
            findings
                .wrong
                .push(format!("the proxies said:\n{}", self.log()));
        }
        Ok(findings)
    }

    /// All items, once all batches are taken and some proxy shows them.
    async fn look(&mut self, proxies: &mut Vec<Proxy>) -> Result<Option<Vec<Ended>>> {
        self.revive(proxies).await?;
        for proxy in proxies.iter() {
            if proxy.is_stopped()? || !self.submit(proxy).await? {
                continue;
            }
            let address = proxy.address;
            if let Ok(items) = self.items(proxy).await {
                self.let_go(address).await;
                return Ok(Some(items));
            }
        }
        Ok(None)
    }

    /// Starts proxies in place of those that were killed, and one if there is none.
    ///
    /// # Errors
    /// When one ended otherwise, or cannot be started.
    pub(crate) async fn revive(&mut self, proxies: &mut Vec<Proxy>) -> Result<()> {
        for proxy in proxies.iter_mut() {
            if let Some(status) = proxy.ended()? {
                if status.signal() != Some(Signal::KILL.as_raw()) {
                    bail!("a proxy ended by itself ({status}):\n{}", self.log());
                }
                self.deaths += 1;
                *proxy = self.up().await?;
            }
        }
        if proxies.is_empty() {
            proxies.push(self.up().await?);
        }
        Ok(())
    }

    /// As a person who sees why the proxy holds a batch, and wants it sent all the same.
    pub(crate) async fn let_go(&mut self, address: SocketAddr) {
        let client = Client {
            http: &self.http,
            address,
        };
        let Ok(list) = client.get::<BatchList>(&all_batches()).await else {
            return;
        };
        self.paused.clear();
        for batch in list.batches {
            if batch.state != BatchState::Paused {
                continue;
            }
            let path = paths::resume(&batch.id);
            client.send(&path, None, &NoBody {}).await;
            let why = batch
                .held
                .map_or("nobody knows", |hold| hold.reason.as_str());
            *self.let_go.entry(why).or_default() += 1;
            self.paused.insert(batch.id);
        }
    }

    /// The lives of items, as far as they can be had.
    async fn lives(&self, proxies: &[Proxy], items: &[(String, u32)]) -> Vec<String> {
        let mut lives = Vec::new();
        for (batch, index) in items {
            let Some(proxy) = proxies.first() else { break };
            let path = paths::item(batch, *index);
            match self.client(proxy).get::<Value>(&path).await {
                Ok(item) => lives.push(format!("{item:#}")),
                Err(error) => lives.push(format!("{error:#}")),
            }
        }
        lives
    }

    /// Whether every batch is there once, with all of its items.
    async fn whole(&self, proxies: &[Proxy], items: &[Ended]) -> Result<Vec<String>> {
        let mut wrong = Vec::new();
        for order in &self.submitted {
            let id = order.id.as_deref().unwrap_or_default();
            let there: Vec<&str> = items
                .iter()
                .filter(|ended| ended.batch == id)
                .map(|ended| ended.item.event_id.as_str())
                .collect();
            let asked = order.draft.items.iter();
            if !asked.map(|item| item.event_id.as_str()).eq(there) {
                wrong.push(format!(
                    "batch {id} does not have the items it was handed in with"
                ));
            }
        }
        let proxy = proxies.first().context("there is no proxy")?;
        let client = self.client(proxy);
        for order in &self.submitted {
            let again = client.post(&order.key, &order.draft).await?;
            if again.map(|batch| batch.summary.id) != order.id {
                wrong.push(format!("`{}` handed in again is another batch", order.key));
            }
        }
        let list: BatchList = client.get(&all_batches()).await?;
        if list.batches.len() != self.submitted.len() {
            wrong.push(format!(
                "{} batches were handed in, and there are {}",
                self.submitted.len(),
                list.batches.len()
            ));
        }
        Ok(wrong)
    }
}

/// The path of as many batches as a page has: of all that a run hands in.
fn all_batches() -> String {
    format!("{}?limit=200", paths::batches())
}

fn is_end(state: ItemState) -> bool {
    !matches!(
        state,
        ItemState::Queued | ItemState::Sending | ItemState::Unknown
    )
}
