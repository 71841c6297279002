//! One row of the pool. It stays in the page; which item it shows changes.

use evenkeel::visible::visible;
use evenkeel_api::{Item, ItemState};
use leptos::prelude::*;

use super::labels;
use super::stage::{self, StageBadge};
use crate::i18n::t;
use crate::prefs::use_prefs;
use crate::resource::{self, ResourceName};
use crate::routes;
use crate::ui::badge::Badge;
use crate::ui::virtual_list::is_for_the_row;

/// The element id of a row, for `aria-activedescendant`.
pub fn row_element_id(index: u32) -> String {
    format!("item-{index}")
}

#[component]
pub fn ItemRow(
    item: Memo<Option<Item>>,
    /// Where in the list it stands, from 0.
    row_index: Signal<usize>,
    #[prop(into)] batch: Signal<String>,
    #[prop(into)] query: Signal<String>,
    active: RwSignal<Option<u32>>,
    on_open: impl Fn(u32) + Copy + 'static,
) -> impl IntoView {
    let zone = use_prefs().zone;
    let index = Memo::new(move |_| item.with(|item| item.as_ref().map(|item| item.index)));
    let state = Memo::new(move |_| {
        item.with(|item| item.as_ref().map_or(ItemState::Queued, |item| item.state))
    });
    let maintenance =
        Memo::new(move |_| item.with(|item| item.as_ref().and_then(|it| it.maintenance)));
    let say = move |read: fn(&Item) -> String| {
        move || item.with(|item| item.as_ref().map(read).unwrap_or_default())
    };
    let name = Memo::new(move |_| {
        item.with(|item| resource::name(item.as_ref().and_then(|it| it.resource.as_ref())))
    });
    let why = Memo::new(move |_| {
        item.with(|item| {
            item.as_ref()
                .map(|item| labels::why(item, t()))
                .unwrap_or_default()
        })
    });
    let when = move || {
        let when = item.with(|item| item.as_ref().map(|item| item.when))?;
        Some(labels::when(when, zone.get(), t()))
    };
    let label = move || {
        let called = item.with(|item| {
            let item = item.as_ref()?;
            let resource = item.resource.as_ref();
            Some(resource::called(resource, &item.resource_id))
        })?;
        let order = labels::item_state(state.get(), t()).to_owned();
        let maintained = maintenance.get().map(|it| stage::label(it, t()).to_owned());
        let parts = [Some(called), Some(order), maintained, Some(why.get())];
        let said = parts.into_iter().flatten().filter(|part| !part.is_empty());
        Some(t().list(&said.collect::<Vec<_>>()))
    };
    let since = move || {
        let since = item.with(|item| item.as_ref().map(|item| item.updated_at))?;
        Some(labels::short_time(since.as_millis(), zone.get(), t()))
    };
    let resend = move || {
        let at = item.with(|item| {
            item.as_ref()
                .filter(|item| item.state == ItemState::Unknown)
                .and_then(|item| item.may_resend_at)
        })?;
        Some(t().item_resend(labels::short_time(at.as_millis(), zone.get(), t())))
    };
    let attempts = move || {
        item.with(|item| match item.as_ref().map_or(0, |item| item.attempts) {
            0 => String::new(),
            1 => t().item_attempt().to_owned(),
            count => t().item_attempts(count),
        })
    };
    let href = move || {
        let index = index.get()?;
        Some(batch.with(|batch| query.with(|query| routes::item(batch, index, query))))
    };
    let is_active = Memo::new(move |_| index.get().is_some() && active.get() == index.get());
    view! {
        <tr
            role="row"
            class="row item-row"
            id=move || index.get().map(row_element_id)
            hidden=move || index.get().is_none()
            aria-rowindex=move || (row_index.get() + 2).to_string()
            aria-label=label
            data-active=move || is_active.get().then_some("")
            on:click=move |event| {
                if let Some(index) = index.get_untracked()
                    && is_for_the_row(&event)
                {
                    on_open(index);
                }
            }
        >
            <td role="gridcell" class="cell-state">
                <Badge
                    tone=Signal::derive(move || labels::item_look(state.get()).0)
                    shape=Signal::derive(move || labels::item_look(state.get()).1)
                    word=Signal::derive(move || labels::item_state(state.get(), t()).to_owned())
                />
            </td>
            <td role="gridcell" class="cell-stage">
                {move || maintenance.get().map(|stage| view! { <StageBadge stage=Signal::stored(stage) /> })}
            </td>
            <td role="gridcell" class="cell-resource" data-named=move || name.with(|it| it.as_ref().map(|_| ""))>
                <a class="row-link" tabindex="-1" href=href>
                    <ResourceName
                        name=name
                        id=Signal::derive(say(|item| visible(&item.resource_id).into_owned()))
                    />
                </a>
                <small
                    class="mono"
                    dir="auto"
                    hidden=move || name.with(Option::is_some)
                    title=say(|item| item.event_id.clone())
                >
                    {say(|item| visible(&item.event_id).into_owned())}
                </small>
            </td>
            <td role="gridcell" class="cell-when">{when}</td>
            <td role="gridcell" class="cell-why" title=why>
                <span dir="auto" data-tone=move || labels::item_look(state.get()).0.as_str()>{why}</span>
                <small>{resend}</small>
            </td>
            <td role="gridcell" class="cell-since">
                {since}
                <small>{attempts}</small>
            </td>
        </tr>
    }
}
