//! Clouds that lose answers after acting, reset, throttle, fail, say half, say it in another order and
//! say too much, and a wire that loses requests or brings them late: by a seed each.
#![allow(
    clippy::indexing_slicing,
    reason = "a field that JSON does not have is null"
)]

use std::time::Duration;

use anyhow::Result;
use evenkeel_testdb::DatabaseKind;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};

use super::{Extent, runs};
use crate::{
    fleet::Shape,
    process::Proxy,
    relay::Mishap,
    report::{Outcome, Report},
    testbed::{Testbed, TestbedOptions},
};

/// Shorter than what the wire may hold a request back: an order can arrive after it was given up.
const PATIENCE: Duration = Duration::from_millis(600);
const LATE: u64 = 1_500;
/// As many mishaps the wire has in store.
const MISHAPS: usize = 40;

pub(crate) async fn prove(extent: Extent, store: DatabaseKind, http: &reqwest::Client) -> Report {
    let seeds = (0..extent.of(200, 6)).map(|number| extent.seed + number);
    runs(
        "faults",
        store,
        seeds.map(|seed| (format!("seed {seed}"), run(seed, store, http))),
    )
    .await
}

async fn run(seed: u64, store: DatabaseKind, http: &reqwest::Client) -> Result<Outcome> {
    let mut plan = TestbedOptions::new(seed, store, Shape::MIXED);
    plan.patience = PATIENCE;
    let mut testbed = Testbed::new(&plan, http).await?;
    let mut random = StdRng::seed_from_u64(seed);
    let mishaps = mishaps(&mut random, seed);
    let is_late = |mishap: &Option<Mishap>| matches!(mishap, Some(Mishap::Late(_)));
    let faults = faults(&mut random, seed, mishaps.iter().any(is_late));
    testbed.cloud.faults(&faults).await?;
    testbed.relay.mishaps(mishaps);
    let mut proxies: Vec<Proxy> = vec![testbed.up().await?];
    let mut kills = 0;
    if random.random_bool(0.3) {
        for proxy in &proxies {
            testbed.submit(proxy).await?;
        }
        tokio::time::sleep(Duration::from_millis(random.random_range(0..800))).await;
        for proxy in proxies.drain(..) {
            proxy.kill().await?;
            kills += 1;
        }
    }
    let findings = testbed.settle(&mut proxies).await?;
    Ok(Outcome {
        kills,
        stops: 0,
        findings,
    })
}

/// Some of what may go wrong with an order, each often enough to be met and rarely enough to end.
///
/// An order that comes late and fails may be followed by another soon after, as the rule has it: the
/// judge, who sees when orders arrive and not when they were signed, could not tell.
fn faults(random: &mut StdRng, seed: u64, is_late: bool) -> Value {
    let mut faults = Vec::new();
    for mut fault in [
        json!({"kind": "throttle", "retry_after_s": 2}),
        json!({"kind": "throttle"}),
        json!({"kind": "error", "status": 503}),
        json!({"kind": "error", "status": 500}),
        json!({"kind": "reset", "when": "after"}),
        json!({"kind": "lost_answer"}),
        // No longer than the testbed waits before time leaps: a signature counts when a call is let in.
        json!({"kind": "delay", "ms": 400}),
        json!({"kind": "slow_body", "ms": 900}),
        json!({"kind": "truncated_body"}),
        json!({"kind": "truncated_body", "clean_end": true}),
        json!({"kind": "wrong_content_type"}),
        json!({"kind": "fail_items", "count": 1}),
        json!({"kind": "reorder_results"}),
        json!({"kind": "missing_results", "count": 2}),
        json!({"kind": "extra_results", "count": 2}),
        json!({"kind": "trailing_newline"}),
        json!({"kind": "stale_lists", "ms": 20_000}),
        json!({"kind": "duplicate_page"}),
    ] {
        if random.random_bool(0.35) && !(is_late && fault["kind"] == "fail_items") {
            fault["operation"] = "*".into();
            fault["probability"] = random.random_range(0.05..0.5).into();
            fault["times"] = random.random_range(1..12).into();
            faults.push(fault);
        }
    }
    json!({"seed": seed, "faults": faults})
}

/// In one run of four every order comes so late that it was given up before.
fn mishaps(random: &mut StdRng, seed: u64) -> Vec<Option<Mishap>> {
    if seed.is_multiple_of(4) {
        let late = |_| Some(Mishap::Late(PATIENCE + Duration::from_millis(300)));
        return (0..MISHAPS).map(late).collect();
    }
    let rate = random.random_range(0.0..0.4);
    let mut one = || {
        if !random.random_bool(rate) {
            return None;
        }
        Some(if random.random_bool(0.5) {
            Mishap::Lost
        } else {
            Mishap::Late(Duration::from_millis(random.random_range(1..LATE)))
        })
    };
    (0..MISHAPS).map(|_| one()).collect()
}
