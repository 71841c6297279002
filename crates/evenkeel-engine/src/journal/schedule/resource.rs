//! Calls that name a resource and no event: one act a resource, because each call acts once more.

use std::collections::HashMap;

use evenkeel::Provider;
use evenkeel_api::ItemState;
use evenkeel_store::journal::{ConflictingItem, DueItem};

use super::Circumstances;

/// The resources that items of this turn are about, with whether a call on it names no event.
#[derive(Default)]
pub(super) struct OnResources<'c> {
    taken: HashMap<&'c str, bool>,
}

impl<'c> OnResources<'c> {
    /// Takes an item's resource for it; `false` where another item of the turn must have it for itself.
    pub(super) fn is_free(&mut self, provider: Provider, item: &'c DueItem) -> bool {
        let alone = provider.acts_on_resource(item.action);
        match self.taken.get_mut(item.resource_id.as_str()) {
            Some(other) if alone || *other => false,
            Some(_) => true,
            None => {
                self.taken.insert(&item.resource_id, alone);
                true
            }
        }
    }
}

/// Whether another act on the item's resource is under way, for whichever event, and one of the two calls names no
/// event. A call that names its event has done what it does once the event moved; one that does not goes on
/// until the event is over.
pub(super) fn is_resource_in_flight(item: &DueItem, at: &Circumstances<'_>) -> bool {
    let alone = at.provider.acts_on_resource(item.action);
    at.conflicts.iter().any(|other| {
        let is_other = (&other.batch_id, other.index) != (&item.batch_id, item.index);
        let others_alone = at.provider.acts_on_resource(other.action);
        is_other
            && other.resource_id == item.resource_id
            && (alone || others_alone)
            && match other.state {
                ItemState::Sending | ItemState::Unknown => true,
                ItemState::Accepted => !other.is_event_over && !may_try_again(other, item, at),
                ItemState::Confirmed | ItemState::Superseded => {
                    others_alone && !other.is_event_over
                }
                _ => false,
            }
    })
}

/// Whether an action that the cloud took so long ago, and that has not moved its event, may be tried again.
pub(super) fn may_try_again(
    other: &ConflictingItem,
    item: &DueItem,
    at: &Circumstances<'_>,
) -> bool {
    let after = at.provider.again_after_ms(item.action);
    other.action == item.action
        && after.is_some_and(|ms| at.now.saturating_sub(other.updated_at) >= ms)
}
