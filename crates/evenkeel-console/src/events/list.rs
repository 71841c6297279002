//! What the list shows now: the filter, which the URL repeats, and the rows it lets through.

use std::time::Duration;

use evenkeel_table::{RowId, Sort, Table, View};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::facet;
use super::filter::Filter;
use super::hold::{Hold, Shown};
use super::selection::use_selection;
use super::server_list::{Answer, ServerList, Source, order};
use super::store::Events;
use crate::api::EventKey;
use crate::routes;

/// Typing makes one entry of the history, not one a key.
const SETTLE: Duration = Duration::from_millis(250);

/// Nothing has changed for so long: orders that a click may ask for can be made ahead.
const QUIET: Duration = Duration::from_millis(300);
/// Between two of them, so that nobody waits for all.
const PAUSE: Duration = Duration::from_millis(40);

/// How a change goes into the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Back undoes it.
    New,
    /// It goes into the present entry, once it has settled.
    Same,
}

type Navigate = dyn Fn(&str, NavigateOptions) + Send + Sync;

/// The list; `Copy`, provided as context. Needs the router.
#[derive(Clone, Copy)]
pub struct List {
    pub filter: RwSignal<Filter>,
    pub view: Memo<View>,
    /// Where its rows come from.
    pub source: Memo<Source>,
    pub server: ServerList,
    /// Whether the counts of the view are true: it knows all that matches, or the server has counted it.
    pub is_told: Memo<bool>,
    /// Whether every row that matches is in the view.
    pub is_all_here: Memo<bool>,
    /// How many events match.
    pub found: Memo<usize>,
    /// Whether the rows stand in another order than is asked for, as the server does not have that.
    pub is_unsorted: Memo<bool>,
    /// Whether the rows stay where they are, whatever the view says.
    pub hold: Hold,
    /// The row that the keyboard is on.
    pub active: RwSignal<Option<RowId>>,
    go: StoredValue<Box<Navigate>>,
    path: Memo<String>,
    pending: StoredValue<Option<TimeoutHandle>>,
}

impl List {
    pub fn provide(events: Events) -> Self {
        let location = use_location();
        let search = location.search;
        let filter = RwSignal::new(Filter::from_query(&search.get_untracked()));
        let source = Memo::new(move |_| filter.with(|filter| Source::of(events, filter)));
        let server = ServerList::new(events, source, filter);
        let is_fresh = Memo::new(move |_| filter.with(|filter| server.is_fresh(filter)));
        // Until the server has answered, what is here of the arriving order is the beginning of what it will say.
        let is_of_table = Memo::new(move |_| match source.get() {
            Source::Table => true,
            Source::ServerMeanwhile => {
                !is_fresh.get() && filter.with(|filter| filter.sort == Sort::default())
            }
            Source::Server => false,
        });
        let view = Memo::new(move |_| {
            if !is_of_table.get() {
                return filter.with(|filter| {
                    let total = events.counted_with(filter.past);
                    let view = |answer: &Answer| answer.view(filter, total);
                    (server.answer).with(|answer| answer.as_ref().map(view).unwrap_or_default())
                });
            }
            let label = events.group_by.get();
            events
                .table
                .with(|table| filter.with(|filter| facet::view(table, filter, label.as_deref())))
        });
        let is_told = Memo::new(move |_| match source.get() {
            Source::Table => events.is_whole(),
            Source::ServerMeanwhile | Source::Server => is_fresh.get(),
        });
        let answer = move |read: fn(&Answer) -> usize| {
            (server.answer).with(|answer| answer.as_ref().map(read).unwrap_or_default())
        };
        let is_all_here = Memo::new(move |_| match source.get() {
            Source::Table => events.is_whole(),
            Source::ServerMeanwhile | Source::Server => {
                is_fresh.get() && answer(|it| usize::from(it.is_whole())) > 0
            }
        });
        let found = Memo::new(move |_| match source.get() {
            Source::Table => view.with(|view| view.rows.len()),
            Source::ServerMeanwhile | Source::Server => answer(|it| it.total),
        });
        let waiting = StoredValue::new(None);
        Effect::new(move |_| {
            events.table.track();
            prepare_after(QUIET, events, waiting);
        });
        let go = use_navigate();
        let list = Self {
            filter,
            view,
            source,
            server,
            is_told,
            is_all_here,
            found,
            is_unsorted: Memo::new(move |_| {
                let order = filter.with(|filter| order(filter.sort));
                source.get() != Source::Table && order.is_none()
            }),
            hold: Hold::new(
                events,
                &Shown {
                    view,
                    filter,
                    source,
                    server,
                    is_told,
                },
                use_selection(),
            ),
            active: RwSignal::new(None),
            go: StoredValue::new(Box::new(move |path: &str, options: NavigateOptions| {
                go(path, options);
            })),
            path: location.pathname,
            pending: StoredValue::new(None),
        };
        Effect::new(move |_| {
            if filter.with(|filter| filter.past) {
                events.want_past();
            }
        });
        // Back, forward and links change the URL: the filter follows, unless typing is about to change it again.
        Effect::new(move |_| {
            let said = Filter::from_query(&search.get());
            let typing = list.pending.with_value(Option::is_some);
            if !typing && list.filter.with_untracked(|filter| *filter != said) {
                list.filter.set(said);
            }
        });
        provide_context(list);
        list
    }

    /// Changes the filter, and the URL with it.
    pub fn change(self, entry: Entry, change: impl FnOnce(&mut Filter)) {
        let before = self.filter.get_untracked();
        let mut filter = before.clone();
        change(&mut filter);
        if filter == before {
            return;
        }
        self.filter.set(filter);
        if let Some(handle) = self.pending.try_update_value(Option::take).flatten() {
            handle.clear();
        }
        match entry {
            Entry::New => self.write(false),
            Entry::Same => {
                let settle = move || {
                    self.pending.set_value(None);
                    self.write(true);
                };
                self.pending
                    .set_value(set_timeout_with_handle(settle, SETTLE).ok());
            }
        }
    }

    /// Opens an event's detail beside the list.
    pub fn open(self, key: &EventKey) {
        self.navigate(&routes::event(key, &self.query()), false);
    }

    /// Back to the list alone.
    pub fn close(self) {
        self.navigate(&format!("{}{}", routes::EVENTS, self.query()), false);
    }

    /// The filter as a query. Not reactive.
    pub fn query(self) -> String {
        self.filter.with_untracked(Filter::to_query)
    }

    fn write(self, replace: bool) {
        let path = format!("{}{}", self.path.get_untracked(), self.query());
        self.navigate(&path, replace);
    }

    fn navigate(self, path: &str, replace: bool) {
        let options = NavigateOptions {
            resolve: false,
            replace,
            scroll: false,
            ..NavigateOptions::default()
        };
        self.go.with_value(|go| go(path, options));
    }
}

/// Makes the orders of the columns ahead, one after the other, while nothing else is to do.
fn prepare_after(pause: Duration, events: Events, waiting: StoredValue<Option<TimeoutHandle>>) {
    if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
        handle.clear();
    }
    let prepare = move || {
        if events.table.with_untracked(Table::prepare) {
            prepare_after(PAUSE, events, waiting);
        }
    };
    waiting.set_value(set_timeout_with_handle(prepare, pause).ok());
}

/// The list of this page.
pub fn use_list() -> List {
    expect_context::<List>()
}
