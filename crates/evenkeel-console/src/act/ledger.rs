//! What this page has sent already: an event that is on its way, or whose outcome nobody knows, cannot be sent again from
//! here.

use std::collections::HashMap;
use std::sync::Arc;

use evenkeel::Event;

use super::run::{Entry, Kind};
use crate::state::plan::{Plan, Reason};
use crate::state::table::EventKey;

/// Why an event stays out of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It takes no action now.
    Plan(Reason),
    /// A call for it is under way.
    InFlight,
    /// The cloud took a call for it, and has not moved it since.
    Accepted,
    /// A call for it left and nobody knows; its state has to be read first.
    Unknown,
}

/// Events that stay out for one reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Out {
    pub why: Why,
    pub events: Vec<Arc<Event>>,
}

#[derive(Clone, Debug)]
enum Mark {
    InFlight,
    Accepted(Arc<Event>),
    Unknown(Arc<Event>),
}

/// The marks of this page's events.
#[derive(Clone, Debug, Default)]
pub struct Ledger(HashMap<EventKey, Mark>);

impl Ledger {
    pub fn begin<'a>(&mut self, events: impl IntoIterator<Item = &'a Arc<Event>>) {
        for event in events {
            self.0.insert(EventKey::of(event), Mark::InFlight);
        }
    }

    pub fn settle(&mut self, entry: &Entry) {
        let event = || Arc::clone(&entry.event);
        match entry.kind() {
            Some(Kind::Accepted) => self.0.insert(entry.key(), Mark::Accepted(event())),
            Some(Kind::Unknown) => self.0.insert(entry.key(), Mark::Unknown(event())),
            Some(Kind::Rejected | Kind::NotSent) => self.0.remove(&entry.key()),
            None => None,
        };
    }

    /// Its state was read: a person decides from there.
    pub fn read(&mut self, key: &EventKey) {
        if matches!(self.0.get(key), Some(Mark::Unknown(_))) {
            self.0.remove(key);
        }
    }

    /// Why an event must not be sent now. One that the cloud has changed since has told what became of it.
    pub fn objection(&self, event: &Event) -> Option<Why> {
        match self.0.get(&EventKey::of(event))? {
            Mark::InFlight => Some(Why::InFlight),
            Mark::Accepted(sent) => (**sent == *event).then_some(Why::Accepted),
            Mark::Unknown(sent) => (**sent == *event).then_some(Why::Unknown),
        }
    }

    /// Takes out of a plan what must not be sent.
    pub fn screen(&self, plan: Plan) -> (Plan, Vec<Out>) {
        let mut out: Vec<Out> = plan
            .left_out
            .iter()
            .map(|left| Out {
                why: Why::Plan(left.reason),
                events: left.events.clone(),
            })
            .collect();
        let mut groups = plan.groups;
        for group in &mut groups {
            group.events.retain(|event| {
                let Some(why) = self.objection(event) else {
                    return true;
                };
                match out.iter_mut().find(|out| out.why == why) {
                    Some(known) => known.events.push(Arc::clone(event)),
                    None => out.push(Out {
                        why,
                        events: vec![Arc::clone(event)],
                    }),
                }
                false
            });
        }
        groups.retain(|group| !group.events.is_empty());
        (
            Plan {
                groups,
                left_out: plan.left_out,
            },
            out,
        )
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::Outcome;

    use super::*;
    use crate::act::run::Status;
    use crate::act::sample::{ens, huawei};

    fn entry(event: Event, outcome: Outcome) -> Entry {
        Entry {
            event: Arc::new(event),
            place: 0,
            status: Status::Settled(outcome),
            reading: None,
        }
    }

    #[test]
    fn keeps_out_what_is_on_its_way_or_unknown() {
        let event = Arc::new(ens("1", "Instance:SystemFailure.Redeploy"));
        let mut ledger = Ledger::default();
        ledger.begin([&event]);
        let (plan, out) = ledger.screen(Plan::of([Arc::clone(&event)]));
        assert_eq!((plan.groups.len(), out[0].why), (0, Why::InFlight));
        ledger.settle(&entry(
            (*event).clone(),
            Outcome::Unknown {
                reason: String::new(),
            },
        ));
        assert_eq!(ledger.objection(&event), Some(Why::Unknown));
        ledger.read(&EventKey::of(&event));
        assert_eq!(ledger.objection(&event), None);
    }

    #[test]
    fn lets_through_what_was_refused_or_has_moved_since() {
        let before = huawei("1", "instance-reboot", "inquiring");
        let after = huawei("1", "instance-reboot", "scheduled");
        let mut ledger = Ledger::default();
        ledger.settle(&entry(
            before.clone(),
            Outcome::Accepted { request_id: None },
        ));
        assert_eq!(ledger.objection(&before), Some(Why::Accepted));
        assert_eq!(ledger.objection(&after), None);
        ledger.settle(&entry(
            before.clone(),
            Outcome::NotSent {
                reason: String::new(),
            },
        ));
        assert_eq!(ledger.objection(&before), None);
    }
}
