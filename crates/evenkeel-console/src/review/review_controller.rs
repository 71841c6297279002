//! Holds the open review, whatever page is shown, and submits its batches to the server.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use evenkeel::{Batch, Event, Rules, Timestamp};
use evenkeel_api::AccountView;
use evenkeel_table::Row;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::batch_review::{BatchReview, Review, Touched};
use super::choices::{Choices, about};
use super::draft::{self, ReviewDraft};
use super::history_entry;
use crate::api::EventKey;
use crate::batches::{
    Batches, PendingSubmit, SubmitRequest, abandon, fresh_key, submit, use_batches,
};
use crate::clock::now_ms;
use crate::events::{Events, Selection, SortedSelection, use_events, use_selection};
use crate::routes;

/// Typing is kept once it has settled.
const SETTLE: Duration = Duration::from_millis(250);

type Navigate = dyn Fn(&str, NavigateOptions) + Send + Sync;

/// The controller of this page; `Copy`, provided as context. Needs the router.
#[derive(Clone, Copy)]
pub struct ReviewController {
    /// The review that the dialog shows.
    pub current: RwSignal<Option<Review>>,
    pub open: RwSignal<bool>,
    /// Whether a person is asked what is to become of what is chosen.
    pub asking: RwSignal<bool>,
    /// What was chosen in the review, as it is kept over a reload.
    pub kept: RwSignal<Option<ReviewDraft>>,
    /// The dialog closes because another page opens: its entry of the history becomes that page's.
    going: StoredValue<bool>,
    events: Events,
    batches: Batches,
    selection: Selection,
    go: StoredValue<Box<Navigate>>,
    last_id: StoredValue<u32>,
}

impl ReviewController {
    pub fn provide() {
        let go = use_navigate();
        let controller = Self {
            current: RwSignal::new(None),
            open: RwSignal::new(false),
            asking: RwSignal::new(false),
            kept: RwSignal::new(draft::kept()),
            going: StoredValue::new(false),
            events: use_events(),
            batches: use_batches(),
            selection: use_selection(),
            go: StoredValue::new(Box::new(move |path: &str, options: NavigateOptions| {
                go(path, options);
            })),
            last_id: StoredValue::new(0),
        };
        provide_context(controller);
        controller.follow_history();
        controller.follow_choices();
    }

    /// Back asks where something is chosen and closes otherwise; forward and a reload open again what was kept.
    fn follow_history(self) {
        let listener = window_event_listener(ev::popstate, move |_| {
            match (self.open.get_untracked(), history_entry::is_here()) {
                (true, false) if self.is_held() => {
                    history_entry::enter();
                    self.ask();
                }
                (true, false) => self.open.set(false),
                (false, true) => self.resume(),
                (true, true) | (false, false) => {}
            }
        });
        on_cleanup(move || listener.remove());
        if self.kept.with_untracked(Option::is_none) {
            history_entry::forget();
            return;
        }
        let reloaded = history_entry::is_here();
        Effect::new(move |done: Option<bool>| {
            let ready = done == Some(true) || self.events.is_whole();
            if ready && done != Some(true) && reloaded && history_entry::is_here() {
                untrack(|| self.resume());
            }
            ready
        });
    }

    /// Keeps what is chosen a moment after it was.
    fn follow_choices(self) {
        let pending = StoredValue::new(None::<TimeoutHandle>);
        let keep = move || {
            let draft = self.current.with_untracked(|current| {
                current
                    .as_ref()
                    .map(|review| untrack(|| ReviewDraft::of(review)))
            });
            // Without a review there is nothing to keep or to forget.
            if let Some(draft) = draft {
                draft::keep(draft.as_ref());
                self.kept.set(draft);
            }
        };
        Effect::new(move |_| {
            // Reads all choices, to hear of every one of them.
            self.current.with(|current| {
                for batch_review in current.iter().flat_map(|it| it.batch_reviews.iter()) {
                    batch_review.choices.track();
                    batch_review.submit_state.track();
                }
                if let Some(review) = current {
                    review.index.track();
                }
            });
            if let Some(handle) = pending.try_update_value(Option::take).flatten() {
                handle.clear();
            }
            pending.set_value(set_timeout_with_handle(keep, SETTLE).ok());
        });
        let hidden = window_event_listener(ev::pagehide, move |_| keep());
        on_cleanup(move || hidden.remove());
    }

    /// Whether it is not to be left without a word.
    fn is_held(self) -> bool {
        self.current.with_untracked(|current| {
            let review = current.as_ref();
            review.is_some_and(|it| untrack(|| draft::is_touched(it) || it.is_waiting()))
        })
    }

    /// Asks what is to become of what is chosen; while an answer of the server is waited for, nothing is to be left.
    pub fn ask(self) {
        let waiting = self.current.with_untracked(|current| {
            current
                .as_ref()
                .is_some_and(|it| untrack(|| it.is_waiting()))
        });
        self.asking.set(!waiting);
    }

    /// Closes the dialog; what is chosen is kept.
    pub fn close(self) {
        self.open.set(false);
    }

    /// Closes the dialog and forgets what is chosen.
    pub fn discard(self) {
        self.end();
        draft::keep(None);
        self.kept.set(None);
        self.open.set(false);
    }

    /// Opens the review again that was kept.
    pub fn resume(self) {
        let Some(kept) = self.kept.get_untracked() else {
            return;
        };
        let keys = kept.keys();
        let found: Vec<_> = keys.iter().filter_map(|key| self.events.get(key)).collect();
        let gone = keys.len() - found.len();
        self.show(self.events.sorted(found), gone, Some(&kept));
    }

    /// Begins the review of a selection and opens the dialog.
    pub fn begin(self, sorted: SortedSelection) {
        let kept = self.kept.get_untracked().filter(|kept| {
            let groups = sorted.groups.iter().flat_map(|group| &group.events);
            let left_out = sorted.left_out.iter().flat_map(|left| &left.events);
            kept.is_about(groups.chain(left_out).map(|chosen| chosen.event.as_ref()))
        });
        self.show(sorted, 0, kept.as_ref());
    }

    fn show(self, sorted: SortedSelection, gone: usize, kept: Option<&ReviewDraft>) {
        let id = self.last_id.get_value() + 1;
        self.last_id.set_value(id);
        let review = Review {
            gone,
            ..Review::new(id, sorted, |id| self.account(id))
        };
        if let Some(kept) = kept {
            kept.apply(&review);
        }
        self.asking.set(false);
        self.current.set(Some(review));
        history_entry::enter();
        self.open.set(true);
    }

    /// Ends the review when the dialog is closed. What was chosen and not submitted is kept, the password is not.
    pub fn clear(self) {
        self.asking.set(false);
        if let Some(review) = self.current.get_untracked() {
            let draft = untrack(|| ReviewDraft::of(&review));
            draft::keep(draft.as_ref());
            self.kept.set(draft);
        }
        self.end();
        if !self
            .going
            .try_update_value(std::mem::take)
            .unwrap_or_default()
        {
            history_entry::leave();
        }
    }

    fn end(self) {
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
    pub fn events_now(self, about: &[(EventKey, Arc<Event>)]) -> Vec<Event> {
        self.events.table.with(|table| {
            let now = |(key, event): &(EventKey, Arc<Event>)| {
                key.row(table).map_or_else(|| (**event).clone(), Row::event)
            };
            about.iter().map(now).collect()
        })
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
        let events = untrack(|| self.events_now(&about(&choices)));
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
            count: choices.counted(),
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
        self.going.set_value(self.open.get_untracked());
        self.open.set(false);
        // The page takes the place of the review's entry: back leads to what was under it.
        let options = NavigateOptions {
            replace: history_entry::is_here(),
            ..NavigateOptions::default()
        };
        self.go.with_value(|go| go(path, options));
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
