//! States what the sandbox asks of a simulated cloud. `service.rs` asks it, call by call; `clouds.rs` has those who answer.

use std::fmt::Debug;

use axum::{response::Response, routing::MethodFilter};

use crate::{
    Keys,
    call::Call,
    call_counts::CallCounts,
    call_log::CallEntry,
    event::{Event, EventRecord},
    fault::Effects,
    fleet::EventList,
    nonce::Nonces,
    provider::{Operation, Provider},
    refusal::Refusal,
    resource::ResourceList,
};

/// How far a client's clock may be off, where a cloud has no limit of its own.
pub(crate) const MAX_SKEW_MS: i64 = 15 * 60 * 1000;

/// Says where a cloud is called. Several may have the same route: [`Cloud::is_for`] tells their calls apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Route {
    /// At this path, as axum writes paths, with one of these methods.
    Path(&'static str, MethodFilter),
    /// Wherever no path of a cloud is.
    Rest,
}

/// A simulated cloud. A call meets the methods in the order in which they stand here.
pub(crate) trait Cloud: Debug + Sync {
    /// Its names and its operations.
    fn provider(&self) -> &'static Provider;

    /// The keys that it accepts.
    fn keys(&self) -> &'static Keys;

    /// Where it is called.
    fn route(&self) -> Route;

    /// Whether a call on its route is its own, and not another cloud's. What is nobody's is refused by the first cloud of
    /// the route.
    fn is_for(&self, call: &Call) -> bool;

    /// A new id for a request, as the cloud writes them.
    fn request_id(&self) -> String;

    /// The header of an answer that has this id.
    fn request_id_header(&self) -> &'static str;

    /// Tells the log what a call says of itself, before any of it is believed: who signed it, the operation, the
    /// parameters.
    fn describe(&self, call: &Call, entry: &mut CallEntry);

    /// Checks who signed a call, when (by `now`, in ms since the epoch) and whether for the first time.
    ///
    /// # Errors
    /// What the gate in front of the service says. No fault meets a call that is refused here.
    fn verify(&self, call: &Call, now: i64, nonces: &Nonces)
    -> Result<&'static Operation, Refusal>;

    /// Reads what a verified call asks for, as far as it can be judged without looking at events.
    ///
    /// # Errors
    /// What the service says of a parameter that is wrong.
    fn read(
        &self,
        operation: &'static Operation,
        call: &Call,
        now: i64,
    ) -> Result<Box<dyn Request>, Refusal>;

    /// What is said when calls come too often.
    fn throttled(&self) -> Refusal;

    /// What is usually said with this status.
    fn usual_error(&self, status: u16) -> Refusal;

    /// What is said of a body that is too large to be read.
    fn too_large(&self) -> Refusal;

    /// Writes a refusal as the cloud does; without a call when that could not be read.
    fn refuse(&self, refusal: &Refusal, call: Option<&Call>, request_id: &str) -> Response;

    /// Makes `count` events from a seed, with times around `now`, that stay `step` ms in each state.
    fn generate(&self, seed: u64, count: usize, now: i64, step: i64) -> Vec<Event>;

    /// The types that its documentation knows.
    fn event_types(&self) -> &'static [&'static str];

    /// Checks an event of a state document for what is the cloud's own.
    ///
    /// # Errors
    /// What is wrong with it.
    fn check(&self, event: &EventRecord<'_>) -> Result<(), String>;
}

/// A call that a cloud has read. It is carried out once the faults have had their say.
pub(crate) trait Request: Send {
    /// The events that it acts on.
    fn event_ids(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Whether it asks for a page that another one came before.
    fn is_further_page(&self) -> bool {
        false
    }

    /// Looks at the events, or changes them, and answers.
    ///
    /// # Errors
    /// What the service says instead.
    fn respond(&self, context: Context<'_>) -> Result<Response, Refusal>;
}

/// What a request is carried out with.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    /// The cloud's events.
    pub(crate) events: &'a mut EventList,
    /// Its machines.
    pub(crate) resources: &'a ResourceList,
    /// In ms since the epoch.
    pub(crate) now: i64,
    /// How faults change what happens and what is answered.
    pub(crate) effects: &'a Effects,
    pub(crate) request_id: &'a str,
    pub(crate) counts: &'a mut CallCounts,
    pub(crate) provider: &'static Provider,
}

impl Context<'_> {
    /// Counts an order for an event that was looked at: the proof that nothing is sent twice.
    pub(crate) fn count(&mut self, event_id: &str, accepted: bool) {
        self.counts.act(self.provider.name, event_id, accepted);
    }

    /// Counts an order that names a machine and no event.
    pub(crate) fn count_resource(&mut self, resource_id: &str, accepted: bool) {
        self.counts
            .act_on_resource(self.provider.name, resource_id, accepted);
    }
}
