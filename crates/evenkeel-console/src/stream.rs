//! The server's stream of changes: one line for all tabs of a browser, taken up where it broke off, and read in
//! batches, so that ten thousand changes cost the page a few redraws.
//!
//! One tab has the line and tells the others (`tabs`). A tab that hears nothing of it for a while takes a line of its own;
//! one that notices a gap has what it missed loaded.

pub mod connection;
mod inbox;
mod line;
mod messages;
mod tabs;

pub use messages::StreamMessage;

use std::time::Duration;

use evenkeel_api::StreamKind;
use leptos::ev;
use leptos::logging;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use crate::api;
use crate::backoff::wait_ms;
use crate::clock::now_ms;
use inbox::Heard;
use line::{Open, StreamLine};
use messages::{RawMessage, coalesce};
use tabs::{Held, TabMessage, Tabs};

/// How long messages gather before they are flushed to the page.
const FLUSH_DELAY: Duration = Duration::from_millis(120);
/// A tab that nobody looks at leaves the line to another one after this time.
const HIDDEN_FOR: Duration = Duration::from_secs(20);
/// How often the tab that has the line says so.
const BEAT: Duration = Duration::from_secs(4);
/// How long a tab waits for a message of it before it takes a line of its own, ms.
const SILENCE_MS: i64 = 13_000;

/// How the line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// Not asked for yet, or given back while nobody looks.
    Off,
    Joining,
    Open,
    /// Broken off then (ms since the Unix epoch); it is tried again by itself.
    Lost {
        since: i64,
    },
}

/// What is done with messages, and until where in the order of changes they are all there is.
type Take = dyn Fn(Vec<StreamMessage>, Option<i64>);

/// The line; `Copy`, provided as context.
#[derive(Clone, Copy)]
pub struct Stream {
    pub link: RwSignal<Link>,
    line: StoredValue<StreamLine, LocalStorage>,
    tabs: StoredValue<Option<Tabs>, LocalStorage>,
    take: StoredValue<Box<Take>, LocalStorage>,
}

impl Stream {
    /// Provides the line, closed. `take` gets its messages, in order, already coalesced.
    pub fn provide(take: impl Fn(Vec<StreamMessage>, Option<i64>) + 'static) -> Self {
        let stream = Self {
            link: RwSignal::new(Link::Off),
            line: StoredValue::new_local(StreamLine::default()),
            tabs: StoredValue::new_local(None),
            take: StoredValue::new_local(Box::new(take)),
        };
        stream
            .tabs
            .set_value(Tabs::join(move |message| stream.receive(message)));
        let watch = document_visibility(stream);
        let online = window_event_listener(ev::online, move |_| stream.reopen());
        let beat = set_interval_with_handle(move || stream.beat(), BEAT).ok();
        on_cleanup(move || {
            watch.remove();
            online.remove();
            if let Some(beat) = beat {
                beat.clear();
            }
            stream.leave();
        });
        provide_context(stream);
        stream
    }

    /// Listens from a position on; what was heard before is older.
    pub fn start(self, after: i64) {
        let waiting = self.line.try_update_value(|line| {
            line.tries = 0;
            line.inbox.start(after);
            line.inbox.is_waiting()
        });
        if waiting == Some(true) {
            set_timeout(move || self.flush(), FLUSH_DELAY);
        }
        if self.line.with_value(|line| line.open.is_none()) {
            self.join();
        }
    }

    /// Has a line, by this tab or by another one.
    fn join(self) {
        let wanted = self
            .line
            .try_with_value(|line| line.inbox.position().is_some())
            .unwrap_or_default();
        if !wanted {
            return;
        }
        if document().hidden() {
            self.set(Link::Off);
            return;
        }
        let alone = self.tabs.with_value(Option::is_none);
        if alone || self.line.with_value(|line| line.held.is_some()) {
            self.open();
            return;
        }
        if matches!(self.link.get_untracked(), Link::Off) {
            self.link.set(Link::Joining);
        }
        self.send(&TabMessage::Hello);
        let first = self.line.try_update_value(|line| {
            line.heard_at = now_ms();
            !std::mem::replace(&mut line.queued, true)
        });
        if first == Some(true) {
            tabs::queue(move |held| self.granted(held));
        }
    }

    /// It is this tab that listens for all now; one that nobody looks at leaves it to the next.
    fn granted(self, held: Held) {
        let hidden = document().hidden();
        let kept = self.line.try_update_value(|line| {
            line.queued = false;
            if !hidden {
                line.held = Some(held);
            }
        });
        if kept.is_some() && !hidden {
            self.open();
        }
    }

    /// Gives the line back, for another tab to take up.
    fn leave(self) {
        self.close();
        drop(self.line.try_update_value(|line| line.held.take()));
    }

    fn close(self) {
        let open = self.line.try_update_value(|line| {
            line.turn += 1;
            line.open.take()
        });
        drop(open);
    }

    /// A line that may be dead without knowing it is opened anew, where one was asked for at all.
    fn reopen(self) {
        if self.line.with_value(|line| line.open.is_some()) {
            self.open();
        } else {
            self.join();
        }
    }

    fn open(self) {
        self.close();
        let Some(after) = self.line.with_value(|line| line.inbox.position()) else {
            return;
        };
        let Ok(source) = EventSource::new(&api::stream_path(after)) else {
            // A relative path is always a valid one.
            return;
        };
        if !matches!(self.link.get_untracked(), Link::Lost { .. }) {
            self.set(Link::Joining);
        }
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event| self.hear(&event));
        let opened = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| {
            self.line.update_value(|line| line.tries = 0);
            self.set(Link::Open);
        });
        let failed = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| self.broke_off());
        for kind in StreamKind::ALL {
            let listener = message.as_ref().unchecked_ref();
            // A listener on an object that lives cannot be refused.
            drop(source.add_event_listener_with_callback(kind.as_str(), listener));
        }
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onerror(Some(failed.as_ref().unchecked_ref()));
        self.line.update_value(|line| {
            line.open = Some(Open {
                source,
                _on_message: message,
                _on_join: opened,
                _on_break: failed,
            });
        });
    }

    /// Says how the line is, to this page and to the tabs that hear by it.
    fn set(self, link: Link) {
        if self.link.get_untracked() != link {
            self.link.set(link);
        }
        self.say_line();
    }

    fn say_line(self) {
        if self.line.with_value(|line| line.held.is_some()) {
            self.send(&TabMessage::Line(self.link.get_untracked()));
        }
    }

    fn send(self, message: &TabMessage) {
        self.tabs.with_value(|tabs| {
            if let Some(tabs) = tabs {
                tabs.send(message);
            }
        });
    }

    /// Says that the line is there, or notices that nobody has said so for too long.
    fn beat(self) {
        self.say_line();
        let silent = self.line.with_value(|line| {
            let waits =
                line.inbox.position().is_some() && line.open.is_none() && line.held.is_none();
            waits && now_ms() - line.heard_at > SILENCE_MS
        });
        if silent && !document().hidden() && self.tabs.with_value(Option::is_some) {
            self.open();
        }
    }

    /// Takes in what another tab says.
    fn receive(self, message: TabMessage) {
        let mine = self.line.try_with_value(|line| line.held.is_some());
        match (message, mine) {
            (TabMessage::Hello, Some(true)) => self.say_line(),
            // Two tabs of which each has the lock there are not; what comes late is of the one before.
            (TabMessage::Hello, _) | (_, Some(true) | None) => {}
            (TabMessage::Line(link), Some(false)) => {
                self.leave_to_others();
                if self.link.get_untracked() != link {
                    self.link.set(link);
                }
            }
            (TabMessage::RawMessage { message, before }, Some(false)) => {
                self.leave_to_others();
                self.keep(message, before);
            }
        }
    }

    /// Another tab listens: a line that this one took in its silence is no longer needed.
    fn leave_to_others(self) {
        let own = self.line.try_update_value(|line| {
            line.heard_at = now_ms();
            line.open.is_some()
        });
        if own == Some(true) {
            self.close();
        }
    }

    /// The browser joins again by itself after a broken line, not after a refusal: then it is our turn.
    fn broke_off(self) {
        if !matches!(self.link.get_untracked(), Link::Lost { .. }) {
            self.set(Link::Lost { since: now_ms() });
        }
        let refused = self.line.with_value(|line| {
            let state = line.open.as_ref().map(|open| open.source.ready_state());
            state == Some(EventSource::CLOSED)
        });
        if !refused {
            return;
        }
        // The browser does not say why: where a login is asked for, any call's answer does.
        spawn_local(async {
            drop(api::who().await);
        });
        let waiting = self.line.try_update_value(|line| {
            line.tries = line.tries.saturating_add(1);
            (wait_ms(line.tries, js_sys::Math::random()), line.turn)
        });
        let Some((ms, turn)) = waiting else { return };
        set_timeout(
            move || {
                if self.line.try_with_value(|line| line.turn) == Some(turn) {
                    self.open();
                }
            },
            Duration::from_millis(ms),
        );
    }

    fn hear(self, event: &MessageEvent) {
        let Some(data) = event.data().as_string() else {
            return;
        };
        let message = RawMessage {
            kind: event.type_(),
            data,
            seq: event.last_event_id().parse().ok(),
        };
        let before = self.line.with_value(|line| line.inbox.position());
        if self.line.with_value(|line| line.held.is_some()) {
            let message = message.clone();
            self.send(&TabMessage::RawMessage { message, before });
        }
        self.keep(message, before);
    }

    fn keep(self, message: RawMessage, before: Option<i64>) {
        let heard = self
            .line
            .try_update_value(|line| line.inbox.hear(message, before));
        match heard {
            Some(Heard::First) => set_timeout(move || self.flush(), FLUSH_DELAY),
            Some(Heard::Gap) => {
                logging::warn!("a part of the stream was missed: it is loaded");
                self.take
                    .with_value(|take| take(vec![StreamMessage::Reset], None));
            }
            Some(Heard::Kept | Heard::Old) | None => {}
        }
    }

    fn flush(self) {
        let messages = self.line.try_update_value(|line| line.inbox.take());
        let messages = messages.unwrap_or_default();
        let until = messages.iter().filter_map(|message| message.seq).max();
        let (messages, unread) = coalesce(messages);
        // What a reset makes idle was not told.
        let until = until.filter(|_| !messages.contains(&StreamMessage::Reset));
        for what in unread {
            logging::warn!("the stream said what cannot be read: {what}");
        }
        if !messages.is_empty() {
            self.take.with_value(|take| take(messages, until));
        }
    }
}

/// Gives the line back while the tab is hidden, and takes it up again when it is looked at.
fn document_visibility(stream: Stream) -> WindowListenerHandle {
    let turn = StoredValue::new(0_u32);
    // The event bubbles from the document to its window.
    window_event_listener(ev::visibilitychange, move |_| {
        turn.update_value(|turn| *turn += 1);
        if !document().hidden() {
            if stream.line.with_value(|line| line.open.is_none()) {
                stream.join();
            }
            return;
        }
        let mine = turn.get_value();
        set_timeout(
            move || {
                let is_hidden = turn.try_get_value() == Some(mine) && document().hidden();
                if is_hidden && stream.line.with_value(|line| line.open.is_some()) {
                    stream.leave();
                    stream.link.set(Link::Off);
                }
            },
            HIDDEN_FOR,
        );
    })
}
