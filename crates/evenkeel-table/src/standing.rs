//! How events stand: account, type and state, of which a hundred thousand events have a few dozen.

use evenkeel::{DataLoss, Event, EventType, Provider, Restriction, State, StateKind, Timestamp};

use crate::blob::Blob;
use crate::dictionary::Dictionary;

/// How far events are that the clouds list: in one of these states.
pub type Stage = &'static [StateKind];

/// What decides what can be done about an event, times aside.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) account: String,
    pub(crate) provider: Provider,
    pub(crate) event_type: EventType,
    pub(crate) state: State,
    pub(crate) restriction: Option<Restriction>,
    /// An event without an id takes no action.
    has_id: bool,
    /// Whether anything can be done about it.
    pub(crate) takes_action: bool,
    /// The worst that acting on it, or letting it happen, may cost.
    pub(crate) data_at_risk: DataLoss,
}

impl Standing {
    fn is(&self, event: &Event) -> bool {
        self.account == event.account
            && self.provider == event.provider
            && self.event_type == event.event_type
            && self.state == event.state
            && self.restriction == event.restriction
            && self.has_id != event.id.is_empty()
    }

    fn of(event: &Event) -> Self {
        let offers = event.actions();
        let worst = offers.iter().map(|offer| offer.data_loss).max();
        Self {
            account: event.account.clone(),
            provider: event.provider,
            event_type: event.event_type.clone(),
            state: event.state.clone(),
            restriction: event.restriction,
            has_id: !event.id.is_empty(),
            takes_action: !offers.is_empty(),
            data_at_risk: worst.unwrap_or(DataLoss::No),
        }
    }

    /// Until when a person can still decide.
    pub(crate) fn decide_by(
        &self,
        deadline: Option<Timestamp>,
        start: Option<Timestamp>,
    ) -> Option<Timestamp> {
        self.provider
            .decide_by(self.state.kind, deadline, start)
            // As `Event::decide_by`.
            .filter(|_| self.takes_action)
    }

    fn folded(&self) -> String {
        let texts = [
            self.account.as_str(),
            &self.event_type.raw,
            self.event_type.kind.as_str(),
            &self.state.raw,
            self.state.kind.as_str(),
        ];
        texts.join("\n").to_lowercase()
    }
}

/// All of them, and their text.
#[derive(Debug, Default)]
pub(crate) struct Standings {
    all: Dictionary<Standing>,
    pub(crate) text: Blob,
}

impl Standings {
    /// The number of how an event stands.
    pub(crate) fn number(&mut self, event: &Event) -> u32 {
        let key = (&event.account, &event.event_type.raw, &event.state.raw);
        let text = &mut self.text;
        self.all.number(
            key,
            |known| known.is(event),
            || {
                let made = Standing::of(event);
                text.push(&made.folded());
                made
            },
        )
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Standing> {
        self.all.get(number)
    }

    pub(crate) fn all(&self) -> &[Standing] {
        self.all.values()
    }
}
