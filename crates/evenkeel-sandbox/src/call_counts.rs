//! Counts what arrived: the proof that nothing was sent twice.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::provider::Operation;

/// How often operations were called and events acted on.
#[derive(Debug, Default)]
pub(crate) struct CallCounts {
    operations: BTreeMap<&'static str, u64>,
    /// By the name of the cloud and the event's id.
    acts: BTreeMap<(&'static str, String), Acts>,
}

/// How often one event was acted on.
#[derive(Debug, Default, Clone, Copy, Serialize)]
struct Acts {
    /// Orders for it that arrived and were looked at.
    received: u64,
    /// Those that were carried out.
    accepted: u64,
}

/// The counts, as `GET /_sandbox/calls` shows them.
#[derive(Serialize)]
pub(crate) struct CountsView<'a> {
    operations: &'a BTreeMap<&'static str, u64>,
    totals: Acts,
    events: Vec<EventActs<'a>>,
}

#[derive(Serialize)]
struct EventActs<'a> {
    provider: &'static str,
    event_id: &'a str,
    #[serde(flatten)]
    acts: Acts,
}

impl CallCounts {
    /// Counts a call whose signature held.
    pub(crate) fn call(&mut self, operation: &'static Operation) {
        *self.operations.entry(operation.name).or_default() += 1;
    }

    /// Counts an order for an event.
    pub(crate) fn act(&mut self, provider: &'static str, event_id: &str, accepted: bool) {
        let key = (provider, event_id.to_owned());
        let acts = self.acts.entry(key).or_default();
        acts.received += 1;
        acts.accepted += u64::from(accepted);
    }

    pub(crate) fn view(&self) -> CountsView<'_> {
        let mut totals = Acts::default();
        for acts in self.acts.values() {
            totals.received += acts.received;
            totals.accepted += acts.accepted;
        }
        CountsView {
            operations: &self.operations,
            totals,
            events: self
                .acts
                .iter()
                .map(|((provider, event_id), acts)| EventActs {
                    provider,
                    event_id,
                    acts: *acts,
                })
                .collect(),
        }
    }
}
