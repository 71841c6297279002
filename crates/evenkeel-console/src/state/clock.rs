//! The time, as a signal: the only place where the console reads a clock.

use std::time::Duration;

use leptos::prelude::*;

/// Ms since the Unix epoch, moving on every [`TICK`]; `Copy`, provided as context.
#[derive(Clone, Copy)]
pub struct Clock(RwSignal<i64>);

const TICK: Duration = Duration::from_secs(1);

impl Clock {
    pub fn provide() -> Self {
        let clock = Self(RwSignal::new(now_ms()));
        if let Ok(handle) = set_interval_with_handle(move || clock.0.set(now_ms()), TICK) {
            on_cleanup(move || handle.clear());
        }
        provide_context(clock);
        clock
    }

    /// To the tick. Reactive.
    pub fn get(self) -> i64 {
        self.0.get()
    }

    /// To the minute: what shows hours and minutes need not be made anew more often. Reactive.
    pub fn minutes(self) -> Memo<i64> {
        Memo::new(move |_| self.0.get() / 60_000 * 60_000)
    }
}

/// The clock of this page.
pub fn use_clock() -> Clock {
    expect_context::<Clock>()
}

/// Ms since the Unix epoch, now.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a clock of JavaScript counts whole ms"
)]
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}
