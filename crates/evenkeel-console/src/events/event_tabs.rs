//! Shows how far events are, in tabs with counts that are also filters.

use leptos::prelude::*;

use super::facet;
use super::filter::Tab;
use super::list::{Entry, use_list};
use super::server_list::Source;
use super::store::use_events;
use crate::i18n::{Strings, phrase_signal, t, thousands};
use crate::ui::tabs::Tabs;

/// Tells the tabs' elements from others'.
pub const PREFIX: &str = "event-tab";

fn label(tab: Option<Tab>) -> &'static str {
    match tab {
        Some(Tab::Decide) => t().tab_decide(),
        Some(Tab::Scheduled) => t().tab_scheduled(),
        Some(Tab::Running) => t().tab_running(),
        Some(Tab::Failed) => t().tab_failed(),
        Some(Tab::Done) => t().tab_done(),
        None => t().tab_all(),
    }
}

/// Those of the list, the one with everything last.
pub fn all() -> Vec<Option<Tab>> {
    Tab::ALL.into_iter().map(Some).chain([None]).collect()
}

#[component]
pub fn EventTabs() -> impl IntoView {
    let (events, list) = (use_events(), use_list());
    // What the server counted stands until every event is here: no number is false meanwhile.
    let count = move |tab: Option<Tab>| {
        Memo::new(move |_| {
            if events.is_whole() && list.source.get() == Source::Table {
                Some(list.view.with(|view| facet::in_tab(view, tab)))
            } else {
                let past = list.filter.with(|filter| filter.past) && tab.is_none();
                let gone = events.counted_with(past) - events.counted_with(false);
                events
                    .counted(tab.map(Tab::states))
                    .map(|count| count + gone)
            }
        })
    };
    let name = move |tab: Option<Tab>| {
        let count = count(tab);
        view! {
            <span>{move || label(tab)}</span>
            " "
            <span
                class="tab-count"
                data-tab=tab.map(Tab::as_str)
                data-some=move || count.get().is_some_and(|count| count > 0).then_some("")
            >
                {move || count.get().map_or_else(|| t().not_yet().to_owned(), thousands)}
            </span>
        }
    };
    let choose = move |tab: Option<Tab>| list.change(Entry::New, |filter| filter.tab = tab);
    view! {
        <Tabs
            prefix=PREFIX
            label=phrase_signal(Strings::tabs_label)
            tabs=all()
            chosen=Signal::derive(move || list.filter.with(|filter| filter.tab))
            on_choose=choose
            name=name
        />
    }
}
