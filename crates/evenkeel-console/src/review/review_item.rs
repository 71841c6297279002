//! One event of a batch, with what is known of it: looked up once, because everything said of the batch asks every item.

use std::sync::Arc;

use evenkeel::{Action, ActionOffer, Event, LeftAlone};
use evenkeel_api::{EventItem, Resource};

use crate::api::EventKey;
use crate::events::Chosen;

/// One event of the batch.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewItem {
    pub event: Arc<Event>,
    /// What is known of its resource beside the id.
    pub resource: Option<Arc<Resource>>,
    /// The order that may still act on it.
    pub order: Option<EventItem>,
    /// Its machine's number in the batch: several events of one machine have the same.
    pub machine: usize,
    /// What it takes and what it does by itself, looked up once: everything said of a batch asks every item for it.
    offers: Arc<[ActionOffer]>,
    maintenance: Option<ActionOffer>,
    /// What becomes of it if nobody does anything.
    pub left_alone: Option<LeftAlone>,
    /// Its own time in ms since the Unix epoch, in place of the one for all.
    pub own_at: Option<i64>,
    /// Taken out by hand; it stays in the list, to be put back.
    pub out: bool,
}

impl ReviewItem {
    pub fn new(chosen: Chosen, machine: usize) -> Self {
        Self {
            machine,
            offers: chosen.event.actions().into(),
            maintenance: chosen.event.maintenance(),
            left_alone: chosen.event.left_alone(),
            event: chosen.event,
            resource: chosen.resource,
            order: chosen.order,
            own_at: None,
            out: false,
        }
    }

    pub fn key(&self) -> EventKey {
        EventKey::of(&self.event)
    }

    /// What its event takes.
    pub fn offers(&self) -> &[ActionOffer] {
        &self.offers
    }

    /// What the action costs.
    pub fn offer(&self, action: Action) -> Option<ActionOffer> {
        self.offers.iter().find(|it| it.action == action).copied()
    }

    /// What is done to its machine: by the action, or by what the action moves.
    pub fn done_by(&self, action: Action) -> Option<ActionOffer> {
        if action.moves_event() {
            self.maintenance
        } else {
            self.offer(action)
        }
    }
}
