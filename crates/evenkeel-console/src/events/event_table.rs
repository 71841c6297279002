//! The table of events: a fixed pool of rows that moves with the page, however many events there are.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use super::event_row::{EventRow, row_element_id};
use super::list::{Entry, use_list};
use super::row_set::RowId;
use super::row_text::{Reading, RowText};
use super::selection::use_selection;
use super::sort::{Column, Direction};
use super::store::use_events;
use crate::clock::use_clock;
use crate::i18n::{self, t, thousands};
use crate::prefs::{Zone, use_prefs};
use crate::ui::virtual_list::{RowWindow, focus_quietly, is_for_the_grid, keep_in_sight};

/// As in `ui/table.css`.
const WIDE_ROW: f64 = 50.0;
const NARROW_ROW: f64 = 116.0;

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
    let body = NodeRef::<html::Tbody>::new();

    let count = Memo::new(move |_| list.view.with(|view| view.rows.len()));
    let window = RowWindow::new(body, count, WIDE_ROW, NARROW_ROW);
    let (pool, first) = (window.pool, window.first);

    let now = clock.minutes();
    let reading = Memo::new(move |_| (prefs.zone.get(), now.get(), i18n::locale()));
    let text_at = move |slot: usize| {
        Memo::new(move |_| {
            let (zone, now, locale) = reading.get();
            let offset = if zone == Zone::Utc { utc } else { local };
            let id = list
                .view
                .with(|view| view.rows.get(first.get() + slot).copied())?;
            events.table.with(|table| {
                Some(RowText::new(
                    id,
                    table.get(id)?,
                    Reading {
                        offset,
                        now,
                        locale,
                    },
                ))
            })
        })
    };

    let position = move |id: RowId| {
        list.view
            .with_untracked(|view| view.rows.iter().position(|row| *row == id))
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
            .and_then(position);
        let (from, till) = match (from, position(id)) {
            (Some(a), Some(b)) => (a.min(b), a.max(b)),
            (None, Some(b)) => (b, b),
            (_, None) => return,
        };
        list.view.with_untracked(|view| {
            selection.rows.update(|rows| {
                for id in view.rows.get(from..=till).unwrap_or_default() {
                    rows.set(*id, to);
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
        let key = events.table.with_untracked(|table| {
            table
                .get(id)
                .map(|row| crate::api::EventKey::of(&row.event))
        });
        if let Some(key) = key {
            list.open(&key);
        }
    };
    let select_all = move |to: bool| {
        list.view.with_untracked(|view| {
            selection.rows.update(|rows| {
                for id in &view.rows {
                    rows.set(*id, to);
                }
            });
        });
    };
    let go_to = move |index: usize, select: bool| {
        let id = list
            .view
            .with_untracked(|view| view.rows.get(index).copied());
        let Some(id) = id else { return };
        if select {
            check(id, true, true);
        }
        list.active.set(Some(id));
        if let Some(body) = body.get_untracked() {
            keep_in_sight(&body, window.row.get_untracked(), index);
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if !is_for_the_grid(&event) {
            return;
        }
        let at = list.active.get_untracked().and_then(position);
        if let Some(next) = window.step(&event.key(), at) {
            event.prevent_default();
            go_to(next, event.shift_key());
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
                if untrack(|| events.is_whole()) {
                    select_all(true);
                }
            }
            _ => {}
        }
    };

    let select_all_name = move || {
        if events.is_whole() {
            t().select_all(thousands(count.get()))
        } else {
            t().select_all_loading().to_owned()
        }
    };
    let all = Memo::new(move |_| {
        list.view.with(|view| {
            selection.rows.with(|rows| {
                let members = view.rows.iter().filter(|id| rows.contains(**id)).count();
                (members > 0, members > 0 && members == view.rows.len())
            })
        })
    });
    let heads = move |column: Column| {
        let sort = move || list.filter.with(|filter| filter.sort);
        let aria = move || match sort() {
            sort if sort.column != column => "none",
            sort if sort.direction == Direction::Ascending => "ascending",
            _ => "descending",
        };
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
                    on:click=move |_| {
                        list.change(Entry::New, |filter| filter.sort = filter.sort.clicked(column));
                    }
                >
                    {move || column.label(t())}
                    <span class="sort-mark" aria-hidden="true">{mark}</span>
                </button>
            </th>
        }
    };
    let descendant = move || {
        let id = list.active.get()?;
        let first = first.get();
        let shown = list.view.with(|view| {
            view.rows
                .iter()
                .skip(first)
                .take(pool.get())
                .any(|row| *row == id)
        });
        shown.then(|| row_element_id(id))
    };
    view! {
        <table
            node_ref=grid
            class="table"
            role="grid"
            tabindex="0"
            id="events"
            aria-label=move || t().table_label()
            aria-multiselectable="true"
            aria-rowcount=move || (count.get() + 1).to_string()
            aria-activedescendant=descendant
            on:keydown=on_key
            on:focus=move |_| {
                let nowhere = list.active.get_untracked().and_then(position).is_none();
                if nowhere {
                    list.active.set(list.view.with_untracked(|view| view.rows.first().copied()));
                }
            }
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
                                disabled=move || count.get() == 0 || !events.is_whole()
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
            <tbody
                node_ref=body
                role="rowgroup"
                style:height=move || format!("{}px", window.viewport().total())
                style:padding-top=move || format!("{}px", window.viewport().before())
            >
                <For each=move || 0..pool.get() key=|slot| *slot let:slot>
                    <EventRow
                        text=text_at(slot)
                        index=Signal::derive(move || first.get() + slot)
                        on_check=check
                        on_open=open
                    />
                </For>
            </tbody>
        </table>
    }
}
