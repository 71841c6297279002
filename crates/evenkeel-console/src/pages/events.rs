//! The list of events.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::components::account_notices::AccountNotices;
use crate::components::cards::Cards;
use crate::components::empty::Empty;
use crate::components::event_table::EventTable;
use crate::components::export;
use crate::components::filter_bar::FilterBar;
use crate::components::tray::Tray;
use crate::i18n::{t, thousands};
use crate::state::clock::use_clock;
use crate::state::events::{Directory, Phase, use_events};
use crate::state::list::use_list;
use crate::state::prefs::{Zone, use_prefs};
use crate::time;
use crate::ui::button::Button;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::progress::Progress;

#[component]
pub fn EventsPage() -> impl IntoView {
    let (events, list) = (use_events(), use_list());
    let search = NodeRef::<html::Input>::new();
    let slash = window_event_listener(ev::keydown, move |event| {
        let typing = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|element| {
                element
                    .matches("input, select, textarea, dialog *")
                    .unwrap_or(false)
            });
        let asked = event.key() == "/" && !typing && !event.ctrl_key() && !event.meta_key();
        if asked && let Some(search) = search.get_untracked() {
            event.prevent_default();
            drop(search.focus());
        }
    });
    on_cleanup(move || slash.remove());
    Effect::new(move |_| document().set_title(&format!("{} · {}", t().events(), t().brand())));

    let download = move || {
        let shown: Vec<_> = events.table.with_untracked(|table| {
            list.view.with_untracked(|view| {
                view.rows
                    .iter()
                    .filter_map(|id| table.get(*id))
                    .map(|row| row.event.clone())
                    .collect()
            })
        });
        // The browser refuses a download only when its user told it to, and says so itself.
        drop(export::download(shown.iter().map(AsRef::as_ref)));
    };
    let nothing = Signal::derive(move || {
        list.view.with(|view| {
            view.rows
                .is_empty()
                .then(|| t().empty_matches_title().to_owned())
        })
    });
    let rows = Memo::new(move |_| list.view.with(|view| !view.rows.is_empty()));
    view! {
        <div class="page">
            <header class="page-head">
                <div class="page-title">
                    <h1>{move || t().events()}</h1>
                    <Status />
                </div>
                <div class="page-tools">
                    <ZoneSwitch />
                    <Button blocked=nothing on_press=download>
                        <Icon glyph=Glyph::Download />
                        <span class="tool-name">{move || t().export()}</span>
                    </Button>
                    <Button on_press=move || events.refresh(false)>
                        <Icon glyph=Glyph::Refresh />
                        <span class="tool-name">
                            {move || if events.loading() { t().refreshing() } else { t().refresh() }}
                        </span>
                    </Button>
                </div>
            </header>
            <LoadProgress />
            <AccountNotices />
            <Cards />
            <FilterBar search=search />
            <div class="table-wrap" hidden=move || !rows.get()>
                <EventTable />
            </div>
            <Empty />
            <Tray />
        </div>
    }
}

/// `148 of 3,412 match · updated 9 s ago · 1 account behind`.
#[component]
fn Status() -> impl IntoView {
    let (events, list, clock) = (use_events(), use_list(), use_clock());
    let matches = move || {
        let (shown, total) = list.view.with(|view| (view.rows.len(), view.total));
        let total_text = thousands(total);
        if shown == total {
            t().match_all(total_text)
        } else {
            t().match_some(thousands(shown), total_text)
        }
    };
    let fresh = move || {
        events.feeds.with(|feeds| {
            let oldest = feeds
                .values()
                .filter(|feed| matches!(feed.phase, Phase::Ready | Phase::Loading))
                .filter_map(|feed| feed.updated_at)
                .min()?;
            let ago = time::span((clock.get() - oldest).max(0), t());
            Some(format!(" · {}", t().updated(t().relative_ago(ago))))
        })
    };
    let behind = move || {
        let count = events.feeds.with(|feeds| {
            feeds
                .values()
                .filter(|feed| matches!(feed.phase, Phase::Failed(_) | Phase::Throttled { .. }))
                .count()
        });
        match count {
            0 => None,
            1 => Some(format!(" · {}", t().behind_one())),
            _ => Some(format!(" · {}", t().behind_many(count))),
        }
    };
    view! {
        <p class="sub">
            <span role="status">{matches}</span>
            {fresh}
            {behind}
        </p>
    }
}

#[component]
fn LoadProgress() -> impl IntoView {
    let events = use_events();
    let progress = Memo::new(move |_| {
        events.feeds.with(|feeds| {
            let loaded: usize = feeds.values().map(|feed| feed.loaded).sum();
            // A sum over accounts of which one does not say its total would promise too much.
            let total: Option<u64> = feeds.values().map(|feed| feed.total).sum();
            (loaded, total)
        })
    });
    let label = Signal::derive(move || {
        let accounts = events
            .directory
            .with(|directory| *directory == Directory::Loading);
        if accounts {
            t().loading_accounts().to_owned()
        } else {
            t().loading_events(thousands(progress.get().0))
        }
    });
    view! {
        <div class="load" data-on=move || events.loading().then_some("")>
            <Show when=move || events.loading()>
                <Progress
                    done=Signal::derive(move || u64::try_from(progress.get().0).unwrap_or(u64::MAX))
                    total=Signal::derive(move || progress.get().1)
                    label=label
                />
                <p class="load-text" role="status">{label}</p>
            </Show>
        </div>
    }
}

#[component]
fn ZoneSwitch() -> impl IntoView {
    let (prefs, clock) = (use_prefs(), use_clock());
    let button = move |zone: Zone| {
        view! {
            <button
                type="button"
                aria-pressed=move || if prefs.zone.get() == zone { "true" } else { "false" }
                on:click=move |_| prefs.zone.set(zone)
            >
                {move || match zone {
                    Zone::Utc => t().zone_utc().to_owned(),
                    Zone::Local => {
                        format!("{} · {}", time::offset(zone.offset_minutes(clock.get())), t().zone_local())
                    }
                }}
            </button>
        }
    };
    view! {
        <div class="segmented" role="group" aria-label=move || t().times_in()>
            {button(Zone::Local)}
            {button(Zone::Utc)}
        </div>
    }
}
