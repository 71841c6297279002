//! Search, chips with counts, and the order on narrow screens.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel::visible::visible;
use evenkeel::{EventKind, StateKind};
use evenkeel_table::{Column, Direction, Sort};
use leptos::html;
use leptos::prelude::*;

use super::filter::toggle;
use super::list::{Entry, use_list};
use super::sort::label;
use super::state_badge::shape;
use super::store::{Directory, use_events};
use crate::i18n::{Strings, phrase, t, thousands};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::menu::Menu;

/// How many values of a label are offered; the search and the details of an event find the others.
const MOST_VALUES: usize = 100;

const KINDS: [EventKind; 10] = [
    EventKind::Redeploy,
    EventKind::Migrate,
    EventKind::Reboot,
    EventKind::Stop,
    EventKind::DiskRecovery,
    EventKind::SystemMaintenance,
    EventKind::Network,
    EventKind::Disk,
    EventKind::Security,
    EventKind::Other,
];
const STATES: [StateKind; 8] = [
    StateKind::Inquiring,
    StateKind::Scheduled,
    StateKind::Executing,
    StateKind::Completed,
    StateKind::Failed,
    StateKind::Canceled,
    StateKind::Avoided,
    StateKind::Other,
];

#[component]
pub fn FilterBar(
    /// The search box, so that `/` can find it.
    search: NodeRef<html::Input>,
) -> impl IntoView {
    let (events, list) = (use_events(), use_list());
    let chip = |name: &str, chosen: usize| match chosen {
        0 => name.to_owned(),
        count => t().menu_count(count, name),
    };
    let text = move || list.filter.with(|filter| filter.text.clone());
    let resource = move || list.filter.with(|filter| filter.resource.clone());
    let open = Memo::new(move |_| list.filter.with(super::filter::Filter::is_open));

    let states = Memo::new(move |_| {
        list.filter.with(|filter| {
            list.view
                .with(|view| choices(&STATES, &filter.states, &view.states))
        })
    });
    let kinds = Memo::new(move |_| {
        list.filter.with(|filter| {
            list.view
                .with(|view| choices(&KINDS, &filter.kinds, &view.kinds))
        })
    });
    let accounts = Memo::new(move |_| {
        let mut all: BTreeSet<String> = events.directory.with(|directory| match directory {
            Directory::Ready(accounts) => accounts.iter().map(|a| a.id.clone()).collect(),
            Directory::Loading | Directory::Failed(_) => BTreeSet::new(),
        });
        list.filter
            .with(|filter| all.extend(filter.accounts.iter().cloned()));
        all.into_iter().collect::<Vec<_>>()
    });
    view! {
        <div class="bar" role="search" aria-label=phrase(Strings::filters)>
            <div class="search">
                <Icon glyph=Glyph::Search />
                <input
                    node_ref=search
                    type="search"
                    class="search-input"
                    aria-label=phrase(Strings::search)
                    placeholder=phrase(Strings::search_hint)
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=text
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        list.change(Entry::Same, |filter| filter.text = text);
                    }
                />
                <kbd class="search-key" aria-hidden="true">"/"</kbd>
            </div>
            <SortChoice />
            <input
                type="search"
                class="input resource"
                aria-label=phrase(Strings::resource_filter)
                placeholder=phrase(Strings::resource_filter)
                autocomplete="off"
                spellcheck="false"
                data-on=move || (!resource().is_empty()).then_some("")
                prop:value=resource
                on:input=move |event| {
                    let text = event_target_value(&event);
                    list.change(Entry::Same, |filter| filter.resource = text);
                }
            />
            <Menu
                label=Signal::derive(move || {
                    let chosen = list.filter.with(|f| f.states.len() + usize::from(f.past));
                    chip(t().menu_state(), chosen)
                })
                on=Signal::derive(move || list.filter.with(|f| !f.states.is_empty() || f.past))
            >
                <For each=move || states.get() key=|state| *state let:state>
                    <MenuItem
                        on=Signal::derive(move || list.filter.with(|f| f.states.contains(&state)))
                        count=Signal::derive(move || list.view.with(|v| count(&v.states, &state)))
                        mark=shape(state)
                        name=Signal::derive(move || t().state(state).to_owned())
                        choose=move || list.change(Entry::New, |f| toggle(&mut f.states, state))
                    />
                </For>
                <label class="menu-item menu-rest" title=phrase(Strings::filter_past_hint)>
                    <input
                        type="checkbox"
                        class="check"
                        prop:checked=move || list.filter.with(|f| f.past)
                        on:change=move |_| list.change(Entry::New, |filter| filter.past = !filter.past)
                    />
                    <span>{phrase(Strings::filter_past)}</span>
                </label>
            </Menu>
            <Menu
                label=Signal::derive(move || chip(t().menu_type(), list.filter.with(|f| f.kinds.len())))
                on=Signal::derive(move || list.filter.with(|f| !f.kinds.is_empty()))
            >
                <For each=move || kinds.get() key=|kind| *kind let:kind>
                    <MenuItem
                        on=Signal::derive(move || list.filter.with(|f| f.kinds.contains(&kind)))
                        count=Signal::derive(move || list.view.with(|v| count(&v.kinds, &kind)))
                        mark=""
                        name=Signal::derive(move || t().kind(kind).to_owned())
                        choose=move || list.change(Entry::New, |f| toggle(&mut f.kinds, kind))
                    />
                </For>
            </Menu>
            <Menu
                label=Signal::derive(move || chip(t().menu_account(), list.filter.with(|f| f.accounts.len())))
                on=Signal::derive(move || list.filter.with(|f| !f.accounts.is_empty()))
            >
                <For each=move || accounts.get() key=String::clone let:id>
                    <AccountItem id=id />
                </For>
            </Menu>
            <LabelMenu />
            <TagChips />
            <Show when=move || !open.get()>
                <Button
                    kind=ButtonKind::Quiet
                    on_press=move || list.change(Entry::New, |filter| *filter = filter.opened())
                >
                    {phrase(Strings::clear_filters)}
                </Button>
            </Show>
        </div>
    }
}

/// What is there or chosen, in the order of the list.
fn choices<T: Ord + Copy>(all: &[T], chosen: &BTreeSet<T>, counts: &BTreeMap<T, usize>) -> Vec<T> {
    all.iter()
        .copied()
        .filter(|value| chosen.contains(value) || counts.contains_key(value))
        .collect()
}

fn count<T: Ord>(counts: &BTreeMap<T, usize>, value: &T) -> usize {
    counts.get(value).copied().unwrap_or_default()
}

/// The values of the label that the configuration groups by, the most frequent ones where there are many.
#[component]
fn LabelMenu() -> impl IntoView {
    let (events, list) = (use_events(), use_list());
    let chosen = move || {
        events.group_by.with(|key| {
            let key = key.as_ref()?;
            list.filter.with(|filter| filter.tags.get(key).cloned())
        })
    };
    let values = Memo::new(move |_| {
        let mut values: Vec<(usize, String)> = list.view.with(|view| {
            let counted = view.labels.iter();
            counted
                .map(|(value, count)| (*count, value.clone()))
                .collect()
        });
        values.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let mut shown: BTreeSet<String> = values
            .into_iter()
            .take(MOST_VALUES)
            .map(|it| it.1)
            .collect();
        shown.extend(chosen().into_iter().flatten());
        shown.into_iter().collect::<Vec<_>>()
    });
    let label = Signal::derive(move || {
        let name = events.group_by.get().map(|key| visible(&key).into_owned());
        let name = name.unwrap_or_default();
        match chosen().map_or(0, |chosen| chosen.len()) {
            0 => name,
            count => t().menu_count(count, name),
        }
    });
    view! {
        <Show when=move || events.group_by.with(Option::is_some) && values.with(|values| !values.is_empty())>
            <Menu label=label on=Signal::derive(move || chosen().is_some())>
                <For each=move || values.get() key=String::clone let:value>
                    <LabelItem value=value />
                </For>
            </Menu>
        </Show>
    }
}

#[component]
fn LabelItem(value: String) -> impl IntoView {
    let (events, list) = (use_events(), use_list());
    let shown = visible(&value).into_owned();
    let value = StoredValue::new(value);
    let key = move || events.group_by.get_untracked().unwrap_or_default();
    view! {
        <MenuItem
            on=Signal::derive(move || {
                list.filter.with(|f| value.with_value(|value| f.has_tag(&key(), value)))
            })
            count=Signal::derive(move || {
                list.view.with(|v| value.with_value(|value| count(&v.labels, value)))
            })
            mark=""
            name=Signal::stored(shown)
            choose=move || {
                list.change(Entry::New, |f| value.with_value(|value| f.toggle_tag(&key(), value)));
            }
        />
    }
}

/// The other tags that are filtered by; a click takes one away.
#[component]
fn TagChips() -> impl IntoView {
    let (events, list) = (use_events(), use_list());
    let tags = Memo::new(move |_| {
        let grouped = events.group_by.get();
        list.filter.with(|filter| {
            let others = filter
                .tags
                .iter()
                .filter(|(key, _)| Some(*key) != grouped.as_ref());
            let pairs =
                others.flat_map(|(key, values)| values.iter().map(|it| (key.clone(), it.clone())));
            pairs.collect::<Vec<_>>()
        })
    });
    view! {
        <For each=move || tags.get() key=Clone::clone let:tag>
            {
                let (key, value) = tag;
                let shown = format!("{}: {}", visible(&key), visible(&value));
                let title = shown.clone();
                view! {
                    <button
                        type="button"
                        class="chip tag-chip"
                        data-on=""
                        aria-label=move || t().tag_filter_off(&title)
                        on:click=move |_| list.change(Entry::New, |f| f.toggle_tag(&key, &value))
                    >
                        <bdi>{shown}</bdi>
                        <span aria-hidden="true">"✕"</span>
                    </button>
                }
            }
        </For>
    }
}

#[component]
fn AccountItem(id: String) -> impl IntoView {
    let list = use_list();
    let id = StoredValue::new(id);
    view! {
        <MenuItem
            on=Signal::derive(move || {
                list.filter.with(|f| id.with_value(|id| f.accounts.contains(id)))
            })
            count=Signal::derive(move || {
                list.view.with(|v| id.with_value(|id| count(&v.accounts, id)))
            })
            mark=""
            name=Signal::derive(move || id.get_value())
            choose=move || list.change(Entry::New, |f| toggle(&mut f.accounts, id.get_value()))
        />
    }
}

#[component]
fn MenuItem(
    on: Signal<bool>,
    count: Signal<usize>,
    mark: &'static str,
    name: Signal<String>,
    choose: impl Fn() + 'static,
) -> impl IntoView {
    let list = use_list();
    view! {
        <label class="menu-item">
            <input type="checkbox" class="check" prop:checked=on on:change=move |_| choose() />
            <span>
                <span aria-hidden="true">{(!mark.is_empty()).then(|| format!("{mark} "))}</span>
                {name}
            </span>
            <span class="menu-item-count">
                {move || if list.is_told.get() { thousands(count.get()) } else { String::new() }}
            </span>
        </label>
    }
}

/// Narrow screens show no column heads to click.
#[component]
fn SortChoice() -> impl IntoView {
    let list = use_list();
    let sort = move || list.filter.with(|filter| filter.sort);
    view! {
        <span class="sort-choice">
            <select
                class="input"
                aria-label=phrase(Strings::sort_by)
                prop:value=move || sort().column.as_str()
                on:change=move |event| {
                    if let Some(chosen) = Sort::parse(&event_target_value(&event)) {
                        list.change(Entry::New, |filter| filter.sort.column = chosen.column);
                    }
                }
            >
                {Column::ALL
                    .map(|column| {
                        view! {
                            <option value=column.as_str() selected=move || sort().column == column>
                                {move || label(column, t())}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
            <button
                type="button"
                class="chip"
                aria-label=phrase(Strings::sort_turn)
                on:click=move |_| {
                    list.change(Entry::New, |filter| {
                        filter.sort = filter.sort.clicked(filter.sort.column);
                    });
                }
            >
                {move || if sort().direction == Direction::Ascending { "↑" } else { "↓" }}
            </button>
        </span>
    }
}
