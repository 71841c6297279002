//! What is at stake, and who stays out.

use leptos::prelude::*;

use super::bench::Bench;
use super::desk::Desk;
use super::words;
use crate::batch::words::state as state_word;
use crate::i18n::{t, thousands};
use crate::routes;
use crate::state::plan;
use evenkeel::visible::visible;

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

/// What goes down, and whether all of it at the same time.
#[component]
pub fn OutageBox(bench: Bench) -> impl IntoView {
    let outage = Memo::new(move |_| {
        bench
            .choices
            .with(|choices| words::outage(choices, bench.zone.get(), t()))
    });
    view! {
        {move || {
            outage
                .get()
                .map(|(at_once, headline, what)| {
                    view! {
                        <div class="act-stake" data-calm=(!at_once).then_some("")>
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
    let groups = session
        .out
        .iter()
        .map(|it| view! { <Group out=it.clone() desk=desk /> })
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
fn Group(out: plan::LeftOut, desk: Desk) -> impl IntoView {
    let plan::LeftOut { reason, events } = out;
    let count = events.len();
    let names = events
        .iter()
        .take(NAMED)
        .map(|chosen| {
            let event = &chosen.event;
            let (kind, state) = (event.event_type.kind, event.state.kind);
            let order = chosen.order.as_ref().map(|item| {
                let href = routes::item(&item.batch_id, item.index, "");
                let order = item.state;
                view! {
                    " · "
                    <a href=href on:click=move |_| desk.open.set(false)>
                        {move || t().in_batch(state_word(order, t()))}
                    </a>
                }
            });
            view! {
                <li>
                    <bdi class="mono">{visible(&event.resource_id).into_owned()}</bdi>
                    {move || format!(" · {} · {}", t().kind(kind), t().state(state))}
                    {order}
                </li>
            }
        })
        .collect_view();
    view! {
        <p>{move || words::left_out(reason, count, t())}</p>
        <ul>
            {names}
            {(count > NAMED).then(|| view! { <li>{move || t().act_and_more(thousands(count - NAMED))}</li> })}
        </ul>
    }
}
