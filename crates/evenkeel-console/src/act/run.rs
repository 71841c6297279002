//! A run as it stands: what became of each item so far.

use std::sync::Arc;

use evenkeel::{Event, Outcome, State};

use super::runner::Note;
use crate::state::failure::Failure;
use crate::state::table::EventKey;

/// How far one item is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    Queued,
    Sending,
    Settled(Outcome),
}

/// What reading the state of an item with an unknown outcome gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    Asking,
    Seen(State),
    /// The cloud does not list it any more.
    Gone,
    Failed(Failure),
}

/// One item of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The event as it was when it was sent.
    pub event: Arc<Event>,
    /// Its place in [`super::choices::Choices::items`].
    pub place: usize,
    pub status: Status,
    pub reading: Option<Reading>,
}

impl Entry {
    pub fn key(&self) -> EventKey {
        EventKey::of(&self.event)
    }

    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.status {
            Status::Settled(outcome) => Some(outcome),
            Status::Queued | Status::Sending => None,
        }
    }

    /// Whether nobody knows, and nobody has looked.
    pub fn is_open_question(&self) -> bool {
        self.kind() == Some(Kind::Unknown)
            && !matches!(self.reading, Some(Reading::Seen(_) | Reading::Gone))
    }

    pub fn kind(&self) -> Option<Kind> {
        self.outcome().map(Kind::of)
    }
}

/// The four kinds of outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Accepted,
    Rejected,
    NotSent,
    Unknown,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Accepted, Self::Rejected, Self::NotSent, Self::Unknown];

    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Accepted { .. } => Self::Accepted,
            Outcome::Rejected { .. } => Self::Rejected,
            Outcome::NotSent { .. } => Self::NotSent,
            Outcome::Unknown { .. } => Self::Unknown,
        }
    }

    /// Contract word of the outcome.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
        }
    }
}

/// A run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub entries: Vec<Entry>,
    /// Until when the cloud asked to wait, ms since the Unix epoch.
    pub hold_until: Option<i64>,
    pub stopping: bool,
    pub over: bool,
}

impl Run {
    /// `items`: the events with their places in the form.
    pub fn new(items: impl IntoIterator<Item = (usize, Arc<Event>)>) -> Self {
        let entry = |(place, event)| Entry {
            event,
            place,
            status: Status::Queued,
            reading: None,
        };
        Self {
            entries: items.into_iter().map(entry).collect(),
            hold_until: None,
            stopping: false,
            over: false,
        }
    }

    pub fn take(&mut self, note: Note) {
        match note {
            Note::Sending(items) => {
                self.hold_until = None;
                self.set(&items, &Status::Sending);
            }
            Note::Held { items, until } => {
                self.hold_until = Some(until);
                self.set(&items, &Status::Queued);
            }
            Note::Settled { items, outcomes } => {
                for (item, outcome) in items.into_iter().zip(outcomes) {
                    if let Some(entry) = self.entries.get_mut(item) {
                        entry.status = Status::Settled(outcome);
                    }
                }
            }
        }
    }

    fn set(&mut self, items: &[usize], status: &Status) {
        for &item in items {
            if let Some(entry) = self.entries.get_mut(item) {
                entry.status = status.clone();
            }
        }
    }

    pub fn settled(&self) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.outcome().is_some())
            .count()
    }

    pub fn count(&self, kind: Kind) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.kind() == Some(kind))
            .count()
    }

    /// The items that may be sent again, because nothing happened for sure. Never an unknown one.
    pub fn retryable(&self) -> Vec<&Entry> {
        self.entries
            .iter()
            .filter(|entry| entry.outcome().is_some_and(Outcome::may_retry))
            .collect()
    }

    /// The items whose state nobody has read since.
    pub fn open_questions(&self) -> Vec<Arc<Event>> {
        self.entries
            .iter()
            .filter(|entry| entry.is_open_question())
            .map(|entry| Arc::clone(&entry.event))
            .collect()
    }

    /// Whether the event is among those whose outcome is unknown.
    pub fn wonders(&self, key: &EventKey) -> bool {
        self.entries
            .iter()
            .any(|entry| entry.kind() == Some(Kind::Unknown) && entry.key() == *key)
    }

    pub fn note_reading(&mut self, key: &EventKey, reading: &Reading) {
        for entry in &mut self.entries {
            if entry.kind() == Some(Kind::Unknown) && entry.key() == *key {
                entry.reading = Some(reading.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::sample::ens;

    fn run(count: usize) -> Run {
        Run::new((0..count).map(|n| {
            (
                n,
                Arc::new(ens(&n.to_string(), "Instance:SystemFailure.Redeploy")),
            )
        }))
    }

    fn rejected() -> Outcome {
        Outcome::Rejected {
            code: "403".into(),
            message: String::new(),
            request_id: None,
        }
    }

    #[test]
    fn follows_the_notes() {
        let mut run = run(3);
        run.take(Note::Sending(vec![0, 1]));
        assert_eq!(run.entries[0].status, Status::Sending);
        run.take(Note::Held {
            items: vec![0, 1],
            until: 9,
        });
        assert_eq!(
            (run.hold_until, &run.entries[1].status),
            (Some(9), &Status::Queued)
        );
        run.take(Note::Sending(vec![0, 1]));
        assert_eq!(run.hold_until, None);
        let outcomes = vec![Outcome::Accepted { request_id: None }, rejected()];
        run.take(Note::Settled {
            items: vec![0, 1],
            outcomes,
        });
        assert_eq!(
            (
                run.settled(),
                run.count(Kind::Accepted),
                run.count(Kind::Rejected)
            ),
            (2, 1, 1)
        );
    }

    #[test]
    fn offers_the_rejected_and_the_unsent_for_a_retry_and_never_an_unknown() {
        let mut run = run(3);
        let reason = || "x".to_owned();
        let outcomes = vec![
            rejected(),
            Outcome::NotSent { reason: reason() },
            Outcome::Unknown { reason: reason() },
        ];
        run.take(Note::Settled {
            items: vec![0, 1, 2],
            outcomes,
        });
        let places: Vec<_> = run.retryable().iter().map(|entry| entry.place).collect();
        assert_eq!(places, [0, 1]);
        assert_eq!(run.open_questions().len(), 1);
        let key = run.entries[2].key();
        assert!(run.wonders(&key) && !run.wonders(&run.entries[0].key()));
        run.note_reading(&key, &Reading::Gone);
        assert!(run.open_questions().is_empty());
        assert_eq!(
            run.retryable().len(),
            2,
            "a reading does not make it a retry"
        );
    }
}
