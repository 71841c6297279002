//! Two and three proxies on one PostgreSQL: one is killed in the midst of a batch, one is stopped and
//! goes on later with what it believes.

use std::time::Duration;

use anyhow::Result;
use evenkeel_api::ItemState;
use evenkeel_testdb::DatabaseKind;
use tokio::time::{Instant, sleep};

use super::{Extent, runs};
use crate::{
    fleet::Shape,
    process::Proxy,
    report::{Outcome, Report},
    testbed::{Testbed, TestbedOptions},
};

/// Enough to be in the midst of for a while.
const SHAPE: Shape = Shape {
    redeploy: 100,
    migrate: 10,
    reboot: 10,
    accept: 40,
    reschedule: 20,
};
/// What is held by a dead proxy is taken over in this time.
const TAKEN_OVER: Duration = Duration::from_secs(30);
/// The lease of a proxy that is not told another.
const LEASE: Duration = Duration::from_secs(15);

pub(crate) async fn prove(extent: Extent, http: &reqwest::Client) -> Report {
    let seeds = (0..extent.of(40, 3)).map(|number| extent.seed + number);
    let all = seeds.map(|seed| {
        let name = format!("{} proxies, seed {seed}", count(seed));
        (name, run(seed, http))
    });
    runs("several-proxies", DatabaseKind::Postgres, all).await
}

/// As in production: nothing is shortened.
pub(crate) async fn prove_in_real_time(extent: Extent, http: &reqwest::Client) -> Report {
    let all = (0..extent.of(2, 0)).map(|number| {
        let seed = extent.seed + number;
        (format!("seed {seed}"), in_real_time(seed, http))
    });
    runs("a-minute-away", DatabaseKind::Postgres, all).await
}

fn count(seed: u64) -> usize {
    if seed.is_multiple_of(2) { 2 } else { 3 }
}

async fn start(testbed: &Testbed, count: usize) -> Result<Vec<Proxy>> {
    let mut proxies = Vec::new();
    for _ in 0..count {
        proxies.push(testbed.up().await?);
    }
    Ok(proxies)
}

/// Hands in each batch to another proxy.
async fn hand_in(testbed: &mut Testbed, proxies: &[Proxy]) -> Result<()> {
    for place in 0..testbed.batches() {
        if let Some(proxy) = proxies.get(place % proxies.len()) {
            testbed.submit_one(proxy, place).await?;
        }
    }
    Ok(())
}

async fn run(seed: u64, http: &reqwest::Client) -> Result<Outcome> {
    let mut testbed = Testbed::new(
        &TestbedOptions::new(seed, DatabaseKind::Postgres, SHAPE),
        http,
    )
    .await?;
    let mut proxies = start(&testbed, count(seed)).await?;
    hand_in(&mut testbed, &proxies).await?;
    sleep(Duration::from_millis(testbed.draw(400))).await;
    let chosen = usize::try_from(testbed.draw(proxies.len() as u64))?;
    let victim = proxies.swap_remove(chosen);
    let mut outcome = Outcome::default();
    // One goes for good; another is away for longer than its lease, and comes back.
    if testbed.draw(2) == 0 {
        victim.kill().await?;
        outcome.kills = 1;
        outcome.findings = testbed.settle(&mut proxies).await?;
    } else {
        victim.stop()?;
        outcome.stops = 1;
        let mut wrong = Vec::new();
        if testbed.draw(2) == 0 {
            sleep(testbed.setup.lease + Duration::from_secs(2)).await;
            let leap = i64::try_from(testbed.draw(30 * 60 * 1000))?;
            testbed.advance(leap).await?;
            sleep(Duration::from_millis(300)).await;
        } else {
            // Everything is settled without it.
            wrong = testbed.settle(&mut proxies).await?.wrong;
        }
        victim.go_on()?;
        proxies.push(victim);
        sleep(Duration::from_millis(500)).await;
        outcome.findings = testbed.settle(&mut proxies).await?;
        outcome.findings.wrong.extend(wrong);
    }
    Ok(outcome)
}

async fn in_real_time(seed: u64, http: &reqwest::Client) -> Result<Outcome> {
    let mut options = TestbedOptions::new(seed, DatabaseKind::Postgres, SHAPE);
    options.lease = LEASE;
    let mut testbed = Testbed::new(&options, http).await?;
    let mut proxies = start(&testbed, 3).await?;
    hand_in(&mut testbed, &proxies).await?;
    sleep(Duration::from_millis(100 + testbed.draw(200))).await;
    let dead = proxies.swap_remove(0);
    let away = proxies.swap_remove(0);
    dead.kill().await?;
    away.stop()?;
    let mut outcome = Outcome {
        kills: 1,
        stops: 1,
        ..Outcome::default()
    };
    let begin = Instant::now();
    let mut late = None;
    while begin.elapsed() < Duration::from_mins(1) {
        sleep(Duration::from_millis(500)).await;
        let Some(proxy) = proxies.first() else { break };
        testbed.submit(proxy).await?;
        let items = testbed.items(proxy).await?;
        let held = |state| matches!(state, ItemState::Queued | ItemState::Sending);
        if items.iter().any(|ended| held(ended.item.state)) {
            late = Some(begin.elapsed());
        }
    }
    away.go_on()?;
    proxies.push(away);
    sleep(Duration::from_secs(2)).await;
    outcome.findings = testbed.settle(&mut proxies).await?;
    if let Some(late) = late.filter(|late| *late > TAKEN_OVER) {
        outcome.findings.wrong.push(format!(
            "what dead proxies held was still held after {late:?}"
        ));
    }
    Ok(outcome)
}
