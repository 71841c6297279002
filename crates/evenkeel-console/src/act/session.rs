//! One review: the batches that a selection became, each with its choices and how handing it in goes.

use std::sync::Arc;

use evenkeel_api::AccountView;
use leptos::prelude::*;

use super::choices::Choices;
use super::delivery::Handing;
use crate::state::plan::{LeftOut, Plan};

/// One batch on the desk. Signals are counted, because a job outlives the sheet that shows it.
#[derive(Clone)]
pub struct Job {
    pub choices: ArcRwSignal<Choices>,
    /// The fields a person has touched, or all: what is missing is told there.
    pub touched: ArcRwSignal<Touched>,
    pub handing: ArcRwSignal<Handing>,
    /// The key under which it was handed in.
    pub key: ArcRwSignal<String>,
}

/// Which fields a person has touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    pub when: bool,
    pub policy: bool,
    pub confirm: bool,
}

impl Touched {
    pub const ALL: Self = Self {
        when: true,
        policy: true,
        confirm: true,
    };
}

impl PartialEq for Job {
    fn eq(&self, other: &Self) -> bool {
        self.choices == other.choices
    }
}

impl Job {
    pub fn new(choices: Choices) -> Self {
        Self {
            choices: ArcRwSignal::new(choices),
            touched: ArcRwSignal::new(Touched::default()),
            handing: ArcRwSignal::new(Handing::default()),
            key: ArcRwSignal::new(String::new()),
        }
    }

    /// Whether its answer is waited for. Reactive.
    pub fn asking(&self) -> bool {
        self.handing.with(Handing::is_asking)
    }

    /// Whether a person still has to do something about it. Reactive.
    pub fn is_open(&self) -> bool {
        self.handing
            .with(|handing| matches!(handing, Handing::Open | Handing::Refused(_)))
    }
}

/// The batches of one review, walked through one at a time.
#[derive(Clone)]
pub struct Session {
    pub id: u32,
    pub jobs: Arc<Vec<Job>>,
    pub place: ArcRwSignal<usize>,
    pub out: Arc<Vec<LeftOut>>,
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Session {
    pub fn new(id: u32, plan: Plan, account: impl Fn(&str) -> Option<AccountView>) -> Self {
        let job = |group| {
            let mut choices = Choices::of(group);
            if let Some(account) = account(&choices.account) {
                choices.items_per_call = account.items_per_call;
            }
            Job::new(choices)
        };
        let jobs = plan.groups.iter().map(job).collect();
        Self {
            id,
            jobs: Arc::new(jobs),
            place: ArcRwSignal::new(0),
            out: Arc::new(plan.left_out),
        }
    }

    /// The job that is shown. Reactive.
    pub fn job(&self) -> Option<Job> {
        self.jobs.get(self.place.get()).cloned()
    }

    /// The next job after the one that is shown that still waits for a person. Reactive.
    pub fn next_open(&self) -> Option<usize> {
        let count = self.jobs.len();
        let here = self.place.get();
        (1..count)
            .map(|step| (here + step) % count)
            .find(|place| self.jobs.get(*place).is_some_and(Job::is_open))
    }
}
