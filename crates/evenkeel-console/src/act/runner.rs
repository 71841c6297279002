//! Sends the calls of a batch: so many at a time, waiting when the cloud asks for it, each at most once. What it needs of
//! the world comes through a [`Port`].

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use evenkeel::{Chunk, Delivery, Judgement, Operation, Outcome, Provider};
use futures::future::join_all;

use super::backoff::{MOST_TRIES, wait_ms};

/// The reason of an item that was not begun when a person stopped the run.
pub const CANCELLED: &str = "cancelled";
/// The reason of an item that the cloud kept asking to wait for.
pub const THROTTLED: &str = "throttled";

/// How often a wait looks whether it was stopped, ms.
const SLICE_MS: u64 = 200;

/// What the runner tells while it goes. Items are places in the batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    Sending(Vec<usize>),
    /// The cloud refused for now; nothing happened to these.
    Held {
        items: Vec<usize>,
        until: i64,
    },
    Settled {
        items: Vec<usize>,
        outcomes: Vec<Outcome>,
    },
}

/// The world as the runner needs it.
pub trait Port {
    /// Ms since the Unix epoch.
    fn now_ms(&self) -> i64;
    /// Within 0..1.
    fn chance(&self) -> f64;
    fn stopped(&self) -> bool;
    fn note(&self, note: Note);
    async fn send(&self, operation: &Operation) -> Delivery;
    async fn sleep(&self, ms: u32);
}

/// How many calls are under way at once.
pub fn lanes(provider: Provider) -> usize {
    match provider {
        Provider::Ens => 1,
        Provider::HuaweiEcs => 4,
    }
}

/// Sends every chunk. Returns when each item has its outcome, all of them told as [`Note::Settled`].
pub async fn drive<P: Port>(chunks: Vec<Chunk>, lanes: usize, port: &P) {
    let shared = Shared {
        queue: RefCell::new(chunks.into()),
        hold_until: Cell::new(i64::MIN),
        spent: Cell::new(false),
    };
    join_all((0..lanes.max(1)).map(|_| lane(&shared, port))).await;
}

/// What the lanes share: one that is asked to wait holds all.
struct Shared {
    queue: RefCell<VecDeque<Chunk>>,
    hold_until: Cell<i64>,
    /// The cloud refused too often: what is left is not tried.
    spent: Cell<bool>,
}

async fn lane<P: Port>(shared: &Shared, port: &P) {
    loop {
        let next = shared.queue.borrow_mut().pop_front();
        let Some(chunk) = next else { return };
        let outcomes = carry(&chunk, shared, port).await;
        port.note(Note::Settled {
            items: chunk.items.clone(),
            outcomes,
        });
    }
}

async fn carry<P: Port>(chunk: &Chunk, shared: &Shared, port: &P) -> Vec<Outcome> {
    let unsent = |reason: &str| {
        vec![
            Outcome::NotSent {
                reason: reason.to_owned()
            };
            chunk.items.len()
        ]
    };
    let mut tries = 0;
    loop {
        hold(shared, port).await;
        if port.stopped() {
            return unsent(CANCELLED);
        }
        if shared.spent.get() {
            return unsent(THROTTLED);
        }
        port.note(Note::Sending(chunk.items.clone()));
        let delivery = port.send(&chunk.operation).await;
        // INVARIANT: only a throttled call is made again, because the cloud said that nothing happened.
        match chunk.judge(&delivery) {
            Judgement::Settled(outcomes) => return outcomes,
            Judgement::Throttled { retry_after_ms, .. } => {
                tries += 1;
                if tries == MOST_TRIES {
                    shared.spent.set(true);
                    return unsent(THROTTLED);
                }
                let wait = wait_ms(tries, retry_after_ms, port.chance());
                let until = port
                    .now_ms()
                    .saturating_add(i64::try_from(wait).unwrap_or(i64::MAX));
                let until = until.max(shared.hold_until.get());
                shared.hold_until.set(until);
                port.note(Note::Held {
                    items: chunk.items.clone(),
                    until,
                });
            }
        }
    }
}

async fn hold<P: Port>(shared: &Shared, port: &P) {
    loop {
        let left = shared.hold_until.get().saturating_sub(port.now_ms());
        if left <= 0 || port.stopped() || shared.spent.get() {
            return;
        }
        let slice = u64::try_from(left).unwrap_or(SLICE_MS).min(SLICE_MS);
        port.sleep(u32::try_from(slice).unwrap_or(u32::MAX)).await;
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::{
        Action, Batch, BatchDraft, ENS_CHUNK, ItemDraft, Response, Rules, Timestamp, When,
    };
    use futures::executor::block_on;

    use super::*;

    /// A world on a string: answers come from a list, sleeping moves the clock.
    struct Script {
        answers: RefCell<VecDeque<Delivery>>,
        sent: RefCell<Vec<String>>,
        notes: RefCell<Vec<Note>>,
        now: Cell<i64>,
        stop_after: Option<usize>,
        in_flight: Cell<usize>,
        most_in_flight: Cell<usize>,
    }

    impl Script {
        fn new(answers: Vec<Delivery>) -> Self {
            Self {
                answers: RefCell::new(answers.into()),
                sent: RefCell::default(),
                notes: RefCell::default(),
                now: Cell::new(0),
                stop_after: None,
                in_flight: Cell::new(0),
                most_in_flight: Cell::new(0),
            }
        }

        fn outcomes(&self, count: usize) -> Vec<Outcome> {
            let mut all = vec![None; count];
            for note in self.notes.borrow().iter() {
                if let Note::Settled { items, outcomes } = note {
                    for (&item, outcome) in items.iter().zip(outcomes) {
                        assert!(all[item].replace(outcome.clone()).is_none(), "settled once");
                    }
                }
            }
            all.into_iter()
                .map(|outcome| outcome.expect("every item is settled"))
                .collect()
        }
    }

    impl Port for Script {
        fn now_ms(&self) -> i64 {
            self.now.get()
        }
        fn chance(&self) -> f64 {
            0.0
        }
        fn stopped(&self) -> bool {
            self.stop_after
                .is_some_and(|count| self.sent.borrow().len() >= count)
        }
        fn note(&self, note: Note) {
            self.notes.borrow_mut().push(note);
        }
        async fn send(&self, operation: &Operation) -> Delivery {
            self.sent.borrow_mut().push(operation.params_json());
            self.in_flight.set(self.in_flight.get() + 1);
            self.most_in_flight
                .set(self.most_in_flight.get().max(self.in_flight.get()));
            yield_once().await;
            self.in_flight.set(self.in_flight.get() - 1);
            self.answers
                .borrow_mut()
                .pop_front()
                .expect("an answer for every call")
        }
        async fn sleep(&self, ms: u32) {
            self.now.set(self.now.get() + i64::from(ms));
            yield_once().await;
        }
    }

    /// Lets the other lanes have a turn.
    async fn yield_once() {
        let mut yielded = false;
        std::future::poll_fn(move |context| {
            if std::mem::replace(&mut yielded, true) {
                std::task::Poll::Ready(())
            } else {
                context.waker().wake_by_ref();
                std::task::Poll::Pending
            }
        })
        .await;
    }

    fn answered(status: u16, body: &str) -> Delivery {
        Delivery::Answered(Response {
            status,
            headers: Vec::new(),
            body: body.into(),
        })
    }

    fn throttled(hint: Option<&str>) -> Delivery {
        let body = r#"{"error_msg":"slow down","error_code":"APIGW.0308","request_id":"r"}"#;
        let headers = hint
            .map(|hint| ("Retry-After".to_owned(), hint.to_owned()))
            .into_iter()
            .collect();
        Delivery::Answered(Response {
            status: 429,
            headers,
            body: body.into(),
        })
    }

    fn chunks(action: Action, count: usize) -> Vec<Chunk> {
        let draft = BatchDraft {
            account: "a".into(),
            action,
            items: (0..count)
                .map(|n| ItemDraft {
                    event_id: format!("e-{n}"),
                    resource_id: format!("i-{n}"),
                    when: Some(When::Now),
                    data_policy: None,
                })
                .collect(),
            password: None,
        };
        let batch = Batch::parse(&draft, &Rules::at(Timestamp::from_millis(0))).expect("valid");
        batch.value.chunks(ENS_CHUNK)
    }

    fn is_unsent(outcome: &Outcome, why: &str) -> bool {
        matches!(outcome, Outcome::NotSent { reason } if reason == why)
    }

    #[test]
    fn sends_ens_in_twenties_one_after_the_other() {
        let lost = || Delivery::Lost("gone".into());
        let script = Script::new(vec![lost(), lost(), lost()]);
        block_on(drive(
            chunks(Action::Redeploy, 45),
            lanes(Provider::Ens),
            &script,
        ));
        assert_eq!(script.sent.borrow().len(), 3);
        assert_eq!(script.most_in_flight.get(), 1);
        assert!(
            script
                .outcomes(45)
                .iter()
                .all(|it| matches!(it, Outcome::Unknown { .. }))
        );
    }

    #[test]
    fn sends_huawei_four_at_a_time() {
        let script = Script::new((0..9).map(|_| answered(200, "")).collect());
        block_on(drive(
            chunks(Action::Accept, 9),
            lanes(Provider::HuaweiEcs),
            &script,
        ));
        assert_eq!(script.most_in_flight.get(), 4);
        assert!(
            script
                .outcomes(9)
                .iter()
                .all(|it| matches!(it, Outcome::Accepted { .. }))
        );
    }

    #[test]
    fn waits_for_the_clouds_hint_and_goes_on() {
        let script = Script::new(vec![throttled(Some("4")), answered(200, "")]);
        block_on(drive(chunks(Action::Accept, 1), 1, &script));
        assert_eq!(script.now.get(), 4_000);
        assert!(script.notes.borrow().contains(&Note::Held {
            items: vec![0],
            until: 4_000
        }));
        assert!(matches!(script.outcomes(1)[0], Outcome::Accepted { .. }));
    }

    #[test]
    fn holds_every_lane_while_the_cloud_asks_to_wait() {
        let mut answers = vec![throttled(Some("4"))];
        answers.extend((0..6).map(|_| answered(200, "")));
        let script = Script::new(answers);
        block_on(drive(chunks(Action::Accept, 6), 2, &script));
        assert_eq!(script.sent.borrow().len(), 7);
        assert!(script.now.get() >= 4_000);
        assert!(
            script
                .outcomes(6)
                .iter()
                .all(|it| matches!(it, Outcome::Accepted { .. }))
        );
    }

    #[test]
    fn gives_up_after_ten_refusals_and_does_not_try_the_rest() {
        let script = Script::new((0..10).map(|_| throttled(None)).collect());
        block_on(drive(chunks(Action::Accept, 3), 1, &script));
        assert_eq!(script.sent.borrow().len(), 10);
        assert!(script.outcomes(3).iter().all(|it| is_unsent(it, THROTTLED)));
    }

    #[test]
    fn never_makes_a_call_again_whose_outcome_is_unknown() {
        let script = Script::new(vec![Delivery::Lost("reset".into()), answered(503, "")]);
        block_on(drive(chunks(Action::Accept, 2), 1, &script));
        assert_eq!(script.sent.borrow().len(), 2);
        assert!(
            script
                .outcomes(2)
                .iter()
                .all(|it| matches!(it, Outcome::Unknown { .. }))
        );
    }

    #[test]
    fn does_not_begin_what_was_stopped() {
        let script = Script {
            stop_after: Some(1),
            ..Script::new(vec![answered(200, "")])
        };
        block_on(drive(chunks(Action::Accept, 3), 1, &script));
        let outcomes = script.outcomes(3);
        assert!(matches!(outcomes[0], Outcome::Accepted { .. }));
        assert!(outcomes[1..].iter().all(|it| is_unsent(it, CANCELLED)));
    }

    #[test]
    fn stops_in_the_middle_of_a_wait() {
        let script = Script {
            stop_after: Some(1),
            ..Script::new(vec![throttled(Some("600"))])
        };
        block_on(drive(chunks(Action::Accept, 1), 1, &script));
        assert_eq!(script.now.get(), 0);
        assert!(is_unsent(&script.outcomes(1)[0], CANCELLED));
    }
}
