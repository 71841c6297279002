//! How the sending goes, and what became of each item.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;

use super::desk::{Desk, use_desk};
use super::result_file::to_csv;
use super::run::{Entry, Kind, Reading, Run, Status};
use super::session::{Job, Session};
use super::words;
use crate::components::export;
use crate::components::state_badge::StateBadge;
use crate::i18n::{t, thousands};
use crate::state::clock::now_ms;
use crate::time;
use crate::ui::badge::{Badge, Tone};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::progress::Progress;

/// How many more lines are shown at once.
const PAGE: usize = 100;
const TICK: Duration = Duration::from_millis(500);

#[component]
pub fn OutcomeView(job: Job) -> impl IntoView {
    let desk = use_desk();
    let run = RwSignal::from(job.run.clone());
    let job = StoredValue::new(job);
    let read = move |look: fn(&Run) -> usize| run.with(|run| run.as_ref().map_or(0, look));
    let over = Memo::new(move |_| run.with(|run| run.as_ref().is_some_and(|run| run.over)));
    let stopping = Memo::new(move |_| run.with(|run| run.as_ref().is_some_and(|run| run.stopping)));
    let all = Memo::new(move |_| read(|run| run.entries.len()));
    let done = Memo::new(move |_| read(Run::settled));
    let heading = NodeRef::<html::H3>::new();
    // The form is gone: the reader is taken to what came in its place.
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            drop(heading.focus());
        }
    });
    let title = move || match (over.get(), stopping.get()) {
        (true, _) => run.with(|run| {
            run.as_ref()
                .map(|run| words::tally(run, t()))
                .unwrap_or_default()
        }),
        (false, true) => t().act_stopping().to_owned(),
        (false, false) => t().act_sending().to_owned(),
    };
    view! {
        <div class="act-outcome">
            <div class="act-progress">
                <h3 tabindex="-1" node_ref=heading aria-live="polite">{title}</h3>
                <span>{move || t().act_answered(thousands(all.get()), thousands(done.get()))}</span>
                <Progress
                    done=Signal::derive(move || u64::try_from(done.get()).unwrap_or(u64::MAX))
                    total=Signal::derive(move || u64::try_from(all.get()).ok())
                    label=Signal::derive(|| t().act_sending().to_owned())
                />
            </div>
            <Hold run=run />
            <Entries desk=desk run=run />
        </div>
        <div class="dialog-foot act-foot">
            <Show
                when=move || over.get()
                fallback=move || {
                    view! {
                        <span class="act-confirm">{move || t().act_running_hint()}</span>
                        <Button
                            blocked=Signal::derive(move || stopping.get().then(|| t().act_stopping().to_owned()))
                            on_press=move || job.with_value(Desk::stop)
                        >
                            {move || t().act_stop()}
                        </Button>
                    }
                }
            >
                <Ending desk=desk run=run job=job />
            </Show>
            <NextBatch desk=desk />
        </div>
    }
}

/// Counts down while the cloud asks to wait.
#[component]
fn Hold(run: RwSignal<Option<Run>>) -> impl IntoView {
    let until = Memo::new(move |_| {
        run.with(|run| {
            run.as_ref()
                .filter(|run| !run.over)
                .and_then(|run| run.hold_until)
        })
    });
    let now = RwSignal::new(now_ms());
    if let Ok(handle) = set_interval_with_handle(move || now.set(now_ms()), TICK) {
        on_cleanup(move || handle.clear());
    }
    let seconds = move || {
        let left = until.get()?.saturating_sub(now.get());
        (left > 0).then(|| left.saturating_add(999) / 1000)
    };
    view! {
        <Show when=move || until.with(Option::is_some)>
            <Banner tone=Signal::stored(Tone::Attention)>
                <span>
                    {move || match seconds() {
                        Some(seconds) => t().act_hold(time::span(seconds * 1000, t())),
                        None => t().act_hold_over().to_owned(),
                    }}
                </span>
            </Banner>
        </Show>
    }
}

/// What can be done with the outcome.
#[component]
fn Ending(desk: Desk, run: RwSignal<Option<Run>>, job: StoredValue<Job>) -> impl IntoView {
    let retryable =
        Memo::new(move |_| run.with(|run| run.as_ref().map_or(0, |run| run.retryable().len())));
    let open = Memo::new(move |_| {
        run.with(|run| run.as_ref().map_or(0, |run| run.open_questions().len()))
    });
    let retry = RwSignal::from(job.with_value(|job| job.retry.clone()));
    let save = move || {
        let file = run.with_untracked(|run| {
            run.as_ref().map(|run| {
                job.with_value(|job| {
                    job.choices
                        .with_untracked(|choices| to_csv(choices, run, t()))
                })
            })
        });
        // The browser refuses a download only when its user told it to, and says so itself.
        drop(file.map(|file| export::save(t().act_file(), &file)));
    };
    let again = move || {
        if let Some(session) = desk.current.get_untracked() {
            job.with_value(|job| session.retry(job));
        }
    };
    let read = move || {
        let events =
            run.with_untracked(|run| run.as_ref().map(Run::open_questions).unwrap_or_default());
        desk.read_states(events);
    };
    view! {
        <span class="act-confirm">
            <Button on_press=save>{move || t().export()}</Button>
        </span>
        <Show when=move || open.get() != 0>
            <Button on_press=read>{move || t().act_read_all(thousands(open.get()))}</Button>
        </Show>
        <Show when=move || retryable.get() != 0>
            <Button kind=ButtonKind::Primary on_press=again>
                {move || {
                    if retry.with(Option::is_some) {
                        t().act_retry_made().to_owned()
                    } else {
                        t().act_retry(thousands(retryable.get()))
                    }
                }}
            </Button>
        </Show>
    }
}

/// On to the next batch that is not sent yet; where none is left, the end.
#[component]
fn NextBatch(desk: Desk) -> impl IntoView {
    let next = Memo::new(move |_| {
        let session = desk.current.get()?;
        let here = session.place.get();
        session.jobs.with(|jobs| {
            let count = jobs.len();
            (1..count).map(|step| (here + step) % count).find(|place| {
                jobs.get(*place)
                    .is_some_and(|job| job.run.with(Option::is_none))
            })
        })
    });
    let running = Memo::new(move |_| {
        desk.current
            .with(|it| it.as_ref().is_some_and(Session::running))
    });
    let go = move || {
        if let (Some(session), Some(place)) = (desk.current.get_untracked(), next.get_untracked()) {
            session.place.set(place);
        }
    };
    view! {
        <Show when=move || next.with(Option::is_some)>
            <Button kind=ButtonKind::Primary on_press=go>{move || t().act_next_batch()}</Button>
        </Show>
        <Show when=move || next.with(Option::is_none) && !running.get()>
            <Button on_press=move || desk.open.set(false)>{move || t().act_done()}</Button>
        </Show>
    }
}

#[component]
fn Entries(desk: Desk, run: RwSignal<Option<Run>>) -> impl IntoView {
    let only = RwSignal::new(None::<Kind>);
    let shown = RwSignal::new(PAGE);
    let entries = Memo::new(move |_| {
        let only = only.get();
        run.with(|run| {
            let all = run.iter().flat_map(|run| run.entries.iter());
            all.filter(|entry| only.is_none() || entry.kind() == only)
                .cloned()
                .collect::<Vec<Entry>>()
        })
    });
    let hidden = Memo::new(move |_| entries.with(Vec::len).saturating_sub(shown.get()));
    let count = move |kind: Option<Kind>| {
        run.with(|run| {
            run.as_ref().map_or(0, |run| {
                kind.map_or(run.entries.len(), |kind| run.count(kind))
            })
        })
    };
    let filter = move |kind: Option<Kind>| {
        let name = move || {
            let name = kind.map_or(t().act_all(), |kind| words::kind(kind, t()));
            t().menu_count(thousands(count(kind)), name)
        };
        view! {
            <button
                type="button"
                aria-pressed=move || if only.get() == kind { "true" } else { "false" }
                on:click=move |_| only.set(kind)
            >
                {name}
            </button>
        }
    };
    view! {
        <div class="segmented act-filter" role="group" aria-label=move || t().filters()>
            {filter(None)}
            {Kind::ALL.map(|kind| filter(Some(kind))).collect_view()}
        </div>
        <ul class="act-list act-results" aria-label=move || t().act_outcomes()>
            <For
                each=move || entries.with(|all| all.iter().take(shown.get()).cloned().collect::<Vec<_>>())
                key=|entry| (entry.place, format!("{:?}{:?}", entry.status, entry.reading))
                let:entry
            >
                <Row desk=desk entry=entry />
            </For>
        </ul>
        <Show when=move || hidden.get() != 0>
            <Button kind=ButtonKind::Quiet on_press=move || shown.update(|it| *it += PAGE)>
                {move || t().act_more(thousands(hidden.get().min(PAGE)))}
            </Button>
        </Show>
    }
}

#[component]
fn Row(desk: Desk, entry: Entry) -> impl IntoView {
    let key = entry.key();
    let kind = entry.kind();
    let (tone, shape) = match (&entry.status, kind) {
        (_, Some(kind)) => words::kind_look(kind),
        (Status::Sending, _) => (Tone::Accent, "▶"),
        (_, None) => (Tone::Neutral, "○"),
    };
    let sending = entry.status == Status::Sending;
    let word = move || match kind {
        Some(kind) => words::kind(kind, t()).to_owned(),
        None if sending => t().act_item_sending().to_owned(),
        None => t().act_item_queued().to_owned(),
    };
    let outcome = entry.outcome().cloned();
    let request_id = outcome
        .as_ref()
        .and_then(words::request_id)
        .map(str::to_owned);
    let detail = move || {
        outcome
            .as_ref()
            .map(|it| words::detail(it, t()))
            .unwrap_or_default()
    };
    let before = entry.event.state.clone();
    let reading = entry.reading.clone();
    let asking = reading == Some(Reading::Asking);
    let said = move || reading.as_ref().map(|it| words::reading(it, &before, t()));
    let event = StoredValue::new(entry.event.clone());
    let read = move || desk.read_states(vec![event.get_value()]);
    // The list is read again after the run: until the event has moved there is nothing to add.
    let sent_in = entry.event.state.clone();
    let now = Memo::new(move |_| {
        desk.event_now(&key)
            .map(|event| event.state.clone())
            .filter(|state| *state != sent_in)
    });
    let resource = entry.event.resource_id.clone();
    let event_id = entry.event.id.clone();
    view! {
        <li class="act-result">
            <Badge tone=Signal::stored(tone) shape=Signal::stored(shape) word=Signal::derive(word) />
            <span class="act-item-name">
                <span class="mono">{resource}</span>
                <small class="mono">{event_id}</small>
                {request_id.map(|id| view! { <small>{move || t().act_request_id()}" "<span class="mono">{id}</span></small> })}
            </span>
            <span class="act-result-said">
                <span>{detail}</span>
                <strong>{said}</strong>
                <Show when=move || kind == Some(Kind::Unknown)>
                    <Button
                        blocked=Signal::derive(move || asking.then(|| t().act_read_asking().to_owned()))
                        on_press=read
                    >
                        {move || t().act_read()}
                    </Button>
                </Show>
            </span>
            <Show when=move || kind == Some(Kind::Accepted)>
                <span class="act-result-now">
                    <span class="visually-hidden">{move || t().act_state_now()}</span>
                    {move || {
                        now.get()
                            .map(|state| {
                                view! { <StateBadge state=Signal::stored(state.kind) raw=Signal::stored(state.raw) /> }
                            })
                    }}
                </span>
            </Show>
        </li>
    }
}
