//! Counts what arrived: the proof that nothing was sent twice.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::provider::Operation;

/// How often operations were called and events acted on.
#[derive(Debug, Default)]
pub(crate) struct CallCounts {
    /// By the names of the cloud and the operation.
    operations: BTreeMap<(&'static str, &'static str), u64>,
    /// By the name of the cloud and the event's id.
    events: BTreeMap<(&'static str, String), Acts>,
    /// By the name of the cloud and the machine's id, for orders that name no event.
    resources: BTreeMap<(&'static str, String), Acts>,
}

/// How often one event or machine was acted on.
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
    /// Of all clouds together.
    operations: BTreeMap<&'static str, u64>,
    /// Of each cloud.
    providers: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    totals: Acts,
    events: Vec<EventActs<'a>>,
    resources: Vec<ResourceActs<'a>>,
}

#[derive(Serialize)]
struct EventActs<'a> {
    provider: &'static str,
    event_id: &'a str,
    #[serde(flatten)]
    acts: Acts,
}

#[derive(Serialize)]
struct ResourceActs<'a> {
    provider: &'static str,
    resource_id: &'a str,
    #[serde(flatten)]
    acts: Acts,
}

impl Acts {
    fn add(&mut self, accepted: bool) {
        self.received += 1;
        self.accepted += u64::from(accepted);
    }
}

impl CallCounts {
    /// Counts a call whose signature held.
    pub(crate) fn call(&mut self, provider: &'static str, operation: &'static Operation) {
        let key = (provider, operation.name);
        *self.operations.entry(key).or_default() += 1;
    }

    /// Counts an order for an event.
    pub(crate) fn act(&mut self, provider: &'static str, event_id: &str, accepted: bool) {
        let key = (provider, event_id.to_owned());
        self.events.entry(key).or_default().add(accepted);
    }

    /// Counts an order for a machine, whatever that means for its events.
    pub(crate) fn act_on_resource(
        &mut self,
        provider: &'static str,
        resource_id: &str,
        accepted: bool,
    ) {
        let key = (provider, resource_id.to_owned());
        self.resources.entry(key).or_default().add(accepted);
    }

    pub(crate) fn view(&self) -> CountsView<'_> {
        let mut totals = Acts::default();
        for acts in self.events.values().chain(self.resources.values()) {
            totals.received += acts.received;
            totals.accepted += acts.accepted;
        }
        let mut operations: BTreeMap<_, u64> = BTreeMap::new();
        let mut providers: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for ((provider, operation), count) in &self.operations {
            *operations.entry(*operation).or_default() += count;
            let of_provider = providers.entry(*provider).or_default();
            of_provider.insert(*operation, *count);
        }
        let events = self.events.iter();
        let resources = self.resources.iter();
        CountsView {
            operations,
            providers,
            totals,
            events: events
                .map(|((provider, event_id), acts)| EventActs {
                    provider,
                    event_id,
                    acts: *acts,
                })
                .collect(),
            resources: resources
                .map(|((provider, resource_id), acts)| ResourceActs {
                    provider,
                    resource_id,
                    acts: *acts,
                })
                .collect(),
        }
    }
}
