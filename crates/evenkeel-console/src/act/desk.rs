//! Where a review lies, whatever page is shown, and the way of its batches to the server.

use std::collections::HashSet;
use std::sync::Arc;

use evenkeel::{Batch, Event, Rules, Timestamp};
use evenkeel_api::AccountView;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::choices::Choices;
use super::delivery::{self, deliver};
use super::outbox::{Order, Slip, fresh_key};
use super::session::{Job, Session, Touched};
use crate::routes;
use crate::state::batches::{Batches, use_batches};
use crate::state::clock::now_ms;
use crate::state::events::{Events, use_events};
use crate::state::plan::Plan;
use crate::state::selection::{Selection, use_selection};
use crate::state::table::EventKey;

type Navigate = dyn Fn(&str, NavigateOptions) + Send + Sync;

/// The desk of this page; `Copy`, provided as context. Needs the router.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The review that the sheet shows.
    pub current: RwSignal<Option<Session>>,
    pub open: RwSignal<bool>,
    events: Events,
    batches: Batches,
    selection: Selection,
    go: StoredValue<Box<Navigate>>,
    last_id: StoredValue<u32>,
}

impl Desk {
    pub fn provide() -> Self {
        let go = use_navigate();
        let desk = Self {
            current: RwSignal::new(None),
            open: RwSignal::new(false),
            events: use_events(),
            batches: use_batches(),
            selection: use_selection(),
            go: StoredValue::new(Box::new(move |path: &str, options: NavigateOptions| {
                go(path, options);
            })),
            last_id: StoredValue::new(0),
        };
        provide_context(desk);
        desk
    }

    /// Lays a selection on the desk and opens the sheet.
    pub fn begin(self, plan: Plan) {
        let id = self.last_id.get_value() + 1;
        self.last_id.set_value(id);
        self.current
            .set(Some(Session::new(id, plan, |id| self.account(id))));
        self.open.set(true);
    }

    /// What events can do now, those left out that are in a batch.
    pub fn plan(self, events: Vec<Arc<Event>>) -> Plan {
        self.events
            .table
            .with_untracked(|table| Plan::of(table.choose(events)))
    }

    /// The sheet was closed: what was typed and not handed in does not outlive it.
    pub fn clear(self) {
        let Some(session) = self.current.get_untracked() else {
            return;
        };
        self.current.set(None);
        for job in session.jobs.iter() {
            job.choices.update(|choices| choices.password = None);
        }
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

    pub fn account(self, id: &str) -> Option<AccountView> {
        self.events.account(id)
    }

    /// Hands a batch in, if nothing is to settle any more; however often this is called, once.
    pub fn submit(self, job: &Job) {
        if !untrack(|| job.is_open()) {
            return;
        }
        job.touched.set(Touched::ALL);
        let choices = job.choices.get_untracked();
        let events = untrack(|| self.events_now(&choices));
        let rules = Rules {
            now: Timestamp::from_millis(now_ms()),
            events: &events,
        };
        if Batch::parse(choices.provider, &choices.draft(), &rules).is_err() {
            return;
        }
        let slip = Slip {
            key: fresh_key(),
            order: Order::New(choices.order()),
            account: choices.account.clone(),
            action: choices.action,
            count: choices.count(),
            with_password: choices.password.is_some(),
            at: now_ms(),
        };
        job.key.set(slip.key.clone());
        let job = job.clone();
        spawn_local(async move {
            let taken = deliver(slip, choices.password.clone(), job.handing.clone()).await;
            let Some(batch) = taken else { return };
            job.choices.update(|choices| choices.password = None);
            self.batches.hear(vec![batch.summary.clone()]);
            self.unselect(&choices);
            self.go_on(&job, &batch.summary.id);
        });
    }

    /// Nobody waits for the answer any more.
    pub fn leave(job: &Job) {
        delivery::leave(&job.key.get_untracked(), &job.handing);
    }

    /// A review of one batch has done its work: from here on its own page shows it.
    fn go_on(self, job: &Job, id: &str) {
        let alone = self.current.with_untracked(|current| {
            current
                .as_ref()
                .is_some_and(|session| session.jobs.len() == 1 && session.jobs.first() == Some(job))
        });
        if alone {
            self.go(&routes::batch(id));
        }
    }

    /// Closes the sheet and shows a page.
    pub fn go(self, path: &str) {
        self.open.set(false);
        self.go
            .with_value(|go| go(path, NavigateOptions::default()));
    }

    /// What the server has taken is done with; the rest stays selected.
    fn unselect(self, choices: &Choices) {
        let taken: HashSet<EventKey> = choices.included().map(|(_, item)| item.key()).collect();
        let selected = untrack(|| self.selection.events(self.events));
        let left: Vec<EventKey> = selected
            .iter()
            .map(|event| EventKey::of(event))
            .filter(|key| !taken.contains(key))
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
