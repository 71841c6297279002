//! Holds one review: the batches that a selection became, each with its choices and how submitting it goes.

use std::sync::Arc;

use evenkeel_api::AccountView;
use leptos::prelude::*;

use super::choices::Choices;
use crate::batches::SubmitState;
use crate::events::{Chosen, LeftOut, Reason, SortedSelection};

/// One batch of the review. Signals are counted, because it outlives the dialog that shows it.
#[derive(Clone)]
pub struct BatchReview {
    pub choices: ArcRwSignal<Choices>,
    /// The fields a person has touched, or all: what is missing is shown there.
    pub touched: ArcRwSignal<Touched>,
    pub submit_state: ArcRwSignal<SubmitState>,
    /// The idempotency key under which it was submitted.
    pub key: ArcRwSignal<String>,
}

/// Which fields a person has touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    pub when: bool,
    /// All of them: somebody has tried to submit.
    pub all: bool,
}

impl Touched {
    pub const ALL: Self = Self {
        when: true,
        all: true,
    };
}

impl PartialEq for BatchReview {
    fn eq(&self, other: &Self) -> bool {
        self.choices == other.choices
    }
}

impl BatchReview {
    pub fn new(choices: Choices) -> Self {
        Self {
            choices: ArcRwSignal::new(choices),
            touched: ArcRwSignal::new(Touched::default()),
            submit_state: ArcRwSignal::new(SubmitState::default()),
            key: ArcRwSignal::new(String::new()),
        }
    }

    /// Whether its answer is waited for. Reactive.
    pub fn is_waiting(&self) -> bool {
        self.submit_state.with(SubmitState::is_waiting)
    }

    /// Whether a person still has to do something about it. Reactive.
    pub fn is_open(&self) -> bool {
        self.submit_state.with(|submit_state| {
            matches!(
                submit_state,
                SubmitState::NotSubmitted | SubmitState::Refused(_)
            )
        })
    }
}

/// The batches of one review, walked through one at a time.
#[derive(Clone)]
pub struct Review {
    pub id: u32,
    pub batch_reviews: Arc<Vec<BatchReview>>,
    pub index: ArcRwSignal<usize>,
    pub out: Arc<Vec<LeftOut>>,
    /// How many events of a review that was kept the clouds list no more.
    pub gone: usize,
}

impl PartialEq for Review {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Review {
    pub fn new(
        id: u32,
        sorted: SortedSelection,
        account: impl Fn(&str) -> Option<AccountView>,
    ) -> Self {
        let batch_review = |group| {
            let mut choices = Choices::of(group);
            if let Some(account) = account(&choices.account) {
                choices.items_per_call = account.items_per_call;
            }
            BatchReview::new(choices)
        };
        let batch_reviews = sorted.groups.iter().map(batch_review).collect();
        Self {
            id,
            batch_reviews: Arc::new(batch_reviews),
            index: ArcRwSignal::new(0),
            out: Arc::new(sorted.left_out),
            gone: 0,
        }
    }

    /// The selected events that take no part and are shown with a batch, each with the reason: those of its account, and
    /// with the first batch those of accounts that have none. Not reactive.
    pub fn staying_at(&self, batch_review: &BatchReview, account: &str) -> Vec<(Reason, Chosen)> {
        let is_first = self.batch_reviews.first() == Some(batch_review);
        let accounts: Vec<String> = self
            .batch_reviews
            .iter()
            .map(|it| it.choices.with_untracked(|it| it.account.clone()))
            .collect();
        let is_here = |chosen: &Chosen| {
            let of = &chosen.event.account;
            of == account || is_first && !accounts.contains(of)
        };
        let each = self.out.iter().flat_map(|left| {
            let events = left.events.iter().filter(|chosen| is_here(chosen));
            events.map(|chosen| (left.reason, chosen.clone()))
        });
        each.collect()
    }

    /// Whether the answer to one of its batches is waited for. Reactive.
    pub fn is_waiting(&self) -> bool {
        self.batch_reviews.iter().any(BatchReview::is_waiting)
    }

    /// The batch that is shown. Reactive.
    pub fn batch_review(&self) -> Option<BatchReview> {
        self.batch_reviews.get(self.index.get()).cloned()
    }

    /// The index of the next batch after the one that is shown that still waits for a person. Reactive.
    pub fn next_open(&self) -> Option<usize> {
        let count = self.batch_reviews.len();
        let here = self.index.get();
        (1..count).map(|step| (here + step) % count).find(|index| {
            self.batch_reviews
                .get(*index)
                .is_some_and(BatchReview::is_open)
        })
    }
}
