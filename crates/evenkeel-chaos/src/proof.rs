//! The proofs, each a number of runs in testbeds of their own.

pub(crate) mod clock_steps;
pub(crate) mod failpoints;
pub(crate) mod faults;
pub(crate) mod held;
pub(crate) mod instances;
pub(crate) mod large;
pub(crate) mod names;
pub(crate) mod random_kills;
pub(crate) mod restored;
pub(crate) mod several;
pub(crate) mod stale;
pub(crate) mod trouble;

use std::future::Future;

use anyhow::Result;
use evenkeel_testdb::DatabaseKind;
use futures::{StreamExt as _, stream};

use crate::report::{Outcome, Report};

/// Most of a run is waiting: for disks, for leases, for time to pass.
const SIDE_BY_SIDE: usize = 6;

/// After so many runs a line says how far a proof is.
const PROGRESS: u64 = 25;

/// How much of everything is done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    /// As much as it takes, or what a minute or two allow.
    pub(crate) full: bool,
    /// Another seed, other moments.
    pub(crate) seed: u64,
}

impl Extent {
    /// One of two numbers.
    pub(crate) fn of(self, full: u64, short: u64) -> u64 {
        if self.full { full } else { short }
    }
}

/// Runs in parallel, each with its name.
pub(crate) async fn runs<F>(
    proof: &'static str,
    store: DatabaseKind,
    runs: impl IntoIterator<Item = (String, F)>,
) -> Report
where
    F: Future<Output = Result<Outcome>>,
{
    let mut report = Report::new(proof, store);
    let runs = runs
        .into_iter()
        .map(|(name, run)| async move { (name, run.await) });
    let mut results = stream::iter(runs).buffer_unordered(SIDE_BY_SIDE);
    while let Some((name, result)) = results.next().await {
        report.add(&name, result);
        if report.runs.is_multiple_of(PROGRESS) {
            eprintln!("    {proof} on {store}: {} runs done", report.runs);
        }
    }
    report
}
