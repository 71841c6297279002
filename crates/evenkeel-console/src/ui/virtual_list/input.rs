//! Tells what a click or a key in a list is meant for, and gives it the focus.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

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

/// Whether a key is meant for the list: what it holds, such as the heads of the columns, has keys of its own.
pub fn is_for_the_list(event: &ev::KeyboardEvent) -> bool {
    event.target().is_some() && event.target() == event.current_target()
}

/// Focus without a jump of the page.
pub fn focus_quietly(element: &web_sys::HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    // It fails only on what cannot take the focus.
    drop(element.focus_with_options(&options));
}
