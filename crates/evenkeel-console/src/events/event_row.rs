//! One row of the pool. It stays in the page; what it shows changes.

use evenkeel_table::RowId;
use leptos::prelude::*;

use super::hold::Mark;
use super::list::use_list;
use super::row_text::RowText;
use super::selection::use_selection;
use super::state_badge::StateBadge;
use crate::i18n::t;
use crate::routes;
use crate::ui::virtual_list::is_for_the_row;

/// The element id of a row, for `aria-activedescendant`.
pub fn row_element_id(id: RowId) -> String {
    format!("row-{}", id.0)
}

#[component]
pub fn EventRow(
    text: Memo<Option<RowText>>,
    /// Where in the list it stands, from 0.
    index: Signal<usize>,
    on_check: impl Fn(RowId, bool, bool) + Copy + 'static,
    on_open: impl Fn(RowId) + Copy + 'static,
) -> impl IntoView {
    let (list, selection) = (use_list(), use_selection());
    let say = move |read: fn(&RowText) -> &str| {
        move || {
            text.with(|text| {
                text.as_ref()
                    .map(|text| read(text).to_owned())
                    .unwrap_or_default()
            })
        }
    };
    let id = Memo::new(move |_| text.with(|text| text.as_ref().map(|text| text.id)));
    let selected = Memo::new(move |_| {
        // What the cloud lists no more is acted on no more.
        let gone = text.with(|text| text.as_ref().is_none_or(|text| text.gone));
        id.get()
            .is_some_and(|id| !gone && selection.rows.with(|rows| rows.contains(id)))
    });
    let mark = Memo::new(move |_| list.hold.mark(id.get()?));
    let label = move || {
        let label = text.with(|text| text.as_ref().map(|text| text.label.clone()));
        let mark = mark.get().map(|mark| mark.word(t()).to_owned());
        let parts: Vec<String> = label.into_iter().chain(mark).collect();
        t().list(&parts)
    };
    let active = Memo::new(move |_| id.get().is_some() && list.active.get() == id.get());
    let href = move || {
        list.filter.with(|filter| {
            text.with(|text| {
                text.as_ref()
                    .map(|text| routes::event(&text.key, &filter.to_query()))
            })
        })
    };
    let state = Signal::derive(move || {
        text.with(|text| {
            text.as_ref()
                .map_or(evenkeel::StateKind::Other, |text| text.state)
        })
    });
    let bar = Memo::new(move |_| text.with(|text| text.as_ref().and_then(|text| text.bar)));
    let order = Memo::new(move |_| text.with(|text| text.as_ref()?.order.clone()));
    let named =
        Memo::new(move |_| text.with(|text| text.as_ref().is_some_and(|it| it.name.is_some())));
    let percent = |value: f64| format!("{value:.1}%");
    view! {
        <tr
            role="row"
            class="row"
            id=move || id.get().map(row_element_id)
            hidden=move || id.get().is_none()
            aria-rowindex=move || (index.get() + 2).to_string()
            aria-label=label
            aria-selected=move || if selected.get() { "true" } else { "false" }
            data-active=move || active.get().then_some("")
            data-mark=move || mark.get().map(Mark::as_str)
            data-gone=move || text.with(|text| text.as_ref().is_some_and(|text| text.gone)).then_some("")
            on:click=move |event| {
                if let Some(id) = id.get_untracked()
                    && is_for_the_row(&event)
                {
                    on_open(id);
                }
            }
        >
            <td role="gridcell" class="cell-check" on:click=|event| event.stop_propagation()>
                <input
                    type="checkbox"
                    class="check"
                    tabindex="-1"
                    aria-label=say(|text| &text.select)
                    prop:checked=selected
                    on:click=move |event| {
                        if let Some(id) = id.get_untracked() {
                            on_check(id, !selected.get_untracked(), event.shift_key());
                        }
                    }
                />
            </td>
            <td role="gridcell" class="cell-event">
                <a class="row-link" tabindex="-1" href=href>
                    {move || text.with(|text| text.as_ref().map_or("", |text| text.title))}
                </a>
                <span class="row-mark" hidden=move || mark.get().is_none()>
                    {move || mark.get().map(|mark| mark.word(t()))}
                </span>
                <small dir="auto">{say(|text| &text.raw_type)}</small>
            </td>
            <td role="gridcell" class="cell-resource" data-named=move || named.get().then_some("")>
                <span class="row-name" dir="auto" hidden=move || !named.get() title=say(|text| &text.whole_name)>
                    {say(|text| text.name.as_deref().unwrap_or_default())}
                </span>
                <span class="row-id mono" dir="auto" title=say(|text| &text.key.resource_id)>
                    {say(|text| &text.resource)}
                </span>
                // Of a resource with a name there is room for its own id alone.
                <small class="mono" dir="auto" hidden=named title=say(|text| &text.key.event_id)>
                    {say(|text| &text.event_id)}
                </small>
            </td>
            <td role="gridcell" class="cell-account" title=say(|text| &text.key.account)>
                {say(|text| &text.account)}
            </td>
            <td role="gridcell" class="cell-state">
                <StateBadge state=state raw=Signal::derive(say(|text| &text.raw_state)) />
                {move || {
                    order
                        .get()
                        .map(|(batch, index, word)| {
                            view! {
                                <a class="row-order" tabindex="-1" href=routes::item(&batch, index, "")>
                                    {word}
                                </a>
                            }
                        })
                }}
            </td>
            <td role="gridcell" class="cell-window" title=say(|text| &text.window_label)>
                <span class="window-text">{say(|text| &text.window)}</span>
                <span class="window-bar" data-none=move || bar.get().is_none().then_some("") aria-hidden="true">
                    <i
                        class="window-span"
                        style:left=move || bar.get().map(|bar| percent(bar.left))
                        style:width=move || bar.get().map(|bar| percent(bar.width))
                    ></i>
                    <i
                        class="window-deadline"
                        hidden=move || bar.get().and_then(|bar| bar.deadline).is_none()
                        style:left=move || bar.get().and_then(|bar| bar.deadline).map(percent)
                    ></i>
                </span>
            </td>
            <td
                role="gridcell"
                class="cell-decide"
                data-pressure=move || text.with(|text| text.as_ref().map(|text| text.pressure.as_str()))
            >
                <span>{say(|text| &text.decide)}</span>
                <small>{say(|text| &text.decide_at)}</small>
            </td>
            <td role="gridcell" class="cell-stake" title=say(|text| &text.whole_disks)>
                {move || text.with(|text| {
                    text.as_ref().map(|text| match text.data_at_risk {
                        Some(words) => {
                            view! {
                                <span class="stake">
                                    <span aria-hidden="true">"△ "</span>
                                    {words}
                                </span>
                            }
                                .into_any()
                        }
                        None => view! { <span class="stake-none">"—"</span> }.into_any(),
                    })
                })}
                <small>{say(|text| &text.disks)}</small>
            </td>
        </tr>
    }
}
