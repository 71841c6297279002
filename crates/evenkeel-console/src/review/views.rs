//! The review, as the page gets it: it is a part of the program that is fetched by itself. What a person wants of it
//! meanwhile is kept until it is here.

use leptos::prelude::*;

use super::kept_review::KeptReview;
use super::review_controller::{ReviewController, use_review_controller};
use super::review_dialog::ReviewDialog;
use super::{draft, history_entry};
use crate::events::SortedSelection;
use crate::part::{Part, PartNote, part};
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;

/// Makes the controller, and the views that need it.
#[derive(Clone, Copy)]
pub struct ReviewViews {
    provide: fn(),
    begin: fn(SortedSelection),
    kept: fn() -> AnyView,
    dialog: fn() -> AnyView,
}

part!(review_views -> ReviewViews {
    ReviewViews {
        provide: ReviewController::provide,
        begin: |sorted| use_review_controller().begin(sorted),
        kept: || view! { <KeptReview /> }.into_any(),
        dialog: || view! { <ReviewDialog /> }.into_any(),
    }
});

/// The review for who knows nothing of it; `Copy`, provided as context. Needs the router.
#[derive(Clone, Copy)]
pub struct ReviewPart {
    part: Part<ReviewViews>,
    /// The part once its controller stands.
    ready: RwSignal<Option<ReviewViews>>,
    /// What is to be reviewed as soon as it is.
    wanted: RwSignal<Option<SortedSelection>>,
    /// Where the controller is provided, for all pages.
    owner: StoredValue<Option<Owner>>,
}

impl ReviewPart {
    pub fn provide() -> Self {
        let review = Self {
            part: Part::new(|| Box::pin(review_views())),
            ready: RwSignal::new(None),
            wanted: RwSignal::new(None),
            owner: StoredValue::new(Owner::current()),
        };
        provide_context(review);
        // A review that a reload broke off is there again as soon as it can be.
        if draft::is_kept() || history_entry::is_here() {
            review.part.load();
        }
        Effect::new(move |_| {
            if let Some(views) = review.part.get() {
                untrack(|| review.stand_up(views));
            }
        });
        review
    }

    pub fn part(self) -> Part<ReviewViews> {
        self.part
    }

    fn stand_up(self, views: ReviewViews) {
        self.within(views.provide);
        self.ready.set(Some(views));
        if let Some(sorted) = self.wanted.try_update(Option::take).flatten() {
            self.begin(sorted);
        }
    }

    /// Begins the review of a selection, at once or when the part is here.
    pub fn begin(self, sorted: SortedSelection) {
        if let Some(views) = self.ready.get_untracked() {
            self.within(|| (views.begin)(sorted));
        } else {
            self.wanted.set(Some(sorted));
            self.part.load();
        }
    }

    /// Runs what needs the contexts of the page.
    fn within(self, work: impl FnOnce()) {
        if let Some(owner) = self.owner.get_value() {
            owner.with(|| untrack(work));
        }
    }
}

/// The review of this page.
pub fn use_review() -> ReviewPart {
    expect_context::<ReviewPart>()
}

/// Tells of a review that was left, or of one that cannot begin yet.
#[component]
pub fn ReviewStrip() -> impl IntoView {
    let review = use_review();
    let was_kept = draft::is_kept();
    let is_waited_for = Memo::new(move |_| was_kept || review.wanted.with(Option::is_some));
    move || {
        match review.ready.get() {
        Some(views) => untrack(views.kept),
        None => view! {
            <Show when=move || is_waited_for.get()>
                <Banner tone=Signal::stored(Tone::Attention)>
                    <PartNote failed=move || review.part.has_failed() on_retry=move || review.part.load() />
                </Banner>
            </Show>
        }
        .into_any(),
    }
    }
}

/// Hangs at the root of the page once.
#[component]
pub fn ReviewRoot() -> impl IntoView {
    let review = use_review();
    move || review.ready.get().map(|views| untrack(views.dialog))
}
