//! Holds the open review, whatever page is shown, and submits its batches to the server.

use std::collections::HashSet;

use evenkeel::{Batch, Event, Rules, Timestamp};
use evenkeel_api::AccountView;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::batch_review::{BatchReview, Review, Touched};
use super::choices::Choices;
use crate::api::EventKey;
use crate::batches::{
    Batches, PendingSubmit, SubmitRequest, abandon, fresh_key, submit, use_batches,
};
use crate::clock::now_ms;
use crate::events::{Events, Selection, SortedSelection, use_events, use_selection};
use crate::routes;

type Navigate = dyn Fn(&str, NavigateOptions) + Send + Sync;

/// The controller of this page; `Copy`, provided as context. Needs the router.
#[derive(Clone, Copy)]
pub struct ReviewController {
    /// The review that the dialog shows.
    pub current: RwSignal<Option<Review>>,
    pub open: RwSignal<bool>,
    events: Events,
    batches: Batches,
    selection: Selection,
    go: StoredValue<Box<Navigate>>,
    last_id: StoredValue<u32>,
}

impl ReviewController {
    pub fn provide() -> Self {
        let go = use_navigate();
        let controller = Self {
            current: RwSignal::new(None),
            open: RwSignal::new(false),
            events: use_events(),
            batches: use_batches(),
            selection: use_selection(),
            go: StoredValue::new(Box::new(move |path: &str, options: NavigateOptions| {
                go(path, options);
            })),
            last_id: StoredValue::new(0),
        };
        provide_context(controller);
        controller
    }

    /// Begins the review of a selection and opens the dialog.
    pub fn begin(self, sorted: SortedSelection) {
        let id = self.last_id.get_value() + 1;
        self.last_id.set_value(id);
        self.current
            .set(Some(Review::new(id, sorted, |id| self.account(id))));
        self.open.set(true);
    }

    /// Ends the review when the dialog is closed: what was typed and not submitted does not outlive it.
    pub fn clear(self) {
        let Some(review) = self.current.get_untracked() else {
            return;
        };
        self.current.set(None);
        for batch_review in review.batch_reviews.iter() {
            batch_review
                .choices
                .update(|choices| choices.password = None);
        }
    }

    /// The batch's events as the store has them now: a check is about the present. Reactive.
    pub fn events_now(self, choices: &Choices) -> Vec<Event> {
        choices
            .items
            .iter()
            .map(|item| {
                self.events
                    .get(&item.key())
                    .map_or_else(|| (*item.event).clone(), |it| (*it).clone())
            })
            .collect()
    }

    pub fn account(self, id: &str) -> Option<AccountView> {
        self.events.account(id)
    }

    /// Submits a batch once nothing is left to correct; however often this is called, once.
    pub fn submit(self, batch_review: &BatchReview) {
        if !untrack(|| batch_review.is_open()) {
            return;
        }
        batch_review.touched.set(Touched::ALL);
        let choices = batch_review.choices.get_untracked();
        let events = untrack(|| self.events_now(&choices));
        let rules = Rules {
            now: Timestamp::from_millis(now_ms()),
            events: &events,
        };
        // Not before it is chosen what to do.
        let (Some(draft), Some(request)) = (choices.draft(), choices.draft_without_password())
        else {
            return;
        };
        if Batch::parse(choices.provider, &draft, &rules).is_err() {
            return;
        }
        let pending = PendingSubmit {
            key: fresh_key(),
            account: choices.account.clone(),
            action: request.action,
            request: SubmitRequest::New(request),
            count: choices.count(),
            with_password: choices.password.is_some(),
            at: now_ms(),
        };
        batch_review.key.set(pending.key.clone());
        let batch_review = batch_review.clone();
        spawn_local(async move {
            let taken = submit(
                pending,
                choices.password.clone(),
                batch_review.submit_state.clone(),
            )
            .await;
            let Some(batch) = taken else { return };
            batch_review
                .choices
                .update(|choices| choices.password = None);
            self.batches.hear(vec![batch.summary.clone()]);
            self.unselect(&choices);
            self.go_on(&batch_review, &batch.summary.id);
        });
    }

    /// Stops waiting for the answer.
    pub fn abandon(batch_review: &BatchReview) {
        abandon(
            &batch_review.key.get_untracked(),
            &batch_review.submit_state,
        );
    }

    /// Shows the batch's own page when the review had this one batch alone.
    fn go_on(self, batch_review: &BatchReview, id: &str) {
        let alone = self.current.with_untracked(|current| {
            current.as_ref().is_some_and(|review| {
                review.batch_reviews.len() == 1
                    && review.batch_reviews.first() == Some(batch_review)
            })
        });
        if alone {
            self.go(&routes::batch(id));
        }
    }

    /// Closes the dialog and shows a page.
    pub fn go(self, path: &str) {
        self.open.set(false);
        self.go
            .with_value(|go| go(path, NavigateOptions::default()));
    }

    /// Takes out of the selection what the server has taken; the rest stays selected.
    fn unselect(self, choices: &Choices) {
        let taken: HashSet<EventKey> = choices.included().map(|(_, item)| item.key()).collect();
        let selected = untrack(|| self.selection.events(self.events));
        let left: Vec<EventKey> = selected
            .iter()
            .map(|event| EventKey::of(event))
            .filter(|key| !taken.contains(key))
            .collect();
        if left.len() < selected.len() {
            self.selection.replace(self.events, &left);
        }
    }
}

/// The controller of this page.
pub fn use_review_controller() -> ReviewController {
    expect_context::<ReviewController>()
}
