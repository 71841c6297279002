//! The rules, written once: for the parameters of every operation and for the items of a batch.
//!
//! What is true of one cloud's action comes in by [`ActionRules`], how an item is written by [`ReadItem`].

mod check;
mod item;
mod known_events;

pub(crate) use item::{ItemPart, Judge, Judged, Meaning, Named, Part, ReadItem, Timing};
use known_events::KnownEvents;

use crate::action::{Action, DataLoss, Down};
use crate::event::{ActionFit, Event, EventKind, Restriction, Standing};
use crate::facts::TimeLimit;
use crate::provider::Provider;
use crate::time::Timestamp;

/// What an action asks of an item, at one cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Whether it may be done at once.
    pub(crate) may_be_now: bool,
    /// Whether it may be done at a time.
    pub(crate) may_be_later: bool,
    /// What the cloud takes a missing time for, where it takes it for something.
    pub(crate) missing_time: Option<&'static str>,
    /// What the cloud takes a missing choice about the data for, where there is one to make.
    pub(crate) missing_data_policy: Option<&'static str>,
    /// Whether it takes a password, which counts for what is done at once.
    pub(crate) takes_password: bool,
}

impl Needs {
    /// Those of an action that is done at once or at a time, with no other choice.
    pub(crate) const TIME: Self = Self {
        may_be_now: true,
        may_be_later: true,
        missing_time: None,
        missing_data_policy: None,
        takes_password: false,
    };
}

/// What a planned time is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The cloud refuses a time from then on.
    Deadline(Timestamp),
    /// The cloud refuses a time after it.
    Latest(Timestamp),
    /// The cloud acts by itself then.
    OwnStart(Timestamp),
    /// Nothing that is known.
    None,
}

impl Bound {
    /// That of an event whose cloud limits times so.
    pub(crate) fn of(event: &Event, limit: TimeLimit) -> Self {
        let (at, bound): (_, fn(Timestamp) -> Self) = match limit {
            TimeLimit::OwnStart => (event.not_before, Self::OwnStart),
            TimeLimit::Deadline => (event.deadline, Self::Deadline),
            TimeLimit::FirstPlan => (event.deadline, Self::Latest),
        };
        at.map_or(Self::None, bound)
    }
}

/// An action at one cloud, as far as rules depend on it.
pub(crate) trait ActionRules: Copy {
    /// The cloud's own action; none that it does not have.
    fn of(action: Action) -> Option<Self>;
    /// The cloud.
    fn provider(self) -> Provider;
    /// The action.
    fn action(self) -> Action;
    /// What it asks of an item.
    fn needs(self) -> Needs;
    /// How it and an event that stands so go together.
    fn fit(self, on: Standing<'_>) -> ActionFit;
    /// What it costs on an event, before any choice about the data; of an unknown event its worst.
    fn data_loss(self, kind: Option<EventKind>) -> DataLoss;
    /// What it takes down on an event.
    fn down(self, on: Standing<'_>) -> Down;

    /// Whether its call names the resource and no event.
    fn acts_on_resource(self) -> bool {
        false
    }

    /// How long the cloud is to be given, in ms, before it is tried again on an event that it has not moved.
    fn again_after_ms(self) -> Option<i64> {
        None
    }

    /// A time as a call carries it.
    fn as_sent(self, at: Timestamp) -> Timestamp {
        at
    }
}

/// How an action and an event that stands so go together, with what is against it.
pub(crate) fn fit(act: impl ActionRules, on: Standing<'_>) -> ActionFit {
    match on.restriction {
        Some(restriction) if is_against(restriction, act) => ActionFit::Restricted(restriction),
        _ => act.fit(on),
    }
}

fn is_against(restriction: Restriction, act: impl ActionRules) -> bool {
    match restriction {
        Restriction::Simulated | Restriction::NoAction => true,
        Restriction::NoAgreement => act.action() == Action::Accept,
        Restriction::NoInstance => act.acts_on_resource(),
    }
}

/// What the rules know besides the input.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The time.
    pub now: Timestamp,
    /// The events that are known; rules about an event are silent for others.
    pub events: &'a [Event],
}

impl Rules<'_> {
    /// Rules at a time, with no event known.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { now, events: &[] }
    }
}
