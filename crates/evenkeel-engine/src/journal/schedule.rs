//! What is to be done with the items whose turn it is: decisions without I/O.

mod conflict;
mod recheck;
mod resource;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use evenkeel::{Action, Chunk, Password, Provider};
use evenkeel_api::{ItemReason, ItemState};
use evenkeel_store::journal::{ConflictingItem, DueItem};

use conflict::{
    LOOK_AGAIN_MS, alive_until, conflicts, earlier_order, has_arrived_after_all, identity,
    is_sent_before, was_taken_after_all,
};
use recheck::{carried, recheck};
use resource::{
    OnResources, has_resource_moved_after_all, is_resource_in_flight, may_try_again,
    resource_alive_until,
};

/// What is to be done, by batch.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Schedule {
    /// Items that are not sent at all.
    pub(super) stops: Vec<Stop>,
    /// Items that are not sent yet.
    pub(super) waits: Vec<Wait>,
    /// Calls to make.
    pub(super) calls: Vec<ScheduledCall>,
}

/// An item that is not sent, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stop {
    pub(super) batch_id: String,
    pub(super) index: u32,
    pub(super) reason: ItemReason,
    /// The core's code of the rule that it breaks by now, and the text.
    pub(super) issue: Option<(&'static str, String)>,
}

/// An item whose turn is later: a call about its event, or on its resource, may still arrive, or an earlier order goes
/// first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) batch_id: String,
    pub(super) index: u32,
    /// ms since the Unix epoch.
    pub(super) until: i64,
    pub(super) reason: ItemReason,
}

/// A call to make.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ScheduledCall {
    pub(super) batch_id: String,
    pub(super) indexes: Vec<u32>,
    /// What its batch does.
    pub(super) action: Action,
    pub(super) chunk: Chunk,
    /// What it carries.
    pub(super) password: Option<Password>,
}

/// What the decision depends on.
pub(super) struct Circumstances<'a> {
    pub(super) account: &'a str,
    pub(super) provider: Provider,
    pub(super) now: i64,
    /// How many items one call carries.
    pub(super) items_per_call: usize,
    /// How many calls may be made now.
    pub(super) calls: usize,
    pub(super) conflicts: &'a [ConflictingItem],
    /// The batches that may not be sent, and why: who ordered one may not any more, or its approval does not hold.
    pub(super) void: &'a HashMap<String, ItemReason>,
    /// Whether this proxy sends for an account.
    pub(super) is_served: &'a dyn Fn(&str) -> bool,
    pub(super) password: &'a dyn Fn(&str) -> Option<Password>,
}

/// Decides about items in the order of their turn.
pub(super) fn schedule(due_items: &[DueItem], at: &Circumstances<'_>) -> Schedule {
    let mut schedule = Schedule::default();
    let mut taken = HashSet::new();
    let mut on_resources = OnResources::default();
    for batch in due_items.chunk_by(|one, other| one.batch_id == other.batch_id) {
        let Some(first) = batch.first() else {
            continue;
        };
        let password = (at.password)(&first.batch_id);
        let mut open = Vec::new();
        for item in batch {
            if !taken.insert(identity(at.provider, &item.event_id, &item.resource_id)) {
                // Its twin of another batch goes first; its own turn comes when that has settled.
                continue;
            }
            if !on_resources.is_free(at.provider, item) {
                continue;
            }
            match stop(item, password.as_ref(), at) {
                Some(stop) => schedule.stops.push(stop),
                None => open.push(item),
            }
        }
        let rechecked = recheck(open, password.as_ref(), at);
        schedule.stops.extend(rechecked.stops);
        let (mut ready, mut indices) = (Vec::new(), Vec::new());
        for (index, item) in rechecked.items.into_iter().enumerate() {
            if let Some((until, reason)) = waits_until(item, at) {
                schedule.waits.push(Wait {
                    batch_id: item.batch_id.clone(),
                    index: item.index,
                    until,
                    reason,
                });
            } else {
                ready.push(item);
                indices.push(index);
            }
        }
        let Some(checked) = rechecked.batch else {
            continue;
        };
        let most = at.provider.most_items_per_call();
        let chunks = checked
            .only(&indices)
            .chunks(at.items_per_call.clamp(1, most));
        let room = at.calls.saturating_sub(schedule.calls.len());
        for chunk in chunks.into_iter().take(room) {
            let items = chunk.items.iter().filter_map(|index| ready.get(*index));
            let items: Vec<&DueItem> = items.copied().collect();
            schedule.calls.push(ScheduledCall {
                batch_id: first.batch_id.clone(),
                indexes: items.iter().map(|item| item.index).collect(),
                action: first.action,
                password: carried(&items, password.as_ref()),
                chunk,
            });
        }
    }
    schedule
}

/// Until when an item has to wait for others about its event, ms since the Unix epoch, and why.
fn waits_until(item: &DueItem, at: &Circumstances<'_>) -> Option<(i64, ItemReason)> {
    let order = |until| (until, ItemReason::EarlierOrder);
    // Its answer comes in a moment, and ends its signature.
    if conflicts(item, at).any(|conflict| is_sent_before(conflict, item)) {
        return Some(order(at.now + LOOK_AGAIN_MS));
    }
    let call = alive_until(item, at).max(resource_alive_until(item, at));
    let call = call.map(|until| (until, ItemReason::EarlierCall));
    call.or_else(|| earlier_order(item, at).map(order))
}

fn stop(item: &DueItem, password: Option<&Password>, at: &Circumstances<'_>) -> Option<Stop> {
    let stop = |reason| Stop {
        batch_id: item.batch_id.clone(),
        index: item.index,
        reason,
        issue: None,
    };
    if item.is_cancelled {
        return Some(stop(ItemReason::Cancelled));
    }
    if let Some(reason) = at.void.get(&item.batch_id) {
        return Some(stop(*reason));
    }
    if item.takes_password && password.is_none() {
        return Some(stop(ItemReason::PasswordLost));
    }
    for conflict in conflicts(item, at) {
        match conflict.state {
            // Nobody knows yet what that one did: a second act may be one too many.
            ItemState::Unknown => return Some(stop(ItemReason::EventInFlight)),
            ItemState::Sending if !is_sent_before(conflict, item) => {
                return Some(stop(ItemReason::EventInFlight));
            }
            // Moving an event again is a wish of its own; agreeing to it again is not.
            ItemState::Accepted
                if conflict.action == item.action
                    && !item.action.moves_event()
                    && !may_try_again(conflict, item, at) =>
            {
                return Some(stop(ItemReason::AlreadyAccepted));
            }
            _ => {}
        }
    }
    if is_resource_in_flight(item, at) {
        return Some(stop(ItemReason::ResourceInFlight));
    }
    if was_taken_after_all(item, at) {
        return Some(stop(ItemReason::AlreadyAccepted));
    }
    if alive_until(item, at).is_none() && has_arrived_after_all(item, at) {
        return Some(stop(ItemReason::EventMoved));
    }
    if resource_alive_until(item, at).is_none() && has_resource_moved_after_all(item, at) {
        return Some(stop(ItemReason::ResourceInFlight));
    }
    None
}
