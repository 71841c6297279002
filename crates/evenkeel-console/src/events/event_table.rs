//! Shows the table of events, however many there are.

use evenkeel_table::{Column, Direction, RowId, RowSet};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::event_row::{EventRow, row_element_id};
use super::list::{Entry, use_list};
use super::room::use_room;
use super::row_text::{Reading, RowText};
use super::selection::use_selection;
use super::server_list::Source;
use super::sort;
use super::store::use_events;
use crate::api::EventKey;
use crate::clock::use_clock;
use crate::i18n::{self, Strings, phrase, t, thousands};
use crate::prefs::{Zone, use_prefs};
use crate::ui::virtual_list::{
    NARROW, RowHeight, RowKeys as _, VirtualList, VirtualRows, focus_quietly, is_for_the_list,
};

/// As in `ui/table.css`.
const ROW_HEIGHT: RowHeight = RowHeight {
    wide: 50.0,
    narrow: 124.0,
    is_narrow: NARROW,
};

/// So many rows before the last one that is here the next are asked for.
const AHEAD: usize = 100;

fn utc(at: i64) -> i32 {
    Zone::Utc.offset_minutes(at)
}

fn local(at: i64) -> i32 {
    Zone::Local.offset_minutes(at)
}

#[component]
pub fn EventTable() -> impl IntoView {
    let (events, list, selection) = (use_events(), use_list(), use_selection());
    let (clock, prefs) = (use_clock(), use_prefs());
    let grid = NodeRef::<html::Table>::new();
    let rows = VirtualList::new(list.hold.rows(), list.active, ROW_HEIGHT);
    let count = rows.count;

    let now = clock.minutes();
    let table = move || {
        let table = grid.try_get_untracked().flatten()?;
        Some(table.unchecked_into())
    };
    let room = use_room(table, Memo::new(move |_| count.get() > 0));
    let reading = Memo::new(move |_| (prefs.zone.get(), now.get(), i18n::locale(), room.get()));
    let text_at = move |slot: usize| {
        Memo::new(move |_| {
            let (zone, now, locale, room) = reading.get();
            let offset = if zone == Zone::Utc { utc } else { local };
            let id = rows.key_at(slot)?;
            events.table.with(|table| {
                Some(RowText::new(
                    table.last_seen(id)?,
                    Reading {
                        offset,
                        now,
                        locale,
                        room,
                    },
                ))
            })
        })
    };

    // The rows of the server come as somebody comes near them.
    Effect::new(move |_| {
        let ready = list.source.get() != Source::Table && list.is_told.get();
        if ready && rows.end() + AHEAD >= count.get() {
            list.server.more();
        }
    });
    // What is shown until the server has answered what is asked now.
    let is_old = Memo::new(move |_| list.source.get() == Source::Server && !list.is_told.get());
    let all_rows = move || match list.source.get() {
        Source::Table => count.get(),
        Source::ServerMeanwhile | Source::Server => list.found.get().max(count.get()),
    };
    let focus_grid = move || {
        if let Some(grid) = grid.get_untracked() {
            focus_quietly(&grid);
        }
    };
    let check = move |id: RowId, to: bool, range: bool| {
        let from = selection
            .anchor
            .get_untracked()
            .filter(|_| range)
            .and_then(|id| rows.index_of(id));
        let (from, till) = match (from, rows.index_of(id)) {
            (Some(a), Some(b)) => (a.min(b), a.max(b)),
            (None, Some(b)) => (b, b),
            (_, None) => return,
        };
        list.hold.rows().with_untracked(|rows| {
            selection.rows.update(|selected| {
                for id in rows.get(from..=till).unwrap_or_default() {
                    selected.set(*id, to);
                }
            });
        });
        selection.anchor.set(Some(id));
        list.active.set(Some(id));
        // The focus stays on the grid: the checkbox will soon belong to another event.
        focus_grid();
    };
    let open = move |id: RowId| {
        list.active.set(Some(id));
        let key = events
            .table
            .with_untracked(|table| table.get(id).map(EventKey::of_row));
        if let Some(key) = key {
            list.open(&key);
        }
    };
    let select_all = move |to: bool| {
        let choose = |all: &RowSet| selection.rows.update(|rows| rows.set_all(all, to));
        untrack(|| list.hold.choosable(choose));
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if !is_for_the_list(&event) {
            return;
        }
        if let Some(next) = rows.step(&event.key()) {
            event.prevent_default();
            if event.shift_key()
                && let Some(id) = rows.key(next)
            {
                check(id, true, true);
            }
            rows.go_to(next);
            return;
        }
        match event.key().as_str() {
            " " => {
                event.prevent_default();
                if let Some(id) = list.active.get_untracked() {
                    let member = selection.rows.with_untracked(|rows| rows.contains(id));
                    check(id, !member, event.shift_key());
                }
            }
            "Enter" => {
                if let Some(id) = list.active.get_untracked() {
                    event.prevent_default();
                    open(id);
                }
            }
            "a" if event.ctrl_key() || event.meta_key() => {
                event.prevent_default();
                if list.is_all_here.get_untracked() {
                    select_all(true);
                }
            }
            _ => {}
        }
    };

    let select_all_name = move || {
        if list.is_all_here.get() {
            t().select_all(thousands(list.hold.choosable(RowSet::len)))
        } else if list.is_told.get() && list.source.get() != Source::Table {
            t().select_all_part(thousands(list.found.get()))
        } else {
            t().select_all_loading().to_owned()
        }
    };
    let all = Memo::new(move |_| {
        list.hold.choosable(|all| {
            selection.rows.with(|rows| {
                let members = rows.shared(all);
                (members > 0, members > 0 && members == all.len())
            })
        })
    });
    let heads = move |column: Column| {
        let sorted = move || list.filter.with(|filter| filter.sort);
        let aria = move || match sorted() {
            sort if sort.column != column => "none",
            sort if sort.direction == Direction::Ascending => "ascending",
            _ => "descending",
        };
        let unsorted = move || column == Column::DataAtRisk && list.source.get() != Source::Table;
        let mark = move || match aria() {
            "ascending" => "↑",
            "descending" => "↓",
            _ => "",
        };
        view! {
            <th role="columnheader" scope="col" aria-sort=aria data-column=column.as_str()>
                <button
                    type="button"
                    class="sort"
                    title=move || unsorted().then(|| t().sort_unkept_beyond())
                    on:click=move |_| {
                        list.change(Entry::New, |filter| filter.sort = filter.sort.clicked(column));
                    }
                >
                    {move || sort::label(column, t())}
                    <span class="sort-mark" aria-hidden="true">{mark}</span>
                </button>
            </th>
        }
    };
    view! {
        <table
            node_ref=grid
            class="table"
            role="grid"
            tabindex="0"
            id="events"
            aria-label=phrase(Strings::table_label)
            aria-multiselectable="true"
            aria-rowcount=move || (all_rows() + 1).to_string()
            aria-busy=move || is_old.get().then_some("true")
            aria-activedescendant=move || rows.active_in_pool().map(row_element_id)
            on:keydown=on_key
            on:focus=move |_| rows.activate()
        >
            <thead role="rowgroup">
                <tr role="row" aria-rowindex="1">
                    <th role="columnheader" scope="col" class="cell-check">
                        <label class="select-all">
                            <input
                                type="checkbox"
                                class="check"
                                aria-label=select_all_name
                                prop:checked=move || all.get().1
                                prop:indeterminate=move || all.get().0 && !all.get().1
                                disabled=move || count.get() == 0 || !list.is_all_here.get()
                                title=move || (!list.is_all_here.get()).then(select_all_name)
                                on:click=move |_| select_all(!all.get_untracked().1)
                            />
                            // Seen where the column heads are not.
                            <span class="select-all-text" aria-hidden="true">
                                {select_all_name}
                            </span>
                        </label>
                    </th>
                    {Column::ALL.map(heads).collect_view()}
                </tr>
            </thead>
            <VirtualRows
                list=rows
                row=move |slot| {
                    view! {
                        <EventRow
                            text=text_at(slot)
                            index=Signal::derive(move || rows.index_at(slot))
                            on_check=check
                            on_open=open
                        />
                    }
                }
            />
        </table>
    }
}
