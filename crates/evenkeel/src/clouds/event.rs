//! What the clouds say of an event: what it is about, what may be done about it now, and what its texts mean.

mod json;
mod unreadable;

use crate::action::{Action, ActionOffer, Applies};
use crate::event::{
    ActionFit, Event, EventKind, EventType, ListedEvent, ListedTime, Raw, Standing, State,
    StateKind,
};
use crate::facts::TimeLimit;
use crate::provider::Provider;
use crate::rules::Bound;
use crate::time::Timestamp;
use std::borrow::Cow;

impl EventKind {
    /// The kind of what the cloud calls so; [`Self::Other`] of an unknown name.
    #[must_use]
    pub fn of(raw: &str) -> Self {
        let mut kinds = Provider::ALL
            .iter()
            .map(|provider| provider.event_kind(raw));
        kinds.find_map(|kind| kind).unwrap_or(Self::Other)
    }
}

impl EventType {
    /// From the cloud's name; an unknown one is kept as [`EventKind::Other`].
    #[must_use]
    pub fn new(raw: &str) -> Self {
        Self {
            raw: raw.to_owned(),
            kind: EventKind::of(raw),
        }
    }
}

impl From<Raw> for EventType {
    fn from(raw: Raw) -> Self {
        Self::new(&raw.raw)
    }
}

impl Provider {
    /// When a decision about an event in a state is due, by its deadline and its cloud's own start, where it takes an
    /// action at all; see [`Event::decide_by`].
    #[must_use]
    pub fn decide_by(
        self,
        state: StateKind,
        deadline: Option<Timestamp>,
        start: Option<Timestamp>,
    ) -> Option<Timestamp> {
        let is_open = matches!(
            state,
            StateKind::Inquiring | StateKind::Scheduled | StateKind::Other
        );
        match self.time_limit() {
            _ if !is_open => None,
            TimeLimit::OwnStart | TimeLimit::Deadline => deadline.or(start),
            TimeLimit::FirstPlan => start.or(deadline),
        }
    }
}

impl Event {
    /// What a planned time of an action on it is held against.
    pub(crate) fn bound(&self) -> Bound {
        Bound::of(self, self.provider.time_limit())
    }

    /// When a decision is due: the deadline, or the cloud's own start where it states none, or where that comes
    /// before it; none where nobody can decide anything, because it takes no action.
    #[must_use]
    pub fn decide_by(&self) -> Option<Timestamp> {
        self.latest_start().filter(|_| !self.actions().is_empty())
    }

    /// Until when it has not begun, whether or not somebody can do something about it.
    #[must_use]
    pub fn latest_start(&self) -> Option<Timestamp> {
        self.provider
            .decide_by(self.state.kind, self.deadline, self.not_before)
    }

    /// What may be done about it now.
    #[must_use]
    pub fn actions(&self) -> Vec<ActionOffer> {
        if self.id.is_empty() {
            return Vec::new();
        }
        ActionOffer::of(self.provider, self.standing())
    }

    /// The name of its resource, where the event says it itself. Foreign text.
    #[must_use]
    pub fn resource_name(&self) -> Option<String> {
        let name = self.provider.resource_name(&self.raw)?;
        let name = name.trim();
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// Locale → text of a description, from the JSON that the cloud sent for it; `und` where it
    /// names no locale. Empty for what is none.
    #[must_use]
    pub fn describe(provider: Provider, json: &str) -> Vec<(String, String)> {
        provider.describe(json)
    }
}

impl ActionOffer {
    /// What an event takes, if it has an id.
    #[must_use]
    pub fn of(provider: Provider, on: Standing<'_>) -> Vec<Self> {
        let offer = |&action: &Action| {
            let applies = match provider.fit(action, on) {
                ActionFit::Takes {
                    by_type: Applies::Yes,
                    by_state: Applies::Yes,
                } => Applies::Yes,
                ActionFit::Takes { .. } => Applies::Unverified,
                ActionFit::StatePast | ActionFit::TypeMismatch | ActionFit::Restricted(_) => {
                    return None;
                }
            };
            Some(Self {
                action,
                applies,
                data_loss: provider.data_loss(action, Some(on.kind)),
                down: provider.down(action, on),
            })
        };
        provider.actions().iter().filter_map(offer).collect()
    }
}

impl ListedEvent<'_> {
    /// The event on its own.
    #[must_use]
    pub fn to_event(&self, account: &str) -> Event {
        let at = |time: Option<ListedTime<'_>>| time.map(|time| time.at);
        let owned = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
        Event {
            account: account.to_owned(),
            provider: self.provider,
            id: self.id.to_string(),
            resource_id: self.resource_id.to_string(),
            event_type: EventType::new(&self.event_type),
            state: State::new(&self.state),
            level: owned(&self.level),
            published_at: at(self.published_at),
            not_before: at(self.not_before),
            not_after: at(self.not_after),
            deadline: at(self.deadline),
            started_at: at(self.started_at),
            finished_at: at(self.finished_at),
            description: Event::describe(self.provider, self.description),
            source: owned(&self.source),
            restriction: self.restriction,
            raw: self.raw.to_owned(),
        }
    }
}
