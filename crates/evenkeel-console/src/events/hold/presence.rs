//! Whether a pointer or the keyboard is at the list.

use std::time::Duration;

use leptos::prelude::*;

/// Whether something is there, or was a moment ago.
#[derive(Clone, Copy)]
pub struct Presence {
    pub is_there: RwSignal<bool>,
    leaving: StoredValue<Option<TimeoutHandle>>,
}

impl Presence {
    pub fn new() -> Self {
        Self {
            is_there: RwSignal::new(false),
            leaving: StoredValue::new(None),
        }
    }

    pub fn stay(self) {
        if let Some(handle) = self.leaving.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }

    pub fn come(self) {
        self.stay();
        self.set(true);
    }

    pub fn go(self, grace: Duration) {
        self.stay();
        let gone = set_timeout_with_handle(move || self.set(false), grace).ok();
        self.leaving.set_value(gone);
    }

    pub fn set(self, is_there: bool) {
        if self.is_there.try_get_untracked() == Some(!is_there) {
            self.is_there.set(is_there);
        }
    }
}
