//! Calls that are held on their way while a person settles what they were for, and a new order comes:
//! nothing about their events leaves before they can arrive no more, and what was ordered last holds.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use evenkeel::{Action, Timestamp, When};
use evenkeel_api::{Item, ItemState, ReportedReason, RetryFailed, Settle, SettleAs, paths};
use evenkeel_testdb::DatabaseKind;
use reqwest::StatusCode;
use tokio::time::{Instant, sleep};

use super::{Extent, runs};
use crate::{
    fleet::{Shape, huawei_batch, item},
    judge::{Ended, Findings},
    process::Proxy,
    relay::Mishap,
    report::{Outcome, Report},
    testbed::{Testbed, TestbedOptions},
};

const EVENTS: usize = 3;
const MINUTE: i64 = 60 * 1000;
const DAY: i64 = 24 * 60 * MINUTE;
/// Beyond every signature, and the looks at what came of the new order.
const LIMIT: i64 = 60 * MINUTE;
/// How far the clock goes from one look to the next.
const STRIDE: i64 = 20 * 1000;
const LOOK: Duration = Duration::from_millis(60);
/// How long something may take that only the machine has to do.
const PATIENCE: Duration = Duration::from_secs(30);

/// By which door the new order comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    /// A new batch, after a person called the items not sent.
    AfterNotSent,
    /// A new batch, after a person called them accepted.
    AfterAccepted,
    /// The failed items once more, asked for twice with two keys.
    Retry,
}

pub(crate) async fn prove(extent: Extent, store: DatabaseKind, http: &reqwest::Client) -> Report {
    let seeds = (0..extent.of(24, 3)).map(|number| extent.seed + number);
    let all = seeds.map(|seed| {
        let door = match seed % 3 {
            0 => Door::AfterNotSent,
            1 => Door::AfterAccepted,
            _ => Door::Retry,
        };
        (
            format!("seed {seed}, {door:?}"),
            run(seed, door, store, http),
        )
    });
    runs("held-call", store, all).await
}

async fn run(
    seed: u64,
    door: Door,
    store: DatabaseKind,
    http: &reqwest::Client,
) -> Result<Outcome> {
    let shape = Shape {
        reschedule: EVENTS,
        ..Shape::NONE
    };
    let mut testbed = Testbed::new(&TestbedOptions::new(seed, store, shape), http).await?;
    testbed.relay.mishaps([Some(Mishap::Held); EVENTS]);
    let mut proxy = testbed.up().await?;
    if !testbed.submit(&proxy).await? {
        bail!("the batch was not taken:\n{}", testbed.log());
    }
    let held = lost(&testbed, &proxy).await?;
    let signed_at = testbed.now().await;
    settle(&testbed, &proxy, &held, door).await?;
    let mut outcome = Outcome::default();
    if seed.is_multiple_of(2) {
        // Whoever sends next knows of the calls from the store alone.
        proxy.kill().await?;
        outcome.kills = 1;
        proxy = testbed.up().await?;
    }
    let batch = order(&testbed, &proxy, &held, door).await?;
    let arrive_at = signed_at + i64::try_from(1 + testbed.draw(13))? * MINUTE;
    while testbed.now().await < arrive_at {
        testbed.advance(STRIDE).await?;
        sleep(LOOK).await;
    }
    let early = testbed.cloud.look().await?.acts.len();
    testbed.relay.let_go();
    arrived(&testbed).await?;
    outcome.findings = end(&testbed, &proxy, &batch, signed_at, door).await?;
    if early > 0 {
        outcome.findings.wrong.push(format!(
            "{early} events were ordered about while an earlier call could still arrive:\n{}",
            testbed.log()
        ));
    }
    Ok(outcome)
}

/// Waits until nobody knows what became of the calls.
async fn lost(testbed: &Testbed, proxy: &Proxy) -> Result<Vec<Ended>> {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        let items = testbed.items(proxy).await?;
        let is_lost = |ended: &Ended| ended.item.state == ItemState::Unknown;
        if items.len() == EVENTS && items.iter().all(is_lost) {
            return Ok(items);
        }
        sleep(LOOK).await;
    }
    bail!("the calls were not lost:\n{}", testbed.log())
}

/// A person says what became of them.
async fn settle(testbed: &Testbed, proxy: &Proxy, held: &[Ended], door: Door) -> Result<()> {
    let settle_as = match door {
        Door::AfterAccepted => SettleAs::Accepted,
        Door::AfterNotSent | Door::Retry => SettleAs::NotSent,
    };
    for Ended { batch, item } in held {
        let path = paths::settle(batch, item.index);
        let body = Settle {
            settle_as,
            note: None,
        };
        let answer = testbed
            .client(proxy)
            .send(&path, None, &body)
            .await
            .context("the proxy is gone")?;
        if answer.status != StatusCode::OK {
            bail!("`{path}`: {}", String::from_utf8_lossy(&answer.body));
        }
    }
    Ok(())
}

/// The new order about the same events; gives its batch.
async fn order(testbed: &Testbed, proxy: &Proxy, held: &[Ended], door: Door) -> Result<String> {
    let client = testbed.client(proxy);
    if door != Door::Retry {
        let at = When::At(Timestamp::from_millis(testbed.now().await + 14 * DAY));
        let items = held
            .iter()
            .map(|ended| {
                let Item {
                    event_id,
                    resource_id,
                    ..
                } = &ended.item;
                item(event_id, resource_id, at)
            })
            .collect();
        let draft = huawei_batch(Action::Reschedule, items);
        let batch = client.post("another", &draft).await?;
        return Ok(batch.context("the proxy is gone")?.summary.id);
    }
    let earlier = held.first().map(|ended| ended.batch.as_str());
    let path = paths::retry_failed(earlier.unwrap_or_default());
    let mut taken = Vec::new();
    for key in ["one", "two"] {
        let answer = client
            .send(&path, Some(key), &RetryFailed::default())
            .await
            .context("the proxy is gone")?;
        if answer.status == StatusCode::CREATED {
            let batch: evenkeel_api::Batch = serde_json::from_slice(&answer.body)?;
            taken.push(batch.summary.id);
        }
    }
    match <[String; 1]>::try_from(taken) {
        Ok([batch]) => Ok(batch),
        Err(taken) => bail!("of two retries {} were taken", taken.len()),
    }
}

/// Waits until the clouds have what was held.
async fn arrived(testbed: &Testbed) -> Result<()> {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        if testbed.cloud.look().await?.acts.len() == EVENTS {
            return Ok(());
        }
        sleep(LOOK).await;
    }
    bail!("what was held has not arrived")
}

/// Lets the new order come to its end, and tells what does not hold then.
async fn end(
    testbed: &Testbed,
    proxy: &Proxy,
    batch: &str,
    signed_at: i64,
    door: Door,
) -> Result<Findings> {
    let wanted = |state: ItemState| match door {
        // To the time that it has by now: nothing shows.
        Door::Retry => matches!(state, ItemState::Accepted | ItemState::Confirmed),
        Door::AfterNotSent | Door::AfterAccepted => state == ItemState::Confirmed,
    };
    let begin = Instant::now();
    let items = loop {
        let items = testbed.client(proxy).items(batch).await?;
        let is_over = testbed.now().await > signed_at + LIMIT && begin.elapsed() > PATIENCE;
        if is_over || items.iter().all(|item| wanted(item.state)) {
            break items;
        }
        testbed.advance(STRIDE).await?;
        testbed.client(proxy).refresh().await;
        sleep(LOOK).await;
    };
    let evidence = testbed.cloud.look().await?;
    let mut findings = Findings::default();
    for item in &items {
        *findings.ends.entry(item.state).or_default() += 1;
        if !wanted(item.state) {
            let why = item.reason.as_ref().map_or("", ReportedReason::as_str);
            let wrong = format!("what was ordered last is {} {why}", item.state);
            findings.wrong.push(format!("{wrong}:\n{}", testbed.log()));
        }
    }
    for (event, acts) in &evidence.acts {
        findings.acts += acts.len() as u64;
        findings.resends += acts.len().saturating_sub(1) as u64;
        let again = acts.get(1).map(|act| act.at - signed_at);
        if acts.len() != 2 || again.is_none_or(|after| after < 15 * MINUTE) {
            findings.wrong.push(format!(
                "{event} was ordered {} times, the second time {again:?} ms after the first call was lost",
                acts.len()
            ));
        }
    }
    Ok(findings)
}
