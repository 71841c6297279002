//! Shows the review dialog, in which a selection becomes batches, one batch at a time.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::batch_review::{BatchReview, Review};
use super::choices::Choices;
use super::form_view::FormView;
use super::leave_question::LeaveQuestion;
use super::review_controller::{ReviewController, use_review_controller};
use super::submit_status::SubmitStatus;
use super::{draft, labels};
use crate::batches::{RefusalNotice, SubmitState};
use crate::i18n::{Strings, phrase, phrase_signal, t, thousands};
use crate::prefs::use_prefs;
use crate::resource;
use crate::ui::dialog::Dialog;

/// Hangs at the root of the page once; what it shows comes from the controller.
#[component]
pub fn ReviewDialog() -> impl IntoView {
    let controller = use_review_controller();
    let batch_review = Memo::new(move |_| {
        controller
            .current
            .with(|it| it.as_ref().and_then(Review::batch_review))
    });
    let is_waiting = Memo::new(move |_| {
        batch_review.with(|batch_review| batch_review.as_ref().is_some_and(BatchReview::is_waiting))
    });
    Effect::new(move |was_open: Option<bool>| {
        let open = controller.open.get();
        if was_open == Some(true) && !open {
            controller.clear();
            set_timeout(refocus, Duration::ZERO);
        }
        open
    });
    let held = Memo::new(move |_| {
        let touched = controller
            .current
            .with(|it| it.as_ref().is_some_and(draft::is_touched));
        touched || is_waiting.get()
    });
    let zone = use_prefs().zone;
    let of_batch = move |text: fn(&Choices) -> String| {
        batch_review.with(|batch_review| {
            batch_review
                .as_ref()
                .map(|batch_review| batch_review.choices.with(text))
                .unwrap_or_default()
        })
    };
    let title = Signal::derive(move || {
        let zone = zone.get();
        let title = batch_review.with(|batch_review| {
            let choices = batch_review.as_ref().map(|batch_review| {
                batch_review
                    .choices
                    .with(|it| labels::review_title(it, zone, t()))
            });
            choices.unwrap_or_default()
        });
        if title.is_empty() {
            t().act_nothing_title().to_owned()
        } else {
            title
        }
    });
    let subtitle = Signal::derive(move || {
        of_batch(|it| {
            let size = it.items_per_call;
            // How many requests it takes depends on what is done.
            let count = it.action.map_or(0, |_| it.count());
            let calls: Vec<usize> = (0..count)
                .step_by(size)
                .map(|first| size.min(count - first))
                .collect();
            labels::subtitle(it, &calls, t())
        })
    });
    let body = move || {
        view! {
            <Show when=move || controller.asking.get()>
                <LeaveQuestion controller=controller />
            </Show>
            <Steps controller=controller />
            <GoneNote controller=controller />
            {move || match batch_review.get() {
                Some(batch_review) => view! { <BatchReviewBody batch_review=batch_review /> }.into_any(),
                None => view! { <Nothing controller=controller /> }.into_any(),
            }}
        }
    };
    view! {
        <Dialog
            open=controller.open
            title=title
            subtitle=subtitle
            close_label=phrase_signal(Strings::close)
            locked=held
            busy=is_waiting
            on_ask=Callback::new(move |()| controller.ask())
            body=ViewFn::from(body)
        />
    }
}

/// Gives the focus to the list where the browser could not give it back to what opened the dialog, such as the bar of a
/// selection that is done with.
fn refocus() {
    let astray = document()
        .active_element()
        .is_none_or(|element| element.tag_name() == "BODY");
    let list = document().get_element_by_id("events").filter(|_| astray);
    if let Some(list) = list.and_then(|list| list.dyn_into::<web_sys::HtmlElement>().ok()) {
        drop(list.focus());
    }
}

/// Shows the form until the batch is submitted, what became of that from then on.
#[component]
fn BatchReviewBody(batch_review: BatchReview) -> impl IntoView {
    let submit_state = RwSignal::from(batch_review.submit_state.clone());
    let open = {
        let batch_review = batch_review.clone();
        Memo::new(move |_| batch_review.is_open())
    };
    let refusal = Memo::new(move |_| {
        submit_state.with(|submit_state| match submit_state {
            SubmitState::Refused(refusal) => Some(refusal.clone()),
            _ => None,
        })
    });
    let choices = RwSignal::from(batch_review.choices.clone());
    let called = Callback::new(move |index: usize| {
        choices.with_untracked(|choices| {
            let (_, item) = choices.included().nth(index)?;
            Some(resource::called(
                item.resource.as_deref(),
                &item.event.resource_id,
            ))
        })
    });
    let batch_review = StoredValue::new(batch_review);
    move || {
        let batch_review = batch_review.get_value();
        if open.get() {
            view! {
                {move || {
                    refusal
                        .get()
                        .map(|refusal| {
                            view! { <div class="act-refusal"><RefusalNotice refusal=refusal called=called /></div> }
                        })
                }}
                <FormView batch_review=batch_review />
            }
                .into_any()
        } else {
            view! { <SubmitStatus batch_review=batch_review /> }.into_any()
        }
    }
}

fn show_step() {
    let step = document().query_selector(".act-step[aria-current]");
    if let Some(step) = step.ok().flatten() {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        options.set_inline(web_sys::ScrollLogicalPosition::Nearest);
        step.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// `Batch 1 of 3`, and the way from one to another.
#[component]
fn Steps(controller: ReviewController) -> impl IntoView {
    let review = move || controller.current.get();
    let count = Memo::new(move |_| review().map_or(0, |it| it.batch_reviews.len()));
    // On a narrow screen the steps are a strip of which only a part shows.
    Effect::new(move |_| {
        if review().is_some_and(|it| it.batch_reviews.len() > it.index.get()) {
            request_animation_frame(show_step);
        }
    });
    let step = move |(index, batch_review): (usize, BatchReview)| {
        let submit_state = RwSignal::from(batch_review.submit_state.clone());
        let choices = RwSignal::from(batch_review.choices.clone());
        let here = move || review().is_some_and(|it| it.index.get() == index);
        let name = move || {
            choices.with(|it| {
                let count = thousands(it.counted());
                match it.action {
                    Some(action) => t().act_step(&it.account, count, labels::verb(action, t())),
                    None => t().act_step_open(&it.account, count),
                }
            })
        };
        let mark = move || {
            submit_state.with(|submit_state| match submit_state {
                SubmitState::NotSubmitted => "○",
                SubmitState::Waiting(_) => "▶",
                SubmitState::Refused(_) => "✕",
                SubmitState::Taken(_) => "✓",
                SubmitState::Abandoned => "?",
            })
        };
        view! {
            <li>
                <button
                    type="button"
                    class="act-step"
                    aria-current=move || here().then_some("step")
                    on:click=move |_| {
                        if let Some(review) = review() {
                            review.index.set(index);
                        }
                    }
                >
                    <span aria-hidden="true">{mark}</span>
                    {name}
                </button>
            </li>
        }
    };
    view! {
        <Show when=move || count.with(|count| *count > 1)>
            <nav class="act-steps" aria-label=phrase(Strings::act_batches)>
                <strong>
                    {move || {
                        let index = review().map_or(0, |it| it.index.get()) + 1;
                        t().act_batch_of(count.get(), index)
                    }}
                </strong>
                <ol>
                    {move || {
                        review()
                            .map(|it| it.batch_reviews.iter().cloned().enumerate().map(step).collect_view())
                    }}
                </ol>
            </nav>
        </Show>
    }
}

/// Of a review that was kept, how many events are not there any more.
#[component]
fn GoneNote(controller: ReviewController) -> impl IntoView {
    let gone = move || {
        controller
            .current
            .with(|it| it.as_ref().map_or(0, |it| it.gone))
    };
    view! {
        <Show when=move || gone() != 0>
            <p class="act-gone">{move || t().kept_review_gone(thousands(gone()))}</p>
        </Show>
    }
}

/// Every selected event stays out.
#[component]
fn Nothing(controller: ReviewController) -> impl IntoView {
    view! {
        <div class="act-nothing">
            <p>{phrase(Strings::act_nothing_text)}</p>
            <super::impact::LeftOut controller=controller open=true />
        </div>
    }
}
