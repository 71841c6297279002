//! Shows the items of a batch, live, however many there are.

use leptos::ev;
use leptos::prelude::*;

use super::item_row::{ItemRow, row_element_id};
use super::model::{BatchModel, Shown};
use super::store::use_batches;
use super::{labels, stage};
use crate::i18n::{Strings, phrase, t};
use crate::ui::virtual_list::{
    GridHead, NARROW, RowHeight, VirtualList, VirtualRows, is_for_the_list,
};

/// As in `batches/batches.css`.
const ROW_HEIGHT: RowHeight = RowHeight {
    wide: 46.0,
    narrow: 92.0,
    is_narrow: NARROW,
};

#[component]
pub fn ItemTable(
    #[prop(into)] show: Signal<Shown>,
    #[prop(into)] batch: Signal<String>,
    #[prop(into)] query: Signal<String>,
    on_open: impl Fn(u32) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let open = use_batches().open;
    let shown = Memo::new(move |_| {
        open.with(|open| {
            open.as_ref()
                .map(|open| open.rows(show.get()))
                .unwrap_or_default()
        })
    });
    let whole =
        Memo::new(move |_| open.with(|open| open.as_ref().is_some_and(BatchModel::is_whole)));
    let active = RwSignal::new(None::<u32>);
    let rows = VirtualList::new(shown, active, ROW_HEIGHT);
    let count = rows.count;
    let item_at = move |slot: usize| {
        Memo::new(move |_| {
            let index = rows.key_at(slot)?;
            open.with(|open| open.as_ref().and_then(|open| open.item(index)).cloned())
        })
    };
    let open_item = move |index: u32| {
        active.set(Some(index));
        on_open(index);
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if !is_for_the_list(&event) {
            return;
        }
        if let Some(next) = rows.step(&event.key()) {
            event.prevent_default();
            rows.go_to(next);
        } else if event.key() == "Enter"
            && let Some(index) = active.get_untracked()
        {
            event.prevent_default();
            open_item(index);
        }
    };
    view! {
        <div class="table-wrap" hidden=move || count.get() == 0>
            <table
                class="table item-table"
                role="grid"
                tabindex="0"
                id="items"
                aria-label=phrase(Strings::items_label)
                aria-rowcount=move || (count.get() + 1).to_string()
                aria-activedescendant=move || rows.active_in_pool().map(row_element_id)
                on:keydown=on_key
                on:focus=move |_| rows.activate()
            >
                <GridHead columns=[
                    (|| t().batch_column_order(), "cell-state"),
                    (|| t().batch_column_maintenance(), "cell-stage"),
                    (|| t().column_resource(), "cell-resource"),
                    (|| t().act_when(), "cell-when"),
                    (|| t().batch_column_why(), "cell-why"),
                    (|| t().batch_column_since(), "cell-since"),
                ] />
                <VirtualRows
                    list=rows
                    row=move |slot| {
                        view! {
                            <ItemRow
                                item=item_at(slot)
                                row_index=Signal::derive(move || rows.index_at(slot))
                                batch=batch
                                query=query
                                active=active
                                on_open=open_item
                            />
                        }
                    }
                />
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
