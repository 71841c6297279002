//! What is at stake, and who stays out.

use std::sync::Arc;

use evenkeel::Event;
use leptos::prelude::*;

use super::bench::Bench;
use super::desk::Desk;
use super::ledger::{Out, Why};
use super::run::Reading;
use super::session::Session;
use super::words;
use crate::i18n::{t, thousands};
use crate::state::plan::Plan;
use crate::state::table::EventKey;
use crate::ui::button::{Button, ButtonKind};

/// Events listed by name; the rest is a number.
const NAMED: usize = 100;

#[component]
pub fn StakeBox(bench: Bench) -> impl IntoView {
    let stake = Memo::new(move |_| {
        bench
            .choices
            .with(|choices| words::stake(choices, bench.zone.get(), t()))
    });
    view! {
        {move || {
            stake
                .get()
                .map(|(headline, what)| {
                    view! {
                        <div class="act-stake">
                            <strong>{headline}</strong>
                            <p>{what}</p>
                        </div>
                    }
                })
        }}
    }
}

/// The selected events that take no part, with the reason.
#[component]
pub fn LeftOut(desk: Desk, open: bool) -> impl IntoView {
    let Some(session) = desk.current.get_untracked() else {
        return ().into_any();
    };
    if session.out.is_empty() {
        return ().into_any();
    }
    let total: usize = session.out.iter().map(|it| it.events.len()).sum();
    // Something can be done about these here, so they are not hidden.
    let open = open || session.out.iter().any(|it| it.why == Why::Unknown);
    let groups = session
        .out
        .iter()
        .map(|it| view! { <Group desk=desk session=session.clone() out=it.clone() /> })
        .collect_view();
    view! {
        <details class="act-out" open=open>
            <summary>{move || t().act_out(thousands(total))}</summary>
            {groups}
        </details>
    }
    .into_any()
}

#[component]
fn Group(desk: Desk, session: Session, out: Out) -> impl IntoView {
    let Out { why, events } = out;
    let count = events.len();
    let names = events
        .iter()
        .take(NAMED)
        .map(|event| {
            let (kind, state) = (event.event_type.kind, event.state.kind);
            let key = EventKey::of(event);
            let before = event.state.clone();
            let reading = move || {
                let reading = desk.readings.with(|readings| readings.get(&key).cloned())?;
                Some(words::reading(&reading, &before, t()))
            };
            view! {
                <li>
                    <span class="mono">{event.resource_id.clone()}</span>
                    {move || format!(" · {} · {}", t().kind(kind), t().state(state))}
                    {(why == Why::Unknown)
                        .then(|| view! { <strong class="act-out-read">{reading}</strong> })}
                </li>
            }
        })
        .collect_view();
    view! {
        <p>{move || words::left_out(why, count, t())}</p>
        <ul>
            {names}
            {(count > NAMED).then(|| view! { <li>{move || t().act_and_more(thousands(count - NAMED))}</li> })}
        </ul>
        {(why == Why::Unknown).then(|| view! { <Settle desk=desk session=session events=events /> })}
    }
}

/// The way out for events whose outcome is unknown: their state is read, and a person decides from there.
#[component]
fn Settle(desk: Desk, session: Session, events: Vec<Arc<Event>>) -> impl IntoView {
    let events = StoredValue::new(events);
    let session = StoredValue::new(session);
    let waiting = Memo::new(move |_| {
        let taken = |event: &&Arc<Event>| session.with_value(|it| it.holds(&EventKey::of(event)));
        events.with_value(|events| {
            let left = events.iter().filter(|event| !taken(event));
            left.cloned().collect::<Vec<_>>()
        })
    });
    // Read again as often as one likes: the cloud may be slow.
    let askable = Memo::new(move |_| {
        desk.readings.with(|readings| {
            let mut waiting = waiting.get();
            waiting.retain(|event| readings.get(&EventKey::of(event)) != Some(&Reading::Gone));
            waiting
        })
    });
    let asking = Signal::derive(move || {
        let asking = desk.readings.with(|readings| {
            askable.with(|askable| {
                askable
                    .iter()
                    .any(|event| readings.get(&EventKey::of(event)) == Some(&Reading::Asking))
            })
        });
        asking.then(|| t().act_read_asking().to_owned())
    });
    let ready = Memo::new(move |_| waiting.with(|waiting| desk.reviewable(waiting)));
    view! {
        <span class="act-buttons" role="group" aria-label=move || t().act_unknown()>
            <Show when=move || askable.with(|askable| !askable.is_empty())>
                <Button blocked=asking on_press=move || desk.read_states(askable.get_untracked())>
                    {move || match askable.with(Vec::len) {
                        1 => t().act_read().to_owned(),
                        count => t().act_read_all(thousands(count)),
                    }}
                </Button>
            </Show>
            <Show when=move || ready.with(Plan::count) != 0>
                <Button
                    kind=ButtonKind::Primary
                    on_press=move || session.with_value(|session| session.add(&ready.get_untracked()))
                >
                    {move || t().act_out_add(thousands(ready.with(Plan::count)))}
                </Button>
            </Show>
        </span>
    }
}
