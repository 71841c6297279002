//! What arrived: the counts, which are the proof that nothing was sent twice, and a log of the last calls.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::{provider::Operation, trace::Trace};

/// The log keeps so many calls, and not more text than this; older ones go first.
const MOST_CALLS: usize = 1000;
const MOST_BYTES: usize = 8 * 1024 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Tally {
    operations: BTreeMap<&'static str, u64>,
    acts: BTreeMap<(&'static str, String), Acts>,
    log: VecDeque<Logged>,
    bytes: usize,
    /// How many calls were ever logged.
    calls: u64,
}

/// How often one event was acted on.
#[derive(Debug, Default, Clone, Copy, Serialize)]
struct Acts {
    /// Orders for it that arrived and were looked at.
    received: u64,
    /// Those that were carried out.
    accepted: u64,
}

#[derive(Debug)]
struct Logged {
    number: u64,
    text: Box<RawValue>,
}

/// The counts and the log, as `GET /_sandbox/calls` shows them.
#[derive(Serialize)]
pub(crate) struct TallyView<'a> {
    operations: &'a BTreeMap<&'static str, u64>,
    totals: Acts,
    events: Vec<EventActs<'a>>,
    calls: Vec<&'a RawValue>,
    /// Calls that the log no longer holds.
    forgotten: u64,
}

#[derive(Serialize)]
struct EventActs<'a> {
    provider: &'static str,
    event_id: &'a str,
    #[serde(flatten)]
    acts: Acts,
}

#[derive(Serialize)]
struct Numbered<'a> {
    number: u64,
    #[serde(flatten)]
    trace: &'a Trace,
}

impl Tally {
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

    /// Logs an answered call.
    pub(crate) fn log(&mut self, trace: &Trace) {
        self.calls += 1;
        let number = self.calls;
        let Ok(text) = serde_json::value::to_raw_value(&Numbered { number, trace }) else {
            return;
        };
        self.bytes += text.get().len();
        self.log.push_back(Logged { number, text });
        while self.log.len() > MOST_CALLS || self.bytes > MOST_BYTES {
            match self.log.pop_front() {
                Some(oldest) => self.bytes -= oldest.text.get().len(),
                None => return,
            }
        }
    }

    /// Everything, of the log only what came after the call of this number.
    pub(crate) fn view(&self, after: u64) -> TallyView<'_> {
        let mut totals = Acts::default();
        for acts in self.acts.values() {
            totals.received += acts.received;
            totals.accepted += acts.accepted;
        }
        TallyView {
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
            calls: self
                .log
                .iter()
                .filter(|call| call.number > after)
                .map(|call| &*call.text)
                .collect(),
            forgotten: self
                .log
                .front()
                .map_or(self.calls, |oldest| oldest.number - 1),
        }
    }
}
