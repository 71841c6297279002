//! Calls that name an instance and no event: of instances that have two and three events each, whose orders come at
//! once, through two accounts and two proxies where there can be two, while proxies are killed and stopped, and calls
//! and answers lost, late and held. No instance is acted on while an earlier act on it is unknown or unfinished; and
//! what was held up for that goes when it is ordered again.

mod fleet;
mod orders;
mod trouble;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Result, bail};
use evenkeel_testdb::DatabaseKind;
use rand::{SeedableRng as _, rngs::StdRng};
use tokio::time::Instant;

use super::{Extent, runs};
use crate::{
    fleet::Shape,
    judge::{
        Findings,
        instances::{Order, judge},
    },
    report::{Outcome, Report},
    testbed::{Testbed, TestbedOptions},
};
use orders::Orders;
use trouble::Trouble;

/// How long an event that is under way stays in each state: more than a look goes on in time.
pub(super) const STEP: Duration = Duration::from_mins(2);
/// Shorter than what the wire may hold a call back.
const PATIENCE: Duration = Duration::from_millis(600);
/// How much real time a run may take.
const LIMIT: Duration = Duration::from_secs(90);
const LOOK: Duration = Duration::from_millis(60);
const MINUTE: i64 = 60 * 1000;
/// How far a look moves the clock while something may be under way: well below the skew.
const STRIDE: i64 = 10 * 1000;
/// Past the skew: then a person can tell what an unknown call did.
const LEAP: i64 = 17 * MINUTE;
/// No wait for an event's end is longer than this.
const LONGEST: i64 = 12 * 60 * MINUTE;

pub(crate) async fn prove(extent: Extent, store: DatabaseKind, http: &reqwest::Client) -> Report {
    let held_up = Arc::new(AtomicU64::new(0));
    let every = Trouble::ALL.len() as u64;
    // What takes two proxies comes first.
    let few = match store {
        DatabaseKind::Sqlite => every,
        DatabaseKind::Postgres => 2,
    };
    let seeds = (0..extent.of(12 * every, few)).map(|number| extent.seed + number);
    let all = seeds.map(|seed| {
        let trouble = Trouble::of(seed);
        let held_up = Arc::clone(&held_up);
        let run = async move {
            let (outcome, count) = run(seed, trouble, store, http).await?;
            held_up.fetch_add(count, Ordering::SeqCst);
            Ok(outcome)
        };
        (format!("seed {seed}, {trouble:?}"), run)
    });
    let mut report = runs("one-act-an-instance", store, all).await;
    report.notes.push(format!(
        "{} orders went that had been held up by another act on their instance",
        held_up.load(Ordering::SeqCst)
    ));
    report
}

/// What was found, and how many orders went that had been held up before.
async fn run(
    seed: u64,
    trouble: Trouble,
    store: DatabaseKind,
    http: &reqwest::Client,
) -> Result<(Outcome, u64)> {
    let mut options = TestbedOptions::new(seed, store, Shape::NONE);
    (options.patience, options.step, options.has_twins) = (PATIENCE, STEP, true);
    let random = StdRng::seed_from_u64(seed);
    let testbed = Testbed::with_fleet(&options, random, fleet::fleet(), http).await?;
    let mut orders = Orders::new(testbed, store);
    trouble.prepare(seed, &mut orders).await?;
    for drafts in fleet::drafts() {
        orders.submit(drafts).await?;
    }
    trouble.strike(&mut orders).await?;
    come_to_an_end(&mut orders).await?;
    let told = orders.told().await?;
    let evidence = orders.testbed.cloud.look().await?;
    let spans = orders.testbed.cloud.spans().await?;
    let mut findings = Findings {
        wrong: judge(&told, &evidence, &spans, trouble == Trouble::Held),
        acts: evidence.instance_acts.len() as u64,
        ..Findings::default()
    };
    for order in &told {
        *findings.ends.entry(order.state).or_default() += 1;
    }
    let held_up = orders::went_after_all(&told);
    if held_up == 0 {
        let nothing = "nothing went of what another act on its instance had held up";
        findings.wrong.push(nothing.to_owned());
    }
    if !findings.wrong.is_empty() {
        findings.wrong.extend(told.iter().map(Order::life));
        let said = format!("the proxies said:\n{}", orders.testbed.log());
        findings.wrong.push(said);
    }
    let outcome = Outcome {
        kills: orders.kills + orders.testbed.deaths,
        stops: orders.stops,
        findings,
    };
    Ok((outcome, held_up))
}

/// Works on as a person would: says what became of unknown calls once that can be told, waits for events to end, and
/// orders anew what was not sent, until nothing is left to order.
async fn come_to_an_end(orders: &mut Orders) -> Result<()> {
    let begin = Instant::now();
    let mut wait = LEAP;
    let mut done = 0;
    loop {
        if begin.elapsed() > LIMIT {
            bail!("the orders come to no end:\n{}", orders.testbed.log());
        }
        orders.rest(begin + LIMIT).await?;
        let unknown = orders.unknown();
        if !unknown.is_empty() {
            if !orders.settle_truly(&unknown).await? {
                orders.pass(LEAP).await?;
            }
            continue;
        }
        if orders.to_order_again().await?.is_empty() {
            return Ok(());
        }
        let acts = orders.testbed.cloud.look().await?.instance_acts.len();
        // As long as nothing is done, the end of some event is waited for.
        wait = if acts > done {
            LEAP
        } else {
            (2 * wait).min(LONGEST)
        };
        done = acts;
        orders.pass(wait).await?;
        // An event that is under way by now needs no order any more.
        let again = orders.to_order_again().await?;
        orders.submit_again(again).await?;
    }
}
