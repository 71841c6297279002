//! The part of a long table that stands in the page: it follows the scrolling, and its rows are a pool of fixed size.

mod viewport;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use viewport::Viewport;

pub use viewport::keep_in_sight;

/// As in `ui/table.css` and `batches/batches.css`.
const NARROW: &str = "(max-width: 820px)";

fn is_narrow() -> bool {
    window()
        .match_media(NARROW)
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

fn window_height() -> f64 {
    window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or(800.0)
}

/// `Copy`, for the views of one table. Everything in px, except the counts.
#[derive(Clone, Copy)]
pub struct RowWindow {
    pub row: RwSignal<f64>,
    height: RwSignal<f64>,
    /// How far the page is scrolled past the first row; negative while that row is below the top edge.
    scrolled: RwSignal<f64>,
    count: Memo<usize>,
    /// How many row elements there are.
    pub pool: Memo<usize>,
    /// Which row the first of them shows.
    pub first: Memo<usize>,
}

impl RowWindow {
    /// Follows `body`; a row is as high as the page's styles make it, wide and narrow.
    pub fn new(
        body: NodeRef<html::Tbody>,
        count: Memo<usize>,
        wide_row: f64,
        narrow_row: f64,
    ) -> Self {
        let row_height = move || if is_narrow() { narrow_row } else { wide_row };
        let row = RwSignal::new(row_height());
        let height = RwSignal::new(window_height());
        let scrolled = RwSignal::new(0.0);
        let viewport = move || Viewport {
            row: row.get(),
            height: height.get(),
            scrolled: scrolled.get(),
            count: count.get(),
        };
        let measure = move || {
            if let Some(body) = body.try_get_untracked().flatten() {
                scrolled.set(-body.get_bounding_client_rect().top());
            }
        };
        let on_scroll = window_event_listener(ev::scroll, move |_| measure());
        let on_resize = window_event_listener(ev::resize, move |_| {
            row.set(row_height());
            height.set(window_height());
            measure();
        });
        on_cleanup(move || {
            on_scroll.remove();
            on_resize.remove();
        });
        // What is above the table may have grown or shrunk.
        Effect::new(move |_| {
            count.track();
            request_animation_frame(measure);
        });
        Self {
            row,
            height,
            scrolled,
            count,
            pool: Memo::new(move |_| Viewport::pool(row.get(), height.get())),
            first: Memo::new(move |_| viewport().first()),
        }
    }

    /// Reactive.
    pub fn viewport(self) -> Viewport {
        Viewport {
            row: self.row.get(),
            height: self.height.get(),
            scrolled: self.scrolled.get(),
            count: self.count.get(),
        }
    }

    /// How many whole rows a person sees at once. Not reactive.
    pub fn page(self) -> usize {
        Viewport::page(self.row.get_untracked(), self.height.get_untracked())
    }

    /// Where a key moves from a place; none where it is no key that moves. Not reactive.
    pub fn step(self, key: &str, at: Option<usize>) -> Option<usize> {
        let bottom = self.count.get_untracked().saturating_sub(1);
        let page = self.page();
        Some(match key {
            "ArrowDown" => at.map_or(0, |at| (at + 1).min(bottom)),
            "ArrowUp" => at.map_or(0, |at| at.saturating_sub(1)),
            "PageDown" => at.map_or(0, |at| (at + page).min(bottom)),
            "PageUp" => at.map_or(0, |at| at.saturating_sub(page)),
            "Home" => 0,
            "End" => bottom,
            _ => return None,
        })
    }
}

/// Whether a click in a row is meant for the row: a link in it opens by itself, and text that is being marked is not a
/// click.
pub fn is_for_the_row(event: &ev::MouseEvent) -> bool {
    let on_link = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .and_then(|element| element.closest("a").ok().flatten())
        .is_some();
    let marking = window()
        .get_selection()
        .ok()
        .flatten()
        .is_some_and(|marked| !marked.is_collapsed());
    !on_link && !marking && !event.default_prevented()
}

/// Whether a key is meant for the grid: what it holds, such as the heads of the columns, has keys of its own.
pub fn is_for_the_grid(event: &ev::KeyboardEvent) -> bool {
    event.target().is_some() && event.target() == event.current_target()
}

/// Focus without a jump of the page.
pub fn focus_quietly(element: &web_sys::HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    // It fails only on what cannot take the focus.
    drop(element.focus_with_options(&options));
}
