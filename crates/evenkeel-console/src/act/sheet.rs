//! The sheet in which a selection becomes batches, one batch at a time.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::choices::Choices;
use super::delivery::Handing;
use super::desk::{Desk, use_desk};
use super::form::Form;
use super::handed::{Handed, RefusalNotice};
use super::session::{Job, Session};
use super::words;
use crate::i18n::{t, thousands};
use crate::state::prefs::use_prefs;
use crate::ui::dialog::Dialog;

/// Hangs at the root of the page once; what it shows comes from the desk.
#[component]
pub fn Sheet() -> impl IntoView {
    let desk = use_desk();
    let job = Memo::new(move |_| desk.current.with(|it| it.as_ref().and_then(Session::job)));
    let asking = Memo::new(move |_| job.with(|job| job.as_ref().is_some_and(Job::asking)));
    Effect::new(move |was_open: Option<bool>| {
        let open = desk.open.get();
        if was_open == Some(true) && !open {
            desk.clear();
            set_timeout(refocus, Duration::ZERO);
        }
        open
    });
    let zone = use_prefs().zone;
    let of_job = move |text: fn(&Choices) -> String| {
        job.with(|job| {
            job.as_ref()
                .map(|job| job.choices.with(text))
                .unwrap_or_default()
        })
    };
    let title = Signal::derive(move || {
        let zone = zone.get();
        let title = job.with(|job| {
            let choices = job
                .as_ref()
                .map(|job| job.choices.with(|it| words::review(it, zone, t())));
            choices.unwrap_or_default()
        });
        if title.is_empty() {
            t().act_nothing_title().to_owned()
        } else {
            title
        }
    });
    let subtitle = Signal::derive(move || {
        of_job(|it| {
            let size = it.items_per_call;
            let calls: Vec<usize> = (0..it.count())
                .step_by(size)
                .map(|first| size.min(it.count() - first))
                .collect();
            words::subtitle(it, &calls, t())
        })
    });
    let body = move || {
        view! {
            <Steps desk=desk />
            {move || match job.get() {
                Some(job) => view! { <JobView job=job /> }.into_any(),
                None => view! { <Nothing desk=desk /> }.into_any(),
            }}
        }
    };
    view! {
        <Dialog
            open=desk.open
            title=title
            subtitle=subtitle
            close_label=Signal::derive(|| t().close().to_owned())
            locked=asking
            body=ViewFn::from(body)
        />
    }
}

/// The browser gives the focus back to what opened the sheet; where that is gone, such as the tray of a selection that is
/// done with, it goes to the list.
fn refocus() {
    let astray = document()
        .active_element()
        .is_none_or(|element| element.tag_name() == "BODY");
    let list = document().get_element_by_id("events").filter(|_| astray);
    if let Some(list) = list.and_then(|list| list.dyn_into::<web_sys::HtmlElement>().ok()) {
        drop(list.focus());
    }
}

/// The form until the batch is handed in, what became of that from then on.
#[component]
fn JobView(job: Job) -> impl IntoView {
    let handing = RwSignal::from(job.handing.clone());
    let open = {
        let job = job.clone();
        Memo::new(move |_| job.is_open())
    };
    let refusal = Memo::new(move |_| {
        handing.with(|handing| match handing {
            Handing::Refused(refusal) => Some(refusal.clone()),
            _ => None,
        })
    });
    let job = StoredValue::new(job);
    move || {
        let job = job.get_value();
        if open.get() {
            view! {
                {move || {
                    refusal
                        .get()
                        .map(|refusal| {
                            view! { <div class="act-refusal"><RefusalNotice refusal=refusal /></div> }
                        })
                }}
                <Form job=job />
            }
                .into_any()
        } else {
            view! { <Handed job=job /> }.into_any()
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
fn Steps(desk: Desk) -> impl IntoView {
    let session = move || desk.current.get();
    let count = Memo::new(move |_| session().map_or(0, |it| it.jobs.len()));
    // On a narrow screen the steps are a strip of which only a part shows.
    Effect::new(move |_| {
        if session().is_some_and(|it| it.jobs.len() > it.place.get()) {
            request_animation_frame(show_step);
        }
    });
    let step = move |(index, job): (usize, Job)| {
        let handing = RwSignal::from(job.handing.clone());
        let choices = RwSignal::from(job.choices.clone());
        let here = move || session().is_some_and(|it| it.place.get() == index);
        let name = move || {
            choices.with(|it| {
                let verb = words::verb(it.action, t());
                t().act_step(&it.account, thousands(it.count()), verb)
            })
        };
        let mark = move || {
            handing.with(|handing| match handing {
                Handing::Open => "○",
                Handing::Asking(_) => "▶",
                Handing::Refused(_) => "✕",
                Handing::Taken(_) => "✓",
                Handing::Left => "?",
            })
        };
        view! {
            <li>
                <button
                    type="button"
                    class="act-step"
                    aria-current=move || here().then_some("step")
                    on:click=move |_| {
                        if let Some(session) = session() {
                            session.place.set(index);
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
            <nav class="act-steps" aria-label=move || t().act_batches()>
                <strong>
                    {move || {
                        let place = session().map_or(0, |it| it.place.get()) + 1;
                        t().act_batch_of(count.get(), place)
                    }}
                </strong>
                <ol>
                    {move || {
                        session()
                            .map(|it| it.jobs.iter().cloned().enumerate().map(step).collect_view())
                    }}
                </ol>
            </nav>
        </Show>
    }
}

/// Every selected event stays out.
#[component]
fn Nothing(desk: Desk) -> impl IntoView {
    view! {
        <div class="act-nothing">
            <p>{move || t().act_nothing_text()}</p>
            <super::aside::LeftOut desk=desk open=true />
        </div>
    }
}
