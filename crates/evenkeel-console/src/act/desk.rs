//! Where reviews lie and runs go on, whatever page is shown: the sheet may close and the list may move on meanwhile.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use evenkeel::{Batch, Delivery, ENS_CHUNK, Event, Operation, Rules, Timestamp};
use gloo_timers::future::TimeoutFuture;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::choices::Choices;
use super::ledger::Ledger;
use super::run::{Entry, Kind, Reading, Run};
use super::runner::{Note, Port, drive, lanes};
use super::session::{Job, Session, Touched};
use crate::api;
use crate::state::clock::now_ms;
use crate::state::events::{Events, use_events};
use crate::state::plan::Plan;
use crate::state::selection::{Selection, use_selection};
use crate::state::table::EventKey;

/// The cloud moves an event a while after it took the call.
const LOOK_AGAIN: Duration = Duration::from_secs(8);

/// The desk of this page; `Copy`, provided as context.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The review that the sheet shows.
    pub current: RwSignal<Option<Session>>,
    pub open: RwSignal<bool>,
    /// Reviews put aside while something of them runs or waits to be looked at.
    pub parked: RwSignal<Vec<Session>>,
    /// What reading the state of events with an unknown outcome gave, since they were last sent.
    pub readings: RwSignal<HashMap<EventKey, Reading>>,
    pub(super) ledger: RwSignal<Ledger>,
    pub(super) events: Events,
    selection: Selection,
    last_id: StoredValue<u32>,
}

impl Desk {
    /// Provides the desk and warns before the page is left while something runs.
    pub fn provide() -> Self {
        let desk = Self {
            current: RwSignal::new(None),
            open: RwSignal::new(false),
            parked: RwSignal::new(Vec::new()),
            readings: RwSignal::new(HashMap::new()),
            ledger: RwSignal::new(Ledger::default()),
            events: use_events(),
            selection: use_selection(),
            last_id: StoredValue::new(0),
        };
        let warning = window_event_listener(ev::beforeunload, move |event| {
            if untrack(|| desk.running()) {
                event.prevent_default();
                event.set_return_value("running");
            }
        });
        on_cleanup(move || warning.remove());
        provide_context(desk);
        desk
    }

    /// Lays a selection on the desk and opens the sheet.
    pub fn begin(self, plan: Plan) {
        let (plan, out) = self.ledger.with_untracked(|ledger| ledger.screen(plan));
        let id = self.last_id.get_value() + 1;
        self.last_id.set_value(id);
        self.park();
        self.current.set(Some(Session::new(id, &plan, out)));
        self.open.set(true);
    }

    /// Opens a review that was put aside.
    pub fn resume(self, session: Session) {
        self.park();
        self.parked
            .update(|parked| parked.retain(|other| *other != session));
        self.current.set(Some(session));
        self.open.set(true);
    }

    pub fn dismiss(self, session: &Session) {
        self.parked
            .update(|parked| parked.retain(|other| other != session));
    }

    /// What to do with the review when the sheet closes: kept while it runs or has something to look at.
    pub fn park(self) {
        let Some(session) = self.current.get_untracked() else {
            return;
        };
        self.current.set(None);
        // What was typed and not sent does not outlive the sheet.
        session.jobs.with_untracked(|jobs| {
            for job in jobs {
                job.choices.update(|choices| choices.password = None);
            }
        });
        if untrack(|| session.running() || session.unsettled()) {
            self.parked.update(|parked| parked.push(session));
        }
    }

    /// Every review there is.
    pub fn sessions(self) -> Vec<Session> {
        let mut all = self.parked.get();
        all.extend(self.current.get());
        all
    }

    pub fn running(self) -> bool {
        self.sessions().iter().any(Session::running)
    }

    /// The batch's events as the store has them now: a verdict is about the present. Reactive.
    pub fn events_now(self, choices: &Choices) -> Vec<Event> {
        choices
            .items
            .iter()
            .map(|item| {
                self.events
                    .get(&item.key())
                    .map_or_else(|| (*item.event).clone(), |it| (*it).clone())
            })
            .collect()
    }

    pub fn event_now(self, key: &EventKey) -> Option<Arc<Event>> {
        self.events.get(key)
    }

    pub fn account(self, id: &str) -> Option<api::Account> {
        self.events.account(id)
    }

    /// Sends a batch, if nothing is to settle any more. A job is sent once, however often this is called.
    pub fn submit(self, job: &Job) {
        if job.run.with_untracked(Option::is_some) {
            return;
        }
        job.touched.set(Touched::ALL);
        let mut choices = job.choices.get_untracked();
        // The list may have moved on while the sheet lay open.
        let blocked: Vec<usize> = self.ledger.with_untracked(|ledger| {
            choices
                .included()
                .filter(|(_, item)| ledger.objection(&item.event).is_some())
                .map(|(place, _)| place)
                .collect()
        });
        if !blocked.is_empty() {
            choices.set_out(&blocked, true);
            job.choices
                .update(|choices| choices.set_out(&blocked, true));
            return;
        }
        let events = untrack(|| self.events_now(&choices));
        let rules = Rules {
            now: Timestamp::from_millis(now_ms()),
            events: &events,
        };
        let Ok(checked) = Batch::parse(&choices.draft(), &rules) else {
            return;
        };
        let chunks = checked.value.chunks(ENS_CHUNK);
        let items: Vec<(usize, Arc<Event>)> = choices
            .included()
            .map(|(place, item)| (place, Arc::clone(&item.event)))
            .collect();
        self.ledger
            .update(|ledger| ledger.begin(items.iter().map(|(_, event)| event)));
        self.readings.update(|readings| {
            for (_, event) in &items {
                readings.remove(&EventKey::of(event));
            }
        });
        job.run.set(Some(Run::new(items)));
        job.choices.update(|choices| choices.password = None);
        let line = Line {
            account: choices.account.clone(),
            run: job.run.clone(),
        };
        let lanes = lanes(choices.provider);
        drop(checked);
        spawn_local(async move {
            drive(chunks, lanes, &line).await;
            self.finish(&line).await;
        });
    }

    /// No chunk begins any more; what is under way is waited for.
    pub fn stop(job: &Job) {
        job.run.update(|run| {
            if let Some(run) = run {
                run.stopping = true;
            }
        });
    }

    async fn finish(self, line: &Line) {
        line.update(|run| run.over = true);
        let entries = line.run.with_untracked(|run| {
            run.as_ref()
                .map(|run| run.entries.clone())
                .unwrap_or_default()
        });
        self.ledger
            .update(|ledger| entries.iter().for_each(|entry| ledger.settle(entry)));
        self.unselect(&entries);
        let events: Vec<Arc<Event>> = entries
            .iter()
            .filter(|entry| entry.kind() != Some(Kind::NotSent))
            .map(|entry| Arc::clone(&entry.event))
            .collect();
        self.look(&line.account, &events).await;
        TimeoutFuture::new(u32::try_from(LOOK_AGAIN.as_millis()).unwrap_or(u32::MAX)).await;
        self.look(&line.account, &events).await;
    }

    /// What the cloud took is done with; what it did not stays selected.
    fn unselect(self, entries: &[Entry]) {
        let accepted: HashSet<EventKey> = entries
            .iter()
            .filter(|entry| entry.kind() == Some(Kind::Accepted))
            .map(Entry::key)
            .collect();
        let selected = untrack(|| self.selection.events(self.events));
        let left: Vec<EventKey> = selected
            .iter()
            .map(|event| EventKey::of(event))
            .filter(|key| !accepted.contains(key))
            .collect();
        if left.len() < selected.len() {
            self.selection.replace(self.events, &left);
        }
    }
}

/// The desk of this page.
pub fn use_desk() -> Desk {
    expect_context::<Desk>()
}

/// The line to the proxy, for one run.
struct Line {
    account: String,
    run: ArcRwSignal<Option<Run>>,
}

impl Line {
    fn update(&self, change: impl FnOnce(&mut Run)) {
        self.run.update(|run| {
            if let Some(run) = run {
                change(run);
            }
        });
    }
}

impl Port for Line {
    fn now_ms(&self) -> i64 {
        now_ms()
    }

    fn chance(&self) -> f64 {
        js_sys::Math::random()
    }

    fn stopped(&self) -> bool {
        self.run
            .with_untracked(|run| run.as_ref().is_none_or(|run| run.stopping))
    }

    fn note(&self, note: Note) {
        self.update(|run| run.take(note));
    }

    async fn send(&self, operation: &Operation) -> Delivery {
        api::call(&self.account, operation).await
    }

    async fn sleep(&self, ms: u32) {
        TimeoutFuture::new(ms).await;
    }
}
