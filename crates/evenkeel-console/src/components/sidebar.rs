//! Where one is, which accounts there are and how fresh they are, and the settings of this browser.

use evenkeel::Locale;
use leptos::prelude::*;

use crate::i18n::{self, t, thousands};
use crate::routes;
use crate::state::clock::use_clock;
use crate::state::events::{Directory, Feed, Phase, use_events};
use crate::state::list::{Entry, use_list};
use crate::state::prefs::{Theme, use_prefs};
use crate::time;
use crate::ui::icon::Logo;

#[component]
pub fn Sidebar() -> impl IntoView {
    let events = use_events();
    let total = Memo::new(move |_| events.table.with(crate::state::table::Table::len));
    view! {
        <header class="sidebar">
            <a class="brand" href=routes::EVENTS>
                <Logo />
                <span class="brand-name">{move || t().brand()}</span>
            </a>
            <nav class="nav" aria-label=move || t().navigation()>
                <a href=routes::EVENTS aria-current="page">
                    {move || t().events()}
                    <span class="nav-count">{move || thousands(total.get())}</span>
                </a>
            </nav>
            <AccountList />
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
        <section class="accounts" aria-label=move || t().accounts()>
            <h2 class="accounts-title">{move || t().accounts()}</h2>
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
    let feed = {
        let id = id.clone();
        Memo::new(move |_| events.feeds.with(|feeds| feeds.get(&id).cloned()))
    };
    let condition = move || feed.with(|feed| condition(feed.as_ref()));
    let words = move || feed.with(|feed| freshness(feed.as_ref(), clock.get()));
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
                title=move || t().filter_account(&label)
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

fn condition(feed: Option<&Feed>) -> &'static str {
    match feed.map(|feed| &feed.phase) {
        Some(Phase::Ready) => "ready",
        Some(Phase::Failed(_)) => "failed",
        Some(Phase::Throttled { .. }) => "waiting",
        Some(Phase::Loading) if feed.is_some_and(|feed| feed.quiet) => "ready",
        Some(Phase::Loading) | None => "loading",
    }
}

fn freshness(feed: Option<&Feed>, now: i64) -> String {
    let t = t();
    let Some(feed) = feed else {
        return t.feed_loading().to_owned();
    };
    match (&feed.phase, feed.updated_at) {
        (Phase::Failed(_), _) => t.feed_failed().to_owned(),
        (Phase::Throttled { .. }, _) => t.feed_throttled().to_owned(),
        (Phase::Loading, _) if !feed.quiet => match feed.total {
            Some(total) if total > 0 => {
                let loaded = u64::try_from(feed.loaded).unwrap_or(u64::MAX);
                format!("{} %", (loaded.saturating_mul(100) / total).min(100))
            }
            None if feed.loaded > 0 => thousands(feed.loaded),
            _ => t.feed_loading().to_owned(),
        },
        (_, Some(at)) => time::span((now - at).max(0), t),
        (_, None) => t.feed_loading().to_owned(),
    }
}

#[component]
fn Settings() -> impl IntoView {
    let prefs = use_prefs();
    let theme_name = |theme: Theme| match theme {
        Theme::System => t().theme_system(),
        Theme::Light => t().theme_light(),
        Theme::Dark => t().theme_dark(),
    };
    let theme = move |theme: Theme| {
        view! {
            <button
                type="button"
                aria-pressed=move || if prefs.theme.get() == theme { "true" } else { "false" }
                on:click=move |_| prefs.theme.set(theme)
            >
                {move || theme_name(theme)}
            </button>
        }
    };
    let language = |locale: Locale, name: &'static str| {
        view! {
            <button
                type="button"
                lang=i18n::tag(locale)
                aria-pressed=move || if i18n::locale() == locale { "true" } else { "false" }
                on:click=move |_| i18n::set_locale(locale)
            >
                {name}
            </button>
        }
    };
    view! {
        <div class="settings">
            <div class="segmented" role="group" aria-label=move || t().theme()>
                {Theme::ALL.map(theme).collect_view()}
            </div>
            <div class="segmented" role="group" aria-label=move || t().language()>
                {language(Locale::En, "English")}
                {language(Locale::Zh, "中文")}
            </div>
        </div>
    }
}
