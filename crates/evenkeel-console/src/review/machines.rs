//! The machines of a batch as a table: which they are, what happens to each and to its data, and when. However many
//! there are.

use std::collections::HashMap;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use super::machine_row::{HeadRow, MachineRow, StayingRow, line_id};
use super::review_form::ReviewForm;
use super::stake::Line;
use crate::i18n::{Strings, phrase, t, thousands};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::virtual_list::{
    GridHead, LowRows, OwnRows, RowHeight, VirtualList, is_for_the_list,
};

/// As in `review/machines.css`.
const ROW_HEIGHT: RowHeight = RowHeight {
    wide: 64.0,
    narrow: 176.0,
    is_narrow: "(max-width: 640px)",
};
/// Of the head of a group.
const HEAD_HEIGHT: f64 = 40.0;

#[component]
pub fn Machines(form: ReviewForm) -> impl IntoView {
    let lines = Memo::new(move |_| {
        let staying = form.staying.with_value(Vec::len);
        form.choices
            .with(|choices| form.only.with(|only| choices.lines(only.as_ref(), staying)))
    });
    let heads = Memo::new(move |_| LowRows {
        height: HEAD_HEIGHT,
        at: lines.with(|lines| super::stake::heads(lines)),
    });
    let places = Memo::new(move |_| -> HashMap<Line, usize> {
        lines.with(|lines| lines.iter().copied().zip(0..).collect())
    });
    let active = RwSignal::new(None::<Line>);
    let scroller = NodeRef::<html::Div>::new();
    let list = VirtualList::within(scroller, lines, active, ROW_HEIGHT, heads.into());
    let on_key = move |event: ev::KeyboardEvent| {
        if !is_for_the_list(&event) {
            return;
        }
        if let Some(next) = list.step(&event.key()) {
            event.prevent_default();
            list.go_to(next);
        } else if event.key() == " "
            && let Some(Line::Machine(index)) = active.get_untracked()
        {
            event.prevent_default();
            form.turn(index);
        }
    };
    let only = move || {
        form.only
            .with(|only| only.as_ref().map(|only| thousands(only.len())))
    };
    view! {
        <Show when=move || form.only.with(Option::is_some)>
            <p class="act-finding machine-only">
                <span>{move || only().map(|count| t().act_items_only(count))}</span>
                <Button kind=ButtonKind::Quiet on_press=move || form.only.set(None)>
                    {phrase(Strings::act_items_all)}
                </Button>
            </p>
        </Show>
        <div class="machines" node_ref=scroller on:scroll=move |_| list.measure()>
            <table
                class="machine-table"
                role="grid"
                tabindex="0"
                aria-label=phrase(Strings::machines_label)
                aria-rowcount=move || (list.count.get() + 1).to_string()
                aria-activedescendant=move || list.active_in_pool().map(line_id)
                aria-describedby="machines-keys"
                on:keydown=on_key
                on:focus=move |_| list.activate()
            >
                <GridHead columns=[
                    (|| t().machine_column(), "machine-which"),
                    (|| t().machine_column_what(), "machine-what"),
                    (|| t().act_when(), "machine-when"),
                    (|| t().machine_column_take(), "machine-take"),
                ] />
                <OwnRows
                    list=list
                    row=move |line| {
                        let place = Memo::new(move |_| places.with(|places| places.get(&line).copied()));
                        match line {
                            Line::Head(_) | Line::OutHead => {
                                view! { <HeadRow form=form line=line place=place active=active /> }.into_any()
                            }
                            Line::Machine(index) => {
                                view! { <MachineRow form=form index=index place=place active=active /> }.into_any()
                            }
                            Line::Out(index) => {
                                view! { <StayingRow form=form index=index place=place active=active /> }.into_any()
                            }
                        }
                    }
                />
            </table>
        </div>
        <p id="machines-keys" class="visually-hidden">{phrase(Strings::machines_keys)}</p>
    }
}
