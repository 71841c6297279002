//! Finds out what became of items by reading their events' states.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use evenkeel_api::ItemState;
use evenkeel_store::{Lease, StoreError, journal::UnresolvedItem};
use tokio::sync::watch;

use super::{Journal, probe};
use crate::account::Account;

/// When an item's event is looked at after the item came into its state, ms. Later sync
/// runs show it, too.
const LOOKS: &[i64] = &[2_000, 10_000, 30_000, 120_000, 600_000, 3_600_000];
/// How often an unknown item is looked at once its signature is dead, ms.
const AGAIN: i64 = 60_000;
/// How long after it was accepted an item is looked for here, ms; longer than the last look.
const INTEREST: i64 = 2 * 3600 * 1000;
/// How many items are kept in mind: of more, sync runs tell.
const MOST: u32 = 500;
/// How many events one round asks for.
const ROUND: usize = 20;
/// The least time between two rounds, and the time after a failed one, ms.
const ROUND_GAP: i64 = 1_000;
const FAILED_GAP: i64 = 15_000;

/// Reads for one account.
pub(super) struct Reader {
    journal: Arc<Journal>,
    account: Arc<Account>,
    lease: Option<Lease>,
    /// When items were looked at last, by the state they were in since then.
    looked: HashMap<(String, u32), (i64, i64)>,
    not_before: i64,
}

impl Reader {
    pub(super) fn new(journal: Arc<Journal>, account: Arc<Account>) -> Self {
        Self {
            journal,
            account,
            lease: None,
            looked: HashMap::new(),
            not_before: 0,
        }
    }

    /// Reads until told to stop.
    pub(super) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let next = match self.round().await {
                Ok(next) => next,
                Err(error) => {
                    let account = self.account.id();
                    tracing::warn!(account, %error, "what became of sent items cannot be written down");
                    Some(self.now().saturating_add(FAILED_GAP))
                }
            };
            self.wait(next, &mut stop).await;
        }
        if let Some(lease) = self.lease.take() {
            let _ = self.journal.store.release(&lease).await;
        }
    }

    fn now(&self) -> i64 {
        self.journal.clock.now_ms()
    }

    /// Looks at the events that are due; tells when the next are.
    async fn round(&mut self) -> Result<Option<i64>, StoreError> {
        let journal = Arc::clone(&self.journal);
        let now = self.now();
        let since = now.saturating_sub(INTEREST);
        let open = journal
            .store
            .unresolved_items(self.account.id(), &self.account.destination(), since, MOST)
            .await?;
        let keys: HashSet<(&str, u32)> = open
            .iter()
            .map(|item| (item.batch_id.as_str(), item.index))
            .collect();
        self.looked
            .retain(|(batch, index), _| keys.contains(&(batch.as_str(), *index)));
        let mut due: Vec<&UnresolvedItem> = open
            .iter()
            .filter(|item| self.probe_at(item).is_some_and(|at| at <= now))
            .collect();
        if due.is_empty() || now < self.not_before {
            return Ok(self.next(&open));
        }
        if !self.may_read().await? {
            // Another proxy reads for this account.
            return Ok(Some(now.saturating_add(FAILED_GAP)));
        }
        // What may be sent again waits for nothing but this.
        due.sort_by_key(|item| item.state != ItemState::Unknown);
        due.truncate(ROUND);
        let events: Vec<(&str, &str)> = due
            .iter()
            .map(|item| (item.event_id.as_str(), item.resource_id.as_str()))
            .collect();
        match probe::probe(&journal, &self.account, &events).await {
            Ok(seen) => {
                self.not_before = self.now().saturating_add(ROUND_GAP);
                journal.reconciler.take(&self.account, &seen).await?;
            }
            Err(why) => {
                tracing::info!(
                    account = self.account.id(),
                    %why,
                    "events of sent items cannot be read"
                );
                self.not_before = self.now().saturating_add(FAILED_GAP);
            }
        }
        // Only now: what was seen and could not be written down is due as it was.
        for item in due {
            let key = (item.batch_id.clone(), item.index);
            self.looked.insert(key, (item.updated_at, now));
        }
        let open = journal
            .store
            .unresolved_items(self.account.id(), &self.account.destination(), since, MOST)
            .await?;
        Ok(self.next(&open))
    }

    /// When the next item is due.
    fn next(&self, open: &[UnresolvedItem]) -> Option<i64> {
        open.iter()
            .filter_map(|item| self.probe_at(item))
            .min()
            .map(|at| at.max(self.not_before))
    }

    /// When an item's event is to be looked at next, if at all.
    fn probe_at(&self, item: &UnresolvedItem) -> Option<i64> {
        let key = (item.batch_id.clone(), item.index);
        let looked = self
            .looked
            .get(&key)
            .filter(|(since, _)| *since == item.updated_at)
            .map(|(_, at)| *at);
        next_look(item, looked)
    }

    async fn may_read(&mut self) -> Result<bool, StoreError> {
        if let Some(lease) = &self.lease
            && self.journal.store.holds(lease).await?
        {
            return Ok(true);
        }
        let name = format!("read:{}", self.account.id());
        self.lease = self
            .journal
            .store
            .acquire(&name, &self.journal.proxy_id)
            .await?;
        Ok(self.lease.is_some())
    }

    async fn wait(&self, next: Option<i64>, stop: &mut watch::Receiver<bool>) {
        let journal = &self.journal;
        let time = async {
            match next {
                Some(next) => journal.clock.sleep_until(next).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = journal.notifier.reader_woken(self.account.id()) => {}
            () = time => {}
            _ = stop.wait_for(|stop| *stop) => {}
            // What other proxies sent.
            () = tokio::time::sleep(journal.options.lease) => {}
        }
    }
}

/// When an item's event is to be looked at, after the last look.
fn next_look(item: &UnresolvedItem, looked: Option<i64>) -> Option<i64> {
    let after = looked.unwrap_or(i64::MIN);
    let early = LOOKS
        .iter()
        .map(|wait| item.updated_at.saturating_add(*wait))
        .find(|at| *at > after);
    if item.state != ItemState::Unknown {
        return early;
    }
    let dead_at = item.may_resend_at()?;
    let late = if after < dead_at {
        dead_at
    } else {
        after.saturating_add(AGAIN)
    };
    Some(early.map_or(late, |early| early.min(late)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reconcile::sample::{NOW, item};

    #[test]
    fn an_accepted_item_is_looked_at_less_and_less() {
        let item = item(ItemState::Accepted);
        assert_eq!(next_look(&item, None), Some(NOW + 2_000));
        assert_eq!(next_look(&item, Some(NOW + 2_000)), Some(NOW + 10_000));
        assert_eq!(next_look(&item, Some(NOW + 3_600_000)), None);
    }

    #[test]
    fn an_unknown_item_is_looked_at_once_its_signature_is_dead_and_on() {
        let item = item(ItemState::Unknown);
        let dead_at = NOW + 16 * 60_000;
        assert_eq!(next_look(&item, None), Some(NOW + 2_000));
        assert_eq!(next_look(&item, Some(NOW + 600_000)), Some(dead_at));
        assert_eq!(next_look(&item, Some(dead_at)), Some(dead_at + AGAIN));
        assert_eq!(
            next_look(&item, Some(NOW + 9_000_000)),
            Some(NOW + 9_060_000)
        );
    }
}
