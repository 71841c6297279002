//! Whether the server is there: what every page has to know before it lets a person believe what it shows.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Link, Stream};
use crate::api;
use crate::clock::Clock;

/// A line that is back so soon is nobody's business, ms.
const PATIENCE_MS: i64 = 5_000;
/// How often a silent server is asked.
const ASK: Duration = Duration::from_secs(5);

/// How the server is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// What is shown is what is.
    Live,
    /// It answers, but tells nothing by itself; since then (ms since the Unix epoch).
    Silent { since: i64 },
    /// It does not answer; since then (ms since the Unix epoch), where that is known.
    Offline { since: Option<i64> },
}

/// Pure: what is known of the line, the last loading, and the last time somebody asked.
fn judge(link: Link, unreachable: bool, answers: Option<bool>, now: i64) -> Reach {
    match link {
        Link::Lost { since } if now - since > PATIENCE_MS => {
            // Where nobody has asked yet, what is certain is that nothing is told.
            if answers.map_or(unreachable, |answers| !answers) {
                Reach::Offline { since: Some(since) }
            } else {
                Reach::Silent { since }
            }
        }
        Link::Lost { .. } | Link::Off | Link::Joining | Link::Open if unreachable => {
            Reach::Offline { since: None }
        }
        Link::Lost { .. } | Link::Off | Link::Joining | Link::Open => Reach::Live,
    }
}

/// The connection; `Copy`, provided as context.
#[derive(Clone, Copy)]
pub struct Connection {
    reach: Memo<Reach>,
    lost: Memo<bool>,
    /// Counts how often the server came back: what failed meanwhile is then asked again, and no longer told.
    pub back: RwSignal<u32>,
}

impl Connection {
    /// `unreachable`: the last loading did not reach the server.
    pub fn provide(unreachable: Memo<bool>, stream: Stream, clock: Clock) -> Self {
        let answers = RwSignal::new(None::<bool>);
        let reach = Memo::new(move |_| {
            judge(
                stream.link.get(),
                unreachable.get(),
                answers.get(),
                clock.get(),
            )
        });
        let lost = Memo::new(move |_| matches!(stream.link.get(), Link::Lost { .. }));
        let ask = move || {
            if lost.get_untracked() {
                spawn_local(async move {
                    let is_there = api::is_there().await;
                    answers.try_set(lost.get_untracked().then_some(is_there));
                });
            }
        };
        Effect::new(move |_| {
            if lost.get() {
                ask();
            } else {
                answers.set(None);
            }
        });
        if let Ok(handle) = set_interval_with_handle(ask, ASK) {
            on_cleanup(move || handle.clear());
        }
        let back = RwSignal::new(0);
        Effect::new(move |before: Option<bool>| {
            let live = reach.get() == Reach::Live;
            if live && before == Some(false) {
                back.update(|count| *count += 1);
            }
            live
        });
        let connection = Self { reach, lost, back };
        provide_context(connection);
        connection
    }

    /// What failed is no longer told once the server is back; for the owner of `failure`.
    pub fn forgive<T: Send + Sync + 'static>(self, failure: RwSignal<Option<T>>) {
        Effect::new(move |before: Option<u32>| {
            let back = self.back.get();
            if before.is_some_and(|before| before != back) {
                failure.set(None);
            }
            back
        });
    }

    /// Reactive.
    pub fn reach(self) -> Reach {
        self.reach.get()
    }

    /// Whether the stream is broken off. Reactive.
    pub fn is_lost(self) -> bool {
        self.lost.get()
    }

    /// Reactive.
    pub fn is_offline(self) -> bool {
        matches!(self.reach.get(), Reach::Offline { .. })
    }
}

/// The connection of this page.
pub fn use_connection() -> Connection {
    expect_context::<Connection>()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOST: Link = Link::Lost { since: 1_000 };

    #[test]
    fn a_line_that_is_soon_back_is_nobodys_business() {
        assert_eq!(judge(LOST, false, None, 5_000), Reach::Live);
        assert_eq!(judge(LOST, false, Some(false), 5_000), Reach::Live);
    }

    #[test]
    fn a_server_that_does_not_answer_is_offline_and_one_that_does_is_silent() {
        let offline = Reach::Offline { since: Some(1_000) };
        assert_eq!(judge(LOST, false, Some(false), 9_000), offline);
        let silent = Reach::Silent { since: 1_000 };
        assert_eq!(judge(LOST, false, Some(true), 9_000), silent);
        assert_eq!(judge(LOST, false, None, 9_000), silent);
    }

    #[test]
    fn a_page_that_could_load_nothing_is_offline_at_once() {
        let offline = Reach::Offline { since: None };
        assert_eq!(judge(Link::Off, true, None, 0), offline);
        assert_eq!(judge(Link::Open, false, None, 0), Reach::Live);
    }
}
