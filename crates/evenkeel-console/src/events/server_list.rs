//! The list as the server has it: what the page shows while its own table has not everything, or never will.
//!
//! The rows stand in the table's slots like all others, so that they are selected, opened and reviewed like them.

mod answer;
mod question;

use std::time::Duration;

use evenkeel_api::EventPage;
use evenkeel_table::RowId;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::AbortController;

use super::filter::{Filter, Tab};
use super::store::{Events, PageRound};
use crate::api::{self, ApiError, ShownFailure};
use crate::backoff::wait_ms;

pub use answer::Answer;
pub use question::{Question, order};

/// Rows of a page.
const PAGE: usize = 200;
/// As many as one answer of the server may have: so many are read again by themselves when something has changed.
const READ_AGAIN: usize = 1_000;
/// Further down nobody scrolls, and a browser's page ends somewhere.
pub const MOST_ROWS: usize = 50_000;
/// Typing asks once, not with each key; and what is here in a moment is not asked for.
const SETTLE: Duration = Duration::from_millis(200);
/// Changes come in swarms.
const NEWS: Duration = Duration::from_secs(4);

/// Where the rows of the list come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Table,
    /// Until the table has everything.
    ServerMeanwhile,
    /// There is more than the page keeps.
    Server,
}

impl Source {
    /// What a filter is answered by. Reactive.
    pub fn of(events: Events, filter: &Filter) -> Self {
        if events.is_beyond(filter.past) {
            return Self::Server;
        }
        if events.is_kept_whole(filter.past) || is_arriving(filter) {
            Self::Table
        } else {
            Self::ServerMeanwhile
        }
    }
}

/// Whether what comes first is the beginning of what a filter asks for, and enough of it.
fn is_arriving(filter: &Filter) -> bool {
    let first = [None, Some(Tab::Decide)].map(|tab| Filter {
        tab,
        past: filter.past,
        ..Filter::default()
    });
    first.contains(filter)
}

/// What is asked of the server now.
#[derive(Clone, Debug, PartialEq)]
pub enum Asking {
    Nothing,
    /// The rows of a question.
    Rows,
    /// Those after the rows that are here.
    More,
    /// It is tried again by itself.
    Failed(ShownFailure),
}

/// The server's list; `Copy`.
#[derive(Clone, Copy)]
pub struct ServerList {
    events: Events,
    pub answer: RwSignal<Option<Answer>>,
    pub asking: RwSignal<Asking>,
    /// Counts the questions that were answered.
    pub answered: RwSignal<u32>,
    /// The rows that came last after others.
    pub appended: RwSignal<Vec<RowId>>,
    /// What was asked last.
    asked: StoredValue<Option<Question>>,
    /// Counts what was asked: an answer to something else than the last is dropped.
    turn: StoredValue<u32>,
    open: StoredValue<Option<AbortController>, LocalStorage>,
    timer: StoredValue<Option<TimeoutHandle>>,
    news: StoredValue<Option<TimeoutHandle>>,
}

impl ServerList {
    /// Follows what the list is to show.
    pub fn new(events: Events, source: Memo<Source>, filter: RwSignal<Filter>) -> Self {
        let list = Self {
            events,
            answer: RwSignal::new(None),
            asking: RwSignal::new(Asking::Nothing),
            answered: RwSignal::new(0),
            appended: RwSignal::new(Vec::new()),
            asked: StoredValue::new(None),
            turn: StoredValue::new(0),
            open: StoredValue::new_local(None),
            timer: StoredValue::new(None),
            news: StoredValue::new(None),
        };
        Effect::new(move |_| match source.get() {
            Source::Table => list.stop(),
            Source::ServerMeanwhile | Source::Server => {
                let question = filter.with(Question::of);
                let is_first = list.asked.with_value(Option::is_none);
                if list
                    .asked
                    .with_value(|asked| asked.as_ref() != Some(&question))
                {
                    let is_urgent = is_first && source.get_untracked() == Source::Server;
                    list.ask_after(question, if is_urgent { Duration::ZERO } else { SETTLE });
                }
            }
        });
        Effect::new(move |before: Option<u32>| {
            let news = events.news.get();
            if before.is_some_and(|before| before != news) {
                list.read_again_later();
            }
            news
        });
        list
    }

    /// Whether what is here answers what the filter says. Reactive.
    pub fn is_fresh(self, filter: &Filter) -> bool {
        let question = Question::of(filter);
        let answers =
            |answer: &Option<Answer>| answer.as_ref().is_some_and(|it| it.question == question);
        self.answer.with(answers)
    }

    /// Nobody looks at it any more.
    fn stop(self) {
        if self.asked.with_value(Option::is_some) {
            self.begin();
            self.asked.set_value(None);
            self.asking.set(Asking::Nothing);
            self.answer.set(None);
        }
    }

    /// From here on every answer that is on its way is one to an older question.
    fn begin(self) -> u32 {
        if let Some(handle) = self.timer.try_update_value(Option::take).flatten() {
            handle.clear();
        }
        if let Some(open) = self.open.try_update_value(Option::take).flatten() {
            open.abort();
        }
        self.turn
            .try_update_value(|turn| {
                *turn += 1;
                *turn
            })
            .unwrap_or_default()
    }

    fn is_idle(self) -> bool {
        self.asking
            .with_untracked(|asking| *asking == Asking::Nothing)
    }

    fn is_overtaken(self, turn: u32) -> bool {
        self.turn.try_get_value() != Some(turn)
    }

    fn ask_after(self, question: Question, pause: Duration) {
        let turn = self.begin();
        self.asked.set_value(Some(question.clone()));
        self.asking.set(Asking::Rows);
        let ask = move || spawn_local(self.ask(turn, question));
        self.timer
            .set_value(set_timeout_with_handle(ask, pause).ok());
    }

    /// Asks the same once more, from the beginning.
    pub fn ask_again(self) {
        if let Some(asked) = self.asked.get_value() {
            self.ask_after(asked, Duration::ZERO);
        }
    }

    /// Until it is answered, or something else is asked.
    async fn ask(self, turn: u32, question: Question) {
        if question.query.is_none() {
            self.show(Answer {
                question,
                ..Answer::default()
            });
            return;
        }
        let mut tries = 0;
        loop {
            let round = PageRound::begin(self.events);
            let page = self.page(&question, PAGE, None).await;
            if self.is_overtaken(turn) {
                return;
            }
            match page {
                Ok(page) => {
                    self.show(Self::answered_by(round, question, page));
                    return;
                }
                Err(problem) => self.asking.set(Asking::Failed(problem.into())),
            }
            tries += 1;
            let ms = wait_ms(tries, js_sys::Math::random());
            TimeoutFuture::new(u32::try_from(ms).unwrap_or(u32::MAX)).await;
            if self.is_overtaken(turn) {
                return;
            }
        }
    }

    fn answered_by(round: PageRound, question: Question, page: EventPage) -> Answer {
        let mut answer = Answer {
            question,
            total: usize::try_from(page.total).unwrap_or(usize::MAX),
            facets: page.facets.unwrap_or_default(),
            next: page.next,
            ..Answer::default()
        };
        answer.push(round.take(&page.events));
        answer
    }

    fn show(self, answer: Answer) {
        self.answer.set(Some(answer));
        self.asking.set(Asking::Nothing);
        self.answered.update(|count| *count += 1);
    }

    async fn page(
        self,
        question: &Question,
        limit: usize,
        cursor: Option<String>,
    ) -> Result<EventPage, ApiError> {
        let controller =
            AbortController::new().map_err(|error| ApiError::Silent(format!("{error:?}")))?;
        self.open.try_set_value(Some(controller.clone()));
        let mut query = question.query.clone().unwrap_or_default();
        query.push(("limit", limit.to_string()));
        query.push(match cursor {
            Some(cursor) => ("cursor", cursor),
            None => ("facets", "true".to_owned()),
        });
        api::event_page(query, controller).await
    }

    /// Reads the page after the last one, if there is one and somebody comes near it.
    pub fn more(self) {
        let next = self.answer.with_untracked(|answer| {
            let answer = answer.as_ref()?;
            let is_asked = self
                .asked
                .with_value(|asked| asked.as_ref() == Some(&answer.question));
            let next = answer
                .next
                .clone()
                .filter(|_| is_asked && answer.rows.len() < MOST_ROWS)?;
            Some((answer.question.clone(), next))
        });
        if let Some((question, cursor)) = next.filter(|_| self.is_idle()) {
            let turn = self.begin();
            self.asking.set(Asking::More);
            spawn_local(async move {
                let round = PageRound::begin(self.events);
                let page = self.page(&question, PAGE, Some(cursor)).await;
                if self.is_overtaken(turn) {
                    return;
                }
                match page {
                    Ok(page) => self.append(round, page),
                    Err(problem) => self.asking.set(Asking::Failed(problem.into())),
                }
            });
        }
    }

    fn append(self, round: PageRound, page: EventPage) {
        let rows = round.take(&page.events);
        let mut new = Vec::new();
        self.answer.update(|answer| {
            if let Some(answer) = answer {
                new = answer.push(rows);
                answer.next = page.next;
                answer.total = usize::try_from(page.total).unwrap_or(usize::MAX);
            }
        });
        self.appended.set(new);
        self.asking.set(Asking::Nothing);
    }

    /// After a failure: what was asked, once more.
    pub fn retry(self) {
        let asked = self.asked.get_value();
        let answered = self
            .answer
            .with_untracked(|answer| answer.as_ref().map(|it| it.question.clone()));
        if asked.is_some() && asked == answered {
            self.asking.set(Asking::Nothing);
            self.more();
        } else {
            self.ask_again();
        }
    }

    /// What has changed is read again a while later, or said to have changed where that are too many rows.
    fn read_again_later(self) {
        let is_waiting = self.news.try_with_value(Option::is_some);
        if is_waiting != Some(false) || self.answer.with_untracked(Option::is_none) {
            return;
        }
        let read = move || {
            self.news.set_value(None);
            self.events.count_again();
            self.read_again();
        };
        self.news
            .set_value(set_timeout_with_handle(read, NEWS).ok());
    }

    fn read_again(self) {
        let known = self.answer.with_untracked(|answer| {
            let answer = answer.as_ref()?;
            let is_asked = answer.question.query.is_some();
            is_asked.then(|| (answer.question.clone(), answer.rows.len()))
        });
        let Some((question, rows)) = known else {
            return;
        };
        if !self.is_idle() {
            self.read_again_later();
            return;
        }
        if rows > READ_AGAIN {
            self.answer.update(|answer| {
                if let Some(answer) = answer {
                    answer.is_old = true;
                }
            });
            return;
        }
        let turn = self.turn.get_value();
        spawn_local(async move {
            let round = PageRound::begin(self.events);
            let page = self.page(&question, rows.max(PAGE), None).await;
            match page {
                _ if self.is_overtaken(turn) => self.read_again_later(),
                Ok(page) => {
                    let answer = Self::answered_by(round, question, page);
                    self.answer.set(Some(answer));
                }
                // With the next change it is asked again; that the server is away is said elsewhere.
                Err(_) => {}
            }
        });
    }
}
