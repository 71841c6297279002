//! What must hold where calls name an instance and no event: one act an instance. A second one waits until nobody is
//! in doubt about the first, and until the event that it was given for is over.

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use evenkeel_api::{Attempt, ItemReason, ItemState};

use super::SIGNATURE_LIFE;
use crate::cloud::{Evidence, InstanceAct, Span};

/// An item whose call names its instance, with its life.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) batch: String,
    pub(crate) index: u32,
    pub(crate) event: String,
    pub(crate) instance: String,
    pub(crate) state: ItemState,
    /// Whether it was not sent because of another act on its instance.
    pub(crate) is_held_up: bool,
    pub(crate) history: Vec<Attempt>,
}

impl Order {
    /// When its last call that may have acted then was signed: one that ended in nothing before has not, but what a
    /// person said of it proves nothing.
    fn signed_before(&self, at: i64) -> Option<i64> {
        let mut signed = None;
        for step in self.history.iter().filter(|step| step.at.as_millis() <= at) {
            signed = match step.state {
                ItemState::Queued | ItemState::Rejected => None,
                ItemState::NotSent if !is_a_persons_word(step) => None,
                _ => step.signed_at.or(signed),
            };
        }
        signed
            .map(evenkeel::Timestamp::as_millis)
            .filter(|signed| *signed <= at)
    }

    /// Until when a call of its may still have arrived that a person called not sent before; the cloud has told nothing
    /// of it since.
    fn denied_until(&self) -> Option<i64> {
        let denied = self.state == ItemState::NotSent && self.history.iter().any(is_a_persons_word);
        let signed = self.history.iter().filter_map(|step| step.signed_at).max();
        signed
            .filter(|_| denied)
            .map(|signed| signed.as_millis() + SIGNATURE_LIFE)
    }

    /// Whether its call is under way then, or nobody knows what it did.
    fn is_open_at(&self, at: i64) -> bool {
        let before = |step: &&Attempt| step.at.as_millis() <= at;
        let last = self.history.iter().rfind(before);
        last.is_some_and(|step| matches!(step.state, ItemState::Sending | ItemState::Unknown))
    }

    /// Its life, for whoever looks for what went wrong. Times are ms since the Unix epoch.
    pub(crate) fn life(&self) -> String {
        let mut life = format!("{} on {}:", self.name(), self.instance);
        for step in &self.history {
            let at = step.at.as_millis();
            let _ = write!(life, " {} at {at}", step.state);
            if let Some(signed) = step.signed_at {
                let _ = write!(life, ", signed at {}", signed.as_millis());
            }
            if let Some(detail) = &step.detail {
                let _ = write!(life, ", `{detail}`");
            }
            life.push(';');
        }
        life
    }

    pub(crate) fn is_taken(&self) -> bool {
        matches!(
            self.state,
            ItemState::Accepted | ItemState::Confirmed | ItemState::Superseded
        )
    }

    fn name(&self) -> String {
        let Self {
            batch,
            index,
            event,
            ..
        } = self;
        format!("item {index} of batch {batch} for {event}")
    }
}

fn is_a_persons_word(step: &Attempt) -> bool {
    step.detail.as_deref() == Some(ItemReason::Settled.as_str())
}

/// What does not hold, each in a sentence. What a person said of an order that was still on its way need not be true of
/// it, where `may_lie` says that one did.
pub(crate) fn judge(
    orders: &[Order],
    evidence: &Evidence,
    spans: &BTreeMap<String, Span>,
    may_lie: bool,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for order in orders {
        let is_open = matches!(
            order.state,
            ItemState::Queued | ItemState::Sending | ItemState::Unknown
        );
        if is_open {
            wrong.push(format!("{} is lost: it is {}", order.name(), order.state));
        }
    }
    let instances: BTreeSet<&str> = orders.iter().map(|order| &*order.instance).collect();
    for act in &evidence.instance_acts {
        if !instances.contains(&*act.instance) {
            wrong.push(format!(
                "nobody ordered call {} about {}",
                act.call, act.instance
            ));
        }
    }
    for instance in instances {
        let about = |order: &&Order| order.instance == instance;
        let orders: Vec<&Order> = orders.iter().filter(about).collect();
        let mut acts: Vec<&InstanceAct> = evidence.instance_acts.iter().collect();
        acts.retain(|act| act.instance == instance);
        acts.sort_by_key(|act| (act.at, act.call));
        let counted = evidence
            .instance_counts
            .get(instance)
            .map_or(0, |count| count.accepted);
        if counted != acts.len() as u64 {
            wrong.push(format!(
                "{instance} was acted on {counted} times, and the log shows {}",
                acts.len()
            ));
        }
        wrong.extend(one_at_a_time(instance, &orders, &acts, spans, may_lie));
        wrong.extend(told_truly(instance, &orders, &acts, may_lie));
    }
    wrong
}

/// Whose call an act was: of the order that was signed last before it.
fn whose<'o>(orders: &[&'o Order], act: &InstanceAct) -> Option<&'o Order> {
    let signed = orders
        .iter()
        .filter_map(|order| Some((order.signed_before(act.at)?, *order)));
    let last = signed.max_by_key(|(signed, _)| *signed);
    last.map(|(_, order)| order)
}

fn one_at_a_time(
    instance: &str,
    orders: &[&Order],
    acts: &[&InstanceAct],
    spans: &BTreeMap<String, Span>,
    may_lie: bool,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (place, act) in acts.iter().enumerate() {
        let Some(order) = whose(orders, act) else {
            wrong.push(format!(
                "call {} about {instance} was signed for no item",
                act.call
            ));
            continue;
        };
        for other in orders {
            if !std::ptr::eq(*other, order) && other.is_open_at(act.at) {
                wrong.push(format!(
                    "{instance} was acted on at {} by {} while nobody knew what became of {}",
                    act.at,
                    order.name(),
                    other.name()
                ));
            }
        }
        let Some(before) = place.checked_sub(1).and_then(|place| acts.get(place)) else {
            continue;
        };
        let Some(first) = whose(orders, before) else {
            continue;
        };
        if may_lie && could_not_be_told(first, before, order, act, spans) {
            continue;
        }
        if std::ptr::eq(first, order) || first.event == order.event {
            wrong.push(format!(
                "{instance} was acted on twice for {}: at {} and {}",
                order.event, before.at, act.at
            ));
        } else if spans.get(&first.event).is_none_or(|span| span.end > act.at) {
            wrong.push(format!(
                "{instance} was acted on at {} by {} while {}, for which it was at {}, was not over",
                act.at,
                order.name(),
                first.event,
                before.at
            ));
        }
    }
    wrong
}

/// Whether nobody could tell of the first of two acts, which a person had called not sent, that it was done: the second
/// was signed when no call of the first order could arrive any more, and the event of that stood as before.
fn could_not_be_told(
    first: &Order,
    before: &InstanceAct,
    order: &Order,
    act: &InstanceAct,
    spans: &BTreeMap<String, Span>,
) -> bool {
    let (Some(until), Some(signed)) = (first.denied_until(), order.signed_before(act.at)) else {
        return false;
    };
    let stands_as_before = |span: &Span| {
        let was_under_way = span.begin < before.at && act.at < span.end;
        act.at < span.begin || was_under_way
    };
    until <= signed && spans.get(&first.event).is_some_and(stands_as_before)
}

/// Whether what was done is told as taken, and nothing else is.
fn told_truly(
    instance: &str,
    orders: &[&Order],
    acts: &[&InstanceAct],
    may_lie: bool,
) -> Option<String> {
    let taken = orders.iter().filter(|order| order.is_taken()).count();
    let is_true = taken == acts.len() || may_lie && taken < acts.len();
    (!is_true).then(|| {
        format!(
            "{taken} orders about {instance} are told as taken, and {} were carried out",
            acts.len()
        )
    })
}
