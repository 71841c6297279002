//! The time, as a signal: the only place where the console reads a clock.

use std::time::Duration;

use leptos::prelude::*;

/// The server's time in ms since the Unix epoch, moving on every [`TICK`]; `Copy`, provided as context.
#[derive(Clone, Copy)]
pub struct Clock {
    now: RwSignal<i64>,
    /// How far the server's clock is ahead of the browser's, ms.
    ahead: StoredValue<i64>,
}

const TICK: Duration = Duration::from_secs(1);
/// Less is the way of an answer, not a clock that is wrong.
const TOLERATED_MS: i64 = 2_000;

impl Clock {
    pub fn provide() -> Self {
        let clock = Self {
            now: RwSignal::new(now_ms()),
            ahead: StoredValue::new(0),
        };
        let tick = move || clock.now.set(now_ms() + clock.ahead.get_value());
        if let Ok(handle) = set_interval_with_handle(tick, TICK) {
            on_cleanup(move || handle.clear());
        }
        provide_context(clock);
        clock
    }

    /// Sets it by the server's clock, by which events and batches are judged.
    pub fn tell(self, server: i64) {
        let ahead = server - now_ms();
        self.ahead
            .set_value(if ahead.abs() > TOLERATED_MS { ahead } else { 0 });
    }

    /// To the tick. Reactive.
    pub fn get(self) -> i64 {
        self.now.get()
    }

    /// To the minute: what shows hours and minutes need not be made anew more often. Reactive.
    pub fn minutes(self) -> Memo<i64> {
        Memo::new(move |_| self.now.get() / 60_000 * 60_000)
    }
}

/// The clock of this page.
pub fn use_clock() -> Clock {
    expect_context::<Clock>()
}

/// Ms since the Unix epoch, now, by the browser's clock.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a clock of JavaScript counts whole ms"
)]
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}
