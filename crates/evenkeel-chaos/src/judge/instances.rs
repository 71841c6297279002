//! What must hold where calls name an instance and no event: one act an instance. A second one waits until nobody is
//! in doubt about the first, and until the event that it was given for is over.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel_api::{Attempt, ItemState};

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
    /// When its last call that can have left by then was signed.
    fn signed_before(&self, at: i64) -> Option<i64> {
        let signed = self.history.iter().filter_map(|step| step.signed_at);
        signed
            .map(evenkeel::Timestamp::as_millis)
            .filter(|signed| *signed <= at)
            .max()
    }

    /// Whether its call is under way then, or nobody knows what it did.
    fn is_open_at(&self, at: i64) -> bool {
        let before = |step: &&Attempt| step.at.as_millis() <= at;
        let last = self.history.iter().rfind(before);
        last.is_some_and(|step| matches!(step.state, ItemState::Sending | ItemState::Unknown))
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
        wrong.extend(one_at_a_time(instance, &orders, &acts, spans));
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

#[cfg(test)]
mod tests {
    use evenkeel::Timestamp;

    use super::*;
    use crate::cloud::Count;

    const OVER: i64 = 100;

    /// An order that was signed at the first time and came into its states at these.
    fn order(event: &str, signed_at: i64, steps: &[(i64, ItemState)]) -> Order {
        let step = |(at, state): &(i64, ItemState)| Attempt {
            attempt: 1,
            state: *state,
            at: Timestamp::from_millis(*at),
            signed_at: Some(Timestamp::from_millis(signed_at)),
            status: None,
            request_id: None,
            detail: None,
            answer: None,
        };
        Order {
            batch: "b".to_owned(),
            index: 0,
            event: event.to_owned(),
            instance: "i".to_owned(),
            state: steps[steps.len() - 1].1,
            is_held_up: false,
            history: steps.iter().map(step).collect(),
        }
    }

    fn taken(event: &str, signed_at: i64, answered_at: i64) -> Order {
        let steps = [
            (signed_at, ItemState::Sending),
            (answered_at, ItemState::Accepted),
        ];
        order(event, signed_at, &steps)
    }

    fn evidence(times: &[i64]) -> Evidence {
        let act = |(at, call): (&i64, u64)| InstanceAct {
            instance: "i".to_owned(),
            at: *at,
            call,
        };
        let accepted = times.len() as u64;
        let count = Count {
            received: accepted,
            accepted,
        };
        Evidence {
            instance_acts: times.iter().zip(1..).map(act).collect(),
            instance_counts: [("i".to_owned(), count)].into(),
            ..Evidence::default()
        }
    }

    /// What is found where the event `a` was over at [`OVER`] and `b` is not yet.
    fn wrong(orders: &[Order], times: &[i64]) -> Vec<String> {
        let span = Span {
            begin: 0,
            end: OVER,
        };
        let spans = [("a".to_owned(), span)].into();
        judge(orders, &evidence(times), &spans, false)
    }

    #[test]
    fn takes_a_second_act_once_the_event_of_the_first_is_over() {
        let orders = [taken("a", 0, 10), taken("b", OVER, OVER + 10)];
        assert_eq!(wrong(&orders, &[5, OVER + 5]), [""; 0]);
    }

    #[test]
    fn finds_a_second_act_while_the_event_of_the_first_goes_on() {
        let orders = [taken("a", 0, 10), taken("b", OVER - 10, OVER + 10)];
        assert!(wrong(&orders, &[5, OVER - 1])[0].contains("was not over"));
        // Nor is one over that knows no end.
        let orders = [taken("b", 0, 10), taken("a", OVER, OVER + 10)];
        assert!(wrong(&orders, &[5, OVER + 5])[0].contains("was not over"));
    }

    #[test]
    fn finds_an_act_while_nobody_knew_what_another_did_even_if_that_did_nothing() {
        for state in [ItemState::Sending, ItemState::Unknown] {
            let lost = [(0, state), (OVER + 9, ItemState::NotSent)];
            let orders = [order("a", 0, &lost), taken("b", OVER, OVER + 9)];
            assert!(
                wrong(&orders, &[OVER + 5])[0].contains("nobody knew"),
                "{state}"
            );
            let found = [(0, state), (OVER - 9, ItemState::NotSent)];
            let orders = [order("a", 0, &found), taken("b", OVER, OVER + 9)];
            assert_eq!(wrong(&orders, &[OVER + 5]), [""; 0], "{state}");
        }
    }

    #[test]
    fn finds_two_acts_for_one_event() {
        let orders = [taken("a", 0, 10), taken("a", OVER, OVER + 10)];
        assert!(wrong(&orders, &[5, OVER + 5])[0].contains("twice for a"));
        assert!(wrong(&orders[..1], &[5, 7])[0].contains("twice for a"));
    }

    #[test]
    fn finds_what_is_lost_untrue_or_nobodys() {
        let open = order("a", 0, &[(0, ItemState::Unknown)]);
        assert!(wrong(&[open], &[])[0].contains("is lost"));
        assert!(wrong(&[taken("a", 0, 10)], &[])[0].contains("1 orders about i are told as taken"));
        let denied = order("a", 0, &[(0, ItemState::Sending), (9, ItemState::NotSent)]);
        let told = judge(
            std::slice::from_ref(&denied),
            &evidence(&[5]),
            &BTreeMap::new(),
            false,
        );
        assert!(told[0].contains("and 1 were carried out"), "{told:?}");
        let lied = judge(&[denied], &evidence(&[5]), &BTreeMap::new(), true);
        assert_eq!(lied, [""; 0]);
        assert!(wrong(&[], &[5])[0].contains("nobody ordered call 1 about i"));
        let mut forgotten = evidence(&[5]);
        forgotten.instance_acts.clear();
        let told = judge(&[taken("a", 0, 10)], &forgotten, &BTreeMap::new(), true);
        assert!(told[0].contains("the log shows 0"), "{told:?}");
    }
}
