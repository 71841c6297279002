//! Keeps the faults that were asked for: what goes wrong, with which calls, and how often. `docs/sandbox.md` is their
//! reference.

mod fields;
mod kind;
mod parse;

use std::{collections::BTreeSet, time::Duration};

pub(crate) use kind::{FaultKind, Items, When};
pub use parse::FaultPlanError;
pub(crate) use parse::parse;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use serde::Serialize;

use crate::{
    answer::{DropConnection, ForeignBody},
    provider::Operation,
};

/// A call as far as faults look at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// The cloud's name.
    pub(crate) provider: &'static str,
    pub(crate) operation: &'static Operation,
    /// The events that it acts on.
    pub(crate) event_ids: &'a [&'a str],
    /// Whether it asks for a page that another one came before.
    pub(crate) is_further_page: bool,
}

/// One fault that has been asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Fault {
    /// `*` or the name of an operation.
    pub(crate) operation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) provider: Option<&'static str>,
    #[serde(flatten)]
    pub(crate) kind: FaultKind,
    /// How many more calls it meets; `null` is all of them.
    pub(crate) times: Option<u32>,
    /// The numbers of the calls that it meets, counted from when it was added; sorted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nth: Option<Vec<u64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) probability: Option<f64>,
    /// How long it stays, in seconds of the sandbox's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) for_s: Option<u32>,
    /// What its probability is drawn from, when not the sandbox's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seed: Option<u64>,
    /// How many calls fitted so far.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) seen: u64,
    /// How many of them it met.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) met: u64,
    /// When it was added, by the sandbox's clock, and as which one.
    #[serde(skip)]
    added_at: i64,
    #[serde(skip)]
    number: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Fault {
    fn fits(&self, target: &Target<'_>) -> bool {
        self.provider
            .is_none_or(|provider| provider == target.provider)
            && (self.operation == "*" || self.operation == target.operation.name)
            && self.kind.fits(target)
    }

    /// Whether no call can meet it any more.
    fn is_over(&self, now: i64) -> bool {
        self.times == Some(0)
            || self
                .nth
                .as_ref()
                .and_then(|nth| nth.last())
                .is_some_and(|last| self.seen >= *last)
            || self
                .for_s
                .is_some_and(|seconds| now - self.added_at >= i64::from(seconds) * 1000)
    }

    /// Counts a call that fits, and says whether the fault meets it.
    fn meets(&mut self, target: &Target<'_>, now: i64, seed: u64) -> bool {
        if self.is_over(now) || !self.fits(target) {
            return false;
        }
        self.seen += 1;
        let is_met = match (&self.nth, self.probability) {
            (Some(nth), _) => nth.binary_search(&self.seen).is_ok(),
            (None, Some(probability)) => self.draw(seed) < probability,
            (None, None) => true,
        };
        if is_met {
            self.met += 1;
            self.times = self.times.map(|times| times - 1);
        }
        is_met
    }

    /// A number from 0 to 1 that depends on nothing but the seed, the fault's number and the call's.
    fn draw(&self, seed: u64) -> f64 {
        let seed = self
            .seed
            .unwrap_or(seed)
            .wrapping_add(self.number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .wrapping_add(self.seen.wrapping_mul(0xd1b5_4a32_d192_ed03));
        Pcg64Mcg::seed_from_u64(seed).random()
    }
}

impl FaultKind {
    /// The body that an `error` has in place of the cloud's own body.
    pub(crate) fn foreign_body(&self) -> Option<ForeignBody> {
        match self {
            Self::Error {
                body: Some(body),
                content_type,
                ..
            } => Some(ForeignBody {
                content_type: content_type.clone().unwrap_or("text/html".to_owned()),
                body: body.clone(),
            }),
            _ => None,
        }
    }
}

/// What all faults together do to one call.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Effects {
    pub(crate) delay: Duration,
    /// A throttle or an error.
    pub(crate) refusal: Option<FaultKind>,
    /// The connection is reset before anything is done.
    pub(crate) reset_before: Option<DropConnection>,
    /// The connection ends so instead of the answer.
    pub(crate) dropped: Option<DropConnection>,
    failing: Vec<FaultKind>,
    pub(crate) reorder: bool,
    pub(crate) missing: Vec<Items>,
    pub(crate) extra: Vec<Items>,
    pub(crate) newline: bool,
    pub(crate) duplicate_page: bool,
    /// How old what a list shows is, in ms.
    pub(crate) stale_ms: i64,
    /// What is done to the body.
    pub(crate) body: Vec<FaultKind>,
    /// The kinds that were met, for the log.
    pub(crate) met: Vec<&'static str>,
}

impl Effects {
    /// The `fail_items` that fails the item at this place of the call.
    pub(crate) fn failure(&self, at: usize, event_id: &str) -> Option<&FaultKind> {
        self.failing.iter().find(|kind| match kind {
            FaultKind::FailItems { items, .. } => items.holds(at, event_id),
            _ => false,
        })
    }

    fn add(&mut self, kind: &FaultKind) {
        self.met.push(kind.name());
        match kind {
            FaultKind::Throttle { .. } | FaultKind::Error { .. } => {
                self.refusal = Some(kind.clone());
            }
            FaultKind::Delay { ms } => {
                self.delay = self.delay.saturating_add(Duration::from_millis(*ms));
            }
            FaultKind::LostAnswer => self.dropped = self.dropped.or(Some(DropConnection::Close)),
            FaultKind::Reset { when } => match when {
                When::Before => self.reset_before = Some(DropConnection::Reset),
                When::After => self.dropped = Some(DropConnection::Reset),
            },
            FaultKind::FailItems { .. } => self.failing.push(kind.clone()),
            FaultKind::ReorderResults => self.reorder = true,
            FaultKind::MissingResults(items) => self.missing.push(items.clone()),
            FaultKind::ExtraResults(items) => self.extra.push(items.clone()),
            FaultKind::TrailingNewline => self.newline = true,
            FaultKind::DuplicatePage => self.duplicate_page = true,
            FaultKind::StaleLists { ms } => {
                self.stale_ms = self.stale_ms.max(i64::try_from(*ms).unwrap_or(i64::MAX));
            }
            FaultKind::SlowBody { .. }
            | FaultKind::TruncatedBody { .. }
            | FaultKind::WrongContentType { .. } => {
                self.body.push(kind.clone());
            }
        }
    }
}

/// The faults that are in force, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    /// What probabilities are drawn from.
    seed: u64,
    added: u64,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, faults: Vec<Fault>, now: i64) {
        for mut fault in faults {
            (fault.added_at, fault.number) = (now, self.added);
            self.added += 1;
            self.list.push(fault);
        }
    }

    /// Clears them; what is added next is drawn as if it were the first.
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.added = 0;
    }

    /// Lists the faults that a call can still meet.
    pub(crate) fn list(&self, now: i64) -> Vec<&Fault> {
        self.list
            .iter()
            .filter(|fault| !fault.is_over(now))
            .collect()
    }

    /// Finds the faults that a call meets: delays, and the first that refuses it or, when none does, all the others. A
    /// call that is refused does not count for the others.
    pub(crate) fn take(&mut self, target: &Target<'_>, now: i64) -> Effects {
        let seed = self.seed;
        let mut effects = Effects::default();
        let mut take = |wanted: fn(&FaultKind) -> bool, only_first: bool| {
            for fault in self.list.iter_mut().filter(|fault| wanted(&fault.kind)) {
                if fault.meets(target, now, seed) {
                    effects.add(&fault.kind);
                    if only_first {
                        return true;
                    }
                }
            }
            false
        };
        take(FaultKind::delays, false);
        if !take(FaultKind::refuses, true) {
            take(|kind| !kind.delays() && !kind.refuses(), false);
        }
        self.list.retain(|fault| !fault.is_over(now));
        effects
    }
}

impl Items {
    /// Whether they hold the item at this place.
    pub(crate) fn holds(&self, at: usize, event_id: &str) -> bool {
        match self {
            Self::Ids { event_ids } => event_ids.contains(event_id),
            Self::First { count } => at < *count,
        }
    }

    /// Whether a call about these events has any of them.
    fn are_among(&self, event_ids: &[&str]) -> bool {
        match self {
            Self::Ids { event_ids: ids } => event_ids.iter().any(|id| ids.contains(*id)),
            Self::First { .. } => true,
        }
    }
}

impl From<BTreeSet<String>> for Items {
    fn from(event_ids: BTreeSet<String>) -> Self {
        Self::Ids { event_ids }
    }
}

#[cfg(test)]
mod tests;
