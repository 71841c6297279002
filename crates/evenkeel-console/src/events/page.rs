//! The list of events.

use evenkeel_api::AccountPhase;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::account_notices::AccountNotices;
use super::empty::Empty;
use super::event_table::EventTable;
use super::event_tabs::{self, EventTabs};
use super::export;
use super::filter_bar::FilterBar;
use super::list::use_list;
use super::selection_bar::SelectionBar;
use super::server_list::Source;
use super::server_note::ServerNote;
use super::sorted_selection::{Chosen, SortedSelection};
use super::store::{Load, use_events};
use super::waiting_bar::WaitingBar;
use crate::clock::use_clock;
use crate::i18n::{Strings, phrase, t, thousands};
use crate::labels::many;
use crate::prefs::{Zone, use_prefs};
use crate::time;
use crate::ui::button::Button;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::progress::Progress;
use crate::ui::tabs::{panel_id, tab_id};
use crate::ui::virtual_list::RowKeys as _;

#[component]
pub fn EventsPage(on_review: Callback<SortedSelection>) -> impl IntoView {
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
        let shown: Vec<Chosen> = list.hold.rows().with_untracked(|rows| {
            events.table.with_untracked(|table| {
                let rows = rows.iter().filter_map(|id| table.get(*id));
                rows.map(Chosen::from).collect()
            })
        });
        // The browser refuses a download only when its user told it to, and says so itself.
        drop(export::download(&shown));
    };
    let nothing = Signal::derive(move || {
        if !list.is_all_here.get() {
            let is_part = list.is_told.get() && list.source.get() != Source::Table;
            let found = thousands(list.found.get());
            return Some(if is_part {
                t().export_part(found)
            } else {
                t().detail_loading().to_owned()
            });
        }
        list.hold.rows().with(|rows| {
            rows.is_empty()
                .then(|| t().empty_matches_title().to_owned())
        })
    });
    let rows = Memo::new(move |_| list.hold.rows().with(|rows| !rows.is_empty()));
    let hold = list.hold;
    on_cleanup(move || hold.leave());
    let chosen = Memo::new(move |_| {
        let tab = list.filter.with(|filter| filter.tab);
        let all = event_tabs::all();
        all.iter().position(|other| *other == tab).unwrap_or(0)
    });
    view! {
        <div class="page">
            <header class="page-head">
                <div class="page-title">
                    <h1>{phrase(Strings::events)}</h1>
                    <Status />
                </div>
                <div class="page-tools">
                    <ZoneSwitch />
                    <Button blocked=nothing on_press=download>
                        <Icon glyph=Glyph::Download />
                        <span class="tool-name">{phrase(Strings::export)}</span>
                    </Button>
                    <Button on_press=move || events.refresh(None)>
                        <Icon glyph=Glyph::Refresh />
                        <span class="tool-name">
                            {move || if events.refreshing() { t().refreshing() } else { t().refresh() }}
                        </span>
                    </Button>
                </div>
            </header>
            <LoadProgress />
            <AccountNotices />
            <EventTabs />
            <div
                class="event-panel"
                role="tabpanel"
                id=panel_id(event_tabs::PREFIX)
                aria-labelledby=move || tab_id(event_tabs::PREFIX, chosen.get())
            >
                <FilterBar search=search />
                <ServerNote />
                <div
                    class="table-wrap"
                    hidden=move || !rows.get()
                    on:pointerenter=hold.on_pointer_enter()
                    on:pointerleave=hold.on_pointer_leave()
                    on:focusin=hold.on_focus_in()
                    on:focusout=hold.on_focus_out()
                >
                    <EventTable />
                </div>
                <Empty />
            </div>
            <div
                class="foot"
                on:pointerenter=hold.on_pointer_enter()
                on:pointerleave=hold.on_pointer_leave()
                on:focusin=hold.on_focus_in()
                on:focusout=hold.on_focus_out()
            >
                <WaitingBar />
                <SelectionBar on_review=on_review />
            </div>
        </div>
    }
}

/// `148 of 3,412 match · updated 9 s ago · 1 account behind`.
#[component]
fn Status() -> impl IntoView {
    let (events, list, clock) = (use_events(), use_list(), use_clock());
    let matches = move || {
        if !list.is_told.get() {
            return if list.source.get() == Source::Table {
                t().detail_loading().to_owned()
            } else {
                t().answer_asking().to_owned()
            };
        }
        let (shown, total) = (list.found.get(), list.view.with(|view| view.total));
        let total_text = thousands(total);
        if shown == total {
            t().match_all(total_text)
        } else {
            t().match_some(thousands(shown), total_text)
        }
    };
    let fresh = move || {
        events.accounts.with(|accounts| {
            let oldest = accounts
                .values()
                .filter(|status| !is_behind(status.phase))
                .filter_map(|status| status.updated_at)
                .min()?;
            let ago = time::span((clock.get() - oldest.as_millis()).max(0), t());
            Some(format!(" · {}", t().updated(t().relative_ago(ago))))
        })
    };
    let behind = move || {
        let count = events.accounts.with(|accounts| {
            accounts
                .values()
                .filter(|status| is_behind(status.phase))
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

fn is_behind(phase: AccountPhase) -> bool {
    matches!(phase, AccountPhase::Failing | AccountPhase::Throttled)
}

/// How far the reading of the store is, or of a cloud that was never read before.
#[component]
fn LoadProgress() -> impl IntoView {
    let (events, list) = (use_events(), use_list());
    let progress = Memo::new(move |_| match events.load.get() {
        Load::Reading { loaded, total } => {
            let loaded = u64::try_from(loaded).unwrap_or(u64::MAX);
            Some((false, loaded, total))
        }
        Load::Failed(_) => None,
        Load::Ready => events.first_walk().map(|(read, total)| (true, read, total)),
    });
    let label = Signal::derive(move || match progress.get() {
        Some((false, loaded, Some(total))) if loaded < total && !events.is_whole() => {
            let percent = loaded * 100 / total;
            if list.source.get() == Source::Table {
                t().loading_rest(many(loaded), percent, many(total))
            } else {
                let answered = t().loading_answered(percent, many(total));
                let unsorted = list
                    .is_unsorted
                    .get()
                    .then(|| format!(" · {}", t().sort_unkept()));
                answered + &unsorted.unwrap_or_default()
            }
        }
        Some((false, loaded, _)) => t().loading_events(many(loaded)),
        Some((true, read, _)) => t().loading_first(many(read)),
        None => String::new(),
    });
    // Read out at the beginning, at each quarter, and at the end: not with every page.
    let quarter = Memo::new(move |_| {
        let (first, done, total) = progress.get()?;
        let quarter = total.map_or(0, |total| (done.saturating_mul(4) / total.max(1)).min(4));
        Some((first, quarter))
    });
    let told = move || {
        quarter.get().map(|(first, quarter)| {
            let label = untrack(|| label.get());
            if first || quarter == 0 {
                label
            } else {
                format!("{label} · {} %", quarter * 25)
            }
        })
    };
    // It makes room for rows, which are not to move under a pointer.
    let lingers = Memo::new(move |before: Option<&bool>| {
        progress.with(Option::is_some) || (before == Some(&true) && list.hold.is_pointed())
    });
    let last = Memo::new(move |before: Option<&(u64, Option<u64>)>| {
        let all = before.map_or((1, Some(1)), |(done, total)| {
            (total.unwrap_or(*done), *total)
        });
        progress.get().map_or(all, |(_, done, total)| (done, total))
    });
    let text = move || {
        if progress.with(Option::is_some) {
            label.get()
        } else {
            t().loading_done().to_owned()
        }
    };
    view! {
        <div class="load" data-on=move || lingers.get().then_some("")>
            <Show when=move || lingers.get()>
                <Progress
                    done=Signal::derive(move || last.get().0)
                    total=Signal::derive(move || last.get().1)
                    label=label
                />
                <p class="load-text">{text}</p>
                <p class="visually-hidden" role="status">{told}</p>
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
        <div class="segmented" role="group" aria-label=phrase(Strings::times_in)>
            {button(Zone::Local)}
            {button(Zone::Utc)}
        </div>
    }
}
