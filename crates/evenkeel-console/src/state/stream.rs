//! The server's stream of changes: one line for the whole page, taken up where it broke off, and read in gulps, so that
//! ten thousand changes cost the page a few redraws.

use std::time::Duration;

use evenkeel_api::StreamKind;
use leptos::ev;
use leptos::logging;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use super::clock::now_ms;
use super::news::{Letter, News, digest};
use crate::api;
use crate::backoff::wait_ms;

/// How long changes gather before they show.
const GULP: Duration = Duration::from_millis(120);
/// A browser has few lines to one server: a tab that nobody looks at gives its own back after this time.
const HIDDEN_FOR: Duration = Duration::from_secs(20);

/// How the line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

type Take = dyn Fn(Vec<News>);

/// The line; `Copy`, provided as context.
#[derive(Clone, Copy)]
pub struct Stream {
    pub link: RwSignal<Link>,
    line: StoredValue<Line, LocalStorage>,
    take: StoredValue<Box<Take>, LocalStorage>,
}

#[derive(Default)]
struct Line {
    open: Option<Open>,
    /// Where to go on: the number of the last change that was taken.
    after: Option<i64>,
    letters: Vec<Letter>,
    tries: u32,
    /// Counts the openings, so that an overtaken retry does nothing.
    turn: u32,
}

/// An open line; dropped, it is closed, and nothing is heard of it any more.
struct Open {
    source: EventSource,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_join: Closure<dyn FnMut(web_sys::Event)>,
    _on_break: Closure<dyn FnMut(web_sys::Event)>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

impl Stream {
    /// Provides the line, closed. `take` gets what it says, in order, already merged.
    pub fn provide(take: impl Fn(Vec<News>) + 'static) -> Self {
        let stream = Self {
            link: RwSignal::new(Link::Off),
            line: StoredValue::new_local(Line::default()),
            take: StoredValue::new_local(Box::new(take)),
        };
        let watch = document_visibility(stream);
        let online = window_event_listener(ev::online, move |_| stream.reopen());
        on_cleanup(move || {
            watch.remove();
            online.remove();
            stream.close();
        });
        provide_context(stream);
        stream
    }

    /// Listens from a position on; what was heard before and not taken yet is dropped, because it is older.
    pub fn start(self, after: i64) {
        self.line.update_value(|line| {
            line.after = Some(after);
            line.letters.clear();
            line.tries = 0;
        });
        self.open();
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
        if self.line.with_value(|line| line.after.is_some()) {
            self.open();
        }
    }

    fn open(self) {
        self.close();
        let Some(after) = self.line.with_value(|line| line.after) else {
            return;
        };
        if document().hidden() {
            self.link.set(Link::Off);
            return;
        }
        let Ok(source) = EventSource::new(&api::stream_path(after)) else {
            // A relative path is always a valid one.
            return;
        };
        if !matches!(self.link.get_untracked(), Link::Lost { .. }) {
            self.link.set(Link::Joining);
        }
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event| self.hear(&event));
        let opened = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| {
            self.line.update_value(|line| line.tries = 0);
            self.link.set(Link::Open);
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

    /// The browser joins again by itself after a broken line, not after a refusal: then it is our turn.
    fn broke_off(self) {
        self.link.update(|link| {
            if !matches!(link, Link::Lost { .. }) {
                *link = Link::Lost { since: now_ms() };
            }
        });
        let refused = self.line.with_value(|line| {
            let state = line.open.as_ref().map(|open| open.source.ready_state());
            state == Some(EventSource::CLOSED)
        });
        if !refused {
            return;
        }
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
        let letter = Letter {
            kind: event.type_(),
            data,
            seq: event.last_event_id().parse().ok(),
        };
        let first = self
            .line
            .try_update_value(|line| {
                line.letters.push(letter);
                line.letters.len() == 1
            })
            .unwrap_or_default();
        if first {
            set_timeout(move || self.gulp(), GULP);
        }
    }

    fn gulp(self) {
        let letters = self.line.try_update_value(|line| {
            let letters = std::mem::take(&mut line.letters);
            if let Some(seq) = letters.iter().rev().find_map(|letter| letter.seq) {
                line.after = Some(seq);
            }
            letters
        });
        let (news, unread) = digest(letters.unwrap_or_default());
        for what in unread {
            logging::warn!("the stream said what cannot be read: {what}");
        }
        if !news.is_empty() {
            self.take.with_value(|take| take(news));
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
            if stream.link.get_untracked() == Link::Off {
                stream.reopen();
            }
            return;
        }
        let mine = turn.get_value();
        set_timeout(
            move || {
                if turn.try_get_value() == Some(mine) && document().hidden() {
                    stream.close();
                    stream.link.set(Link::Off);
                }
            },
            HIDDEN_FOR,
        );
    })
}

/// The stream of this page.
pub fn use_stream() -> Stream {
    expect_context::<Stream>()
}
