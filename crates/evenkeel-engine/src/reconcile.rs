//! Writes down what reads of events tell about the items that are not settled: whoever reads a list, or looks
//! at single events, hands on here what it saw.

mod decision;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use evenkeel::{Event, Timestamp};
use evenkeel_api::{ItemState, SettledBy};
use evenkeel_store::{
    Db, StoreError,
    journal::{Expected, NextState, UnresolvedItem},
};

use crate::{account::Account, clock::Clock, notifier::Notifier};
pub(crate) use decision::Observation;
use decision::{Decision, is_about, reconcile};

/// Compares what is seen with what is open.
#[derive(Debug)]
pub(crate) struct Reconciler {
    store: Db,
    clock: Clock,
    notifier: Arc<Notifier>,
}

/// What a read shows of its events: `read_at` is the proxy's time before the read was signed, `cloud_at` the
/// cloud's own time when it answered, both in ms since the Unix epoch.
pub(crate) fn observations(
    events: &[Event],
    read_at: i64,
    cloud_at: Option<i64>,
) -> impl Iterator<Item = Observation> {
    events.iter().map(move |event| Observation {
        event_id: event.id.clone(),
        resource_id: event.resource_id.clone(),
        state: event.state.clone(),
        actions: event.actions().iter().map(|offer| offer.action).collect(),
        not_before: event.not_before.map(Timestamp::as_millis),
        read_at,
        cloud_at,
    })
}

impl Reconciler {
    pub(crate) fn new(store: Db, clock: Clock, notifier: Arc<Notifier>) -> Self {
        Self {
            store,
            clock,
            notifier,
        }
    }

    /// Takes in a page of an account's list; its times are those of [`observations`].
    ///
    /// # Errors
    /// When the store refuses.
    pub(crate) async fn page(
        &self,
        account: &Account,
        events: &[Event],
        read_at: i64,
        cloud_at: Option<i64>,
    ) -> Result<(), StoreError> {
        let seen: Vec<Observation> = observations(events, read_at, cloud_at).collect();
        self.take(account, &seen).await
    }

    /// Writes down what observations say about the account's open items.
    ///
    /// # Errors
    /// When the store refuses.
    pub(crate) async fn take(
        &self,
        account: &Account,
        observations: &[Observation],
    ) -> Result<(), StoreError> {
        let now = self.clock.now_ms();
        let provider = account.provider();
        let ids: BTreeSet<&str> = observations
            .iter()
            .map(|seen| seen.event_id.as_str())
            .collect();
        let ids: Vec<&str> = ids.into_iter().collect();
        let open = self
            .store
            .unresolved_items_of(account.id(), &account.destination(), &ids)
            .await?;
        if open.is_empty() {
            return Ok(());
        }
        let mut by_event: HashMap<&str, Vec<&Observation>> =
            HashMap::with_capacity(observations.len());
        for seen in observations {
            by_event.entry(&seen.event_id).or_default().push(seen);
        }
        // By batch, in the order in which batches are locked.
        let mut moves: BTreeMap<&str, Vec<(&UnresolvedItem, Decision)>> = BTreeMap::new();
        for item in &open {
            let decision = by_event
                .get(item.event_id.as_str())
                .into_iter()
                .flatten()
                .filter(|seen| is_about(provider, item, seen))
                .find_map(|seen| reconcile(provider, item, seen));
            if let Some(decision) = decision {
                moves
                    .entry(&item.batch_id)
                    .or_default()
                    .push((item, decision));
            }
        }
        if moves.is_empty() {
            return Ok(());
        }
        let sends_again = moves
            .values()
            .flatten()
            .any(|(_, decision)| *decision == Decision::SendAgain);
        let mut tx = self.store.begin().await?;
        for (batch_id, items) in moves {
            for (item, decision) in items {
                // INVARIANT: only if it is still as it was read, and no other call was made for it.
                let from = Expected {
                    states: &[item.state],
                    call: item.call_id.as_deref(),
                };
                let to = to(item, decision);
                tx.move_items(batch_id, &[item.index], from, &to, now)
                    .await?;
                if let (Decision::SendAgain | Decision::NotSent(_), Some(call_id)) =
                    (decision, &item.call_id)
                {
                    // By the cloud's own clock, too.
                    tx.end_signatures(batch_id, &[item.index], call_id).await?;
                }
            }
        }
        fail_point!("journal::before_settled_commit");
        tx.commit().await?;
        fail_point!("journal::settled");
        if sends_again {
            self.notifier.wake_sender(account.id());
        }
        Ok(())
    }
}

fn to(item: &UnresolvedItem, decision: Decision) -> NextState<'static> {
    let settled_by = (item.state == ItemState::Unknown).then_some(SettledBy::Reader);
    let base = match decision {
        Decision::Confirmed => NextState::state(ItemState::Confirmed),
        Decision::Superseded => NextState::state(ItemState::Superseded),
        Decision::SendAgain => NextState {
            detail: Some("proved not to have acted"),
            ..NextState::state(ItemState::Queued)
        },
        Decision::NotSent(reason) => NextState::state(ItemState::NotSent).because(reason),
    };
    NextState { settled_by, ..base }
}

/// An item, for tests.
#[cfg(test)]
pub(crate) mod sample {
    use evenkeel::Action;
    use evenkeel_api::ItemState;
    use evenkeel_store::journal::UnresolvedItem;

    pub(crate) const NOW: i64 = 1_800_000_000_000;

    pub(crate) fn item(state: ItemState) -> UnresolvedItem {
        UnresolvedItem {
            batch_id: "b".to_owned(),
            index: 0,
            event_id: "e-1".to_owned(),
            resource_id: "i-1".to_owned(),
            action: Action::Reboot,
            plan_at: None,
            state,
            call_id: None,
            signed_at: Some(NOW),
            losses: 1,
            updated_at: NOW,
            before_state: None,
            before_at: None,
            is_cancelled: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{sample::item, *};

    #[test]
    fn what_a_read_tells_is_a_move_that_an_item_makes() {
        use evenkeel_api::ItemReason;
        let seen = [Decision::Confirmed, Decision::Superseded];
        let proved = [
            Decision::SendAgain,
            Decision::NotSent(ItemReason::Cancelled),
            Decision::NotSent(ItemReason::NeverTook),
        ];
        for (state, decision) in [
            (ItemState::Accepted, &seen[..]),
            (ItemState::Unknown, &seen[..]),
            (ItemState::Unknown, &proved[..]),
        ] {
            for decision in decision {
                let to = to(&item(state), *decision);
                assert!(state.may_become(to.state), "{state} {decision:?}");
                let fits = |reason: ItemReason| reason.states().contains(&to.state);
                assert!(to.reason.is_none_or(fits), "{decision:?}");
            }
        }
    }
}
