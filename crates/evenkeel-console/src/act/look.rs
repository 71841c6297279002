//! How the desk reads what became of events: after a run, and where an outcome is unknown.

use std::collections::BTreeMap;
use std::sync::Arc;

use evenkeel::{ErrorClass, Event, Operation, ResponseError};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk::Desk;
use super::question::questions;
use super::run::{Reading, Run};
use crate::api;
use crate::state::failure::Failure;
use crate::state::plan::Plan;
use crate::state::table::EventKey;

/// Reading the events one by one pays up to so many calls; beyond, the account is listed anew.
const MOST_QUESTIONS: usize = 8;
const MOST_PAGES: usize = 20;
const MOST_WAITS: usize = 5;

impl Desk {
    /// Brings the list up to date about these events; a failure shows at the next refresh of the account.
    pub(super) async fn look(self, account: &str, events: &[Arc<Event>]) {
        let questions = questions(events);
        if questions.len() > MOST_QUESTIONS {
            self.events.refresh_account(account);
            return;
        }
        for question in questions {
            if let Ok(found) = self.read(account, question).await {
                self.events.take(found);
            }
        }
    }

    /// Reads the state of events whose outcome nobody knows; what it says stands wherever they are shown.
    pub fn read_states(self, events: Vec<Arc<Event>>) {
        let mut accounts: BTreeMap<String, Vec<Arc<Event>>> = BTreeMap::new();
        for event in events {
            self.note(&EventKey::of(&event), &Reading::Asking);
            accounts
                .entry(event.account.clone())
                .or_default()
                .push(event);
        }
        for (account, events) in accounts {
            spawn_local(self.read_account(account, events));
        }
    }

    async fn read_account(self, account: String, events: Vec<Arc<Event>>) {
        let mut seen: Vec<Event> = Vec::new();
        let mut failure = None;
        for question in questions(&events) {
            match self.read(&account, question).await {
                Ok(found) => seen.extend(found),
                Err(why) => failure = Some(why),
            }
        }
        for event in &events {
            let key = EventKey::of(event);
            let found = seen.iter().find(|it| EventKey::of(it) == key);
            let reading = match (found, &failure) {
                (Some(now), _) => Reading::Seen(now.state.clone()),
                (None, Some(why)) => Reading::Failed(why.clone()),
                (None, None) => Reading::Gone,
            };
            if !matches!(reading, Reading::Failed(_)) {
                self.ledger.update(|ledger| ledger.read(&key));
            }
            self.note(&key, &reading);
        }
        self.events.take(seen);
    }

    /// Writes a reading down, and into every run that has the event as unknown.
    fn note(self, key: &EventKey, reading: &Reading) {
        self.readings.update(|readings| {
            readings.insert(key.clone(), reading.clone());
        });
        for session in untrack(|| self.sessions()) {
            for job in session.jobs.get_untracked() {
                let wonders = |run: &Option<Run>| run.as_ref().is_some_and(|run| run.wonders(key));
                if job.run.with_untracked(wonders) {
                    job.run.update(|run| {
                        if let Some(run) = run {
                            run.note_reading(key, reading);
                        }
                    });
                }
            }
        }
    }

    /// What those of `events` that were read, and that nothing speaks against any more, can do now. Reactive.
    pub fn reviewable(self, events: &[Arc<Event>]) -> Plan {
        let read = events.iter().filter_map(|event| {
            let key = EventKey::of(event);
            let seen = self
                .readings
                .with(|readings| matches!(readings.get(&key), Some(Reading::Seen(_))));
            self.event_now(&key).filter(|_| seen)
        });
        let plan = Plan::of(read);
        self.ledger.with(|ledger| ledger.screen(plan)).0
    }

    async fn read(self, account: &str, first: Operation) -> Result<Vec<Event>, Failure> {
        let scope = self
            .account(account)
            .map(|account| account.scope())
            .unwrap_or_default();
        let mut events = Vec::new();
        let mut question = Some(first);
        let (mut pages, mut waits) = (0, 0);
        while let Some(operation) = question.take().filter(|_| pages < MOST_PAGES) {
            let response = api::operate(account, &operation).await?;
            match operation.page(&scope, &response) {
                Ok(page) => {
                    pages += 1;
                    question = operation.next(&page).filter(|_| !page.events.is_empty());
                    events.extend(page.events);
                }
                Err(ResponseError::Refused(error))
                    if error.class == ErrorClass::Throttled && waits < MOST_WAITS =>
                {
                    waits += 1;
                    let ms = error.retry_after_ms.unwrap_or(2_000).min(30_000);
                    TimeoutFuture::new(u32::try_from(ms).unwrap_or(u32::MAX)).await;
                    question = Some(operation);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(events)
    }
}
