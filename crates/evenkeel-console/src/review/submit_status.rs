//! Shows, in the form's index, how far a submitted batch is: the answer is waited for, or the server has it.

use leptos::html;
use leptos::prelude::*;

use super::batch_review::{BatchReview, Review};
use super::review_controller::{ReviewController, use_review_controller};
use crate::batches::SubmitState;
use crate::i18n::{Strings, phrase, phrase_signal, t};
use crate::routes;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::progress::Progress;

#[component]
pub fn SubmitStatus(batch_review: BatchReview) -> impl IntoView {
    let controller = use_review_controller();
    let submit_state = RwSignal::from(batch_review.submit_state.clone());
    let batch_review = StoredValue::new(batch_review);
    let heading = NodeRef::<html::H3>::new();
    // The form is gone: the reader is taken to what came in its index.
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            drop(heading.focus());
        }
    });
    let title = move || {
        submit_state.with(|submit_state| match submit_state {
            SubmitState::Waiting(None) => t().submit_waiting(),
            SubmitState::Waiting(Some(_)) => t().submit_retrying(),
            SubmitState::Taken(_) => t().submit_taken(),
            SubmitState::Abandoned => t().submit_abandoned(),
            SubmitState::NotSubmitted | SubmitState::Refused(_) => "",
        })
    };
    let text = move || {
        submit_state.with(|submit_state| match submit_state {
            SubmitState::Waiting(Some(_)) => t().submit_retrying_text(),
            SubmitState::Taken(_) => t().submit_taken_text(),
            SubmitState::Abandoned => t().submit_abandoned_text(),
            SubmitState::Waiting(None) | SubmitState::NotSubmitted | SubmitState::Refused(_) => "",
        })
    };
    let is_waiting = Memo::new(move |_| submit_state.with(SubmitState::is_waiting));
    let silence = move || {
        submit_state.with(|submit_state| match submit_state {
            SubmitState::Waiting(Some(failure)) => Some(failure.summary(t())),
            _ => None,
        })
    };
    let next = Memo::new(move |_| {
        controller
            .current
            .with(|it| it.as_ref().and_then(Review::next_open))
    });
    let go_on = move || {
        if let (Some(review), Some(index)) =
            (controller.current.get_untracked(), next.get_untracked())
        {
            review.index.set(index);
        }
    };
    let page = move || {
        submit_state.with(|submit_state| match submit_state {
            SubmitState::Taken(id) => routes::batch(id),
            _ => routes::BATCHES.to_owned(),
        })
    };
    view! {
        <div class="act-handed">
            <h3 tabindex="-1" node_ref=heading aria-live="polite">{title}</h3>
            <p>{text}</p>
            <Show when=move || is_waiting.get()>
                <Progress
                    done=Signal::stored(0)
                    total=Signal::stored(None)
                    label=phrase_signal(Strings::submit_waiting)
                />
            </Show>
            <p class="sub">{silence}</p>
        </div>
        <div class="dialog-foot act-foot">
            <Show when=move || is_waiting.get()>
                <Button on_press=move || batch_review.with_value(ReviewController::abandon)>{phrase(Strings::submit_stop)}</Button>
            </Show>
            <Show when=move || !is_waiting.get()>
                <Button
                    kind=if next.get_untracked().is_some() { ButtonKind::Plain } else { ButtonKind::Primary }
                    on_press=move || controller.go(&page())
                >
                    {move || {
                        if submit_state.with(|it| matches!(it, SubmitState::Taken(_))) {
                            t().submit_open()
                        } else {
                            t().submit_look()
                        }
                    }}
                </Button>
            </Show>
            <Show when=move || next.with(Option::is_some)>
                <Button kind=ButtonKind::Primary on_press=go_on>{phrase(Strings::act_next_batch)}</Button>
            </Show>
            <Show when=move || next.with(Option::is_none) && !is_waiting.get()>
                <Button on_press=move || controller.open.set(false)>{phrase(Strings::act_done)}</Button>
            </Show>
        </div>
    }
}
