//! What is at stake, and who stays out.

use leptos::prelude::*;

use super::bench::Bench;
use super::desk::Desk;
use super::ledger::Out;
use super::words;
use crate::i18n::{t, thousands};

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
    let out = desk.current.with_untracked(|session| {
        session
            .as_ref()
            .map(|session| std::sync::Arc::clone(&session.out))
            .unwrap_or_default()
    });
    if out.is_empty() {
        return ().into_any();
    }
    let total: usize = out.iter().map(|it| it.events.len()).sum();
    let groups = out.iter().map(|it| group(it.clone())).collect_view();
    view! {
        <details class="act-out" open=open>
            <summary>{move || t().act_out(thousands(total))}</summary>
            {groups}
        </details>
    }
    .into_any()
}

fn group(out: Out) -> impl IntoView {
    let Out { why, events } = out;
    let count = events.len();
    let names = events
        .iter()
        .take(NAMED)
        .map(|event| {
            let (kind, state) = (event.event_type.kind, event.state.kind);
            view! {
                <li>
                    <span class="mono">{event.resource_id.clone()}</span>
                    {move || format!(" · {} · {}", t().kind(kind), t().state(state))}
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
    }
}
