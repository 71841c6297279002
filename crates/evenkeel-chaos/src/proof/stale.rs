//! A leader that is stopped at each failpoint, replaced, and told to go on: two proxies on one
//! PostgreSQL.

use std::time::Duration;

use anyhow::Result;
use evenkeel_testdb::DatabaseKind;
use tokio::time::{Instant, sleep};

use super::{Extent, failpoints, runs};
use crate::{
    fleet::Shape,
    process::{End, Fate, Start},
    report::{Outcome, Report},
    testbed::{Testbed, TestbedOptions},
};

/// The failpoints between the intent and what it leads to.
const SHORT: [&str; 5] = [
    "journal::turn_committed",
    "journal::signed",
    "journal::before_call",
    "journal::answered",
    "journal::before_turn_commit",
];
/// How long the leader may take to come to its failpoint.
const PATIENCE: Duration = Duration::from_secs(8);

pub(crate) async fn prove(extent: Extent, http: &reqwest::Client) -> Report {
    let points = match failpoints::names() {
        Ok(points) => points,
        Err(error) => {
            let mut report = Report::new("stale-leader", DatabaseKind::Postgres);
            report.add("the sources", Err(error));
            return report;
        }
    };
    let hits: &[u32] = if extent.full { &[1, 2, 4] } else { &[2] };
    let points: Vec<String> = if extent.full {
        points
    } else {
        // Where a leader that does not know that it is none could do harm.
        let harmful = |point: &String| SHORT.contains(&point.as_str());
        points.into_iter().filter(harmful).collect()
    };
    let fates = points.iter().flat_map(|point| {
        hits.iter().map(move |hit| Fate {
            point: point.clone(),
            hit: *hit,
            end: End::Stop,
        })
    });
    let all = fates.zip(extent.seed..).map(|(fate, seed)| {
        let name = format!("{} for the {}. time", fate.point, fate.hit);
        (name, run(seed, fate, http))
    });
    runs("stale-leader", DatabaseKind::Postgres, all).await
}

async fn run(seed: u64, fate: Fate, http: &reqwest::Client) -> Result<Outcome> {
    let mut testbed = Testbed::new(
        &TestbedOptions::new(seed, DatabaseKind::Postgres, Shape::MIXED),
        http,
    )
    .await?;
    testbed.cloud.faults(&failpoints::bad_day()).await?;
    testbed.relay.mishaps(failpoints::BAD_WAY);
    let mut outcome = Outcome::default();
    let Start::Up(leader) = testbed.start(Some(fate)).await? else {
        anyhow::bail!("the leader ended where it was to stop:\n{}", testbed.log());
    };
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE && !leader.is_stopped()? {
        // It may stop in the midst of an answer: nobody waits for that for long.
        let handing_in =
            tokio::time::timeout(Duration::from_secs(1), testbed.submit(&leader)).await;
        if let Ok(result) = handing_in {
            result?;
        }
        sleep(Duration::from_millis(50)).await;
    }
    outcome.stops = u64::from(leader.is_stopped()?);
    let mut proxies = vec![testbed.up().await?];
    // Either it comes back while items rest as unknown, or when all is settled without it.
    let mut wrong = Vec::new();
    if seed.is_multiple_of(2) {
        wrong = testbed.settle(&mut proxies).await?.wrong;
    } else {
        testbed.submit(proxies.first().unwrap_or(&leader)).await?;
        sleep(testbed.setup.lease + Duration::from_secs(1)).await;
    }
    leader.go_on()?;
    sleep(Duration::from_millis(500)).await;
    proxies.push(*leader);
    outcome.findings = testbed.settle(&mut proxies).await?;
    outcome.findings.wrong.extend(wrong);
    Ok(outcome)
}
