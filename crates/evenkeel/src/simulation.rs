//! The rehearsal that a cloud has itself: events that it simulates, which come, are listed and go, while nothing
//! happens to an instance. They are no operations: nobody plans, rules on or journals them.

use std::fmt;

use crate::http::{Request, Scope};
use crate::id::ResourceId;
use crate::json::Node;
use crate::provider::Provider;
use crate::time::Timestamp;

/// How a cloud simulates events, as data: what is granted for it, how much a call takes, and how the calls are written
/// and their answers read.
#[derive(Clone, Copy)]
pub struct Simulation {
    /// The types that it simulates, the most harmless first.
    pub types: &'static [SimulatedType],
    /// Makes events; its ids are those of instances.
    pub create: SimulationCall,
    /// Calls events off; its ids are theirs.
    pub cancel: SimulationCall,
    /// The parameter that would make the cloud really do what it simulates. It is never sent.
    pub never_sent: &'static str,
    pub(crate) provider: Provider,
    pub(crate) create_request: fn(&SimulatedEvents, &Scope) -> Request,
    pub(crate) cancel_request: fn(&[String], &Scope) -> Request,
    /// The ids of the events of an answer; none where it has no list of them.
    pub(crate) read_created: fn(&Node<'_>) -> Option<Vec<String>>,
    /// None of an answer that does not say what a success says.
    pub(crate) read_canceled: fn(&Node<'_>) -> Option<()>,
}

/// A type of events that a cloud simulates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimulatedType {
    /// The cloud's name of it.
    pub name: &'static str,
    /// Whether an event of it is under way from the beginning, and not planned first.
    pub is_at_once: bool,
}

/// One of the two calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimulationCall {
    /// The cloud's name of it.
    pub name: &'static str,
    /// The permission that it needs.
    pub permission: &'static str,
    /// How many ids it takes.
    pub most_ids: usize,
}

/// Checked events to be simulated, one for each instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedEvents {
    pub(crate) event_type: SimulatedType,
    pub(crate) instances: Vec<ResourceId>,
    pub(crate) until: Timestamp,
}

/// What is wrong with events that are to be simulated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SimulationFlaw {
    /// The cloud does not simulate the type.
    #[error("`{given}` is no type that the cloud simulates: there are `{}`", .known.join("`, `"))]
    Type {
        /// What was asked for.
        given: String,
        /// What there is.
        known: Vec<&'static str>,
    },
    /// None, or more instances than a call takes.
    #[error("name 1 to {most} instances, not {given}")]
    Count {
        /// How many were named.
        given: usize,
        /// How many there may be.
        most: usize,
    },
    /// What is no id.
    #[error(
        "`{0}` is no id of an instance: take it as the cloud shows it, without spaces or commas"
    )]
    Instance(String),
    /// The same instance again.
    #[error("`{0}` is named twice: one event is made for each instance")]
    Twice(String),
}

impl fmt::Debug for Simulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.create.name)
    }
}

impl Simulation {
    /// Checks what is to be simulated. Whether the time is to come is the cloud's to say: it has its own clock.
    ///
    /// # Errors
    /// The first [`SimulationFlaw`] found.
    pub fn events(
        &self,
        event_type: &str,
        instances: &[String],
        until: Timestamp,
    ) -> Result<SimulatedEvents, SimulationFlaw> {
        let known = self.types.iter().find(|known| known.name == event_type);
        let event_type = *known.ok_or_else(|| SimulationFlaw::Type {
            given: event_type.to_owned(),
            known: self.types.iter().map(|known| known.name).collect(),
        })?;
        let (given, most) = (instances.len(), self.create.most_ids);
        if !(1..=most).contains(&given) {
            return Err(SimulationFlaw::Count { given, most });
        }
        let mut ids: Vec<ResourceId> = Vec::with_capacity(given);
        for text in instances {
            let id = ResourceId::parse(self.provider, text)
                .ok()
                .filter(|_| !text.contains(','))
                .ok_or_else(|| SimulationFlaw::Instance(text.clone()))?;
            if ids.contains(&id) {
                return Err(SimulationFlaw::Twice(text.clone()));
            }
            ids.push(id);
        }
        Ok(SimulatedEvents {
            event_type,
            instances: ids,
            until: until.whole_seconds(),
        })
    }

    /// The unsigned request that makes the events.
    #[must_use]
    pub fn create_request(&self, events: &SimulatedEvents, scope: &Scope) -> Request {
        (self.create_request)(events, scope)
    }

    /// The unsigned request that calls events off, of no more than a call takes.
    #[must_use]
    pub fn cancel_request(&self, event_ids: &[String], scope: &Scope) -> Request {
        let ids = event_ids.get(..self.cancel.most_ids).unwrap_or(event_ids);
        (self.cancel_request)(ids, scope)
    }
}

impl SimulatedEvents {
    /// What they are.
    #[must_use]
    pub fn event_type(&self) -> SimulatedType {
        self.event_type
    }

    /// The instances, each of them once.
    #[must_use]
    pub fn instances(&self) -> &[ResourceId] {
        &self.instances
    }

    /// When they are over, to the second.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        self.until
    }
}
