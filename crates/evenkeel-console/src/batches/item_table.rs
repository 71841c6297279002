//! The items of a batch: a fixed pool of rows that moves with the page, so that ten thousand stay live.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use super::item_row::{ItemRow, row_element_id};
use super::model::{BatchModel, Shown};
use super::store::use_batches;
use super::{labels, stage};
use crate::i18n::t;
use crate::ui::virtual_list::{RowWindow, is_for_the_grid, keep_in_sight};

/// As in `batches/batches.css`.
const WIDE_ROW: f64 = 46.0;
const NARROW_ROW: f64 = 92.0;

#[component]
pub fn ItemTable(
    #[prop(into)] show: Signal<Shown>,
    #[prop(into)] batch: Signal<String>,
    #[prop(into)] query: Signal<String>,
    on_open: impl Fn(u32) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let open = use_batches().open;
    let body = NodeRef::<html::Tbody>::new();
    let rows = Memo::new(move |_| {
        open.with(|open| {
            open.as_ref()
                .map(|open| open.rows(show.get()))
                .unwrap_or_default()
        })
    });
    let count = Memo::new(move |_| rows.with(Vec::len));
    let whole =
        Memo::new(move |_| open.with(|open| open.as_ref().is_some_and(BatchModel::is_whole)));
    let window = RowWindow::new(body, count, WIDE_ROW, NARROW_ROW);
    let (pool, first) = (window.pool, window.first);
    let active = RwSignal::new(None::<u32>);
    let item_at = move |slot: usize| {
        Memo::new(move |_| {
            let index = rows.with(|rows| rows.get(first.get() + slot).copied())?;
            open.with(|open| open.as_ref().and_then(|open| open.item(index)).cloned())
        })
    };
    let position =
        move |index: u32| rows.with_untracked(|rows| rows.iter().position(|row| *row == index));
    let open_item = move |index: u32| {
        active.set(Some(index));
        on_open(index);
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if !is_for_the_grid(&event) {
            return;
        }
        let at = active.get_untracked().and_then(position);
        if let Some(next) = window.step(&event.key(), at) {
            event.prevent_default();
            active.set(rows.with_untracked(|rows| rows.get(next).copied()));
            if let Some(body) = body.get_untracked() {
                keep_in_sight(&body, window.row.get_untracked(), next);
            }
        } else if event.key() == "Enter"
            && let Some(index) = active.get_untracked()
        {
            event.prevent_default();
            open_item(index);
        }
    };
    let descendant = move || {
        let index = active.get()?;
        let shown = rows.with(|rows| {
            rows.iter()
                .skip(first.get())
                .take(pool.get())
                .any(|row| *row == index)
        });
        shown.then(|| row_element_id(index))
    };
    let head = |name: fn() -> &'static str, class: &'static str| {
        view! { <th role="columnheader" scope="col" class=class>{name}</th> }
    };
    view! {
        <div class="table-wrap" hidden=move || count.get() == 0>
            <table
                class="table item-table"
                role="grid"
                tabindex="0"
                id="items"
                aria-label=move || t().items_label()
                aria-rowcount=move || (count.get() + 1).to_string()
                aria-activedescendant=descendant
                on:keydown=on_key
                on:focus=move |_| {
                    if active.get_untracked().and_then(position).is_none() {
                        active.set(rows.with_untracked(|rows| rows.first().copied()));
                    }
                }
            >
                <thead role="rowgroup">
                    <tr role="row" aria-rowindex="1">
                        {head(|| t().batch_column_order(), "cell-state")}
                        {head(|| t().batch_column_maintenance(), "cell-stage")}
                        {head(|| t().column_resource(), "cell-resource")}
                        {head(|| t().act_when(), "cell-when")}
                        {head(|| t().batch_column_why(), "cell-why")}
                        {head(|| t().batch_column_since(), "cell-since")}
                    </tr>
                </thead>
                <tbody
                    node_ref=body
                    role="rowgroup"
                    style:height=move || format!("{}px", window.viewport().total())
                    style:padding-top=move || format!("{}px", window.viewport().before())
                >
                    <For each=move || 0..pool.get() key=|slot| *slot let:slot>
                        <ItemRow
                            item=item_at(slot)
                            row_index=Signal::derive(move || first.get() + slot)
                            batch=batch
                            query=query
                            active=active
                            on_open=open_item
                        />
                    </For>
                </tbody>
            </table>
        </div>
        <Show when=move || count.get() == 0>
            <p class="empty" role="status">
                {move || match show.get() {
                    _ if !whole.get() => t().detail_loading().to_owned(),
                    Shown::Order(state) => t().items_none_of(labels::item_state(state, t())),
                    Shown::Maintenance(kind) => t().items_none_of(stage::label(kind, t())),
                    Shown::All => t().detail_loading().to_owned(),
                }}
            </p>
        </Show>
    }
}
