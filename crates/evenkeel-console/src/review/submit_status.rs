//! Shows, in the form's index, how far a submitted batch is: the answer is waited for, or the server has it.

use leptos::html;
use leptos::prelude::*;

use super::batch_review::{BatchReview, Review};
use super::pending_submits::Refusal;
use super::review_controller::{ReviewController, use_review_controller};
use super::submit::SubmitState;
use crate::i18n::{t, thousands};
use crate::routes;
use crate::state::failure::Failure;
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::progress::Progress;

/// Different things that are wrong, at most so many by name.
const NAMED: usize = 20;

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
            SubmitState::Waiting(None) => t().hand_asking(),
            SubmitState::Waiting(Some(_)) => t().hand_again(),
            SubmitState::Taken(_) => t().hand_taken(),
            SubmitState::Abandoned => t().hand_left(),
            SubmitState::NotSubmitted | SubmitState::Refused(_) => "",
        })
    };
    let text = move || {
        submit_state.with(|submit_state| match submit_state {
            SubmitState::Waiting(Some(_)) => t().hand_again_text(),
            SubmitState::Taken(_) => t().hand_taken_text(),
            SubmitState::Abandoned => t().hand_left_text(),
            SubmitState::Waiting(None) | SubmitState::NotSubmitted | SubmitState::Refused(_) => "",
        })
    };
    let is_waiting = Memo::new(move |_| submit_state.with(SubmitState::is_waiting));
    let silence = move || {
        submit_state.with(|submit_state| match submit_state {
            SubmitState::Waiting(Some(failure)) => Some(said(failure)),
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
                    label=Signal::derive(|| t().hand_asking().to_owned())
                />
            </Show>
            <p class="sub">{silence}</p>
        </div>
        <div class="dialog-foot act-foot">
            <Show when=move || is_waiting.get()>
                <Button on_press=move || batch_review.with_value(ReviewController::abandon)>{move || t().hand_stop()}</Button>
            </Show>
            <Show when=move || !is_waiting.get()>
                <Button
                    kind=if next.get_untracked().is_some() { ButtonKind::Plain } else { ButtonKind::Primary }
                    on_press=move || controller.go(&page())
                >
                    {move || {
                        if submit_state.with(|it| matches!(it, SubmitState::Taken(_))) {
                            t().hand_open()
                        } else {
                            t().hand_look()
                        }
                    }}
                </Button>
            </Show>
            <Show when=move || next.with(Option::is_some)>
                <Button kind=ButtonKind::Primary on_press=go_on>{move || t().act_next_batch()}</Button>
            </Show>
            <Show when=move || next.with(Option::is_none) && !is_waiting.get()>
                <Button on_press=move || controller.open.set(false)>{move || t().act_done()}</Button>
            </Show>
        </div>
    }
}

/// A failure in a line: what it is, and the other side's words.
pub fn said(failure: &Failure) -> String {
    let fine = failure.fine_print();
    let title = failure.title(t()).to_owned();
    if fine.is_empty() {
        title
    } else {
        format!("{title} ({fine})")
    }
}

/// Why the server will not have the batch, with every different thing that is wrong.
#[component]
pub fn RefusalNotice(refusal: Refusal) -> impl IntoView {
    let language = untrack(|| t().0);
    let mut kinds: Vec<(String, String, usize)> = Vec::new();
    for issue in &refusal.issues {
        let text = issue.text(language);
        match kinds.iter_mut().find(|(_, other, _)| *other == text) {
            Some((_, _, count)) => *count += 1,
            None => kinds.push((issue.location.clone(), text, 1)),
        }
    }
    let more = kinds.len().saturating_sub(NAMED);
    let lines = kinds
        .into_iter()
        .take(NAMED)
        .map(|(location, message, count)| {
            let text = match count {
                1 => format!("{location}: {message}"),
                _ => format!("{message} ({})", thousands(count)),
            };
            view! { <li>{text}</li> }
        })
        .collect_view();
    let failure = StoredValue::new(refusal.failure);
    view! {
        <Banner tone=Signal::stored(Tone::Bad) urgent=true>
            <div class="notice-text">
                <strong>{move || t().hand_refused()}</strong>
                <p>{move || failure.with_value(said)}</p>
                <ul>{lines}</ul>
                {(more > 0).then(|| view! { <p>{move || t().act_and_more(thousands(more))}</p> })}
            </div>
        </Banner>
    }
}
