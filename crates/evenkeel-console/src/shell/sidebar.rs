//! Where one is, which accounts there are and how fresh they are, and the settings of this browser.

use evenkeel_api::{AccountPhase, AccountStatus};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::batches::use_batches;
use crate::clock::use_clock;
use crate::events::{Directory, Entry, use_events, use_list};
use crate::i18n::{Strings, phrase, t, thousands};
use crate::labels::many;
use crate::shell::login_page::LogOut;
use crate::shell::settings::Settings;
use crate::ui::icon::Logo;
use crate::{api, routes, time};

#[component]
pub fn Sidebar() -> impl IntoView {
    let events = use_events();
    let total = Memo::new(move |_| events.total());
    let batches = use_batches();
    let in_motion = Memo::new(move |_| batches.in_motion());
    let path = use_location().pathname;
    let here = move |prefix: &'static str| {
        move || path.with(|path| path.starts_with(prefix)).then_some("page")
    };
    view! {
        <header class="sidebar">
            <a class="brand" href=routes::HOME>
                <Logo />
                <span class="brand-name">{phrase(Strings::brand)}</span>
            </a>
            <nav class="nav" aria-label=phrase(Strings::navigation)>
                <a href=routes::HOME aria-current=here(routes::EVENTS)>
                    {phrase(Strings::events)}
                    <span class="nav-count">
                        {move || total.get().map_or_else(|| t().not_yet().to_owned(), thousands)}
                    </span>
                </a>
                <a href=routes::BATCHES aria-current=here(routes::BATCHES)>
                    {phrase(Strings::act_batches)}
                    <Show when=move || in_motion.get() != 0>
                        <span class="nav-count">{move || t().batches_in_motion(in_motion.get())}</span>
                    </Show>
                </a>
                <a href=routes::ACTIVITY aria-current=here(routes::ACTIVITY)>{phrase(Strings::activity_title)}</a>
                <Show when=api::has_session>
                    <a href=routes::LOGINS aria-current=here(routes::LOGINS)>{phrase(Strings::logins_title)}</a>
                </Show>
            </nav>
            <AccountList />
            <LogOut />
            <Settings />
        </header>
    }
}

#[component]
fn AccountList() -> impl IntoView {
    let events = use_events();
    let ids = Memo::new(move |_| {
        events.directory.with(|directory| match directory {
            Directory::Ready(accounts) => accounts.iter().map(|a| a.id.clone()).collect(),
            Directory::Loading | Directory::Failed(_) => Vec::new(),
        })
    });
    view! {
        <section class="accounts" aria-label=phrase(Strings::accounts)>
            <h2 class="accounts-title">{phrase(Strings::accounts)}</h2>
            <ul>
                <For each=move || ids.get() key=String::clone let:id>
                    <AccountLine id=id />
                </For>
            </ul>
        </section>
    }
}

#[component]
fn AccountLine(id: String) -> impl IntoView {
    let (events, list, clock) = (use_events(), use_list(), use_clock());
    let status = {
        let id = id.clone();
        Memo::new(move |_| events.accounts.with(|all| all.get(&id).cloned()))
    };
    let condition = move || status.with(|status| condition(status.as_ref()));
    let words = move || status.with(|status| freshness(status.as_ref(), clock.get()));
    let story = move || status.with(|status| collecting(status.as_ref(), clock.get()));
    let on = {
        let id = id.clone();
        move || list.filter.with(|filter| filter.accounts.contains(&id))
    };
    let name = id.clone();
    let label = id.clone();
    view! {
        <li>
            <button
                type="button"
                class="account"
                aria-pressed=move || if on() { "true" } else { "false" }
                title=move || format!("{}\n{}", t().filter_account(&label), story())
                on:click=move |_| {
                    list.change(Entry::New, |filter| {
                        let only = filter.accounts.len() == 1 && filter.accounts.contains(&id);
                        filter.accounts.clear();
                        if !only {
                            filter.accounts.insert(id.clone());
                        }
                    });
                }
            >
                <span class="dot" data-condition=condition aria-hidden="true"></span>
                <span class="account-name">{name}</span>
                <span class="account-fresh">{words}</span>
            </button>
        </li>
    }
}

fn condition(status: Option<&AccountStatus>) -> &'static str {
    match status.map(|status| (status.phase, status.updated_at)) {
        Some((AccountPhase::Ok, _) | (AccountPhase::Walking | AccountPhase::Waiting, Some(_))) => {
            "ready"
        }
        Some((AccountPhase::Failing, _)) => "failed",
        Some((AccountPhase::Throttled, _)) => "waiting",
        Some((AccountPhase::Walking | AccountPhase::Waiting, None)) | None => "loading",
    }
}

/// In a word: how old the account's events are, or what is in the way.
fn freshness(status: Option<&AccountStatus>, now: i64) -> String {
    let t = t();
    let Some(status) = status else {
        return t.feed_loading().to_owned();
    };
    match (status.phase, status.updated_at) {
        (AccountPhase::Failing, _) => t.feed_failed().to_owned(),
        (AccountPhase::Throttled, _) => t.feed_throttled().to_owned(),
        (_, Some(at)) => time::span((now - at.as_millis()).max(0), t),
        (_, None) => match &status.walk {
            Some(walk) => match walk.total {
                Some(total) if total > 0 => {
                    format!("{} %", (walk.events.saturating_mul(100) / total).min(100))
                }
                Some(_) | None => many(walk.events),
            },
            None => t.feed_loading().to_owned(),
        },
    }
}

/// In a sentence: when the account was read, and when it is read next.
fn collecting(status: Option<&AccountStatus>, now: i64) -> String {
    let t = t();
    let Some(status) = status else {
        return t.feed_loading().to_owned();
    };
    let read = status
        .updated_at
        .map(|at| t.feed_read(time::relative(at.as_millis(), now, t)));
    let next = status
        .next_at
        .filter(|_| status.phase != AccountPhase::Walking)
        .map(|at| t.feed_next(time::span((at.as_millis() - now).max(0), t)));
    let walking = (status.phase == AccountPhase::Walking).then(|| t.feed_walking().to_owned());
    let parts: Vec<String> = [read, walking, next].into_iter().flatten().collect();
    t.sentences(&parts)
}
