//! Faults on demand: what to spoil, how, and how often.

mod parse;

use std::{collections::HashSet, time::Duration};

pub(crate) use parse::parse;
use serde::Serialize;

use crate::cloud::{Cloud, Operation};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Refused for calling too often, with a hint how long to wait.
    Throttle {
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after_s: Option<u32>,
    },
    /// Refused with this status.
    Error {
        status: u16,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// Answered late.
    Delay { ms: u64 },
    /// Done, but the connection closes without an answer.
    LostAnswer,
    /// Some of a batch's items fail.
    FailItems {
        #[serde(skip_serializing_if = "Option::is_none")]
        event_ids: Option<HashSet<String>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        count: Option<usize>,
    },
    /// A batch's results come back in the opposite order.
    ReorderResults,
    /// Resource ids end in a line break, as in ENS' documented sample.
    TrailingNewline,
}

impl Kind {
    /// Whether the call fails before anything is done.
    fn refuses(&self) -> bool {
        matches!(self, Self::Throttle { .. } | Self::Error { .. })
    }

    /// Whether it means anything for a call of this operation about these events.
    fn fits(&self, operation: Operation, event_ids: &[&str]) -> bool {
        match self {
            Self::FailItems {
                event_ids: Some(ids),
                ..
            } => operation.acts() && event_ids.iter().any(|id| ids.contains(*id)),
            Self::FailItems { .. } => operation.acts(),
            Self::ReorderResults => operation.is_batch(),
            Self::TrailingNewline => {
                operation.is_batch() || operation == Operation::DescribeHistoryEvents
            }
            _ => true,
        }
    }
}

/// One fault that has been asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    /// `*` or the name of an operation.
    pub(crate) operation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) provider: Option<Cloud>,
    #[serde(flatten)]
    pub(crate) kind: Kind,
    /// How many more calls it spoils; `null` is all of them.
    pub(crate) times: Option<u32>,
}

impl Fault {
    fn fits(&self, operation: Operation, event_ids: &[&str]) -> bool {
        self.times != Some(0)
            && self
                .provider
                .is_none_or(|provider| provider == operation.cloud())
            && (self.operation == "*" || self.operation == operation.as_str())
            && self.kind.fits(operation, event_ids)
    }
}

/// How one call is spoiled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) delay: Duration,
    /// A throttle or an error.
    pub(crate) refusal: Option<Kind>,
    pub(crate) lost: bool,
    pub(crate) failing_ids: HashSet<String>,
    pub(crate) failing_first: usize,
    pub(crate) reorder: bool,
    pub(crate) newline: bool,
}

impl Plan {
    /// Whether the item at this place of the call fails.
    pub(crate) fn fails(&self, at: usize, event_id: &str) -> bool {
        at < self.failing_first || self.failing_ids.contains(event_id)
    }

    fn add(&mut self, kind: &Kind) {
        match kind {
            Kind::Throttle { .. } | Kind::Error { .. } => self.refusal = Some(kind.clone()),
            Kind::Delay { ms } => {
                self.delay = self.delay.saturating_add(Duration::from_millis(*ms));
            }
            Kind::LostAnswer => self.lost = true,
            Kind::FailItems { event_ids, count } => {
                self.failing_ids.extend(event_ids.iter().flatten().cloned());
                self.failing_first = self.failing_first.max(count.unwrap_or(0));
            }
            Kind::ReorderResults => self.reorder = true,
            Kind::TrailingNewline => self.newline = true,
        }
    }
}

/// The faults that are in force, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, faults: Vec<Fault>) {
        self.0.extend(faults);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.0
    }

    /// Which faults a call meets. Each one it meets is used once; a call that is refused meets no
    /// other fault but delays.
    pub(crate) fn take(&mut self, operation: Operation, event_ids: &[&str]) -> Plan {
        let mut plan = Plan::default();
        let refuser = self
            .0
            .iter()
            .position(|fault| fault.kind.refuses() && fault.fits(operation, event_ids));
        for (at, fault) in self.0.iter_mut().enumerate() {
            let met = match refuser {
                Some(refuser) => at == refuser || matches!(fault.kind, Kind::Delay { .. }),
                None => true,
            };
            if met && fault.fits(operation, event_ids) {
                plan.add(&fault.kind);
                fault.times = fault.times.map(|times| times - 1);
            }
        }
        self.0.retain(|fault| fault.times != Some(0));
        plan
    }
}
