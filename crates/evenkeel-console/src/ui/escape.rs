//! The Escape key for what is open on a page.

use leptos::ev;
use leptos::prelude::*;

/// Closes on Escape, unless a dialog is open or somebody has taken the key, as long as the owner lives.
pub fn on_escape(close: impl Fn() + 'static) {
    let listener = window_event_listener(ev::keydown, move |event| {
        let in_dialog = document()
            .query_selector("dialog[open]")
            .ok()
            .flatten()
            .is_some();
        if event.key() == "Escape" && !event.default_prevented() && !in_dialog {
            close();
        }
    });
    on_cleanup(move || listener.remove());
}
