//! A batch of 10,000 items: how long the answer takes, how long the rest, how much memory, and whether
//! the page stays live meanwhile.

use std::time::Duration;

use anyhow::{Result, bail};
use evenkeel_api::{BatchCounts, BatchList, BatchSummary, EventPage, paths};
use evenkeel_testdb::DatabaseKind;
use tokio::time::{Instant, sleep};

use super::Extent;
use crate::{
    fleet::Shape,
    report::{Outcome, Report},
    testbed::{Testbed, TestbedOptions},
};

const LIMIT: Duration = Duration::from_mins(10);

pub(crate) async fn prove(extent: Extent, store: DatabaseKind, http: &reqwest::Client) -> Report {
    let mut report = Report::new("large-batch", store);
    let count = usize::try_from(extent.of(10_000, 500)).unwrap_or(1_000);
    for (cloud, shape) in [
        (
            "ENS",
            Shape {
                redeploy: count,
                ..Shape::NONE
            },
        ),
        (
            "Huawei",
            Shape {
                accept: count,
                ..Shape::NONE
            },
        ),
    ] {
        let name = format!("{count} items of {cloud}");
        let result = run(extent.seed, store, shape, http).await;
        let result = result.map(|(outcome, note)| {
            report.notes.push(format!("{name}: {note}"));
            outcome
        });
        report.add(&name, result);
    }
    report
}

async fn run(
    seed: u64,
    store: DatabaseKind,
    shape: Shape,
    http: &reqwest::Client,
) -> Result<(Outcome, String)> {
    let mut testbed = Testbed::new(&TestbedOptions::new(seed, store, shape), http).await?;
    let proxy = testbed.up().await?;
    // The answer to the batch is to wait for the disk alone, not for the first look at the clouds.
    let begin = Instant::now();
    if !testbed.submit(&proxy).await? {
        bail!("the batch was not taken:\n{}", testbed.log());
    }
    let answered = begin.elapsed();
    let client = testbed.client(&proxy);
    let mut looks = Vec::new();
    let taken = loop {
        let look = Instant::now();
        let batches: BatchList = client.get(&paths::batches()).await?;
        let events = format!("{}?limit=100&facets=true", paths::events());
        client.get::<EventPage>(&events).await?;
        looks.push(look.elapsed());
        let Some(BatchSummary { counts, total, .. }) = batches.batches.into_iter().next() else {
            bail!("the batch is not shown");
        };
        if open(counts) == 0 {
            break total;
        }
        if begin.elapsed() > LIMIT {
            bail!(
                "{} of {total} items are still open after {LIMIT:?}",
                open(counts)
            );
        }
        sleep(Duration::from_millis(20)).await;
    };
    let took = begin.elapsed();
    let memory = proxy.peak_memory()?;
    looks.sort_unstable();
    let slow = looks
        .get(looks.len() * 95 / 100)
        .copied()
        .unwrap_or_default();
    let rate = f64::from(u32::try_from(taken)?) / took.as_secs_f64();
    let note = format!(
        "answered in {} ms, sent in {:.1} s ({rate:.0} items/s), at most {} MB, \
         a look at the batch and 100 events p95 {} ms of {} looks",
        answered.as_millis(),
        took.as_secs_f64(),
        memory / 1024,
        slow.as_millis(),
        looks.len(),
    );
    let findings = testbed.settle(&mut vec![proxy]).await?;
    let outcome = Outcome {
        findings,
        ..Outcome::default()
    };
    Ok((outcome, note))
}

fn open(counts: BatchCounts) -> u64 {
    counts.queued + counts.sending
}
