//! What stands in the form's place once a batch was handed in: that the answer is waited for, or that the server has it.

use leptos::html;
use leptos::prelude::*;

use super::delivery::Handing;
use super::desk::{Desk, use_desk};
use super::outbox::Refusal;
use super::session::{Job, Session};
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
pub fn Handed(job: Job) -> impl IntoView {
    let desk = use_desk();
    let handing = RwSignal::from(job.handing.clone());
    let job = StoredValue::new(job);
    let heading = NodeRef::<html::H3>::new();
    // The form is gone: the reader is taken to what came in its place.
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            drop(heading.focus());
        }
    });
    let title = move || {
        handing.with(|handing| match handing {
            Handing::Asking(None) => t().hand_asking(),
            Handing::Asking(Some(_)) => t().hand_again(),
            Handing::Taken(_) => t().hand_taken(),
            Handing::Left => t().hand_left(),
            Handing::Open | Handing::Refused(_) => "",
        })
    };
    let text = move || {
        handing.with(|handing| match handing {
            Handing::Asking(Some(_)) => t().hand_again_text(),
            Handing::Taken(_) => t().hand_taken_text(),
            Handing::Left => t().hand_left_text(),
            Handing::Asking(None) | Handing::Open | Handing::Refused(_) => "",
        })
    };
    let asking = Memo::new(move |_| handing.with(Handing::is_asking));
    let silence = move || {
        handing.with(|handing| match handing {
            Handing::Asking(Some(failure)) => Some(said(failure)),
            _ => None,
        })
    };
    let next = Memo::new(move |_| {
        desk.current
            .with(|it| it.as_ref().and_then(Session::next_open))
    });
    let go_on = move || {
        if let (Some(session), Some(place)) = (desk.current.get_untracked(), next.get_untracked()) {
            session.place.set(place);
        }
    };
    let page = move || {
        handing.with(|handing| match handing {
            Handing::Taken(id) => routes::batch(id),
            _ => routes::BATCHES.to_owned(),
        })
    };
    view! {
        <div class="act-handed">
            <h3 tabindex="-1" node_ref=heading aria-live="polite">{title}</h3>
            <p>{text}</p>
            <Show when=move || asking.get()>
                <Progress
                    done=Signal::stored(0)
                    total=Signal::stored(None)
                    label=Signal::derive(|| t().hand_asking().to_owned())
                />
            </Show>
            <p class="sub">{silence}</p>
        </div>
        <div class="dialog-foot act-foot">
            <Show when=move || asking.get()>
                <Button on_press=move || job.with_value(Desk::leave)>{move || t().hand_stop()}</Button>
            </Show>
            <Show when=move || !asking.get()>
                <Button
                    kind=if next.get_untracked().is_some() { ButtonKind::Plain } else { ButtonKind::Primary }
                    on_press=move || desk.go(&page())
                >
                    {move || {
                        if handing.with(|it| matches!(it, Handing::Taken(_))) {
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
            <Show when=move || next.with(Option::is_none) && !asking.get()>
                <Button on_press=move || desk.open.set(false)>{move || t().act_done()}</Button>
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
