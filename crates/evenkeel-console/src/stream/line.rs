//! Holds this tab's line to the server, and what it knows of the tab that has one.

use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use super::inbox::Inbox;
use super::tabs::Held;

#[derive(Default)]
pub struct StreamLine {
    /// The line itself, where this tab has one.
    pub open: Option<Open>,
    /// The lock of the tab that listens for all.
    pub held: Option<Held>,
    /// Whether the lock was asked for and has not been given.
    pub queued: bool,
    /// When the tab that listens was last heard, or first waited for, ms since the Unix epoch.
    pub heard_at: i64,
    pub inbox: Inbox,
    pub tries: u32,
    /// Counts the openings, so that an overtaken retry does nothing.
    pub turn: u32,
}

/// An open line; dropped, it is closed, and nothing is heard of it any more.
pub struct Open {
    pub source: EventSource,
    pub _on_message: Closure<dyn FnMut(MessageEvent)>,
    pub _on_join: Closure<dyn FnMut(web_sys::Event)>,
    pub _on_break: Closure<dyn FnMut(web_sys::Event)>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}
