//! One review: the batches that a selection became, each with its choices and its run.

use std::sync::Arc;

use leptos::prelude::*;

use super::choices::{Choices, Item};
use super::ledger::Out;
use super::run::Run;
use crate::state::plan::Plan;
use crate::state::table::EventKey;

/// One batch on the desk. Signals are counted, because a job outlives the sheet that shows it.
#[derive(Clone)]
pub struct Job {
    pub choices: ArcRwSignal<Choices>,
    /// The fields a person has touched, or all: what is missing is told there.
    pub touched: ArcRwSignal<Touched>,
    pub run: ArcRwSignal<Option<Run>>,
    /// Where in the session the retry of this job is: it is made once.
    pub retry: ArcRwSignal<Option<usize>>,
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
            run: ArcRwSignal::new(None),
            retry: ArcRwSignal::new(None),
        }
    }

    pub fn running(&self) -> bool {
        self.run
            .with(|run| run.as_ref().is_some_and(|run| !run.over))
    }
}

/// The batches of one review, walked through one at a time.
#[derive(Clone)]
pub struct Session {
    pub id: u32,
    pub jobs: ArcRwSignal<Vec<Job>>,
    pub place: ArcRwSignal<usize>,
    pub out: Arc<Vec<Out>>,
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Session {
    pub fn new(id: u32, plan: &Plan, out: Vec<Out>) -> Self {
        let jobs = plan
            .groups
            .iter()
            .map(|group| Job::new(Choices::of(group)))
            .collect();
        Self {
            id,
            jobs: ArcRwSignal::new(jobs),
            place: ArcRwSignal::new(0),
            out: Arc::new(out),
        }
    }

    /// More batches, after those there are; the sheet goes to the first of them.
    pub fn add(&self, plan: &Plan) {
        let mut place = 0;
        self.jobs.update(|jobs| {
            place = jobs.len();
            jobs.extend(plan.groups.iter().map(|group| Job::new(Choices::of(group))));
        });
        self.place.set(place);
    }

    /// Whether an event is part of one of its batches.
    pub fn holds(&self, key: &EventKey) -> bool {
        self.jobs.with(|jobs| {
            jobs.iter().any(|job| {
                job.choices
                    .with(|choices| choices.items.iter().any(|item| item.key() == *key))
            })
        })
    }

    pub fn job(&self) -> Option<Job> {
        let place = self.place.get();
        self.jobs.with(|jobs| jobs.get(place).cloned())
    }

    pub fn running(&self) -> bool {
        self.jobs.with(|jobs| jobs.iter().any(Job::running))
    }

    /// Whether an outcome is left that a person has to look at.
    pub fn unsettled(&self) -> bool {
        self.jobs.with(|jobs| {
            jobs.iter().any(|job| {
                let retried = job.retry.with(Option::is_some);
                job.run.with(|run| {
                    run.as_ref().is_some_and(|run| {
                        !run.open_questions().is_empty()
                            || (!retried && !run.retryable().is_empty())
                    })
                })
            })
        })
    }

    /// A new batch of what was rejected or not sent, once; the sheet goes to it.
    pub fn retry(&self, job: &Job) {
        let place = job.retry.get_untracked().unwrap_or_else(|| {
            let choices = job.choices.get_untracked();
            let places: Vec<usize> = job.run.with_untracked(|run| {
                run.iter()
                    .flat_map(Run::retryable)
                    .map(|entry| entry.place)
                    .collect()
            });
            let items: Vec<Item> = places
                .iter()
                .filter_map(|&place| choices.items.get(place).cloned())
                .collect();
            let mut place = 0;
            self.jobs.update(|jobs| {
                place = jobs.len();
                jobs.push(Job::new(choices.again(items)));
            });
            job.retry.set(Some(place));
            place
        });
        self.place.set(place);
    }
}
