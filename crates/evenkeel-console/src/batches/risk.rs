//! Counts what sending items again may cost, by the core's facts on policy and event.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel::{Action, ActionOffer, DataLoss, Down, Event, Provider, When};
use evenkeel_api::Item;

/// What a person has to have understood: the instances that lose data, or that go down at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Risk {
    /// What a person types to confirm.
    pub count: usize,
    pub data: bool,
    pub down: bool,
}

/// Of the instances that go down at each moment, none being now, those of the moment of most, each once. One alone at a
/// time of its own is no crowd; now is now for one, too.
pub fn most_at_once<M: Ord>(mut moments: BTreeMap<Option<i64>, Vec<M>>) -> Vec<M> {
    for machines in moments.values_mut() {
        machines.sort_unstable();
        machines.dedup();
    }
    let (at, most) = moments
        .into_iter()
        .max_by_key(|(_, of)| of.len())
        .unwrap_or_default();
    if at.is_none() || most.len() > 1 {
        most
    } else {
        Vec::new()
    }
}

/// The instances that lose data, or may, or go down at once; what is not known of an event may be so.
pub fn retry_risk<'a>(
    provider: Provider,
    action: Action,
    items: impl IntoIterator<Item = (&'a Item, Option<&'a Event>)>,
) -> Risk {
    let mut losing = BTreeSet::new();
    let mut moments: BTreeMap<Option<i64>, Vec<&str>> = BTreeMap::new();
    for (item, event) in items {
        let instance = item.resource_id.as_str();
        let offer = event.and_then(|event| offer(action, event));
        if loss(provider, action, item, offer) != DataLoss::No {
            losing.insert(instance);
        }
        let down = offer.map_or(!action.moves_event(), |offer| offer.down != Down::No);
        if down {
            let at = match item.when {
                When::Now => None,
                When::At(at) => Some(at.as_millis()),
            };
            moments.entry(at).or_default().push(instance);
        }
    }
    let down: BTreeSet<&str> = most_at_once(moments).into_iter().collect();
    Risk {
        count: down.union(&losing).count(),
        data: !losing.is_empty(),
        down: !down.is_empty(),
    }
}

fn offer(action: Action, event: &Event) -> Option<ActionOffer> {
    let offers = event.actions();
    offers.into_iter().find(|offer| offer.action == action)
}

fn loss(provider: Provider, action: Action, item: &Item, offer: Option<ActionOffer>) -> DataLoss {
    if let Some(policy) = item.data_policy {
        return policy.data_loss();
    }
    offer.map_or_else(|| provider.data_loss(action, None), |offer| offer.data_loss)
}

#[cfg(test)]
mod tests {
    use evenkeel::DataPolicy;
    use evenkeel_api::ItemState;

    use super::*;
    use crate::fixture::{at, ens, item};

    #[test]
    fn counts_what_may_lose_data_also_where_the_event_is_not_known() {
        let (one, other) = (item(0, ItemState::Rejected), item(1, ItemState::Rejected));
        let mut moved = one.clone();
        moved.data_policy = Some(DataPolicy::Abandon);
        let event = ens("e-0", "Instance:SystemFailure.Redeploy", "Inquiring");
        let redeploys = retry_risk(
            Provider::Ens,
            Action::Redeploy,
            [(&one, Some(&event)), (&other, None)],
        );
        assert_eq!((redeploys.count, redeploys.data), (2, true));
        assert!(retry_risk(Provider::Ens, Action::Migrate, [(&moved, None)]).data);
    }

    #[test]
    fn counts_what_goes_down_at_once() {
        let mut items: Vec<Item> = (0..3).map(|n| item(n, ItemState::NotSent)).collect();
        let risk = |items: &[Item]| {
            let items = items.iter().map(|item| (item, None));
            retry_risk(Provider::Ens, Action::Reboot, items)
        };
        assert_eq!((risk(&items).count, risk(&items).data), (3, false));
        for (item, hour) in items.iter_mut().zip([1, 2, 2]) {
            item.when = When::At(at(hour));
        }
        assert_eq!(risk(&items).count, 2);
        assert_eq!(risk(&items[..2]), Risk::default(), "a time each");
        let moves = items.iter().map(|item| (item, None));
        assert_eq!(
            retry_risk(Provider::HuaweiEcs, Action::Reschedule, moves),
            Risk::default()
        );
    }
}
