//! Holds the rows of the list still while somebody is about to act on them: under the pointer, while the keyboard is in
//! the list, and while something is selected. What changes in a row shows at once; what would move rows waits to be shown.

mod asked;
mod presence;

use std::time::Duration;

use evenkeel_table::{Held, RowId, RowSet, Sort, Table, View, Waiting};
use leptos::ev;
use leptos::prelude::*;

use super::filter::Filter;
use super::selection::Selection;
use super::server_list::{ServerList, Source};
use super::store::Events;
use crate::i18n::{Strings, thousands};
use crate::ui::virtual_list::RowKeys;
use asked::Asked;
use presence::Presence;

/// A pointer that left for so short a time has not left: it goes from the rows to what is laid over them.
const MOUSE_GRACE: Duration = Duration::from_millis(500);
/// A finger is on a row only while it taps.
const TOUCH_GRACE: Duration = Duration::from_secs(4);
const FOCUS_GRACE: Duration = Duration::from_millis(100);

/// What is said of a row beside what it says itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It came with the last showing.
    New,
    /// Its state or its times have changed under somebody's eyes.
    Changed,
    /// It stands here no more.
    Left,
    /// The cloud lists it no more.
    Gone,
}

impl Mark {
    /// Pure.
    fn of(table: &Table, view: &View, fresh: &RowSet, id: RowId) -> Option<Self> {
        if !view.matches.contains(id) {
            let is_listed = table.get(id).is_some_and(|row| !row.is_gone());
            return Some(if is_listed { Self::Left } else { Self::Gone });
        }
        if table.restated().contains(id) {
            return Some(Self::Changed);
        }
        fresh.contains(id).then_some(Self::New)
    }

    pub fn word(self, t: Strings) -> &'static str {
        match self {
            Self::New => t.mark_new(),
            Self::Changed => t.mark_changed(),
            Self::Left => t.mark_left(),
            Self::Gone => t.mark_gone(),
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Left => "left",
            Self::Gone => "gone",
        }
    }
}

/// `12 new, 3 moved`.
pub fn told(waiting: Waiting, t: Strings) -> String {
    let part =
        |count: usize, text: &dyn Fn(String) -> String| (count > 0).then(|| text(thousands(count)));
    let left = |count: String| match waiting.left {
        1 => t.waiting_left_one().to_owned(),
        _ => t.waiting_left_many(count),
    };
    let parts = [
        part(waiting.new, &|count| t.waiting_new(count)),
        part(waiting.moved, &|count| t.waiting_moved(count)),
        part(waiting.left, &left),
    ];
    t.list(&parts.into_iter().flatten().collect::<Vec<_>>())
}

/// What of it is known: where a row of the server's list stands now, the server alone can say, and it is not asked for
/// each change.
fn known(waiting: Waiting, source: Source) -> Waiting {
    let moved = match source {
        Source::Table => waiting.moved,
        Source::ServerMeanwhile | Source::Server => 0,
    };
    Waiting { moved, ..waiting }
}

/// What the list shows, and where it has it from.
pub struct Shown {
    pub view: Memo<View>,
    pub filter: RwSignal<Filter>,
    pub source: Memo<Source>,
    pub server: ServerList,
    pub is_told: Memo<bool>,
}

/// The rows that are held, if any; `Copy`.
#[derive(Clone, Copy)]
pub struct Hold {
    events: Events,
    view: Memo<View>,
    filter: RwSignal<Filter>,
    source: Memo<Source>,
    held: RwSignal<Option<Held>>,
    /// Rows that came with the last showing.
    fresh: RwSignal<RowSet>,
    pointer: Presence,
    focus: Presence,
}

impl Hold {
    /// Follows who is at the list. What a person asks for himself, by a filter or an order, is shown at once.
    pub fn new(events: Events, shown: &Shown, selection: Selection) -> Self {
        let Shown {
            view,
            filter,
            source,
            server,
            is_told,
        } = *shown;
        let hold = Self {
            events,
            view,
            filter,
            source,
            held: RwSignal::new(None),
            fresh: RwSignal::new(RowSet::default()),
            pointer: Presence::new(),
            focus: Presence::new(),
        };
        let is_wanted = Memo::new(move |_| {
            let is_here = hold.pointer.is_there.get() || hold.focus.is_there.get();
            let is_chosen = selection.rows.with(|rows| !rows.is_empty());
            // Until all that was asked for is here, the list fills.
            (is_here || is_chosen) && is_told.get() && events.has_all_asked()
        });
        Effect::new(move |before: Option<Asked>| {
            let asked = Asked {
                filter: filter.get(),
                source: source.get(),
                answered: server.answered.get(),
                is_wanted: is_wanted.get(),
            };
            if !asked.is_wanted {
                hold.release();
            } else if before.is_some_and(|before| asked.is_handed_over(&before)) {
                hold.append(&view.with_untracked(|view| view.rows.clone()));
            } else {
                hold.take(asked.filter.sort);
            }
            asked
        });
        Effect::new(move |_| {
            let rows = server.appended.get();
            hold.append(&rows);
        });
        hold
    }

    fn release(self) {
        if self.held.with_untracked(Option::is_some) {
            self.held.set(None);
            self.fresh.set(RowSet::default());
        }
    }

    /// Has what comes after the rows that are held stand after them.
    fn append(self, rows: &[RowId]) {
        if self.held.with_untracked(Option::is_some) {
            self.held.update(|held| {
                if let Some(held) = held {
                    held.append(rows);
                }
            });
        }
    }

    fn take(self, sort: Sort) {
        self.events.table.update_untracked(Table::watch);
        self.fresh.set(RowSet::default());
        let held = self.view.with_untracked(|view| Held::of(view, sort));
        self.held.set(Some(held));
    }

    /// Has the rows stand where they belong now.
    pub fn show(self) {
        let fresh = self.held.with_untracked(|held| {
            let mut fresh = self.view.with_untracked(|view| view.matches.clone());
            if let Some(held) = held {
                fresh.remove_all(held.set());
            }
            fresh
        });
        self.take(self.filter.with_untracked(|filter| filter.sort));
        self.fresh.set(fresh);
    }

    /// What waits to be shown.
    pub fn waiting(self) -> Memo<Waiting> {
        Memo::new(move |_| {
            self.held.with(|held| {
                let waits = |held: &Held| {
                    let wait = |table: &Table| self.view.with(|view| table.waiting(held, view));
                    self.events.table.with(wait)
                };
                let waiting = held.as_ref().map(waits).unwrap_or_default();
                known(waiting, self.source.get())
            })
        })
    }

    /// Whether a pointer is on the rows. Reactive.
    pub fn is_pointed(self) -> bool {
        self.pointer.is_there.get()
    }

    /// Whether rows are held. Reactive.
    pub fn is_on(self) -> bool {
        self.held.with(Option::is_some)
    }

    /// What is said of a row. Reactive.
    pub fn mark(self, id: RowId) -> Option<Mark> {
        if !self.is_on() {
            return None;
        }
        self.events.table.with(|table| {
            let mark = |view: &View| self.fresh.with(|fresh| Mark::of(table, view, fresh, id));
            self.view.with(mark)
        })
    }

    /// The rows of the list.
    pub fn rows(self) -> ShownRows {
        ShownRows {
            view: self.view,
            held: self.held,
        }
    }

    /// Those of the rows of the list that may be chosen all at once: what a person sees, without what stands here no more.
    /// Reactive.
    pub fn choosable<T>(self, read: impl FnOnce(&RowSet) -> T) -> T {
        self.view.with(|view| {
            self.held.with(|held| match held {
                None => read(&view.matches),
                Some(held) => {
                    let mut both = held.set().clone();
                    both.keep(&view.matches);
                    read(&both)
                }
            })
        })
    }

    /// All rows that stand in the list, as a set. Reactive.
    pub fn shown<T>(self, read: impl FnOnce(&RowSet) -> T) -> T {
        self.held.with(|held| match held {
            None => self.view.with(|view| read(&view.matches)),
            Some(held) => read(held.set()),
        })
    }

    pub fn on_pointer_enter(self) -> impl FnMut(ev::PointerEvent) + 'static {
        move |_| self.pointer.come()
    }

    pub fn on_pointer_leave(self) -> impl FnMut(ev::PointerEvent) + 'static {
        move |event: ev::PointerEvent| {
            self.pointer.go(if event.pointer_type() == "touch" {
                TOUCH_GRACE
            } else {
                MOUSE_GRACE
            });
        }
    }

    pub fn on_focus_in(self) -> impl FnMut(ev::FocusEvent) + 'static {
        move |_| self.focus.come()
    }

    pub fn on_focus_out(self) -> impl FnMut(ev::FocusEvent) + 'static {
        move |_| self.focus.go(FOCUS_GRACE)
    }

    /// The list is shown no more: nobody says that the pointer leaves it.
    pub fn leave(self) {
        for presence in [self.pointer, self.focus] {
            presence.stay();
            presence.set(false);
        }
    }
}

/// The rows of the list in order, held or not.
#[derive(Clone, Copy)]
pub struct ShownRows {
    view: Memo<View>,
    held: RwSignal<Option<Held>>,
}

impl RowKeys for ShownRows {
    type Key = RowId;

    fn with<T>(self, read: impl FnOnce(&[RowId]) -> T) -> T {
        self.held.with(|held| match held {
            Some(held) => read(held.rows()),
            None => self.view.with(|view| read(&view.rows)),
        })
    }

    fn with_untracked<T>(self, read: impl FnOnce(&[RowId]) -> T) -> T {
        untrack(|| self.with(read))
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::Locale;
    use evenkeel_api::StoredEvent;

    use super::super::facet;
    use super::*;
    use crate::fixture::{at, ens, stored};

    fn decide(id: &str, hours: i64, state: &str) -> StoredEvent {
        let mut event = ens(id, "Instance:SystemFailure.Redeploy", state);
        event.not_before = Some(at(hours));
        stored(event)
    }

    /// Who was looked at, what changed meanwhile, and what is said of it.
    fn waits(filter: &str, changes: Vec<StoredEvent>) -> (Vec<Option<Mark>>, String) {
        let filter = Filter::from_query(filter);
        let mut table = Table::default();
        for (id, hours) in [("e-1", 10), ("e-2", 20), ("e-3", 30)] {
            table.put(&decide(id, hours, "Inquiring"));
        }
        let held = Held::of(&facet::view(&table, &filter, None), filter.sort);
        table.watch();
        for change in &changes {
            table.put(change);
        }
        let view = facet::view(&table, &filter, None);
        let marks = held.rows().iter();
        let marks = marks.map(|id| Mark::of(&table, &view, &RowSet::default(), *id));
        let told = told(table.waiting(&held, &view), Strings(Locale::En));
        (marks.collect(), told)
    }

    #[test]
    fn what_would_move_rows_waits_and_what_changed_in_them_is_marked() {
        let (marks, told) = waits("", vec![decide("e-0", 5, "Inquiring")]);
        assert_eq!((marks, &*told), (vec![None; 3], "1 new"));
        let (marks, told) = waits("", vec![decide("e-1", 25, "Inquiring")]);
        assert_eq!(marks, [Some(Mark::Changed), None, None]);
        assert_eq!(told, "1 moved");
        let (marks, told) = waits("", vec![decide("e-1", 15, "Inquiring")]);
        assert_eq!(marks, [Some(Mark::Changed), None, None]);
        assert_eq!(told, "", "it stands where it stood");
        assert_eq!(waits("", vec![decide("e-1", 10, "Inquiring")]).1, "");
    }

    #[test]
    fn what_stands_here_no_more_stays_in_its_place_and_says_so() {
        let answered = decide("e-1", 10, "Executing");
        let mut gone = decide("e-2", 20, "Inquiring");
        gone.gone_at = Some(at(1));
        let (marks, told) = waits("?show=decide", vec![answered, gone]);
        assert_eq!(marks, [Some(Mark::Left), Some(Mark::Gone), None]);
        assert_eq!(told, "2 no longer match");
    }

    #[test]
    fn the_bar_says_all_of_it_in_numbers_that_fit() {
        let waiting = |new, moved, left| Waiting { new, moved, left };
        let told = |waiting, locale| told(waiting, Strings(locale));
        assert_eq!(
            told(waiting(1_200, 3, 1), Locale::En),
            "1,200 new, 3 moved, 1 no longer matches"
        );
        assert_eq!(told(waiting(0, 0, 2), Locale::En), "2 no longer match");
        assert_eq!(
            told(waiting(12, 3, 1), Locale::Zh),
            "新增 12 个，3 个位置有变，1 个不再符合"
        );
        assert_eq!(told(Waiting::default(), Locale::En), "");
    }
}
