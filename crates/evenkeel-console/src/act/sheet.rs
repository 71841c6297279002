//! The sheet in which a selection becomes batches, one batch at a time.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::choices::Choices;
use super::desk::{Desk, use_desk};
use super::form::Form;
use super::outcome::OutcomeView;
use super::run::Run;
use super::session::{Job, Session};
use super::words;
use crate::i18n::{t, thousands};
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;

/// Hangs at the root of the page once; what it shows comes from the desk.
#[component]
pub fn Sheet() -> impl IntoView {
    let desk = use_desk();
    let job = Memo::new(move |_| desk.current.with(|it| it.as_ref().and_then(Session::job)));
    let running = Memo::new(move |_| job.with(|job| job.as_ref().is_some_and(Job::running)));
    let asking = RwSignal::new(false);
    Effect::new(move |was_open: Option<bool>| {
        let open = desk.open.get();
        if was_open == Some(true) && !open {
            asking.set(false);
            desk.park();
            set_timeout(refocus, Duration::ZERO);
        }
        open
    });
    Effect::new(move |_| {
        if !running.get() {
            asking.set(false);
        }
    });
    let of_job = move |text: fn(&Choices) -> String| {
        job.with(|job| {
            job.as_ref()
                .map(|job| job.choices.with(text))
                .unwrap_or_default()
        })
    };
    let title = Signal::derive(move || {
        let title = of_job(|it| words::title(it.action, it.count(), t()));
        if title.is_empty() {
            t().act_nothing_title().to_owned()
        } else {
            title
        }
    });
    let subtitle = Signal::derive(move || {
        of_job(|it| {
            let size = if it.provider == evenkeel::Provider::Ens {
                evenkeel::ENS_CHUNK
            } else {
                1
            };
            let calls: Vec<usize> = (0..it.count())
                .step_by(size)
                .map(|first| size.min(it.count() - first))
                .collect();
            words::subtitle(it, &calls, t())
        })
    });
    let body = move || {
        view! {
            <Show when=move || asking.get()>
                <Ask desk=desk job=job asking=asking />
            </Show>
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
            locked=running
            on_ask=Callback::new(move |()| asking.set(true))
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

/// The form while nothing is sent, the outcome from then on.
#[component]
fn JobView(job: Job) -> impl IntoView {
    let run = RwSignal::from(job.run.clone());
    let sent = Memo::new(move |_| run.with(Option::is_some));
    let job = StoredValue::new(job);
    move || {
        let job = job.get_value();
        if sent.get() {
            view! { <OutcomeView job=job /> }.into_any()
        } else {
            view! { <Form job=job /> }.into_any()
        }
    }
}

/// Asked when a person closes the sheet while something is being sent.
#[component]
fn Ask(desk: Desk, job: Memo<Option<Job>>, asking: RwSignal<bool>) -> impl IntoView {
    let first = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(first) = first.get() {
            drop(first.focus());
        }
    });
    let stop = move || {
        job.with_untracked(|job| job.iter().for_each(Desk::stop));
        asking.set(false);
    };
    view! {
        <div class="act-ask" role="alertdialog" aria-label=move || t().act_ask_title() tabindex="-1" node_ref=first>
            <Banner tone=Signal::stored(Tone::Attention)>
                <strong>{move || t().act_ask_title()}</strong>
                <span>{move || t().act_ask_text()}</span>
                <span class="act-buttons">
                    <Button kind=ButtonKind::Primary on_press=move || desk.open.set(false)>
                        {move || t().act_ask_background()}
                    </Button>
                    <Button on_press=stop>{move || t().act_stop()}</Button>
                    <Button on_press=move || asking.set(false)>{move || t().act_ask_stay()}</Button>
                </span>
            </Banner>
        </div>
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
    let count = Memo::new(move |_| session().map_or(0, |it| it.jobs.with(Vec::len)));
    // On a narrow screen the steps are a strip of which only a part shows.
    Effect::new(move |_| {
        if session().is_some_and(|it| it.jobs.with(Vec::len) > it.place.get()) {
            request_animation_frame(show_step);
        }
    });
    let step = move |(index, job): (usize, Job)| {
        let run = RwSignal::from(job.run.clone());
        let choices = RwSignal::from(job.choices.clone());
        let here = move || session().is_some_and(|it| it.place.get() == index);
        let name = move || {
            choices.with(|it| {
                let verb = words::verb(it.action, t());
                t().act_step(&it.account, thousands(it.count()), verb)
            })
        };
        let mark = move || {
            run.with(|run| match run {
                None => "○",
                Some(Run { over: false, .. }) => "▶",
                Some(_) => "✓",
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
                            .map(|it| it.jobs.get().into_iter().enumerate().map(step).collect_view())
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
