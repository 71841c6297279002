//! The machine's clock steps forward or back, or the machine sleeps with calls on their way: nothing turns
//! in circles, and a signature that came too late is not taken for a refused key.

use std::time::Duration;

use anyhow::{Result, bail};
use evenkeel_testdb::DatabaseKind;
use tokio::time::{sleep, timeout};

use super::{Extent, runs};
use crate::{
    fleet::Shape,
    process::Proxy,
    relay::Mishap,
    report::{Outcome, Report},
    testbed::{STORE_CLOCK, Testbed, TestbedOptions},
};

const SHAPE: Shape = Shape {
    redeploy: 100,
    accept: 40,
    ..Shape::NONE
};
/// Longer than a proxy is taken to be alive without a word.
const STEP: i64 = 15_000;
/// Within what the clouds allow.
const BACK: i64 = 10 * 60_000;
/// Longer than any signature lives, and than an order for now stays fresh.
const SLEEP: i64 = 3 * 60 * 60_000;
/// How long the first calls take to arrive while the machine sleeps.
const ARRIVAL: Duration = Duration::from_millis(200);
/// How long anything may take to leave.
const PATIENCE: Duration = Duration::from_secs(10);
/// So many intents an item, and it is a circle.
const MOST_INTENTS: u64 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Forward,
    Asleep,
    Back,
}

pub(crate) async fn prove(extent: Extent, store: DatabaseKind, http: &reqwest::Client) -> Report {
    let mut all = Vec::new();
    for number in 0..extent.of(10, 1) {
        for step in [Step::Forward, Step::Asleep, Step::Back] {
            let seed = extent.seed + number;
            all.push((
                format!("{step:?}, seed {seed}"),
                run(seed, store, step, http),
            ));
        }
    }
    runs("clock-steps", store, all).await
}

async fn run(
    seed: u64,
    store: DatabaseKind,
    step: Step,
    http: &reqwest::Client,
) -> Result<Outcome> {
    let mut testbed = Testbed::new(&TestbedOptions::new(seed, store, SHAPE), http).await?;
    let mut proxy = testbed.up().await?;
    if step == Step::Back {
        testbed.step(&mut proxy, BACK).await?;
    }
    if step == Step::Asleep {
        testbed.relay.mishaps([Some(Mishap::Held); 2]);
    }
    while !testbed.submit(&proxy).await? {
        sleep(Duration::from_millis(20)).await;
    }
    let mut stops = 0;
    match step {
        Step::Forward => {
            sleep(Duration::from_millis(testbed.draw(100))).await;
            testbed.step(&mut proxy, STEP).await?;
        }
        Step::Back => {
            sleep(Duration::from_millis(testbed.draw(100))).await;
            testbed.step(&mut proxy, 0).await?;
        }
        Step::Asleep => {
            fall_asleep(&testbed, &mut proxy).await?;
            stops = 1;
        }
    }
    // A circle turns as fast as it can.
    sleep(Duration::from_secs(1)).await;
    let mut findings = testbed.settle(&mut vec![proxy]).await?;
    let items: u64 = findings.ends.values().sum();
    if findings.attempts > items * MOST_INTENTS {
        let circle = format!("{} intents for {items} items", findings.attempts);
        findings.wrong.push(circle);
    }
    for reason in ["key_refused", "clock_refused"] {
        if testbed.let_go.contains_key(reason) {
            findings
                .wrong
                .push(format!("a leap of time was taken for `{reason}`"));
        }
    }
    Ok(Outcome {
        kills: 0,
        stops,
        findings,
    })
}

/// The machine sleeps for hours while calls are on their way.
async fn fall_asleep(testbed: &Testbed, proxy: &mut Proxy) -> Result<()> {
    // The wire says that one has left: whoever looks at the items may look too late.
    if timeout(PATIENCE, testbed.relay.held(1)).await.is_err() {
        bail!("nothing has left:\n{}", testbed.log());
    }
    proxy.stop()?;
    testbed.advance(SLEEP).await?;
    proxy.tell(STORE_CLOCK, &format!("return({SLEEP})")).await?;
    testbed.relay.let_go();
    // They arrive before it wakes.
    sleep(ARRIVAL).await;
    proxy.go_on()?;
    proxy.heard(STORE_CLOCK).await
}
