//! What the parts of the form work on: one job's choices, the core's verdict on them, and what is typed to confirm.

use evenkeel::{Batch, Checked, Rules, Timestamp};
use leptos::prelude::*;

use super::choices::Choices;
use super::desk::Desk;
use super::finding::{Field, Finding, gather};
use super::session::{Job, Touched};
use crate::state::clock::use_clock;
use crate::state::prefs::{Zone, use_prefs};

/// The core's word on a draft.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    pub findings: Vec<Finding>,
    /// How many items each call would have.
    pub calls: Vec<usize>,
}

impl Verdict {
    fn of(choices: &Choices, rules: &Rules<'_>) -> Self {
        let places: Vec<usize> = choices.included().map(|(place, _)| place).collect();
        match Batch::parse(choices.provider, &choices.draft(), rules) {
            Ok(Checked { value, issues }) => Self {
                findings: gather(&issues, &places),
                calls: value
                    .chunks(choices.items_per_call)
                    .iter()
                    .map(|chunk| chunk.items.len())
                    .collect(),
            },
            Err(report) => Self {
                findings: gather(&report.issues, &places),
                calls: Vec::new(),
            },
        }
    }

    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_error())
    }
}

/// A number as people type it.
fn number(text: &str) -> Option<usize> {
    text.trim().replace(',', "").parse().ok()
}

/// `Copy`, for the views of one job.
#[derive(Clone, Copy)]
pub struct Bench {
    pub desk: Desk,
    pub job: StoredValue<Job>,
    pub choices: RwSignal<Choices>,
    pub touched: RwSignal<Touched>,
    pub verdict: Memo<Verdict>,
    /// The number that a person types to confirm a loss of data, or an outage at once.
    pub typed: RwSignal<String>,
    /// Which items the list shows: all, or those that a finding is about.
    pub only: RwSignal<Option<Vec<usize>>>,
    pub items_open: RwSignal<bool>,
    pub zone: RwSignal<Zone>,
}

impl Bench {
    pub fn new(desk: Desk, job: &Job) -> Self {
        let clock = use_clock();
        let choices = RwSignal::from(job.choices.clone());
        let now_events = Memo::new(move |_| choices.with(|choices| desk.events_now(choices)));
        let verdict = Memo::new(move |_| {
            now_events.with(|events| {
                let rules = Rules {
                    now: Timestamp::from_millis(clock.get()),
                    events,
                };
                choices.with(|choices| Verdict::of(choices, &rules))
            })
        });
        Self {
            desk,
            job: StoredValue::new(job.clone()),
            choices,
            touched: RwSignal::from(job.touched.clone()),
            verdict,
            typed: RwSignal::new(String::new()),
            only: RwSignal::new(None),
            items_open: RwSignal::new(false),
            zone: use_prefs().zone,
        }
    }

    /// The findings to show at a field: what is only missing waits until the field was touched.
    pub fn shown(self, field: Field) -> Vec<Finding> {
        let touched = self.touched.get();
        let told = match field {
            Field::When => touched.when,
            Field::Policy => touched.policy,
            Field::Password | Field::Items => true,
        };
        self.verdict.with(|verdict| {
            verdict
                .findings
                .iter()
                .filter(|finding| finding.field == field && (told || !finding.is_missing()))
                // The box of what is at stake says it for the whole batch.
                .filter(|finding| field != Field::Items || finding.issue.code() != "loses_data")
                .cloned()
                .collect()
        })
    }

    /// Whether a field is wrong, as far as it shows.
    pub fn invalid(self, field: Field) -> bool {
        self.shown(field).iter().any(Finding::is_error)
    }

    /// Whether the number to confirm stands there, or none is asked for.
    pub fn confirmed(self) -> bool {
        let count = self.choices.with(Choices::risk).count;
        count == 0 || self.typed.with(|typed| number(typed) == Some(count))
    }

    /// How many things a person has to settle before the batch can go.
    pub fn to_settle(self) -> usize {
        self.verdict.with(|verdict| verdict.errors().count()) + usize::from(!self.confirmed())
    }

    pub fn submit(self) {
        if self.to_settle() == 0 {
            self.job.with_value(|job| self.desk.submit(job));
        } else {
            self.touched.set(Touched::ALL);
        }
    }

    pub fn show_items(self, places: Option<Vec<usize>>) {
        self.only.set(places);
        self.items_open.set(true);
    }
}
