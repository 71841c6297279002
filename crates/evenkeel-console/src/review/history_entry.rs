//! The review's own entry in the browser's history: *Back* closes the review and leaves the page under it as it is.

use leptos::prelude::window;
use wasm_bindgen::JsValue;

/// What the entry holds; its URL is the page's own.
const MARK: &str = "evenkeel.review";

/// Whether the present entry is a review's.
pub fn is_here() -> bool {
    let state = window().history().and_then(|history| history.state());
    state.is_ok_and(|state| state.as_string().as_deref() == Some(MARK))
}

/// Puts an entry for the review after the present one, unless it is one.
pub fn enter() {
    if !is_here()
        && let Ok(history) = window().history()
    {
        // A browser that refuses it has no way back to go: the review is closed by its button.
        drop(history.push_state(&JsValue::from_str(MARK), ""));
    }
}

/// Goes back over the review's entry, if that is the present one.
pub fn leave() {
    if is_here()
        && let Ok(history) = window().history()
    {
        drop(history.back());
    }
}

/// Makes the present entry the page's own.
pub fn forget() {
    if is_here()
        && let Ok(history) = window().history()
    {
        drop(history.replace_state(&JsValue::NULL, ""));
    }
}
