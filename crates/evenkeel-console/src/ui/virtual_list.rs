//! Shows a list of any length: only the rows around what a person sees stand in the page, as a pool of elements of fixed
//! size that follows the scrolling; the keyboard moves over all of them.
//!
//! The pool's elements are made once and stay; what each shows changes, once it is out of sight. That is faster than
//! elements that come and go, and their order in the document is the order on the screen, as readers need it.

mod input;
mod pool;
mod viewport;

use std::hash::Hash;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;

pub use input::{focus_quietly, is_for_the_list, is_for_the_row};
use pool::Pool;
pub use viewport::LowRows;
use viewport::{Sight, Viewport};

/// As in `ui/table.css` and `batches/batches.css`: where the rows of pages are narrow.
pub const NARROW: &str = "(max-width: 820px)";

/// What tells the rows of a list from each other, in order, wherever it is kept: nothing is copied to read it.
pub trait RowKeys: Copy + Send + Sync + 'static {
    type Key: Copy + PartialEq + Send + Sync + 'static;

    /// Reactive.
    fn with<T>(self, read: impl FnOnce(&[Self::Key]) -> T) -> T;

    /// Not reactive.
    fn with_untracked<T>(self, read: impl FnOnce(&[Self::Key]) -> T) -> T;
}

impl<K: Copy + PartialEq + Send + Sync + 'static> RowKeys for Memo<Vec<K>> {
    type Key = K;

    fn with<T>(self, read: impl FnOnce(&[K]) -> T) -> T {
        With::with(&self, |keys| read(keys))
    }

    fn with_untracked<T>(self, read: impl FnOnce(&[K]) -> T) -> T {
        WithUntracked::with_untracked(&self, |keys| read(keys))
    }
}

/// How high a row is by the page's styles, px.
#[derive(Clone, Copy, Debug)]
pub struct RowHeight {
    pub wide: f64,
    /// On a narrow screen.
    pub narrow: f64,
    /// Which screens are narrow.
    pub is_narrow: &'static str,
}

impl RowHeight {
    fn now(self) -> f64 {
        let is_narrow = window()
            .match_media(self.is_narrow)
            .ok()
            .flatten()
            .is_some_and(|query| query.matches());
        if is_narrow { self.narrow } else { self.wide }
    }
}

/// What a list is seen through: where it begins in the window, and what of it is hidden at either end. Px.
#[derive(Clone, Copy)]
struct Edge {
    top: f64,
    sight: Sight,
}

/// What lies over the lower end of a page's list, such as the bar of a selection.
const FOOT: &str = ".foot";

/// The page's has the table's head at the top and its foot at the bottom, an element's the head alone.
fn edge(scroller: Option<NodeRef<html::Div>>) -> Edge {
    match scroller.map(|scroller| scroller.try_get_untracked().flatten()) {
        Some(Some(scroller)) => Edge {
            top: scroller.get_bounding_client_rect().top(),
            sight: Sight {
                above: 40.0,
                below: 8.0,
                height: f64::from(scroller.client_height()),
            },
        },
        None | Some(None) => Edge {
            top: 0.0,
            sight: Sight {
                above: 48.0,
                below: covered() + 8.0,
                height: window_height(),
            },
        },
    }
}

/// How much of the window's lower end the foot covers, px.
fn covered() -> f64 {
    let foot = document().query_selector(FOOT).ok().flatten();
    foot.map_or(0.0, |foot| {
        (window_height() - foot.get_bounding_client_rect().top()).max(0.0)
    })
}

fn window_height() -> f64 {
    window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or(800.0)
}

/// `Copy`, for the views of one list. Everything in px, except the counts.
#[derive(Clone, Copy)]
pub struct VirtualList<R: RowKeys> {
    keys: R,
    /// The row that the keyboard is on.
    pub active: RwSignal<Option<R::Key>>,
    pub count: Memo<usize>,
    body: NodeRef<html::Tbody>,
    /// What scrolls it; none is the page.
    scroller: Option<NodeRef<html::Div>>,
    row: RwSignal<f64>,
    /// The rows that are lower than the rest.
    low: Signal<LowRows>,
    height: RwSignal<f64>,
    /// How far the page is scrolled past the first row; negative while that row is below the top edge.
    scrolled: RwSignal<f64>,
    /// How many row elements there are.
    pool: Memo<usize>,
    /// The index of the row that the first of them shows.
    first: Memo<usize>,
    slots: StoredValue<Pool>,
}

impl<R: RowKeys> VirtualList<R> {
    /// Follows the page's scrolling and size as long as the owner lives.
    pub fn new(keys: R, active: RwSignal<Option<R::Key>>, row_height: RowHeight) -> Self {
        let low = Signal::stored(LowRows::default());
        Self::scrolled_by(None, keys, active, row_height, low)
    }

    /// In an element that scrolls, which calls [`Self::measure`] whenever it does.
    pub fn within(
        scroller: NodeRef<html::Div>,
        keys: R,
        active: RwSignal<Option<R::Key>>,
        row_height: RowHeight,
        low: Signal<LowRows>,
    ) -> Self {
        Self::scrolled_by(Some(scroller), keys, active, row_height, low)
    }

    fn scrolled_by(
        frame: Option<NodeRef<html::Div>>,
        keys: R,
        active: RwSignal<Option<R::Key>>,
        row_height: RowHeight,
        low: Signal<LowRows>,
    ) -> Self {
        let count = Memo::new(move |_| keys.with(<[R::Key]>::len));
        let body = NodeRef::<html::Tbody>::new();
        let row = RwSignal::new(row_height.now());
        let height = RwSignal::new(window_height());
        let scrolled = RwSignal::new(0.0);
        let measure = move || {
            if let Some(body) = body.try_get_untracked().flatten() {
                let top = body.get_bounding_client_rect().top();
                scrolled.set(edge(frame).top - top);
            }
        };
        let on_scroll = window_event_listener(ev::scroll, move |_| measure());
        let on_resize = window_event_listener(ev::resize, move |_| {
            row.set(row_height.now());
            height.set(window_height());
            measure();
        });
        on_cleanup(move || {
            on_scroll.remove();
            on_resize.remove();
        });
        // What is above the list may have grown or shrunk.
        Effect::new(move |_| {
            count.track();
            request_animation_frame(measure);
        });
        let viewport = move || Viewport {
            row: row.get(),
            low: low.get(),
            height: height.get(),
            scrolled: scrolled.get(),
            count: count.get(),
        };
        Self {
            keys,
            active,
            count,
            body,
            scroller: frame,
            row,
            low,
            height,
            scrolled,
            pool: Memo::new(move |_| {
                Viewport::pool(row.get(), height.get(), low.with(|low| low.at.len()))
            }),
            first: Memo::new(move |_| viewport().first()),
            slots: StoredValue::new(Pool::default()),
        }
    }

    /// Takes in where the list is now.
    pub fn measure(self) {
        if let Some(body) = self.body.try_get_untracked().flatten() {
            let top = body.get_bounding_client_rect().top();
            self.scrolled.set(edge(self.scroller).top - top);
        }
    }

    /// The rows that stand in the page. Reactive.
    pub fn pooled(self) -> Vec<R::Key> {
        let (first, pool) = (self.first.get(), self.pool.get());
        self.keys
            .with(|keys| keys.iter().skip(first).take(pool).copied().collect())
    }

    /// The index after the last row that stands in the page. Reactive.
    pub fn end(self) -> usize {
        self.first.get() + self.pool.get()
    }

    fn viewport(self) -> Viewport {
        Viewport {
            row: self.row.get(),
            low: self.low.get(),
            height: self.height.get(),
            scrolled: self.scrolled.get(),
            count: self.count.get(),
        }
    }

    /// The index of the row that an element of the pool shows. Reactive.
    pub fn index_at(self, slot: usize) -> usize {
        let index = self.slots.try_update_value(|slots| slots.index(slot));
        index.map_or(0, |index| index.get())
    }

    /// The row that an element of the pool shows; none where the list is shorter. Reactive.
    pub fn key_at(self, slot: usize) -> Option<R::Key> {
        self.keys
            .with(|keys| keys.get(self.index_at(slot)).copied())
    }

    /// A row by its index. Not reactive.
    pub fn key(self, index: usize) -> Option<R::Key> {
        self.keys.with_untracked(|keys| keys.get(index).copied())
    }

    /// Where in the list a row is. Not reactive.
    pub fn index_of(self, key: R::Key) -> Option<usize> {
        self.keys
            .with_untracked(|keys| keys.iter().position(|other| *other == key))
    }

    /// The row that the keyboard is on, while an element shows it: what `aria-activedescendant` may name. Reactive.
    pub fn active_in_pool(self) -> Option<R::Key> {
        let active = self.active.get()?;
        let first = self.first.get();
        let shown = self.keys.with(|keys| {
            keys.iter()
                .skip(first)
                .take(self.pool.get())
                .any(|key| *key == active)
        });
        shown.then_some(active)
    }

    /// Puts the keyboard on the first row where it is on none of this list.
    pub fn activate(self) {
        let active = self.active.get_untracked();
        if active.and_then(|key| self.index_of(key)).is_none() {
            self.active.set(self.key(0));
        }
    }

    /// The index to which a key moves; none where it is no key that moves. Not reactive.
    pub fn step(self, key: &str) -> Option<usize> {
        let at = self
            .active
            .get_untracked()
            .and_then(|key| self.index_of(key));
        viewport::step(
            key,
            at,
            self.count.get_untracked(),
            Viewport::page(self.row.get_untracked(), self.height.get_untracked()),
        )
    }

    /// Puts the keyboard on a row, and the row in sight.
    pub fn go_to(self, index: usize) {
        self.active.set(self.key(index));
        if let Some(body) = self.body.get_untracked() {
            let edge = edge(self.scroller);
            let view = untrack(|| self.viewport());
            let by = viewport::to_sight(
                body.get_bounding_client_rect().top() - edge.top + view.of(index),
                view.of(index + 1) - view.of(index),
                edge.sight,
            );
            match (by, self.scroller) {
                (None, _) => {}
                (Some(by), None) => window().scroll_by_with_x_and_y(0.0, by),
                (Some(by), Some(scroller)) => {
                    if let Some(scroller) = scroller.get_untracked() {
                        scroller.scroll_by_with_x_and_y(0.0, by);
                    }
                }
            }
        }
    }
}

/// The body of a list's table; `row` makes the element of a slot, once.
#[component]
pub fn VirtualRows<R, V>(
    list: VirtualList<R>,
    row: impl Fn(usize) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    R: RowKeys,
    V: IntoView + 'static,
{
    Effect::new(move |_| {
        let (first, slots) = (list.first.get(), list.pool.get());
        let body = list.body.get_untracked();
        let body = body.as_ref().map(|body| -> &web_sys::Element { body });
        pool::show(list.slots, body, first, slots);
    });
    view! {
        <Body list=list>
            <For each=move || 0..list.pool.get() key=|slot| *slot children=row />
        </Body>
    }
}

/// As [`VirtualRows`], but an element belongs to one row as long as it stands in the page: for rows that hold fields,
/// which must not come to stand for another row while somebody is in them.
#[component]
pub fn OwnRows<R, V>(
    list: VirtualList<R>,
    row: impl Fn(R::Key) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    R: RowKeys,
    R::Key: Eq + Hash,
    V: IntoView + 'static,
{
    view! {
        <Body list=list>
            <For each=move || list.pooled() key=|key| *key children=row />
        </Body>
    }
}

/// What rows stand in: as high as all of the list, with the room of those that are above the pool.
#[component]
fn Body<R: RowKeys>(list: VirtualList<R>, children: Children) -> impl IntoView {
    view! {
        <tbody
            node_ref=list.body
            role="rowgroup"
            style:height=move || format!("{}px", list.viewport().total())
            style:padding-top=move || format!("{}px", list.viewport().before())
        >
            {children()}
        </tbody>
    }
}

/// What a column is called, and its class.
type HeadOf = (fn() -> &'static str, &'static str);

/// The head of a grid that has one order.
#[component]
pub fn GridHead<const N: usize>(columns: [HeadOf; N]) -> impl IntoView {
    view! {
        <thead role="rowgroup">
            <tr role="row" aria-rowindex="1">
                {columns
                    .map(|(name, class)| view! { <th role="columnheader" scope="col" class=class>{name}</th> })
                    .collect_view()}
            </tr>
        </thead>
    }
}
