//! A rehearsal on a real account, by the cloud's own simulated events: made, found again and called off. It goes past
//! the journal, because nothing is done to an instance.

use std::{fmt, time::Duration};

use evenkeel::{
    ErrorClass, Event, Operation, Restriction, SimulatedEvents, Simulation, StateKind,
    simulated_lists,
};
use evenkeel_api::CallOutcome;

use crate::{
    account::Account,
    call_failure::{CallFailure, FailureKind},
    sync::{
        failure::SyncFailure,
        paginator::{Paginator, Step},
    },
    upstream::{SendError, Upstream},
};

/// Rehearses with one account.
#[derive(Debug, Clone, Copy)]
pub struct Simulator<'a> {
    account: &'a Account,
    upstream: &'a Upstream,
    simulation: &'static Simulation,
}

/// Why the cloud did not do it, in its own words, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulateError {
    /// What the key needs for it.
    permission: &'static str,
    acts: bool,
    failure: SyncFailure,
}

impl<'a> Simulator<'a> {
    /// None of an account whose cloud simulates no events.
    pub fn of(account: &'a Account, upstream: &'a Upstream) -> Option<Self> {
        Some(Self {
            account,
            upstream,
            simulation: account.provider().simulation()?,
        })
    }

    /// What the cloud simulates.
    pub fn simulation(&self) -> &'static Simulation {
        self.simulation
    }

    /// Lets the cloud make the events, by one call that is sent once; gives their ids.
    ///
    /// # Errors
    /// When the cloud refuses it, or its answer did not come.
    pub async fn create(&self, events: &SimulatedEvents) -> Result<Vec<String>, SimulateError> {
        let request = self
            .simulation
            .create_request(events, &self.account.scope());
        self.once(&request)
            .await
            .map_err(SyncFailure::from)
            .and_then(|answer| Ok(self.simulation.created(&answer)?))
            .map_err(|failure| SimulateError {
                permission: self.simulation.create.permission,
                acts: true,
                failure,
            })
    }

    /// Calls events off, no more than a call takes, by one call that is sent once.
    ///
    /// # Errors
    /// When the cloud refuses it, or its answer did not come.
    pub async fn cancel(&self, event_ids: &[String]) -> Result<(), SimulateError> {
        let request = self
            .simulation
            .cancel_request(event_ids, &self.account.scope());
        self.once(&request)
            .await
            .map_err(SyncFailure::from)
            .and_then(|answer| Ok(self.simulation.canceled(&answer)?))
            .map_err(|failure| SimulateError {
                permission: self.simulation.cancel.permission,
                acts: true,
                failure,
            })
    }

    /// The account's simulated events that are not over, of these instances; of all where none is named.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub async fn open(&self, instances: &[String]) -> Result<Vec<Event>, SimulateError> {
        let is_open = |event: &Event| {
            event.restriction == Some(Restriction::Simulated)
                && matches!(
                    event.state.kind,
                    StateKind::Scheduled | StateKind::Executing
                )
                && (instances.is_empty() || instances.contains(&event.resource_id))
        };
        let mut open: Vec<Event> = Vec::new();
        // One that moved from page to page while they were read comes twice.
        let mut keep = |events: Vec<Event>| {
            for event in events.into_iter().filter(is_open) {
                if open.iter().all(|known| known.id != event.id) {
                    open.push(event);
                }
            }
        };
        for list in simulated_lists(self.account.provider(), instances) {
            self.read(list, &mut keep).await?;
        }
        Ok(open)
    }

    /// Reads a list to its end.
    async fn read(
        &self,
        list: Operation,
        keep: &mut (dyn FnMut(Vec<Event>) + Send),
    ) -> Result<(), SimulateError> {
        let scope = self.account.scope();
        let mut paginator = Paginator::new(scope.clone(), list);
        loop {
            let request = paginator.operation().request(&scope);
            match paginator.take(self.upstream.send(self.account, &request).await) {
                Step::More(events) => keep(events),
                Step::Done(events) => {
                    keep(events);
                    return Ok(());
                }
                Step::Wait { ms, .. } => tokio::time::sleep(Duration::from_millis(ms)).await,
                Step::Failed(failure) => {
                    return Err(SimulateError {
                        permission: self.account.provider().facts().list_permission,
                        acts: false,
                        failure,
                    });
                }
            }
        }
    }

    async fn once(&self, request: &evenkeel::Request) -> Result<evenkeel::Response, SendError> {
        let now = self.upstream.clock().now_ms();
        let signed = self.upstream.sign(self.account, request, now)?;
        Upstream::dispatch(self.account, signed).await
    }
}

impl fmt::Display for SimulateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failure = &self.failure;
        let SyncFailure::Call(call) = failure else {
            return write!(f, "{failure}");
        };
        match call.kind() {
            FailureKind::Refused(ErrorClass::Denied) => {
                let permission = self.permission;
                write!(f, "the key may not: grant `{permission}` ({failure})")
            }
            FailureKind::Refused(ErrorClass::Credentials | ErrorClass::Clock) => {
                let advice = "`evenkeel accounts check` says what is wrong with the key";
                write!(f, "{failure}; {advice}")
            }
            _ if self.acts && call.outcome() == CallOutcome::Unknown => {
                let advice =
                    "it may have been done all the same: look at the list before you do it again";
                write!(f, "{failure}; {advice}")
            }
            _ if matches!(call, CallFailure::Refused(_)) => {
                write!(f, "the cloud refuses it: {failure}")
            }
            _ => write!(f, "{failure}"),
        }
    }
}

impl std::error::Error for SimulateError {}
