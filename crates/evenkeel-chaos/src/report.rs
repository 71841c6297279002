//! What was proved, in counts.

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, Instant},
};

use evenkeel_api::ItemState;
use evenkeel_testdb::DatabaseKind;

use crate::judge::Findings;

/// The counts of one proof on one store.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) proof: &'static str,
    pub(crate) store: DatabaseKind,
    start: Instant,
    took: Duration,
    pub(crate) runs: u64,
    pub(crate) kills: u64,
    pub(crate) stops: u64,
    acts: u64,
    retried: u64,
    resends: u64,
    let_go: u64,
    ends: BTreeMap<ItemState, u64>,
    /// What is worth a line besides the counts.
    pub(crate) notes: Vec<String>,
    /// What does not hold.
    pub(crate) wrong: Vec<String>,
}

impl Report {
    pub(crate) fn new(proof: &'static str, store: DatabaseKind) -> Self {
        Self {
            proof,
            store,
            start: Instant::now(),
            took: Duration::ZERO,
            runs: 0,
            kills: 0,
            stops: 0,
            acts: 0,
            retried: 0,
            resends: 0,
            let_go: 0,
            ends: BTreeMap::new(),
            notes: Vec::new(),
            wrong: Vec::new(),
        }
    }

    /// Adds a run: what was found, or why it came to no end.
    pub(crate) fn add(&mut self, run: &str, result: anyhow::Result<Outcome>) {
        self.took = self.start.elapsed();
        self.runs += 1;
        match result {
            Ok(outcome) => {
                self.kills += outcome.kills;
                self.stops += outcome.stops;
                self.acts += outcome.findings.acts;
                self.retried += outcome.findings.retried;
                self.resends += outcome.findings.resends;
                self.let_go += outcome.findings.let_go;
                for (state, count) in outcome.findings.ends {
                    *self.ends.entry(state).or_default() += count;
                }
                let wrong = outcome.findings.wrong.into_iter();
                self.wrong
                    .extend(wrong.map(|wrong| format!("{run}: {wrong}")));
            }
            Err(error) => self.wrong.push(format!("{run}: {error:#}")),
        }
    }
}

/// What one run did, and what was found then.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) kills: u64,
    pub(crate) stops: u64,
    pub(crate) findings: Findings,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} on {}: {} runs, {} kills, {} stops; {} orders reached the clouds, {} of them again by the \
             rule; {} items took more than one call; a person let {} held batches go on; they ended as",
            self.proof,
            self.store,
            self.runs,
            self.kills,
            self.stops,
            self.acts,
            self.resends,
            self.retried,
            self.let_go,
        )?;
        for (state, count) in &self.ends {
            write!(f, " {count} {state}")?;
        }
        write!(f, "; {:.1} s", self.took.as_secs_f64())?;
        for note in &self.notes {
            write!(f, "\n    {note}")?;
        }
        for wrong in &self.wrong {
            write!(f, "\n    WRONG {wrong}")?;
        }
        Ok(())
    }
}
